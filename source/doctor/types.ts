/**
 * The verdict of a check:
 * - `ok`: nothing to do.
 * - `warn`: netwatch works, and shows less.
 * - `fail`: a requirement is missing.
 */
export type Verdict = 'ok' | 'warn' | 'fail';

/** The finding of a check. Its texts may be untrusted: they are escaped where they are shown. */
export type CheckFinding = {
	verdict: Verdict;
	/** e.g. "iproute2 6.1.0, /usr/bin/ss". */
	found: string;
	/** The effect on netwatch; null where there is none. */
	means: string | null;
	/** The remedy. */
	mend: string | null;
};

/** One check. Checks share nothing: each may run alone, and in any order. */
export type Check = {
	name: string;
	/** @returns null where the check does not apply: another check gives the reason */
	probe: (host: Host) => Promise<CheckFinding | null>;
};

/** The outcome of a program that ended, or was killed at its time limit. */
export type ToolResult = {
	/** null where the program was not found, or killed by a signal or the time limit. */
	exitCode: number | null;
	notFound: boolean;
	/** The program was still running at its time limit. */
	timedOut: boolean;
	stdout: string;
	stderr: string;
	tookMs: number;
};

/** The checks' access to the system, handed in so that tests can take parts away. */
export type Host = {
	platform: string;
	release: string;
	arch: string;
	nodeVersion: string;
	env: NodeJS.ProcessEnv;
	uid: number;
	/** Reads the text of a file; null where it is unreadable. */
	readText: (path: string) => Promise<string | null>;
	/** The number of a network namespace, as in `/proc/PID/ns/net`; null where it is unreadable. */
	readNamespace: (pid: number | 'self') => Promise<string | null>;
	/** Tries to run a command in the network namespace of a process; null where that works, else the reason. */
	tryEnter: (pid: number) => Promise<string | null>;
	/** The path of a program, searched for as netwatch's children do; null where it is not found. */
	which: (program: string) => Promise<string | null>;
	/** Runs one of netwatch's external programs in the C locale; it is killed at its time limit. */
	run: (
		command: readonly string[],
		options?: {stdin?: string; timeoutMs?: number /** Ends it at its first output. */; firstOutput?: boolean},
	) => Promise<ToolResult>;
	/** Makes a connection to itself, and closes it. */
	connectOnce: () => Promise<void>;
	terminal: Terminal;
	/** Creates the private directory of a session with its FIFOs, and removes it. */
	trySession: () => Promise<{ok: true; path: string} | {ok: false; reason: string}>;
	/** Installs the hook's copy and starts `node` with it. */
	tryHook: () => Promise<HookTrial>;
};

export type Terminal = {
	isTerminal: boolean;
	columns: number | null;
	rows: number | null;
	/** Number of colors that the terminal reports; 1 is none. */
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
