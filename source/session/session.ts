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
import {type OtherOwners, watchOtherOwners} from './socket-owners.ts';

export type SessionOptions = {
	/** The FIFO that the hooks write to. */
	fifo: string;
	/** The hook's path, by which a process that was given it is known. */
	hookPath: string;
	command: readonly string[];
	/** Least time between two looks at the kernel's table, in ms. */
	intervalMs: number;
	/** Whether ss and ip are asked at all. */
	kernel: boolean;
	/** Whether processes below the command's own are to be watched. */
	children: boolean;
	/** Why no hook may answer, where that is known beforehand. */
	silence: string | null;
	/** How long a closed row stays, in ms. */
	keepMs: number;
	/** After each input that the model has applied. */
	onInput(input: ModelInput): void;
};

export type Session = {
	readonly model: Model;
	now(): number;
	apply(input: ModelInput): void;
	say(level: 'info' | 'warn' | 'error', source: string, message: string): void;
	/** To be waited for before the command runs: from then on the ends of its sockets are told, or it is known that not. */
	prepare(): Promise<void>;
	/** The command runs: from here on its processes and its namespace are watched. */
	started(pid: number): void;
	/** The command has ended. Resolves when all that the hooks wrote has been read. */
	ended(exitCode: number | null, signal: string | null): Promise<void>;
	close(): Promise<void>;
};

type SocketKind = 'unix' | 'internet';

const clockMs = 250;
const processesMs = 1000;
/** Routes may change without a word (a link that goes down takes IPv4 routes along). */
const routesAgainMs = 30_000;
/** A FIFO that has been silent for so long has been read to its end. */
const quietMs = 60;
const drainMs = 1000;
/** How long the end waits to know who has a port that could not be had. */
const holdersMs = 3000;
/** Frames that come before the command's pid is known. */
const framesHeld = 1000;

export function createSession(options: SessionOptions): Session {
	const {fifo, hookPath, command, intervalMs, onInput} = options;
	const clock = createClock();
	const model = createModel({closedForMs: options.keepMs});
	const timers: NodeJS.Timeout[] = [];
	let held: Frame[] = [];
	let senders: HookThreads | null = null;
	let processes: ProcessWatch | null = null;
	let routes: RouteWatch | null = null;
	let kernel: KernelReader | null = null;
	let others: OtherOwners | null = null;
	let lastFrameAt = 0;
	let lostTold = 0;
	/** The inodes of the newest look at each namespace, with their kind. */
	const inodes = new Map<string, ReadonlyMap<number, SocketKind>>();
	/** Those of a look that is still coming: one that failed on the way never ends, and another begins. */
	const inodesSeen = new Map<string, {at: number; inodes: Map<number, SocketKind>}>();

	function apply(input: ModelInput): void {
		model.apply(input);
		onInput(input);
		if (input.type === 'process' && 'netns' in input && input.netns !== null) {
			kernel?.watchNamespace(input.netns, input.pid);
		}

		// At once: what fails to find its server may be gone the next moment.
		if (input.type === 'process' && input.event === 'start' && input.thread === 0) void tellResolver(input);

		routes?.ask();
	}

	/** Who ends at once of a port that is taken ends before anybody could look who has it. */
	async function untilHoldersKnown(): Promise<void> {
		const begun = clock.now();
		while (hasUnknownHolder(model.rows) && clock.now() - begun < holdersMs) {
			await new Promise(resolve => setTimeout(resolve, quietMs / 3));
		}
	}

	async function tellResolver({proc, pid}: Origin): Promise<void> {
		const resolver = await readResolverConfig(pid);
		if (resolver !== null) apply({type: 'resolver', at: clock.now(), proc, resolver});
	}

	const receiver = openFifoReader(fifo, frame => {
		lastFrameAt = clock.now();
		if (senders !== null) senders.applyFrame(frame);
		else if (held.length < framesHeld) held.push(frame);
	});

	function say(level: 'info' | 'warn' | 'error', source: string, message: string): void {
		apply({type: 'notice', at: clock.now(), level, source, message});
	}

	function tellLost(): void {
		const {badFrames, otherVersion} = receiver.counters;
		const frames = (senders?.lostFrames ?? 0) + badFrames + otherVersion - lostTold;
		if (frames <= 0) return;
		if (lostTold === 0)
			say('warn', 'hooks', 'some records of the hooks were lost on the way: the table may lack rows');
		lostTold += frames;
		apply({type: 'lost', at: clock.now(), frames});
	}

	function owners(): ReadonlyMap<number, SocketOwner> {
		const watched = processes?.owners ?? new Map<number, SocketOwner>();
		return others?.with(watched) ?? watched;
	}

	/** Of a command that has ended, the final state stays. */
	function leaveNamespaces(): void {
		if (model.session.ended !== null) return;
		const inUse = new Set<string>();
		for (const {state, netns} of model.processes) {
			if (netns !== null && (state === 'running' || state === 'unhooked')) inUse.add(netns);
		}

		for (const netns of kernel?.expireNamespaces(inUse) ?? []) {
			inodes.delete(netns);
			inodesSeen.delete(netns);
			apply({type: 'unwatched', at: clock.now(), netns});
		}
	}

	function noteInodes({netns, at, sockets}: SnapshotPart): void {
		const known = inodesSeen.get(netns);
		const seen = known?.at === at ? known : {at, inodes: new Map<number, SocketKind>()};
		for (const {inode, kind} of sockets) {
			if (inode !== null) seen.inodes.set(inode, kind === 'unix' ? 'unix' : 'internet');
		}

		inodesSeen.set(netns, seen);
	}

	function createKernel(): KernelReader {
		return createKernelReader({
			now: clock.now,
			intervalMs,
			onNotice: notice => apply({type: 'notice', ...notice}),
			kernelQuery: netns => model.kernelQuery(netns),
			onSnapshotPart(part) {
				if (part.kind === 'table') noteInodes(part);
				apply({type: 'kernel', at: part.at, part, owners: owners()});
			},
			onSnapshotEnd(end) {
				if (end.kind === 'table') {
					const seen = inodesSeen.get(end.netns);
					inodes.set(end.netns, seen?.at === end.at ? seen.inodes : new Map());
					inodesSeen.delete(end.netns);
				}

				apply({type: 'kernel-end', at: end.at, end, owners: owners()});
			},
			onCounters: (netns, at, counters) => apply({type: 'counters', at, netns, counters}),
			onInterfaces: seen => apply({type: 'interfaces', ...seen}),
			onRoutesStale: netns => routes?.askAgain(netns),
		});
	}

	function startKernel(pid: number): void {
		kernel ??= createKernel();
		routes = watchRoutes(model, kernel, clock, apply);
		others = watchOtherOwners({
			clock,
			wanted: () => (model.showsAll ? 'often' : model.hasUnidentifiedListeners ? 'rarely' : null),
			isWatched: other => senders?.hasHook(other) ?? false,
		});
		// A command that has ended already was in our own namespace when it began.
		const its = readNamespace(pid);
		const netns = its.ok ? its : readNamespace('self');
		if (netns.ok) kernel.watchNamespace(netns.value, pid);
	}

	return {
		model,
		now: clock.now,
		apply,
		say,
		async prepare() {
			if (!options.kernel) return;
			kernel ??= createKernel();
			await kernel.prepare();
		},
		started(pid) {
			const name = command[0] ?? '';
			const own = readNamespace('self');
			apply({
				...{type: 'session', at: clock.now(), command: redactArgv(command).map(sanitize), pid},
				netns: own.ok ? own.value : null,
			});
			senders = createHookThreads(clock, pid, apply);
			if (options.kernel) startKernel(pid);
			processes = watchProcesses({
				commandPid: pid,
				commandName: sanitize(name),
				// Its name alone: some tools write NODE_OPTIONS anew, as `--require=PATH`.
				needle: basename(hookPath),
				children: options.children,
				silence: options.silence,
				senders,
				kernel,
				clock,
				kindInKernelTable(inode) {
					for (const known of inodes.values()) {
						const kind = known.get(inode);
						if (kind !== undefined) return kind;
					}
					return null;
				},
				apply,
			});
			for (const frame of held) senders.applyFrame(frame);
			held = [];

			timers.push(
				setInterval(() => {
					tellLost();
					apply({type: 'clock', at: clock.now()});
				}, clockMs),
				setInterval(() => {
					senders?.expireGone(isGone);
					void processes?.look();
					leaveNamespaces();
				}, processesMs),
				setInterval(() => routes?.askAgain(), routesAgainMs),
				setTimeout(() => void processes?.look(), clockMs),
			);
		},
		async ended(exitCode, signal) {
			const begun = clock.now();
			while (clock.now() - Math.max(begun, lastFrameAt) < quietMs && clock.now() - begun < drainMs) {
				await new Promise(resolve => setTimeout(resolve, quietMs / 3));
			}

			await kernel?.readEnds();
			if (kernel !== null) await untilHoldersKnown();
			tellLost();
			// All that they wrote has been read: whoever is gone now, a worker too, is lost at once.
			for (const _look of ['missed', 'lost']) senders?.expireGone(isGone);
			processes?.finish();
			senders?.commandEnded(exitCode, signal);
			apply({type: 'ended', at: clock.now(), exitCode, signal});
		},
		async close() {
			for (const timer of timers) clearTimeout(timer);
			receiver.close();
			others?.close();
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
