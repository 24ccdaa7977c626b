/** One watched run: what the hooks, the kernel and /proc tell, applied to one model, in one order. */
import {existsSync} from 'node:fs';
import {basename} from 'node:path';
import type {ModelInput, Origin, SocketOwner} from '../domain/events.ts';
import type {SnapshotPart} from '../domain/kernel.ts';
import {createClock} from '../intake/clock.ts';
import {openFifoReader} from '../intake/fifo-reader.ts';
import {createHookThreads, type HookThreads} from '../intake/hook-threads.ts';
import {createKernelReader, type KernelReader} from '../kernel/reader.ts';
import {hasUnknownHolder} from '../model/diagnosis/evidence/address-holders.ts';
import {createModel} from '../model/index.ts';
import type {Model} from '../model/model.ts';
import {readNamespace} from '../procfs/namespace.ts';
import {readResolverConfig} from '../procfs/resolv-conf.ts';
import {redactArgv} from '../shared/redact.ts';
import {sanitize} from '../text/sanitize.ts';
import type {Frame} from '../wire/decode.ts';
import {type ProcessWatch, watchProcesses} from './process-watch.ts';
import {type RouteWatch, watchRoutes} from './route-watch.ts';
import {type SocketOwners, watchSocketOwners} from './socket-owners.ts';
import type {Target} from './target.ts';

export type SessionOptions = {
	/** The FIFO that the hooks write to. */
	fifo: string;
	/** The hook's path, by which a process that was given it is known. */
	hookPath: string;
	/** Least time between two looks at the kernel's table, in ms. */
	intervalMs: number;
	/** Whether ss and ip are asked at all. */
	kernel: boolean;
	/** Whether processes below the command's own are to be watched. */
	watchChildren: boolean;
	/** Why no hook may answer, where that is known beforehand. */
	noHookReason: string | null;
	/** How long a closed row stays, in ms. */
	keepMs: number;
	/** After each input that the model has applied. */
	onInput(input: ModelInput): void;
};

export type Session = {
	readonly model: Model;
	now(): number;
	apply(input: ModelInput): void;
	addNotice(level: 'info' | 'warn' | 'error', source: string, message: string): void;
	/** To be waited for before the command runs: from then on the ends of its sockets are told, or it is known that not. */
	prepare(): Promise<void>;
	/** The command runs: from here on its processes and its namespace are watched. */
	commandStarted(target: Target): void;
	/** The command has ended. Resolves when all that the hooks wrote has been read. */
	commandEnded(exitCode: number | null, signal: string | null): Promise<void>;
	close(): Promise<void>;
};

type SocketKind = 'unix' | 'internet';

const clockIntervalMs = 250;
const processPollMs = 1000;
/** Routes may change without a word (a link that goes down takes IPv4 routes along). */
const routeRequeryMs = 30_000;
/** A FIFO that has been silent for so long has been read to its end. */
const fifoQuietMs = 60;
const drainMs = 1000;
/** How long the end waits to know who has a port that could not be had. */
const ownerWaitMs = 3000;
/** Frames that come before the command's pid is known. */
const pendingFrameLimit = 1000;

export function createSession(options: SessionOptions): Session {
	const {fifo, hookPath, intervalMs, onInput} = options;
	const clock = createClock();
	const model = createModel({closedForMs: options.keepMs});
	const timers: NodeJS.Timeout[] = [];
	let pendingFrames: Frame[] = [];
	let hookThreads: HookThreads | null = null;
	let processes: ProcessWatch | null = null;
	let routes: RouteWatch | null = null;
	let kernel: KernelReader | null = null;
	let socketOwners: SocketOwners | null = null;
	let lastFrameAt = 0;
	let lostReported = 0;
	/** The inodes of the newest look at each namespace, with their kind. */
	const kernelInodes = new Map<string, ReadonlyMap<number, SocketKind>>();
	/** Those of a look that is still coming: one that failed on the way never ends, and another begins. */
	const partialInodes = new Map<string, {at: number; inodes: Map<number, SocketKind>}>();

	function apply(input: ModelInput): void {
		model.apply(input);
		onInput(input);
		if (input.type === 'process' && 'netns' in input && input.netns !== null) {
			kernel?.watchNamespace(input.netns, input.pid);
		}

		// At once: what fails to find its server may be gone the next moment.
		if (input.type === 'process' && input.event === 'start' && input.thread === 0) void reportResolver(input);

		routes?.query();
	}

	/** Who ends at once of a port that is taken ends before anybody could look who has it. */
	async function waitForPortOwners(): Promise<void> {
		const begun = clock.now();
		while (hasUnknownHolder(model.rows) && clock.now() - begun < ownerWaitMs) {
			await new Promise(resolve => setTimeout(resolve, fifoQuietMs / 3));
		}
	}

	async function reportResolver({proc, pid}: Origin): Promise<void> {
		const resolver = await readResolverConfig(pid);
		if (resolver !== null) apply({type: 'resolver', at: clock.now(), proc, resolver});
	}

	const fifoReader = openFifoReader(fifo, frame => {
		lastFrameAt = clock.now();
		if (hookThreads !== null) hookThreads.applyFrame(frame);
		else if (pendingFrames.length < pendingFrameLimit) pendingFrames.push(frame);
	});

	function addNotice(level: 'info' | 'warn' | 'error', source: string, message: string): void {
		apply({type: 'notice', at: clock.now(), level, source, message});
	}

	function reportLost(): void {
		const {badFrames, otherVersion} = fifoReader.counters;
		const frames = (hookThreads?.lostFrames ?? 0) + badFrames + otherVersion - lostReported;
		if (frames <= 0) return;
		if (lostReported === 0)
			addNotice('warn', 'hooks', 'some records of the hooks were lost on the way: the table may lack rows');
		lostReported += frames;
		apply({type: 'lost', at: clock.now(), frames});
	}

	function owners(): ReadonlyMap<number, SocketOwner> {
		const watched = processes?.owners ?? new Map<number, SocketOwner>();
		return socketOwners?.mergedWith(watched) ?? watched;
	}

	/** Of a command that has ended, the final state stays. */
	function releaseNamespaces(): void {
		if (model.session.ended !== null) return;
		const inUse = new Set<string>();
		for (const {state, netns} of model.processes) {
			if (netns !== null && (state === 'running' || state === 'unhooked')) inUse.add(netns);
		}

		for (const netns of kernel?.expireNamespaces(inUse) ?? []) {
			kernelInodes.delete(netns);
			partialInodes.delete(netns);
			apply({type: 'unwatched', at: clock.now(), netns});
		}
	}

	function collectInodes({netns, at, sockets}: SnapshotPart): void {
		const known = partialInodes.get(netns);
		const partial = known?.at === at ? known : {at, inodes: new Map<number, SocketKind>()};
		for (const {inode, kind} of sockets) {
			if (inode !== null) partial.inodes.set(inode, kind === 'unix' ? 'unix' : 'internet');
		}

		partialInodes.set(netns, partial);
	}

	function createKernel(): KernelReader {
		return createKernelReader({
			now: clock.now,
			intervalMs,
			onNotice: notice => apply({type: 'notice', ...notice}),
			kernelQuery: netns => model.kernelQuery(netns),
			onSnapshotPart(part) {
				if (part.kind === 'table') collectInodes(part);
				apply({type: 'kernel', at: part.at, part, owners: owners()});
			},
			onSnapshotEnd(end) {
				if (end.kind === 'table') {
					const seen = partialInodes.get(end.netns);
					kernelInodes.set(end.netns, seen?.at === end.at ? seen.inodes : new Map());
					partialInodes.delete(end.netns);
				}

				apply({type: 'kernel-end', at: end.at, end, owners: owners()});
			},
			onCounters: (netns, at, counters) => apply({type: 'counters', at, netns, counters}),
			onInterfaces: seen => apply({type: 'interfaces', ...seen}),
			onRoutesStale: netns => routes?.requery(netns),
		});
	}

	function startKernel({pid}: Target): void {
		kernel ??= createKernel();
		routes = watchRoutes(model, kernel, clock, apply);
		socketOwners = watchSocketOwners({
			clock,
			urgency: () => (model.showsAll ? 'often' : model.hasUnidentifiedListeners ? 'rarely' : null),
			isWatched: other => hookThreads?.hasHook(other) ?? false,
		});
		// A command that has ended already was in our own namespace when it began.
		const commandNamespace = readNamespace(pid);
		const netns = commandNamespace.ok ? commandNamespace : readNamespace('self');
		if (netns.ok) kernel.watchNamespace(netns.value, pid);
	}

	return {
		model,
		now: clock.now,
		apply,
		addNotice,
		async prepare() {
			if (!options.kernel) return;
			kernel ??= createKernel();
			await kernel.prepare();
		},
		commandStarted(target) {
			const own = readNamespace('self');
			apply({
				...{type: 'session', at: clock.now()},
				...{command: redactArgv(target.command).map(sanitize), pid: target.pid},
				netns: own.ok ? own.value : null,
			});
			hookThreads = createHookThreads(clock, target, apply);
			if (options.kernel) startKernel(target);
			processes = watchProcesses({
				target,
				// Its name alone: some tools write NODE_OPTIONS anew, as `--require=PATH`.
				hookMarker: basename(hookPath),
				watchChildren: options.watchChildren,
				noHookReason: options.noHookReason,
				hookThreads,
				kernel,
				clock,
				kernelSocketKind(inode) {
					for (const known of kernelInodes.values()) {
						const kind = known.get(inode);
						if (kind !== undefined) return kind;
					}
					return null;
				},
				apply,
			});
			for (const frame of pendingFrames) hookThreads.applyFrame(frame);
			pendingFrames = [];

			timers.push(
				setInterval(() => {
					reportLost();
					apply({type: 'clock', at: clock.now()});
				}, clockIntervalMs),
				setInterval(() => {
					hookThreads?.expireGone(isGone);
					void processes?.poll();
					releaseNamespaces();
				}, processPollMs),
				setInterval(() => routes?.requery(), routeRequeryMs),
				setTimeout(() => void processes?.poll(), clockIntervalMs),
			);
		},
		async commandEnded(exitCode, signal) {
			const begun = clock.now();
			while (clock.now() - Math.max(begun, lastFrameAt) < fifoQuietMs && clock.now() - begun < drainMs) {
				await new Promise(resolve => setTimeout(resolve, fifoQuietMs / 3));
			}

			await kernel?.readEnds();
			if (kernel !== null) await waitForPortOwners();
			reportLost();
			// All that they wrote has been read: whoever is gone now, a worker too, is lost at once.
			for (const _look of ['missed', 'lost']) hookThreads?.expireGone(isGone);
			processes?.finish();
			hookThreads?.commandEnded(exitCode, signal);
			apply({type: 'ended', at: clock.now(), exitCode, signal});
		},
		async close() {
			for (const timer of timers) clearTimeout(timer);
			fifoReader.close();
			socketOwners?.close();
			await kernel?.close();
		},
	};
}

function isGone(pid: number, tid: number | null): boolean {
	if (tid !== null) return !existsSync(`/proc/${pid}/task/${tid}`);
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'ESRCH';
	}
}
