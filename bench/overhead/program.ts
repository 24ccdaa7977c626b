import {type ChildProcess, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

/** The limit of each wait. */
const patienceMs = 30_000;
const endMs = 10_000;

export type Command = {
	command: string;
	args: readonly string[];
	env?: NodeJS.ProcessEnv;
	/** Standard error: kept as text, or sent to /dev/null. */
	stderr?: 'keep' | 'discard';
};

export type Program = {
	/** The next line of its standard output. */
	line(): Promise<string>;
	write(text: string): void;
	/** Closes its standard input and waits for its end. */
	end(): Promise<void>;
	/** Waits until it ends by itself. */
	ended(): Promise<void>;
	/** Its standard error so far. */
	readonly stderr: string;
	/** From before the start until its first line. */
	readonly firstLineMs: number;
};

const running = new Set<ChildProcess>();

/** Starts a program that this run ends in any case: see `killAll`. */
export function start({command, args, env, stderr = 'discard'}: Command): Program {
	const begun = performance.now();
	const child = spawn(command, [...args], {
		stdio: ['pipe', 'pipe', stderr === 'keep' ? 'pipe' : 'ignore'],
		env: env ?? process.env,
	});
	running.add(child);
	const name = [command, ...args].join(' ');
	const lines: string[] = [];
	const waiting: Array<() => void> = [];
	let text = '';
	let firstLineMs = Number.NaN;
	let over = false;
	const exited = new Promise<void>((resolve, reject) => {
		child.once('error', error => reject(new Error(`cannot start ${name}`, {cause: error})));
		child.once('close', () => resolve());
	}).finally(() => {
		over = true;
		running.delete(child);
		for (const wake of waiting.splice(0)) wake();
	});
	exited.catch(() => {}); // the caller of a wait gets it
	child.stdin?.on('error', () => {}); // it may end first
	child.stderr?.on('data', chunk => {
		text += String(chunk);
	});
	if (child.stdout === null) throw new Error(`${name} has no standard output`);
	createInterface({input: child.stdout}).on('line', line => {
		if (Number.isNaN(firstLineMs)) firstLineMs = performance.now() - begun;
		lines.push(line);
		waiting.shift()?.();
	});

	return {
		async line() {
			if (lines.length === 0 && !over) {
				await within(new Promise<void>(resolve => waiting.push(resolve)), patienceMs, `a line of ${name}`);
			}

			const line = lines.shift();
			if (line === undefined) throw new Error(`${name} ended before it said more\n${text}`);
			return line;
		},
		write: line => child.stdin?.write(line),
		async end() {
			child.stdin?.end();
			await within(exited, endMs, `the end of ${name}`);
		},
		ended: () => within(exited, patienceMs, `the end of ${name}`),
		get stderr() {
			return text;
		},
		get firstLineMs() {
			return firstLineMs;
		},
	};
}

/** Ends what still runs: all of it ends with its standard input, a watched server too; wrk when its time is over. */
export async function endAll(): Promise<void> {
	const programs = [...running];
	const ends = programs.map(child => new Promise(resolve => child.once('close', resolve)));
	for (const child of programs) child.stdin?.destroy();
	await within(Promise.all(ends), endMs, 'the end of all programs').catch(killAll);
}

/** For the moment after which nothing can be waited for. */
export function killAll(): void {
	for (const child of running) child.kill('SIGKILL');
}

async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
