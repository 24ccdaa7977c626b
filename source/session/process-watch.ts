/**
 * Watches the command's child processes from outside: their usage, processes without a hook and the reason,
 * and the sockets of those.
 */

import type {ModelInput, Owners, SocketOwner} from '../domain/events.ts';
import {describeCommandLine, type Program} from '../domain/program-name.ts';
import type {NoHookReason} from '../domain/row.ts';
import type {Clock} from '../intake/clock.ts';
import type {HookThreads} from '../intake/hook-threads.ts';
import type {KernelReader} from '../kernel/reader.ts';
import {readProcessLoad} from '../procfs/process-load.ts';
import {type ProcessInfo, readProcessTree} from '../procfs/process-tree.ts';
import {readSocketInodes, type SocketInodes} from '../procfs/socket-inodes.ts';
import {redactArgv} from '../shared/redact.ts';
import {sanitize} from '../text/sanitize.ts';
import {createNativeSockets} from './native-sockets.ts';
import type {Target} from './target.ts';

export type ProcessWatchOptions = {
	target: Pick<Target, 'pid' | 'command'>;
	/** The text in NODE_OPTIONS that shows netwatch's hook. */
	hookMarker: string;
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

/** Time from a process's start to its hook's hello frame, at most: Node needs a twentieth of it. */
const helloTimeoutMs = 2500;
/** Time from fork to exec, at most. */
const forkGraceMs = 200;
/** Descriptors read per process, at most. */
const descriptorLimit = 4096;

const programNameOf = (process: ProcessInfo): Program => {
	const {program, wrapper} = describeCommandLine(process.argv.length > 0 ? process.argv : [process.comm]);
	return {program: sanitize(program), wrapper};
};

/** The notice's text by reason; null for no notice. */
const absenceReasons: Record<Exclude<NoHookReason, 'kept-out'>, string | null> = {
	'not-node': null,
	watcher: null,
	replaced: "NODE_OPTIONS was replaced; kernel's view only",
	unreachable:
		"kernel's view only: it cannot reach netwatch (another user, another container, or --permission)",
};

type UnhookedProcess = {process: ProcessInfo; since: number; proc: number | null};

export function watchProcesses(options: ProcessWatchOptions): ProcessWatch {
	const {
		target,
		hookMarker,
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
	const cpuBefore = new Map<number, {at: number; seconds: number; waited: number | null}>();
	const startedAt = clock.now();
	const native = createNativeSockets({now: clock.now, hookThreads, kernelSocketKind, hasRow});
	let owners = new Map<number, SocketOwner>();
	let isPolling = false;
	let isNoHookReported = false;
	let pollTimer: NodeJS.Timeout | null = null;

	async function poll(): Promise<void> {
		if (isPolling) return;
		isPolling = true;
		try {
			const {processes} = await readProcessTree(target.pid, {hookMarker});
			const ownersFound = new Map<number, SocketOwner>();
			for (const process of processes) {
				if (!watchChildren && process.pid !== target.pid) continue;
				if (process.netns !== null) kernel?.watchNamespace(process.netns, process.pid);
				if (hookThreads.hasHook(process.pid)) {
					await reportLoad(process.pid);
					if (kernel !== null) await pollNative(process, ownersFound);
				} else await pollUnhooked(process, ownersFound);
			}

			owners = ownersFound;
			const alive = new Set(processes.map(process => process.pid));
			native.forgetGone(alive);
			removeGone(alive);
			if (!hookThreads.hasHello && clock.now() - startedAt > helloTimeoutMs) reportNoHook();
		} finally {
			isPolling = false;
		}
	}

	async function pollUnhooked(process: ProcessInfo, ownersFound: Map<number, SocketOwner>): Promise<void> {
		const state = unhooked.get(process.pid) ?? {process, since: clock.now(), proc: null};
		state.process = process;
		unhooked.set(process.pid, state);
		const openSockets = await readSocketInodes(process.pid, descriptorLimit);
		// The hook's hello may have arrived during the await.
		if (hookThreads.hasHook(process.pid)) return;
		const sockets = openSockets.ok
			? [...openSockets.value.inodes].filter(inode => isOwnedSocket(inode, openSockets.value))
			: [];
		const age = clock.now() - state.since;
		// Between fork and exec a process looks like its parent.
		const isUnhookedNode = process.node && age > (process.hooked === false ? forkGraceMs : helloTimeoutMs);
		if (process.node && process.hooked === false && age <= forkGraceMs) pollSoon();
		if (isUnhookedNode || (!process.node && sockets.length > 0)) reportUnhooked(state);
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

	function reportUnhooked(state: UnhookedProcess): void {
		if (state.proc !== null) return;
		const {process} = state;
		const {pid} = process;
		const {program, wrapper} = programNameOf(process);
		const noHook = absenceOf(process, wrapper);
		state.proc = hookThreads.processNumber(pid);
		apply({
			type: 'process',
			event: 'unhooked',
			at: clock.now(),
			proc: state.proc,
			pid,
			thread: 0,
			ppid: process.ppid,
			netns: process.netns,
			node: null,
			title: sanitize(process.comm),
			argv: redactArgv(process.argv).map(sanitize),
			program,
			wrapper,
			noHook,
		});
		const why = noHook === 'kept-out' ? `kernel's view only: ${noHookReason}` : absenceReasons[noHook];
		if (why !== null) addNotice('warn', `no hook in ${program} ${pid}: ${why}`);
	}

	function absenceOf({node, hooked}: ProcessInfo, wrapper: boolean): NoHookReason {
		if (!node) return 'not-node';
		// A watcher such as `node --watch` loads no hook into itself, and has no sockets of its own.
		if (wrapper) return 'watcher';
		if (noHookReason !== null) return 'kept-out';
		return hooked === false ? 'replaced' : 'unreachable';
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

	async function reportLoad(pid: number): Promise<void> {
		const load = await readProcessLoad(pid);
		if (load === null) return;
		const at = clock.now();
		const before = cpuBefore.get(pid);
		const seconds = before === undefined ? 0 : (at - before.at) / 1000;
		const cpu = before === undefined || seconds <= 0 ? null : (load.cpuSeconds - before.seconds) / seconds;
		const cpuWaitSeconds = load.cpuWaitSeconds;
		const cpuWait =
			cpuWaitSeconds === null || before?.waited == null || seconds <= 0
				? null
				: Math.min(1, Math.max(0, (cpuWaitSeconds - before.waited) / seconds));
		cpuBefore.set(pid, {at, seconds: load.cpuSeconds, waited: cpuWaitSeconds});
		const {rss, fds, fdLimit} = load;
		const noLoopDelay = {loopDelayP50: null, loopDelayP99: null, loopDelayMax: null};
		const noHookCounts = {sockets: null, sent: null, dropped: null, sitesNotTaken: null};
		const proc = hookThreads.processNumber(pid);
		apply({
			type: 'load',
			at,
			proc,
			pid,
			thread: 0,
			load: {
				at,
				...noLoopDelay,
				cpu: cpu === null ? null : Math.max(0, cpu),
				cpuWait,
				rss,
				fds,
				fdLimit,
				...noHookCounts,
			},
		});
	}

	function removeGone(alive: ReadonlySet<number>): void {
		for (const pid of cpuBefore.keys()) if (!alive.has(pid)) cpuBefore.delete(pid);
		for (const [pid, {proc}] of unhooked) {
			if (alive.has(pid) && !hookThreads.hasHook(pid)) continue;
			unhooked.delete(pid);
			// The command's own exit comes from its parent, with the exit code.
			if (proc === null || pid === target.pid || hookThreads.hasHook(pid)) continue;
			const end = {at: clock.now(), exitCode: null, signal: null};
			apply({type: 'process', event: 'lost', proc, pid, thread: 0, ...end});
		}
	}

	function reportNoHook(): void {
		if (isNoHookReported) return;
		isNoHookReported = true;
		const commandName = sanitize(target.command[0] ?? '');
		const cause = watchChildren
			? `${commandName} starts no Node program`
			: `${commandName} is no Node program itself (--no-children)`;
		const why = noHookReason ?? `either ${cause}, or NODE_OPTIONS was cleared on the way`;
		const left = kernel === null ? 'nothing is shown' : "only the kernel's view is shown";
		addNotice('warn', `no hook answered: ${why}; ${left}`);
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
			if (!hookThreads.hasHello) reportNoHook();
		},
	};
}
