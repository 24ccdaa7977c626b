/** A program that a test starts: in a process group of its own, with what it writes, ended with the test. */
import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {readProcessTree} from '../../../source/procfs/process-tree.ts';
import {node, root, targetNode} from './paths.ts';
import type {Lifetime} from './temporary-directory.ts';

export type Options = {
	/** On top of this process's environment; undefined takes a variable away. */
	env?: Readonly<Record<string, string | undefined>>;
	cwd?: string;
	/** An open pipe, or nothing to read. */
	stdin?: 'pipe' | 'ignore';
};

export type Ended = {exitCode: number | null; signal: NodeJS.Signals | null};

export type Program = {
	readonly pid: number;
	readonly process: ChildProcess;
	/** The directory of its temporary files; gone when the test is. */
	readonly temporary: string;
	stdout(): string;
	stderr(): string;
	/** Sends text to its standard input. */
	write(text: string): void;
	/** Settles when it has ended and all that it wrote was read. */
	readonly ended: Promise<Ended>;
	/**
	 * Waits until `probe` returns a value; it is called again whenever the program writes.
	 *
	 * @param probe returns nothing, or throws as `expect` does, for "not yet"
	 * @returns the value; rejects with the last error at the deadline, or when the program ends before
	 */
	until<Value>(probe: () => Value | undefined | null | false, deadlineMs?: number): Promise<Value>;
	/** Ends it and all below it. Twice does no harm. */
	end(): Promise<void>;
};

type Callbacks = {
	/** Gets each line of standard output; what it throws ends all waiting. */
	onLine?(line: string): void;
	/** The text added to the message of a failed wait. */
	explain?(): string;
};

const defaultDeadlineMs = 20_000;
const stderrShown = 4000;

export const start = (
	context: Lifetime,
	command: string,
	args: readonly string[],
	{env = {}, cwd = root, stdin = 'pipe'}: Options = {},
	{onLine = () => {}, explain = () => ''}: Callbacks = {},
): Program => {
	const temporary = mkdtempSync(join(tmpdir(), 'netwatch-test-'));
	const child = spawn(command, args, {
		cwd,
		env: {...process.env, ...neutral, ...targetPath, TMPDIR: temporary, ...env},
		stdio: [stdin, 'pipe', 'pipe'],
		detached: true,
	});
	const texts = {stdout: '', stderr: '', pending: ''};
	const watchers = new Set<() => void>();
	let failure: unknown = null;
	let over = false;
	const wake = () => {
		for (const watcher of [...watchers]) watcher();
	};
	const ended = new Promise<Ended>(resolve => {
		const finish = (end: Ended) => {
			over = true;
			wake();
			resolve(end);
		};
		child.once('error', error => {
			failure ??= error;
			finish({exitCode: null, signal: null});
		});
		child.once('close', (exitCode, signal) => finish({exitCode, signal}));
	});
	child.stdin?.on('error', () => {});
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		texts.stdout += text;
		const lines = (texts.pending + text).split('\n');
		texts.pending = lines.pop() ?? '';
		try {
			lines.forEach(onLine);
		} catch (error) {
			failure ??= error;
		}
		wake();
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => {
		texts.stderr += text;
		wake();
	});

	const until: Program['until'] = (probe, deadlineMs = defaultDeadlineMs) =>
		new Promise((resolve, reject) => {
			let reason: unknown = null;
			const finish = (settle: () => void) => {
				clearTimeout(timer);
				watchers.delete(check);
				settle();
			};
			const giveUp = (why: string) => {
				const error = reason instanceof Error ? reason : new Error(`waited in vain for: ${probe}`);
				const shown = texts.stderr.slice(-stderrShown);
				error.message += `\n${why}\n${explain()}\nstandard error:\n${shown}`;
				finish(() => reject(error));
			};
			const check = () => {
				if (failure !== null) return finish(() => reject(failure));
				try {
					const found = probe();
					if (found !== undefined && found !== null && found !== false) return finish(() => resolve(found));
				} catch (error) {
					reason = error;
				}

				if (over) giveUp('The program has ended.');
			};
			const timer = setTimeout(giveUp, deadlineMs, `Not within ${deadlineMs} ms.`);
			watchers.add(check);
			check();
		});

	const end = async () => {
		if (child.pid !== undefined) await endTree(child.pid, over);
		await ended;
		rmSync(temporary, {recursive: true, force: true});
	};
	context.onTestFinished(end);
	return {
		pid: child.pid ?? 0,
		process: child,
		temporary,
		stdout: () => texts.stdout,
		stderr: () => texts.stderr,
		write: text => child.stdin?.write(text),
		ended,
		until,
		end,
	};
};

/** The variables of the test run that would change a program. */
const neutral = {
	NODE_OPTIONS: undefined,
	NETWATCH_FIFO: undefined,
	FORCE_COLOR: undefined,
	NO_COLOR: undefined,
	XDG_RUNTIME_DIR: undefined,
};

/** The PATH in which programs find the Node under test by name. */
const targetPath = targetNode === node ? {} : {PATH: `${dirname(targetNode)}:${process.env.PATH}`};

/** The group, and the processes below its leader that have left the group. */
const endTree = async (leader: number, isLeaderGone: boolean): Promise<void> => {
	const {processes} = await readProcessTree(leader, {hookMarker: ''});
	// While a group lives, its number is not given to a new process: one that has it means that the group is gone.
	if (isLeaderGone && processes.length > 0) return;
	kill(-leader);
	for (const {pid, startTicks} of processes) {
		const [now] = (await readProcessTree(pid, {hookMarker: '', maxProcesses: 1})).processes;
		if (now?.startTicks === startTicks) kill(pid);
	}
};

const kill = (pid: number): void => {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// The process has ended by itself.
	}
};
