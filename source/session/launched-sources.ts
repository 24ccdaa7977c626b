/** The sources of a session over a command that netwatch starts itself. */
import {basename} from 'node:path';
import type {Clock} from '../intake/clock.ts';
import type {Model} from '../model/model.ts';
import {createCommandExit, openHookSource} from './hook-source.ts';
import {createKernelSource, type KernelSource} from './kernel-source.ts';
import {createProcessSource} from './process-source.ts';
import {createResolverSource} from './resolver-source.ts';
import {createRouteSource, type RouteSource} from './route-watch.ts';
import type {Emit, Source} from './source.ts';

export type LaunchedSourcesOptions = {
	model: Model;
	clock: Clock;
	/** The FIFO that the hooks write to. */
	fifo: string;
	/** The hook's path, by which a process that was given it is known. */
	hookPath: string;
	/** Least time between two snapshots of the kernel's table, in ms. */
	intervalMs: number;
	/** Whether ss and ip are asked at all. */
	kernel: boolean;
	/** Whether processes below the command's own are to be watched. */
	watchChildren: boolean;
	/** Why no hook may answer, where that is known beforehand. */
	noHookReason: string | null;
	/** Takes what is to be said before the command is started. */
	emitEarly: Emit;
};

export type LaunchedSources = {
	/** For a session: in the order that they are started. */
	sources: readonly Source[];
	/** To be waited for before the command starts: from then on the ends of its sockets are reported, as far as they can be. */
	prepare(): Promise<void>;
};

/** @throws where the FIFO cannot be opened */
export function createLaunchedSources(options: LaunchedSourcesOptions): LaunchedSources {
	const {model, clock, emitEarly} = options;
	const hooks = openHookSource(options.fifo, clock);
	let kernel: KernelSource | null = null;
	let routes: RouteSource | null = null;
	const processes = createProcessSource({
		// Its name alone: some tools write NODE_OPTIONS anew, as `--require=PATH`.
		hookMarker: basename(options.hookPath),
		watchChildren: options.watchChildren,
		noHookReason: options.noHookReason,
		hookThreads: hooks,
		kernel: options.kernel
			? {watchNamespace: (netns, pid) => kernel?.reader.watchNamespace(netns, pid)}
			: null,
		clock,
		kernelSocketKind: inode => kernel?.socketKind(inode) ?? null,
	});
	if (options.kernel) {
		kernel = createKernelSource(
			{
				...{model, clock, intervalMs: options.intervalMs, hasHook: hooks.hasHook},
				watchedOwners: () => processes.owners,
				onRoutesStale: netns => routes?.requery(netns),
			},
			emitEarly,
		);
		routes = createRouteSource(model, kernel.reader, clock);
	}

	return {
		// Frames that came before the start refer to all the others, and the command's exit comes after all.
		sources: [createCommandExit(hooks), kernel, createResolverSource(clock), routes, processes, hooks].filter(
			source => source !== null,
		),
		prepare: async () => kernel?.reader.prepare(),
	};
}
