/**
 * Watches the processes below the command from outside: what each uses, which of them no hook answers for and why,
 * and which sockets those hold.
 */

import type {ModelInput, SocketOwner} from '../domain/events.ts';
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

export type ProcessWatchOptions = {
	commandPid: number;
	commandName: string;
	/** What NODE_OPTIONS holds where the hook was handed on; null where no hook is used. */
	needle: string;
	/** Whether a hook is to be missed in processes below the command's own. */
	children: boolean;
	/** Why no hook may answer, where that is known beforehand. */
	silence: string | null;
	senders: HookThreads;
	kernel: Pick<KernelReader, 'watchNamespace'> | null;
	clock: Clock;
	/** Of which kind the socket with this inode is that the newest look at the kernel's table shows; null for none. */
	kindInKernelTable(inode: number): 'unix' | 'internet' | null;
	apply(input: ModelInput): void;
};

export type ProcessWatch = {
	/** Sockets, by inode, of processes that no hook answers for. */
	readonly owners: ReadonlyMap<number, SocketOwner>;
	/** One look. To be called about once a second; a look that is still under way is not doubled. */
	look(): Promise<void>;
	/** What is to be said when the command has ended. */
	finish(): void;
};

/** How long a process may take until its hook says hello: Node starts in a twentieth of that. */
const helloMs = 2500;
/** How long a process that was forked may take until it runs its own program. */
const forkMs = 200;
/** Descriptors looked at, a process. */
const descriptorsLookedAt = 4096;

const nameOf = (process: ProcessInfo): Program => {
	const {program, wrapper} = describeCommandLine(process.argv.length > 0 ? process.argv : [process.comm]);
	return {program: sanitize(program), wrapper};
};

/** null where nothing is amiss. */
const whyMissed: Record<Exclude<NoHookReason, 'kept-out'>, string | null> = {
	'not-node': null,
	watcher: null,
	replaced: "NODE_OPTIONS was replaced; kernel's view only",
	unreachable:
		"kernel's view only: it cannot reach netwatch (another user, another container, or --permission)",
};

type Unhooked = {process: ProcessInfo; since: number; proc: number | null};

export function watchProcesses(options: ProcessWatchOptions): ProcessWatch {
	const {
		commandPid,
		commandName,
		needle,
		children,
		silence,
		senders,
		kernel,
		clock,
		kindInKernelTable,
		apply,
	} = options;
	const unhooked = new Map<number, Unhooked>();
	const cpuBefore = new Map<number, {at: number; seconds: number; waited: number | null}>();
	const begun = clock.now();
	let owners = new Map<number, SocketOwner>();
	let looking = false;
	let silenceTold = false;
	let soon: NodeJS.Timeout | null = null;

	async function look(): Promise<void> {
		if (looking) return;
		looking = true;
		try {
			const {processes} = await readProcessTree(commandPid, {hookMarker: needle});
			const found = new Map<number, SocketOwner>();
			for (const process of processes) {
				if (!children && process.pid !== commandPid) continue;
				if (process.netns !== null) kernel?.watchNamespace(process.netns, process.pid);
				if (senders.hasHook(process.pid)) await tellLoad(process.pid);
				else await lookAtUnhooked(process, found);
			}

			owners = found;
			forgetGone(new Set(processes.map(process => process.pid)));
			if (!senders.hasHello && clock.now() - begun > helloMs) tellSilence();
		} finally {
			looking = false;
		}
	}

	async function lookAtUnhooked(process: ProcessInfo, found: Map<number, SocketOwner>): Promise<void> {
		const known = unhooked.get(process.pid) ?? {process, since: clock.now(), proc: null};
		known.process = process;
		unhooked.set(process.pid, known);
		const held = await readSocketInodes(process.pid, descriptorsLookedAt);
		// Its hook may have said hello meanwhile.
		if (senders.hasHook(process.pid)) return;
		const sockets = held.ok ? [...held.value.inodes].filter(inode => isItsOwn(inode, held.value)) : [];
		const age = clock.now() - known.since;
		// A process that was forked a moment ago still looks like its parent.
		const isUnhookedNode = process.node && age > (process.hooked === false ? forkMs : helloMs);
		if (process.node && process.hooked === false && age <= forkMs) lookSoon();
		if (isUnhookedNode || (!process.node && sockets.length > 0)) tellUnhooked(known);
		if (known.proc === null) return;
		const {program} = nameOf(process);
		for (const inode of sockets) found.set(inode, {proc: known.proc, pid: process.pid, program});
	}

	function tellUnhooked(known: Unhooked): void {
		if (known.proc !== null) return;
		const {process} = known;
		const {pid} = process;
		const {program, wrapper} = nameOf(process);
		const noHook = absenceOf(process, wrapper);
		known.proc = senders.processNumber(pid);
		apply({
			type: 'process',
			event: 'unhooked',
			at: clock.now(),
			proc: known.proc,
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
		const why = noHook === 'kept-out' ? `kernel's view only: ${silence}` : whyMissed[noHook];
		if (why !== null) say('warn', `no hook in ${program} ${pid}: ${why}`);
	}

	function absenceOf({node, hooked}: ProcessInfo, wrapper: boolean): NoHookReason {
		if (!node) return 'not-node';
		// A watcher such as `node --watch` loads no hook into itself, and has no sockets of its own.
		if (wrapper) return 'watcher';
		if (silence !== null) return 'kept-out';
		return hooked === false ? 'replaced' : 'unreachable';
	}

	/** What Node makes a child's standard streams of, where they are pipes, belongs to whoever started it. */
	function isItsOwn(inode: number, {stdio: standard}: SocketInodes): boolean {
		const kind = kindInKernelTable(inode);
		return kind === 'internet' || (kind === 'unix' && !standard.has(inode));
	}

	/** Once, a moment later: too short-lived a process would be missed by the next ordinary look. */
	function lookSoon(): void {
		if (soon !== null) return;
		soon = setTimeout(() => {
			soon = null;
			void look();
		}, forkMs * 1.5);
		soon.unref();
	}

	async function tellLoad(pid: number): Promise<void> {
		const load = await readProcessLoad(pid);
		if (load === null) return;
		const at = clock.now();
		const before = cpuBefore.get(pid);
		const seconds = before === undefined ? 0 : (at - before.at) / 1000;
		const cpu = before === undefined || seconds <= 0 ? null : (load.cpuSeconds - before.seconds) / seconds;
		const waited = load.cpuWaitSeconds;
		const cpuWait =
			waited === null || before?.waited == null || seconds <= 0
				? null
				: Math.min(1, Math.max(0, (waited - before.waited) / seconds));
		cpuBefore.set(pid, {at, seconds: load.cpuSeconds, waited});
		const {rss, fds, fdLimit} = load;
		const inside = {loopDelayP50: null, loopDelayP99: null, loopDelayMax: null};
		const counts = {sockets: null, sent: null, dropped: null, sitesNotTaken: null};
		const proc = senders.processNumber(pid);
		apply({
			type: 'load',
			at,
			proc,
			pid,
			thread: 0,
			load: {
				at,
				...inside,
				cpu: cpu === null ? null : Math.max(0, cpu),
				cpuWait,
				rss,
				fds,
				fdLimit,
				...counts,
			},
		});
	}

	function forgetGone(alive: ReadonlySet<number>): void {
		for (const pid of cpuBefore.keys()) if (!alive.has(pid)) cpuBefore.delete(pid);
		for (const [pid, {proc}] of unhooked) {
			if (alive.has(pid) && !senders.hasHook(pid)) continue;
			unhooked.delete(pid);
			// Of the command itself its parent tells, with the exit code.
			if (proc === null || pid === commandPid || senders.hasHook(pid)) continue;
			const end = {at: clock.now(), exitCode: null, signal: null};
			apply({type: 'process', event: 'lost', proc, pid, thread: 0, ...end});
		}
	}

	function tellSilence(): void {
		if (silenceTold) return;
		silenceTold = true;
		const cause = children
			? `${commandName} starts no Node program`
			: `${commandName} is no Node program itself (--no-children)`;
		const why = silence ?? `either ${cause}, or NODE_OPTIONS was cleared on the way`;
		const left = kernel === null ? 'nothing is shown' : "only the kernel's view is shown";
		say('warn', `no hook answered: ${why}; ${left}`);
	}

	function say(level: 'info' | 'warn', message: string): void {
		apply({type: 'notice', at: clock.now(), level, source: 'hooks', message});
	}

	return {
		get owners() {
			return owners;
		},
		look,
		finish() {
			if (!senders.hasHello) tellSilence();
		},
	};
}
