import {type ChildProcess, spawn} from 'node:child_process';
import {Duplex, Readable, type Writable} from 'node:stream';
import {err, ok, type Result} from '../../shared/result.ts';

/** A long-lived child that reads questions and writes answers, or writes what happens. */
export type Child = {
	pid: number | null;
	stdin: Writable;
	/** Empty where the output goes to a descriptor. */
	stdout: Readable;
	stderr: Readable;
	/** Settles when it has ended and all that it wrote was read. Never rejects. */
	exited: Promise<ChildExit>;
	/** Ends it and everything that it started, at once. */
	kill: () => void;
};

export type ChildExit = {
	/** Completes a sentence that begins with the helper's name. */
	reason: string;
	/** What must be installed for it to run; null where that is not the matter. */
	missingTool: string | null;
};

export type ChildOptions = {
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
const watchdogScript = '(read _ <&3; kill -s KILL -- -$$) </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/**
 * Starts a helper. It has its own session, so that the terminal's Ctrl-C and hang-up do not reach it, and nothing of
 * netwatch's environment but PATH: what it prints is in the C locale.
 *
 * @param command The program and its words. Nothing in it may come from outside.
 * @param stdoutDescriptor The descriptor that its standard output goes to; a pipe where none is given.
 * @returns The helper, or why it could not even be tried: no descriptors or processes left.
 */
export const spawnChild = (
	command: readonly string[],
	{prefix, path}: ChildOptions,
	stdoutDescriptor?: number,
): Result<Child> => {
	const [program = '/bin/sh', ...args] = [...prefix, '/bin/sh', '-c', watchdogScript, 'sh', ...command];
	let child: ChildProcess;
	try {
		child = spawn(program, args, {
			detached: true,
			env: {PATH: path, LC_ALL: 'C'},
			stdio: ['pipe', stdoutDescriptor ?? 'pipe', 'pipe', 'pipe'],
		});
	} catch (error) {
		return err(describeStartError(program, error));
	}
	const exited = new Promise<ChildExit>(resolve => {
		child.once('error', error =>
			resolve({reason: describeStartError(program, error), missingTool: isNotFound(error) ? program : null}),
		);
		child.once('close', (code, signal) => {
			// 127 and 126 are the shell's words for a command that is not there, or not to be executed.
			const missingTool = code === 127 || code === 126 ? (command[0] ?? null) : null;
			resolve({reason: signal ? `was ended by ${signal}` : `ended with exit code ${code}`, missingTool});
		});
	});
	const {stdin, stderr} = child;
	const stdout = stdoutDescriptor === undefined ? child.stdout : Readable.from([]);
	const watchdogPipe = child.stdio?.[3];
	// Where descriptors ran out, there are no pipes, and 'error' comes a tick later.
	if (!stdin || !stdout || !stderr || !(watchdogPipe instanceof Duplex)) {
		return err('could not be started: too many open files or processes');
	}
	// A helper that died is told by 'close'; what is still written to it fails here, which says nothing new.
	for (const stream of [stdin, stdout, stderr, watchdogPipe]) stream.on('error', () => {});
	child.once('exit', () => watchdogPipe.destroy());
	return ok({pid: child.pid ?? null, stdin, stdout, stderr, exited, kill: () => killGroup(child)});
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

const isNotFound = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');

const describeStartError = (program: string, error: unknown): string => {
	const reason = error instanceof Error ? error.message : String(error);
	return `could not be started: ${isNotFound(error) ? `${program} not found` : reason}`;
};

/**
 * The PATH for helpers: ss and ip live in directories that a user's PATH often lacks.
 *
 * @param path The PATH of netwatch itself.
 */
export const childSearchPath = (path: string | undefined): string =>
	[path || '/usr/bin:/bin', '/usr/sbin', '/sbin'].join(':');
