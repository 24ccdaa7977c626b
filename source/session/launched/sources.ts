/** The sources of a session whose command netwatch starts itself. */
import {basename} from 'node:path';
import type {Clock} from '../../intake/clock.ts';
import type {PreparedSs} from '../../kernel/prepare.ts';
import type {Model} from '../../model/model.ts';
import {createCommandExit, openHookSource} from '../hook-source.ts';
import {createKernelSource, type KernelSource} from '../kernel-source.ts';
import {createProcessSource} from '../process-source.ts';
import {createResolverSource} from '../resolver-source.ts';
import {createRouteSource, type RouteSource} from '../route-watch.ts';
import type {Emit, Source} from '../source.ts';

export type LaunchedSourcesOptions = {
	model: Model;
	clock: Clock;
	/** The FIFO that the hooks write to. */
	fifo: string;
	/** Path of the hook; processes with it in their NODE_OPTIONS load the hook. */
	hookPath: string;
	/** Least time between two snapshots of the kernel's table, in ms. */
	intervalMs: number;
	/** Whether ss and ip are run at all. */
	kernel: boolean;
	/** Whether child processes of the command are watched. */
	watchChildren: boolean;
	/** The reason for a missing hook, where known beforehand. */
	noHookReason: string | null;
	/** ss that was started beforehand; the kernel source owns it from now on. */
	preparedSs: PreparedSs | null;
	/** Takes notices from before the command starts. */
	emitEarly: Emit;
};

/**
 * @returns the sources in start order
 * @throws if the FIFO cannot be opened
 */
export function createLaunchedSources(options: LaunchedSourcesOptions): Source[] {
	const {model, clock, emitEarly} = options;
	const hooks = openHookSource(options.fifo, clock);
	let kernel: KernelSource | null = null;
	let routes: RouteSource | null = null;
	const processes = createProcessSource({
		// The file name alone: some tools rewrite NODE_OPTIONS, as `--require=PATH`.
		hookMarker: basename(options.hookPath),
		fifo: options.fifo,
		watchChildren: options.watchChildren,
		noHookReason: options.noHookReason,
		hookThreads: hooks,
		kernel: options.kernel
			? {watchNamespace: (netns, pid) => kernel?.reader.watchNamespace(netns, pid)}
			: null,
		clock,
		hasRow: model.hasSocket,
		kernelSocketKind: inode => kernel?.socketKind(inode) ?? null,
	});
	if (options.kernel) {
		kernel = createKernelSource(
			{
				model,
				clock,
				intervalMs: options.intervalMs,
				preparedSs: options.preparedSs,
				hasHook: hooks.hasHook,
				allHeardSince: hooks.allHeardSince,
				watchedOwners: () => processes.owners,
				needsUdp: () => processes.needsUdp,
				onRoutesStale: netns => routes?.requery(netns),
			},
			emitEarly,
		);
		routes = createRouteSource(model, kernel.reader, clock);
	}

	// The hook source starts last: its held frames become inputs at once, which the other sources must receive. In
	// reverse order it is drained and ended first, and the command's exit is applied last.
	return [createCommandExit(hooks), kernel, createResolverSource(clock), routes, processes, hooks].filter(
		source => source !== null,
	);
}
