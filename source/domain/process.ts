/**
 * What is known of the watched processes and their threads. Times are milliseconds since the epoch unless a name says
 * otherwise, and null means "not observed".
 */
import type {ResolverView} from './kernel.ts';

/**
 * Why no hook answers in a process: it is no Node program; it is `node --watch` or the like, which loads none into itself;
 * NODE_OPTIONS did not reach it; its hook does not reach netwatch; netwatch itself has kept the hook out.
 */
export type NoHookReason = 'not-node' | 'watcher' | 'replaced' | 'unreachable' | 'kept-out';

/** A watched thread of a watched process, or a process below the command that no hook answers for. */
export type ProcessRow = {
	proc: number;
	pid: number;
	thread: number;
	ppid: number | null;
	netns: string | null;
	node: string | null;
	title: string;
	argv: readonly string[];
	/** A short name of what it runs, e.g. "server.js", "npm run dev". */
	program: string;
	/** It only starts the program: npm, npx, nodemon, tsx, `node --watch`. */
	wrapper: boolean;
	state: 'running' | 'exited' | 'lost' | 'unhooked';
	/** Of one without a hook; null where a hook answers. */
	noHook: NoHookReason | null;
	startedAt: number;
	endedAt: number | null;
	exitCode: number | null;
	signal: string | null;
	load: LoadView | null;
	/** When its hook last told of its event loop; null where none does. */
	loopSeenAt: number | null;
	/** When its event loop did not run, oldest first; at most `blockedKept` spans. */
	blocked: readonly BlockedSpan[];
	blockedDropped: number;
	/** What getaddrinfo() of the process works with; absent or null where that is not known. */
	resolver?: ResolverView | null;
	/** Sockets that have a row now. */
	rows: number;
};

/**
 * The event loop did not run from about `from` to `to`: a hook's timer came late. It began at most one tick of the hook
 * (50 ms) before `from`.
 */
export type BlockedSpan = {from: number; to: number};

export type LoadView = {
	at: number;
	loopDelayP50: number | null;
	loopDelayP99: number | null;
	loopDelayMax: number | null;
	/** 0..1 of a core. */
	cpu: number | null;
	/** 0..1 of the time its main thread was ready to run and had no core: the machine has more to do than it can. */
	cpuWait: number | null;
	rss: number | null;
	fds: number | null;
	fdLimit: number | null;
	sockets: number | null;
	sent: number | null;
	dropped: number | null;
	/** Sockets whose creation site was not taken: there were too many in a second. */
	sitesNotTaken: number | null;
};
