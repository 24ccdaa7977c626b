/**
 * - `ok`: it is as it should be.
 * - `warn`: netwatch works, and shows less.
 * - `fail`: something that is needed is missing.
 */
export type Verdict = 'ok' | 'warn' | 'fail';

/** What a probe found. Its texts may hold text from outside: they are escaped where they are shown. */
export type CheckFinding = {
	verdict: Verdict;
	/** e.g. "iproute2 6.1.0, /usr/bin/ss". */
	found: string;
	/** What it means for who uses netwatch; null where all is well. */
	means: string | null;
	/** What to do about it. */
	mend: string | null;
};

/** One thing that is looked at. Checks share nothing: each may be asked alone, and in any order. */
export type Check = {
	name: string;
	/** @returns null where there is nothing to look at: another check tells why. */
	probe: (host: Host) => Promise<CheckFinding | null>;
};

/** A program that was run to its end, or as long as it was given. */
export type ToolResult = {
	/** null where it was not found, or ended by a signal or for its slowness. */
	exitCode: number | null;
	notFound: boolean;
	/** It was still running when its time was over. */
	timedOut: boolean;
	stdout: string;
	stderr: string;
	tookMs: number;
};

/** All that the checks ask of the system, handed in so that tests can take things away. */
export type Host = {
	platform: string;
	release: string;
	arch: string;
	nodeVersion: string;
	env: NodeJS.ProcessEnv;
	uid: number;
	/** The text of a file; null where it cannot be read. */
	readText: (path: string) => Promise<string | null>;
	/** The number of a network namespace, as in `/proc/PID/ns/net`; null where it may not be seen. */
	readNamespace: (pid: number | 'self') => Promise<string | null>;
	/** Tries to run something in the network namespace of a process; null where that works, else the reason. */
	tryEnter: (pid: number) => Promise<string | null>;
	/** Where a program lies, as netwatch's helpers find it; null where they do not. */
	which: (program: string) => Promise<string | null>;
	/** Runs a program of netwatch's own tools, in the C locale. It is ended when its time is over. */
	run: (
		command: readonly string[],
		options?: {stdin?: string; timeoutMs?: number /** Ends it at its first output. */; firstOutput?: boolean},
	) => Promise<ToolResult>;
	/** Makes a connection to itself, and ends it. */
	connectOnce: () => Promise<void>;
	terminal: Terminal;
	/** Makes the private directory of a session with its FIFOs, and takes it away again. */
	trySession: () => Promise<{ok: true; path: string} | {ok: false; reason: string}>;
	/** Lays the hook's copy down and starts `node` with it. */
	tryHook: () => Promise<HookTrial>;
};

export type Terminal = {
	isTerminal: boolean;
	columns: number | null;
	rows: number | null;
	/** Colours that it is said to have; 1 is none. */
	colors: number;
};

export type HookTrial =
	| {ok: true; path: string; notice: string | null; node: string; tookMs: number}
	| {ok: false; reason: string; path: string | null};

export const passed = (found: string): CheckFinding => ({verdict: 'ok', found, means: null, mend: null});

export const degraded = (found: string, means: string, mend: string | null = null): CheckFinding => ({
	verdict: 'warn',
	...{found, means, mend},
});

export const failed = (found: string, means: string, mend: string | null = null): CheckFinding => ({
	verdict: 'fail',
	...{found, means, mend},
});
