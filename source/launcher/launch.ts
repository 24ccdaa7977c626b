import {closeSync, constants, openSync} from 'node:fs';
import {constants as system} from 'node:os';
import {isatty} from 'node:tty';
import {execa} from 'execa';
import {addHookOption} from './node-options.ts';
import {explainStartFailure, type StartFailure} from './start-failure.ts';

/**
 * The standard streams of the command:
 * - `screen`: a session of its own, output into files, so that the command outlives netwatch and netwatch
 *   sends Ctrl-C
 * - `headless`: netwatch's own streams, untouched
 * - `json`: as headless, but the command's standard output is netwatch's standard error
 */
export type LaunchMode = 'screen' | 'headless' | 'json';

export type LaunchOptions = {
	command: string;
	args: readonly string[];
	mode: LaunchMode;
	/** The whole environment; NODE_OPTIONS, NETWATCH_FIFO and NETWATCH_HOOK are set in it. */
	env: NodeJS.ProcessEnv;
	/** The hook, its FIFO, and its options (`words`); null leaves the environment as it is. */
	hook: {path: string; fifo: string; words?: string | undefined} | null;
	/** Needed for `screen`: the files for the output, and the FIFO that replaces the terminal as input. */
	files: {stdoutLog: string; stderrLog: string; stdinFifo: string} | null;
	/** Netwatch reads keys from standard input, and the command cannot. */
	isStdinTerminal?: boolean;
};

export type CommandExit = {exitCode: number | null; signal: NodeJS.Signals | null};

export type RunningCommand = {
	ok: true;
	pid: number;
	/** Resolves when the command has ended; never rejects. */
	exited: Promise<CommandExit>;
	/**
	 * Sends a signal: under the screen to the command's whole process group, else to the command alone.
	 *
	 * @returns false where no process is left to receive it
	 */
	signal(name: NodeJS.Signals): boolean;
	/** Sends a signal to the command alone. */
	signalCommand(name: NodeJS.Signals): boolean;
};

/**
 * Starts the command with the hook in its environment.
 *
 * @returns the running command, or the reason for the failed start with its exit code
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
 * The exit code that reports the command's end, as shells do.
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
				// Set even if undefined: the words of an outer netwatch do not apply to this hook.
				NETWATCH_HOOK: hook.words,
			};

// execa supports any number of descriptors, but its types name the first ten only.
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
	// With O_APPEND, two writers do not overwrite each other, and punching holes keeps the end of the file.
	const append = constants.O_WRONLY | constants.O_APPEND;
	// Opened for reading and writing, the FIFO has a writer as long as it has a reader: no end of file, even
	// after netwatch has ended.
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
 * True if a pid can only be the process group that an ended command left behind: the kernel gives the number
 * of a living group to no new process, so a process with that pid shows that the group is gone.
 */
const isGroupWithoutLeader = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return false;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'ESRCH';
	}
};
