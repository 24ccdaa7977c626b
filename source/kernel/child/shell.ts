import {randomBytes} from 'node:crypto';
import {ok, type Result} from '../../shared/result.ts';
import {singleLine} from '../../text/single-line.ts';
import {type Child, type ChildOptions, spawnChild} from './child.ts';

export type ShellResult =
	| {ok: true; stdout: Buffer; stderr: string; exitCode: number; tookMs: number}
	| ShellFailure;

export type ShellFailure = {
	ok: false;
	reason: string;
	/** No command will be answered any more. */
	permanent: boolean;
	/** The tool to install; null where no tool is missing. */
	missingTool: string | null;
};

/**
 * A small shell that runs commands one after the other, in one network namespace. `Command` is the union of
 * all its possible commands: literals, so that no untrusted word can become one.
 */
export type Shell<Command extends string> = {
	/**
	 * @param command the command; its standard input is empty
	 * @returns the output and exit code, or the reason for their absence: too slow, too long, or the shell died
	 */
	run: (command: Command) => Promise<ShellResult>;
	/** The shell's pid while it runs: a process of the namespace, whose /proc entries can be read. */
	readonly pid: number | null;
	close: () => Promise<void>;
};

export type ShellOptions = ChildOptions & {
	/** Time limit for one command, in ms. */
	deadlineMs?: number;
	/** Most bytes of one answer. */
	maxOutputBytes?: number;
	/** Deaths in a row, without an answer between them, after which the shell is not started again. */
	maxConsecutiveExits?: number;
};

const maxStderrLength = 16_384;
const maxQueueLength = 64;

type Job = {
	script: string;
	resolve: (answer: ShellResult) => void;
};

/** The output of the running command so far. */
type RunningJob = Job & {
	endMarker: Buffer;
	startedAt: number;
	timer: NodeJS.Timeout;
	stdout: Buffer[];
	bytes: number;
	stderr: string;
	exitCode: number | null;
	stderrEnded: boolean;
};

/**
 * One long-lived `sh`: a process started by netwatch costs in proportion to netwatch's memory (30 ms at 500
 * MB), and one started by a small shell about 1 ms.
 *
 * The shell is started at the first command, and again after its death.
 *
 * @param options.prefix leads into the namespace: see procfs/namespace.ts
 */
export const createShell = <Command extends string>(options: ShellOptions): Shell<Command> => {
	const {deadlineMs = 10_000, maxOutputBytes = 64 * 1024 * 1024, maxConsecutiveExits = 3} = options;
	const queue: Job[] = [];
	let child: Child | null = null;
	/** Unguessable, so that no output can end an answer early. */
	let marker = '';
	let running: RunningJob | null = null;
	let consecutiveExits = 0;
	let permanentFailure: ShellFailure | null = null;

	const start = (): Result<Child> => {
		marker = randomBytes(16).toString('hex');
		const result = spawnChild(['/bin/sh'], options);
		if (!result.ok) return result;
		const started = result.value;
		started.stdout.on('data', (chunk: Buffer) => started === child && onStdout(chunk));
		started.stderr.on('data', (chunk: Buffer) => started === child && onStderr(chunk));
		void started.exited.then(({reason, missingTool}) => {
			if (started !== child) return;
			const stderrLine = singleLine(running?.stderr ?? '');
			onExit(`the helper shell ${reason}${stderrLine === '' ? '' : `: ${stderrLine}`}`, missingTool);
		});
		return result;
	};

	const runNext = (): void => {
		if (running !== null) return;
		const job = queue.shift();
		if (job === undefined) return;
		const started = permanentFailure ?? (child === null ? start() : ok(child));
		if (!started.ok) {
			job.resolve(permanentFailure ?? recordExit(`the helper shell ${started.reason}`, null));
			runNext();
			return;
		}
		child = started.value;
		running = {
			...job,
			endMarker: Buffer.from(`\n${marker} `),
			startedAt: performance.now(),
			timer: setTimeout(() => killAndFail(`no answer within ${deadlineMs / 1000} s`), deadlineMs),
			stdout: [],
			bytes: 0,
			stderr: '',
			exitCode: null,
			stderrEnded: false,
		};
		const {script} = running;
		child.stdin.write(
			`{ ${script}\n} </dev/null; printf '\\n%s %03d\\n' ${marker} $?; printf '\\n%s\\n' ${marker} >&2\n`,
		);
	};

	const onStdout = (chunk: Buffer): void => {
		if (running === null) return;
		running.stdout.push(chunk);
		running.bytes += chunk.length;
		if (running.bytes > maxOutputBytes) {
			killAndFail(`more than ${maxOutputBytes} bytes of output`);
			return;
		}
		const tail = lastBytes(running.stdout, running.endMarker.length + 4);
		if (tail.subarray(0, running.endMarker.length).equals(running.endMarker)) {
			running.exitCode = Number(
				tail.toString('latin1', running.endMarker.length, running.endMarker.length + 3),
			);
			finishRunning();
		}
	};

	const onStderr = (chunk: Buffer): void => {
		if (running === null) return;
		const text = running.stderr + chunk.toString('latin1');
		const endMarker = `\n${marker}\n`;
		running.stderrEnded = text.endsWith(endMarker);
		running.stderr = running.stderrEnded ? text.slice(0, -endMarker.length) : text.slice(-maxStderrLength);
		finishRunning();
	};

	const finishRunning = (): void => {
		if (running === null || running.exitCode === null || !running.stderrEnded) return;
		const {stdout, bytes, endMarker, stderr, exitCode, startedAt} = running;
		const output = Buffer.concat(stdout, bytes).subarray(0, bytes - endMarker.length - 4);
		consecutiveExits = 0;
		resolveRunning({ok: true, stdout: output, stderr, exitCode, tookMs: performance.now() - startedAt});
	};

	const resolveRunning = (result: ShellResult): void => {
		if (running === null) return;
		const {resolve, timer} = running;
		clearTimeout(timer);
		running = null;
		resolve(result);
		runNext();
	};

	/** The command does not end by itself: only a kill of the whole group ends it. */
	const killAndFail = (reason: string): void => {
		child?.kill();
		onExit(reason, null);
	};

	const onExit = (reason: string, missingTool: string | null): void => {
		child = null;
		resolveRunning(recordExit(reason, missingTool));
	};

	const recordExit = (reason: string, missingTool: string | null): ShellFailure => {
		consecutiveExits++;
		if (missingTool !== null) permanentFailure = {ok: false, reason, permanent: true, missingTool};
		else if (consecutiveExits >= maxConsecutiveExits) {
			permanentFailure = {
				ok: false,
				reason: `${reason} (${consecutiveExits} times in a row)`,
				permanent: true,
				missingTool,
			};
		}
		return permanentFailure ?? {ok: false, reason, permanent: false, missingTool};
	};

	return {
		run: command =>
			new Promise(resolve => {
				if (queue.length >= maxQueueLength) {
					resolve({ok: false, reason: 'too many commands wait', permanent: false, missingTool: null});
					return;
				}
				queue.push({script: command, resolve});
				runNext();
			}),
		get pid() {
			return child?.pid ?? null;
		},
		close: async () => {
			permanentFailure = {
				ok: false,
				reason: 'the helper shell was closed',
				permanent: true,
				missingTool: null,
			};
			const closing = child;
			child = null;
			closing?.kill();
			resolveRunning(permanentFailure);
			await closing?.exited;
		},
	};
};

const lastBytes = (chunks: readonly Buffer[], count: number): Buffer => {
	let tail = chunks.at(-1) ?? Buffer.alloc(0);
	for (let at = chunks.length - 2; at >= 0 && tail.length < count; at--) {
		tail = Buffer.concat([chunks[at] ?? Buffer.alloc(0), tail]);
	}
	return tail.subarray(Math.max(0, tail.length - count));
};
