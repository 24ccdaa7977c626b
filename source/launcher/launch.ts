import {closeSync, constants, openSync} from 'node:fs';
import {constants as system} from 'node:os';
import {isatty} from 'node:tty';
import {execa} from 'execa';
import {addHookOption} from './node-options.ts';
import {explainStartFailure, type StartFailure} from './start-failure.ts';

/**
 * What the command gets as its standard streams:
 * - `screen`: a session of its own, output into files, so that it outlives netwatch and Ctrl-C is ours to send
 * - `headless`: netwatch's own, untouched
 * - `json`: as headless, but its standard output becomes netwatch's standard error
 */
export type LaunchMode = 'screen' | 'headless' | 'json';

export type LaunchOptions = {
	command: string;
	args: readonly string[];
	mode: LaunchMode;
	/** The whole environment; NODE_OPTIONS, NETWATCH_FIFO and NETWATCH_HOOK are set in it. */
	env: NodeJS.ProcessEnv;
	/** The hook, the FIFO it reports to, and what it is told (`hookWords`); null leaves the environment as it is. */
	hook: {path: string; fifo: string; words?: string | undefined} | null;
	/** Needed for `screen`: the files that take the output, and the FIFO to read instead of the terminal. */
	files: {stdoutLog: string; stderrLog: string; stdinFifo: string} | null;
	/** Whether netwatch reads keys from standard input, and the command cannot. */
	isStdinTerminal?: boolean;
};

export type CommandExit = {exitCode: number | null; signal: NodeJS.Signals | null};

export type RunningCommand = {
	ok: true;
	pid: number;
	/** Settles when the command has ended; never rejects. */
	exited: Promise<CommandExit>;
	/**
	 * Sends a signal: to the command's whole process group under the screen, else to the command alone.
	 *
	 * @returns false where there is nobody left to get it
	 */
	signal(name: NodeJS.Signals): boolean;
	/** Sends a signal to the command alone. */
	signalCommand(name: NodeJS.Signals): boolean;
};

/**
 * Starts the command with the hook in its environment.
 *
 * @returns the running command, or why it did not start, with the exit code that says so
 */
export const launch = async (options: LaunchOptions): Promise<RunningCommand | StartFailure> => {
	const {command, args, mode} = options;
	const env = environmentWithHook(options);
	const openDescriptors: number[] = [];
	try {
		const subprocess = execa(command, [...args], {
			cwd: process.cwd(),
			env,
			extendEnv: false,
			preferLocal: false,
			stdio: openStdio(options, openDescriptors),
			detached: mode === 'screen',
			buffer: false,
			reject: false,
			cleanup: false,
			forceKillAfterDelay: false,
		});
		const {pid} = subprocess;
		if (pid === undefined) {
			const {cause} = await subprocess;
			return explainStartFailure(cause, command, env);
		}
		let hasEnded = false;
		const exited = subprocess.then(({exitCode, signal}): CommandExit => {
			hasEnded = true;
			return {exitCode: exitCode ?? null, signal: signal ?? null};
		});
		const signalCommand = (name: NodeJS.Signals) => !hasEnded && sendSignal(pid, name);
		const signalGroup = (name: NodeJS.Signals) =>
			(!hasEnded || isGroupWithoutLeader(pid)) && sendSignal(-pid, name);
		return {ok: true, pid, exited, signal: mode === 'screen' ? signalGroup : signalCommand, signalCommand};
	} catch (error) {
		return explainStartFailure(error, command, env);
	} finally {
		for (const fd of openDescriptors) closeSync(fd);
	}
};

/**
 * The exit code that passes the command's end on, as shells give it.
 *
 * @returns the command's own, or 128 + the number of the signal that ended it
 */
export const exitCodeOf = ({exitCode, signal}: CommandExit): number =>
	exitCode ?? (signal === null ? 125 : 128 + system.signals[signal]);

const environmentWithHook = ({env, hook}: LaunchOptions): NodeJS.ProcessEnv =>
	hook === null
		? env
		: {
				...env,
				NODE_OPTIONS: addHookOption(env.NODE_OPTIONS, hook.path),
				NETWATCH_FIFO: hook.fifo,
				// Also where it is undefined: what an outer netwatch said is not for this hook.
				NETWATCH_HOOK: hook.words,
			};

// execa passes every descriptor on, but its types name the first ten only.
type Descriptor = 3;
type Stdio = ['inherit' | Descriptor, 'inherit' | 2 | Descriptor, 'inherit' | Descriptor];

const openStdio = (
	{mode, files, isStdinTerminal = isatty(0)}: LaunchOptions,
	openDescriptors: number[],
): Stdio => {
	if (mode === 'headless') return ['inherit', 'inherit', 'inherit'];
	if (mode === 'json') return ['inherit', 2, 'inherit'];
	if (files === null) throw new Error('the screen needs files for the output of the command');
	const open = (path: string, flags: number) => {
		const fd = openSync(path, flags | constants.O_NOFOLLOW);
		openDescriptors.push(fd);
		return fd as Descriptor;
	};
	// Appending: nothing is overwritten where two processes write, and cutting holes moves no end of file.
	const append = constants.O_WRONLY | constants.O_APPEND;
	// Open for both, the FIFO has a writer for as long as it has a reader: no end of file, not even after us.
	const stdin = isStdinTerminal ? open(files.stdinFifo, constants.O_RDWR) : 'inherit';
	return [stdin, open(files.stdoutLog, append), open(files.stderrLog, append)];
};

const sendSignal = (target: number, name: NodeJS.Signals): boolean => {
	try {
		return process.kill(target, name);
	} catch {
		return false;
	}
};

/**
 * Whether a number can only mean the group that an ended command has left behind: while a group lives its number is
 * not given to a new process, so a process that bears it says that the group is gone.
 */
const isGroupWithoutLeader = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'ESRCH';
	}
};
