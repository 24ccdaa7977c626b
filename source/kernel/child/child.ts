import {type ChildProcess, spawn} from 'node:child_process';
import {Duplex, Readable, type Writable} from 'node:stream';
import {type Parsed, parsed, refused} from '../../shared/result.ts';

/** A long-lived child that reads questions and writes answers, or writes what happens. */
export type Helper = {
	pid: number | null;
	stdin: Writable;
	/** Empty where the output goes to a descriptor. */
	stdout: Readable;
	stderr: Readable;
	/** Settles when it has ended and all that it wrote was read. Never rejects. */
	ended: Promise<HelperEnd>;
	/** Ends it and everything that it started, at once. */
	kill: () => void;
};

export type HelperEnd = {
	/** Completes a sentence that begins with the helper's name. */
	why: string;
	/** What must be installed for it to run; null where that is not the matter. */
	missing: string | null;
};

export type HelperOptions = {
	/** Words before the command that lead into another network namespace; none for netwatch's own. */
	prefix: readonly string[];
	/** What the child's PATH is. */
	path: string;
};

/**
 * What ends a helper when netwatch is gone, in whatever way: the system closes netwatch's end of descriptor 3, the
 * waiting subshell reads that, and ends the group. `ss` and `ip monitor` would not notice by themselves before they
 * write again.
 */
const leash = '(read _ <&3; kill -s KILL -- -$$) </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/**
 * Starts a helper. It has its own session, so that the terminal's Ctrl-C and hang-up do not reach it, and nothing of
 * netwatch's environment but PATH: what it prints is in the C locale.
 *
 * @param command The program and its words. Nothing in it may come from outside.
 * @param output The descriptor that its standard output goes to; a pipe where none is given.
 * @returns The helper, or why it could not even be tried: no descriptors or processes left.
 */
export const startHelper = (
	command: readonly string[],
	{prefix, path}: HelperOptions,
	output?: number,
): Parsed<Helper> => {
	const [program = '/bin/sh', ...words] = [...prefix, '/bin/sh', '-c', leash, 'sh', ...command];
	let child: ChildProcess;
	try {
		child = spawn(program, words, {
			detached: true,
			env: {PATH: path, LC_ALL: 'C'},
			stdio: ['pipe', output ?? 'pipe', 'pipe', 'pipe'],
		});
	} catch (error) {
		return refused(startFailure(program, error));
	}
	const ended = new Promise<HelperEnd>(resolve => {
		child.once('error', error =>
			resolve({why: startFailure(program, error), missing: isMissing(error) ? program : null}),
		);
		child.once('close', (code, signal) => {
			// 127 and 126 are the shell's words for a command that is not there, or not to be executed.
			const missing = code === 127 || code === 126 ? (command[0] ?? null) : null;
			resolve({why: signal ? `was ended by ${signal}` : `ended with exit code ${code}`, missing});
		});
	});
	const {stdin, stderr} = child;
	const stdout = output === undefined ? child.stdout : Readable.from([]);
	const lifeline = child.stdio?.[3];
	// Where descriptors ran out, there are no pipes, and 'error' comes a tick later.
	if (!stdin || !stdout || !stderr || !(lifeline instanceof Duplex)) {
		return refused('could not be started: too many open files or processes');
	}
	// A helper that died is told by 'close'; what is still written to it fails here, which says nothing new.
	for (const stream of [stdin, stdout, stderr, lifeline]) stream.on('error', () => {});
	child.once('exit', () => lifeline.destroy());
	return parsed({pid: child.pid ?? null, stdin, stdout, stderr, ended, kill: () => killGroup(child)});
};

const killGroup = (child: ChildProcess): void => {
	// Once it was reaped, the number may be another's.
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		// It ended by itself just now.
	}
};

const isMissing = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');

const startFailure = (program: string, error: unknown): string => {
	const reason = error instanceof Error ? error.message : String(error);
	return `could not be started: ${isMissing(error) ? `${program} not found` : reason}`;
};

/**
 * The PATH for helpers: ss and ip live in directories that a user's PATH often lacks.
 *
 * @param path The PATH of netwatch itself.
 */
export const helperPath = (path: string | undefined): string =>
	[path || '/usr/bin:/bin', '/usr/sbin', '/sbin'].join(':');
