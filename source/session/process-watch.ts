/**
 * Watches the command's child processes from outside: their usage, processes without a hook and the reason,
 * and the sockets of those.
 */

import type {ModelInput, Owners, SocketOwner} from '../domain/events.ts';
import type {NoHookReason} from '../domain/row.ts';
import type {Clock} from '../intake/clock.ts';
import type {HookThreads} from '../intake/hook-threads.ts';
import type {KernelReader} from '../kernel/reader.ts';
import {findHookBarrier} from '../procfs/hook-barrier.ts';
import {type ProcessInfo, readProcess, readProcessTree} from '../procfs/process-tree.ts';
import {readSocketInodes, type SocketInodes} from '../procfs/socket-inodes.ts';
import {sanitize} from '../text/sanitize.ts';
import {createNativeSockets} from './native-sockets.ts';
import {createProcessLoads} from './process/loads.ts';
import {processOfWords, programNameOf, readWaitedMs, unhookedInput} from './process/unhooked.ts';
import type {Target} from './target.ts';

export type ProcessWatchOptions = {
	target: Pick<Target, 'pid' | 'command'>;
	/** The text in NODE_OPTIONS that shows netwatch's hook. */
	hookMarker: string;
	/** The FIFO that the hooks write to. */
	fifo: string;
	/** Whether a hook is expected in child processes of the command. */
	watchChildren: boolean;
	/** The reason for a missing hook, where known beforehand. */
	noHookReason: string | null;
	hookThreads: Pick<HookThreads, 'hasHook' | 'allHeardSince' | 'hasHello' | 'processNumber'>;
	kernel: Pick<KernelReader, 'watchNamespace'> | null;
	clock: Clock;
	/** Kind of the socket with this inode in the newest snapshot; null for none. */
	kernelSocketKind(inode: number): 'unix' | 'internet' | null;
	/** Whether a row of a process has, or had, the socket with this inode. */
	hasRow(netns: string, inode: number): boolean;
	apply(input: ModelInput): void;
};

export type ProcessWatch = {
	/** Sockets, by inode, of processes without a hook, and of native code in those with one. */
	readonly owners: Owners;
	/** The table of UDP sockets is needed. */
	readonly needsUdp: boolean;
	/** Polls once. Call it about once a second; a call during a poll does nothing. */
	poll(): Promise<void>;
	/** Emits the final reports after the command's exit. */
	finish(): void;
};

/**
 * Time from an exec to the hello frame of the hook, at most: Node needs a twentieth of it. Time in which the
 * process is stopped or waits for a core does not count.
 */
const helloTimeoutMs = 2500;
/** Most time counted between two polls: netwatch itself may have been stopped or late. */
const longestPollMs = 1500;
/** Time from fork to exec, at most. */
const forkGraceMs = 200;
/** Descriptors read per process, at most. */
const descriptorLimit = 4096;

/** The notice's text by reason; null for no notice. */
const absenceReasons: Record<Exclude<NoHookReason, 'kept-out'>, string | null> = {
	'not-node': null,
	watcher: null,
	replaced: "NODE_OPTIONS was replaced; kernel's view only",
	unreachable: "kernel's view only: it cannot reach netwatch: ",
	silent: "kernel's view only until its hook answers",
};

type UnhookedProcess = {
	process: ProcessInfo;
	/** Time since its exec was first seen in which it could run, in ms. */
	ageMs: number;
	seenAt: number;
	/** Time that its main thread has waited for a core since its start, in ms. */
	waitedMs: number;
	/** Set once the process was reported. */
	proc: number | null;
	/** The image that was reported. */
	reportedImage: string | null;
};

export function watchProcesses(options: ProcessWatchOptions): ProcessWatch {
	const {
		target,
		hookMarker,
		fifo,
		watchChildren,
		noHookReason,
		hookThreads,
		kernel,
		clock,
		kernelSocketKind,
		hasRow,
		apply,
	} = options;
	const unhooked = new Map<number, UnhookedProcess>();
	const loads = createProcessLoads(clock, apply);
	const startedAt = clock.now();
	const native = createNativeSockets({now: clock.now, hookThreads, kernelSocketKind, hasRow});
	let owners = new Map<number, SocketOwner>();
	/** The processes of the last poll. */
	let readings: ReadonlyMap<number, ProcessInfo> = new Map();
	let isPolling = false;
	let isNoHookReported = false;
	/** The command as /proc has last shown it. */
	let targetInfo: ProcessInfo | null = null;
	let isTargetReported = false;
	let hasSeenNode = false;
	void readProcess(target.pid, hookMarker).then(info => {
		targetInfo ??= info;
	});
	let pollTimer: NodeJS.Timeout | null = null;

	async function poll(): Promise<void> {
		if (isPolling) return;
		isPolling = true;
		try {
			const known = (pid: number) => (hookThreads.hasHook(pid) ? (readings.get(pid) ?? null) : null);
			const {processes} = await readProcessTree(target.pid, {hookMarker, known});
			readings = new Map(processes.map(process => [process.pid, process]));
			const ownersFound = new Map<number, SocketOwner>();
			for (const process of processes) {
				if (!watchChildren && process.pid !== target.pid) continue;
				if (process.netns !== null) kernel?.watchNamespace(process.netns, process.pid);
				if (hookThreads.hasHook(process.pid)) {
					await loads.report(process.pid, hookThreads.processNumber(process.pid));
					if (kernel !== null) await pollNative(process, ownersFound);
				} else await pollUnhooked(process, ownersFound);
			}

			targetInfo = processes.find(({pid, argv}) => pid === target.pid && argv.length > 0) ?? targetInfo;
			owners = ownersFound;
			const alive = new Set(readings.keys());
			native.forgetGone(alive);
			removeGone(alive);
			const isStarting = [...unhooked.values()].some(
				({process, reportedImage}) => process.node && reportedImage !== process.image,
			);
			if (!isStarting && !hookThreads.hasHello && clock.now() - startedAt > helloTimeoutMs)
				reportNoHook('so far');
		} finally {
			isPolling = false;
		}
	}

	async function pollUnhooked(process: ProcessInfo, ownersFound: Map<number, SocketOwner>): Promise<void> {
		const state = await noteUnhooked(process);
		const openSockets = await readSocketInodes(process.pid, descriptorLimit);
		// The hook's hello may have arrived during the await.
		if (hookThreads.hasHook(process.pid)) return;
		const sockets = openSockets.ok
			? [...openSockets.value.inodes].filter(inode => isOwnedSocket(inode, openSockets.value))
			: [];
		// Between fork and exec a process looks like its parent.
		if (process.node) hasSeenNode = true;
		const isReplaced = process.node && process.hooked === false;
		const isUnhookedNode = process.node && state.ageMs > (isReplaced ? forkGraceMs : helloTimeoutMs);
		if (isReplaced && !isUnhookedNode) pollSoon();
		if (isUnhookedNode || (!process.node && sockets.length > 0)) await reportUnhooked(state);
		if (state.proc === null) return;
		const {program} = programNameOf(process);
		for (const inode of sockets) ownersFound.set(inode, {proc: state.proc, pid: process.pid, program});
	}

	async function pollNative(process: ProcessInfo, ownersFound: Map<number, SocketOwner>): Promise<void> {
		const {pid, netns} = process;
		const {program} = programNameOf(process);
		for (const inode of await native.inodesOf(pid, netns))
			ownersFound.set(inode, {proc: hookThreads.processNumber(pid), pid, program, native: true});
	}

	/** The age begins anew with an exec: `sh -c "…; exec node"`. */
	async function noteUnhooked(process: ProcessInfo): Promise<UnhookedProcess> {
		const waitedMs = await readWaitedMs(process.pid);
		const at = clock.now();
		const known = unhooked.get(process.pid);
		const isSame = known?.process.image === process.image;
		const elapsedMs = known === undefined ? 0 : Math.min(at - known.seenAt, longestPollMs);
		const ranMs = process.stopped ? 0 : Math.max(0, elapsedMs - (waitedMs - (known?.waitedMs ?? waitedMs)));
		const state = {
			process,
			ageMs: isSame && known !== undefined ? known.ageMs + ranMs : 0,
			seenAt: at,
			waitedMs,
			proc: known?.proc ?? null,
			reportedImage: known?.reportedImage ?? null,
		};
		unhooked.set(process.pid, state);
		return state;
	}

	async function reportUnhooked(state: UnhookedProcess): Promise<void> {
		const {process} = state;
		const {pid} = process;
		if (state.reportedImage === process.image) return;
		const {program, wrapper} = programNameOf(process);
		const absence = absenceOf(process, wrapper);
		const barrier = absence === 'silent' ? await findHookBarrier(pid, fifo) : null;
		const noHook = barrier === null ? absence : 'unreachable';
		// The hook's hello may have arrived during the await.
		if (hookThreads.hasHook(pid)) return;
		state.reportedImage = process.image;
		state.proc = hookThreads.processNumber(pid);
		applyUnhooked(process, state.proc, noHook, clock.now());
		const why = noHook === 'kept-out' ? `kernel's view only: ${noHookReason}` : absenceReasons[noHook];
		if (why === null) return;
		addNotice('warn', `no hook in ${program} ${pid}: ${why}${barrier ?? ''}`);
		// That notice has the reason; a process that the hook is kept out of may not be the only one.
		if (process.node && noHook !== 'kept-out') isNoHookReported = true;
	}

	function applyUnhooked(process: ProcessInfo, proc: number, noHook: NoHookReason, at: number): void {
		if (process.pid === target.pid) isTargetReported = true;
		apply(unhookedInput(process, {proc, noHook, at}));
	}

	/** The command has an end, and so a beginning, also where no hook and no socket was seen. */
	function reportTarget(): void {
		if (isTargetReported || hookThreads.hasHook(target.pid)) return;
		const info = targetInfo ?? processOfWords(target);
		// Of one that has ended, as a zombie, /proc has no words.
		const process = info.argv.length > 0 ? info : {...info, argv: target.command};
		const noHook = absenceOf(process, programNameOf(process).wrapper);
		applyUnhooked(process, hookThreads.processNumber(target.pid), noHook, startedAt);
	}

	function absenceOf({node, hooked}: ProcessInfo, wrapper: boolean): Exclude<NoHookReason, 'unreachable'> {
		if (!node) return 'not-node';
		// A watcher such as `node --watch` loads no hook into itself, and has no sockets of its own.
		if (wrapper) return 'watcher';
		if (noHookReason !== null) return 'kept-out';
		return hooked === false ? 'replaced' : 'silent';
	}

	/** Node connects its children's stdio by Unix socket pairs, which are no sockets of the child's program. */
	function isOwnedSocket(inode: number, {stdio: standard}: SocketInodes): boolean {
		const kind = kernelSocketKind(inode);
		return kind === 'internet' || (kind === 'unix' && !standard.has(inode));
	}

	/** One extra poll shortly after: the regular poll would miss short-lived processes. */
	function pollSoon(): void {
		if (pollTimer !== null) return;
		pollTimer = setTimeout(() => {
			pollTimer = null;
			void poll();
		}, forkGraceMs * 1.5);
		pollTimer.unref();
	}

	function removeGone(alive: ReadonlySet<number>): void {
		loads.removeGone(alive);
		for (const [pid, {proc}] of unhooked) {
			if (alive.has(pid) && !hookThreads.hasHook(pid)) continue;
			unhooked.delete(pid);
			// The command's own exit comes from its parent, with the exit code.
			if (proc === null || pid === target.pid || hookThreads.hasHook(pid)) continue;
			const end = {at: clock.now(), exitCode: null, signal: null};
			apply({type: 'process', event: 'lost', proc, pid, thread: 0, ...end});
		}
	}

	/** @param until "so far", or "" at the end of the command */
	function reportNoHook(until: string): void {
		if (isNoHookReported) return;
		isNoHookReported = true;
		const commandName = sanitize(target.command[0] ?? '');
		const cause = hasSeenNode
			? 'the Node program that was seen ended before its hook answered'
			: watchChildren
				? `${commandName} has started no Node program${until === '' ? '' : ` ${until}`}`
				: `${commandName} is no Node program itself (--no-children)`;
		const why = noHookReason ?? `either ${cause}, or NODE_OPTIONS was cleared on the way`;
		const left = kernel === null ? 'nothing is shown' : "only the kernel's view is shown";
		const isOpen = noHookReason === null && watchChildren && until !== '';
		const then = isOpen ? ' until one answers' : '';
		addNotice('warn', `no hook answered${isOpen ? ' yet' : ''}: ${why}; ${left}${then}`);
	}

	function addNotice(level: 'info' | 'warn', message: string): void {
		apply({type: 'notice', at: clock.now(), level, source: 'hooks', message});
	}

	return {
		get owners() {
			return owners;
		},
		get needsUdp() {
			return native.hasUdp;
		},
		poll,
		finish() {
			if (!hookThreads.hasHello) reportNoHook('');
			reportTarget();
		},
	};
}
