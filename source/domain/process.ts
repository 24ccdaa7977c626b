/**
 * The watched processes and their threads. Times are milliseconds since the epoch unless a name says
 * otherwise, and null means "not observed".
 */
import type {ResolverView} from './kernel.ts';

/**
 * The reason why a process has no hook: not a Node program; a wrapper such as `node --watch`, which loads no
 * hook into itself; NODE_OPTIONS was replaced, and no longer has the hook; the hook cannot reach the FIFO; the
 * hook has not answered, and nothing is seen that keeps it from that; netwatch itself has kept the hook out.
 */
export type NoHookReason = 'not-node' | 'watcher' | 'replaced' | 'unreachable' | 'silent' | 'kept-out';

/** A thread of a watched process, or a descendant of the command without a hook. */
export type ProcessRow = {
	proc: number;
	pid: number;
	thread: number;
	ppid: number | null;
	netns: string | null;
	node: string | null;
	title: string;
	argv: readonly string[];
	/** A short name of the program, e.g. "server.js", "npm run dev". */
	program: string;
	/** Set for programs that only start the program: npm, npx, nodemon, tsx, `node --watch`. */
	wrapper: boolean;
	state: 'running' | 'exited' | 'lost' | 'unhooked';
	/** Set for a process without a hook; null where a hook reports. */
	noHook: NoHookReason | null;
	startedAt: number;
	endedAt: number | null;
	exitCode: number | null;
	signal: string | null;
	/** It ended without a last report of its hook: `load.dropped` is what was known before. */
	isEndUnreported: boolean;
	load: LoadView | null;
	/** When its hook has said hello; null where none has. */
	hookedAt: number | null;
	/** When its first socket or listener was made; null where there is none yet. */
	firstSocketAt: number | null;
	/** When the hook last reported its event loop; null where it never has. */
	loopSeenAt: number | null;
	/** Event loop delays, oldest first; at most `maxBlockedSpans` spans. */
	blocked: readonly BlockedSpan[];
	blockedDropped: number;
	/** The configuration of getaddrinfo() in the process; absent or null where unknown. */
	resolver?: ResolverView | null;
	/** What the thread had in libuv's thread pool while a lookup was long under way, oldest first. */
	pool?: readonly PoolSample[];
	/** Sockets that have a row at present. */
	rows: number;
};

/** Requests of a thread in libuv's thread pool: lookups of any kind, and file operations that do not end. */
export type PoolSample = {
	at: number;
	lookups: number;
	files: number;
	/** Threads of the process beside its main one that were computing at about that time; null where not counted. */
	computing: number | null;
};

/**
 * An event loop delay from about `from` to `to`: a timer of the hook fired late. The delay began at most one
 * tick of the hook (50 ms) before `from`.
 */
export type BlockedSpan = {from: number; to: number};

export type LoadView = {
	at: number;
	loopDelayP50: number | null;
	loopDelayP99: number | null;
	loopDelayMax: number | null;
	/** CPU time, as a fraction of one core. */
	cpu: number | null;
	/** Fraction of time that the main thread was runnable without a core: the machine is overloaded. */
	cpuWait: number | null;
	rss: number | null;
	fds: number | null;
	fdLimit: number | null;
	sockets: number | null;
	sent: number | null;
	dropped: number | null;
	/** Sockets without a creation site: above the hook's limit per second. */
	sitesNotTaken: number | null;
};
