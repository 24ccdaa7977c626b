import {randomBytes} from 'node:crypto';
import {type Parsed, parsed} from '../../shared/result.ts';
import {oneLine} from '../../text/single-line.ts';
import {type Helper, type HelperOptions, startHelper} from './child.ts';

export type ShellAnswer =
	| {ok: true; stdout: Buffer; stderr: string; exitCode: number; tookMs: number}
	| ShellFailure;

export type ShellFailure = {
	ok: false;
	reason: string;
	/** No command will ever be answered again. */
	final: boolean;
	/** The program that must be installed for it; null where that is not the matter. */
	missing: string | null;
};

/**
 * A small shell that runs commands one after the other, in one network namespace. `Command` is the union of all that
 * it may ever run: literals, so that no word from outside can become one.
 */
export type Shell<Command extends string> = {
	/**
	 * @param command What to run. Its standard input is empty.
	 * @returns What it wrote and its exit code, or why there is none: too slow, too long, or the shell died.
	 */
	run: (command: Command) => Promise<ShellAnswer>;
	/** The shell's pid while it runs: a process of the namespace, whose /proc entries can be read. */
	readonly pid: number | null;
	close: () => Promise<void>;
};

export type ShellOptions = HelperOptions & {
	/** Time for one command, in ms. */
	deadlineMs?: number;
	/** Most bytes of one answer. */
	limitBytes?: number;
	/** Deaths in a row, without an answer between them, after which it is not started again. */
	deathsAllowed?: number;
};

const stderrLimit = 16_384;
const queueLimit = 64;

type Job = {
	script: string;
	resolve: (answer: ShellAnswer) => void;
};

/** What the running command has written so far. */
type Running = Job & {
	end: Buffer;
	beganAt: number;
	timer: NodeJS.Timeout;
	stdout: Buffer[];
	bytes: number;
	stderr: string;
	exitCode: number | null;
	stderrEnded: boolean;
};

/**
 * One long-lived `sh`, because starting a process from netwatch costs in proportion to netwatch's memory (30 ms at
 * 500 MB), and from a small shell about 1 ms.
 *
 * It is started at the first command and again when it died.
 *
 * @param options.prefix Leads into the namespace: see namespace.ts.
 */
export const createShell = <Command extends string>(options: ShellOptions): Shell<Command> => {
	const {deadlineMs = 10_000, limitBytes = 64 * 1024 * 1024, deathsAllowed = 3} = options;
	const queue: Job[] = [];
	let helper: Helper | null = null;
	/** Unguessable, so that no output can end an answer early. */
	let mark = '';
	let running: Running | null = null;
	let deaths = 0;
	let end: ShellFailure | null = null;

	const start = (): Parsed<Helper> => {
		mark = randomBytes(16).toString('hex');
		const answer = startHelper(['/bin/sh'], options);
		if (!answer.ok) return answer;
		const started = answer.value;
		started.stdout.on('data', (chunk: Buffer) => started === helper && onStdout(chunk));
		started.stderr.on('data', (chunk: Buffer) => started === helper && onStderr(chunk));
		void started.ended.then(({why, missing}) => {
			if (started !== helper) return;
			const words = oneLine(running?.stderr ?? '');
			onDeath(`the helper shell ${why}${words === '' ? '' : `: ${words}`}`, missing);
		});
		return answer;
	};

	const next = (): void => {
		if (running !== null) return;
		const job = queue.shift();
		if (job === undefined) return;
		const started = end ?? (helper === null ? start() : parsed(helper));
		if (!started.ok) {
			job.resolve(end ?? died(`the helper shell ${started.reason}`, null));
			next();
			return;
		}
		helper = started.value;
		running = {
			...job,
			end: Buffer.from(`\n${mark} `),
			beganAt: performance.now(),
			timer: setTimeout(() => abandon(`no answer within ${deadlineMs / 1000} s`), deadlineMs),
			stdout: [],
			bytes: 0,
			stderr: '',
			exitCode: null,
			stderrEnded: false,
		};
		const {script} = running;
		helper.stdin.write(
			`{ ${script}\n} </dev/null; printf '\\n%s %03d\\n' ${mark} $?; printf '\\n%s\\n' ${mark} >&2\n`,
		);
	};

	const onStdout = (chunk: Buffer): void => {
		if (running === null) return;
		running.stdout.push(chunk);
		running.bytes += chunk.length;
		if (running.bytes > limitBytes) {
			abandon(`more than ${limitBytes} bytes of output`);
			return;
		}
		const tail = lastBytes(running.stdout, running.end.length + 4);
		if (tail.subarray(0, running.end.length).equals(running.end)) {
			running.exitCode = Number(tail.toString('latin1', running.end.length, running.end.length + 3));
			finish();
		}
	};

	const onStderr = (chunk: Buffer): void => {
		if (running === null) return;
		const text = running.stderr + chunk.toString('latin1');
		const end = `\n${mark}\n`;
		running.stderrEnded = text.endsWith(end);
		running.stderr = running.stderrEnded ? text.slice(0, -end.length) : text.slice(-stderrLimit);
		finish();
	};

	const finish = (): void => {
		if (running === null || running.exitCode === null || !running.stderrEnded) return;
		const {stdout, bytes, end, stderr, exitCode, beganAt} = running;
		const output = Buffer.concat(stdout, bytes).subarray(0, bytes - end.length - 4);
		deaths = 0;
		settle({ok: true, stdout: output, stderr, exitCode, tookMs: performance.now() - beganAt});
	};

	const settle = (answer: ShellAnswer): void => {
		if (running === null) return;
		const {resolve, timer} = running;
		clearTimeout(timer);
		running = null;
		resolve(answer);
		next();
	};

	/** The command does not end as it must, and only the end of the whole group ends it. */
	const abandon = (reason: string): void => {
		helper?.kill();
		onDeath(reason, null);
	};

	const onDeath = (reason: string, missing: string | null): void => {
		helper = null;
		settle(died(reason, missing));
	};

	const died = (reason: string, missing: string | null): ShellFailure => {
		deaths++;
		if (missing !== null) end = {ok: false, reason, final: true, missing};
		else if (deaths >= deathsAllowed) {
			end = {ok: false, reason: `${reason} (${deaths} times in a row)`, final: true, missing};
		}
		return end ?? {ok: false, reason, final: false, missing};
	};

	return {
		run: command =>
			new Promise(resolve => {
				if (queue.length >= queueLimit) {
					resolve({ok: false, reason: 'too many commands wait', final: false, missing: null});
					return;
				}
				queue.push({script: command, resolve});
				next();
			}),
		get pid() {
			return helper?.pid ?? null;
		},
		close: async () => {
			end = {ok: false, reason: 'the helper shell was closed', final: true, missing: null};
			const last = helper;
			helper = null;
			last?.kill();
			settle(end);
			await last?.ended;
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
