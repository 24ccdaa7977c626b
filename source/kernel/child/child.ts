import {type ChildProcess, spawn} from 'node:child_process';
import {Duplex, Readable, type Writable} from 'node:stream';
import {err, ok, type Result} from '../../shared/result.ts';

/** A long-lived child process that answers requests or reports events. */
export type Child = {
	pid: number | null;
	stdin: Writable;
	/** Empty where the output goes to a descriptor. */
	stdout: Readable;
	stderr: Readable;
	/** Resolves when the child has ended and all its output was read. Never rejects. */
	exited: Promise<ChildExit>;
	/** Kills the child and all processes that it started, at once. */
	kill: () => void;
};

export type ChildExit = {
	/** Completes a sentence that begins with the child's name. */
	reason: string;
	/** The tool to install; null where no tool is missing. */
	missingTool: string | null;
};

export type ChildOptions = {
	/** Words before the command that lead into another network namespace; none for netwatch's own. */
	prefix: readonly string[];
	/** The child's PATH. */
	path: string;
};

/**
 * Ends a child when netwatch is gone for any reason: the system closes netwatch's end of descriptor 3, the
 * waiting subshell reads that, and kills the group. `ss` and `ip monitor` themselves would notice only at
 * their next write.
 */
const watchdogScript = '(read _ <&3; kill -s KILL -- -$$) </dev/null >/dev/null 2>&1 & exec 3<&-; exec "$@"';

/**
 * Starts a child process. It has its own session, so that the terminal's Ctrl-C and hang-up do not reach it,
 * and nothing of netwatch's environment but PATH: its output is in the C locale.
 *
 * @param command the program and its words; none of them untrusted
 * @param stdoutDescriptor descriptor for its standard output; default: a pipe
 * @returns the child, or the reason for not even trying: no descriptors or processes left
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
			// 127 and 126 are the shell's exit codes for a command that is missing, or cannot be executed.
			const missingTool = code === 127 || code === 126 ? (command[0] ?? null) : null;
			resolve({reason: signal ? `was ended by ${signal}` : `ended with exit code ${code}`, missingTool});
		});
	});
	const {stdin, stderr} = child;
	const stdout = stdoutDescriptor === undefined ? child.stdout : Readable.from([]);
	const watchdogPipe = child.stdio?.[3];
	// Without free descriptors there are no pipes, and 'error' follows a tick later.
	if (!stdin || !stdout || !stderr || !(watchdogPipe instanceof Duplex)) {
		return err('could not be started: too many open files or processes');
	}
	// 'close' reports a dead child; a failed write to it adds nothing.
	for (const stream of [stdin, stdout, stderr, watchdogPipe]) stream.on('error', () => {});
	child.once('exit', () => watchdogPipe.destroy());
	return ok({pid: child.pid ?? null, stdin, stdout, stderr, exited, kill: () => killGroup(child)});
};

const killGroup = (child: ChildProcess): void => {
	// After the child was reaped, its pid may be reused.
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	try {
		process.kill(-child.pid, 'SIGKILL');
	} catch {
		// The child has just ended by itself.
	}
};

const isNotFound = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES');

const describeStartError = (program: string, error: unknown): string => {
	const reason = error instanceof Error ? error.message : String(error);
	return `could not be started: ${isNotFound(error) ? `${program} not found` : reason}`;
};

/**
 * The PATH for child processes: ss and ip lie in directories that a user's PATH often lacks.
 *
 * @param path netwatch's own PATH
 */
export const childSearchPath = (path: string | undefined): string =>
	[path || '/usr/bin:/bin', '/usr/sbin', '/sbin'].join(':');
