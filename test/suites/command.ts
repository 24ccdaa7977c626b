/** Starts a program in a process group of its own, with a deadline; what it leaves behind is ended with it. */
import {spawn} from 'node:child_process';
import {setTimeout as pause} from 'node:timers/promises';

export type Command = {
	file: string;
	args: readonly string[];
	cwd: string;
	env: NodeJS.ProcessEnv;
	timeoutMs: number;
};

export type Ended = {
	exitCode: number | null;
	signal: NodeJS.Signals | null;
	timedOut: boolean;
	ms: number;
	/** The end of what it wrote, on both streams. */
	output: string;
};

const outputKept = 20_000;
/** How long a stream may stay open after the program ended, held by one of its children. */
const closeDelayMs = 1000;

const running = new Set<number | undefined>();
// A driver that is ended takes what it started with it.
process.once('exit', () => {
	for (const pid of running) endGroup(pid);
});

export async function run({file, args, cwd, env, timeoutMs}: Command): Promise<Ended> {
	const begun = performance.now();
	const child = spawn(file, args, {cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe']});
	running.add(child.pid);
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (text: string) => {
			output = (output + text).slice(-outputKept);
		});
	}

	const closed = new Promise<void>(resolve => child.once('close', () => resolve()));
	let timedOut = false;
	const deadline = setTimeout(() => {
		timedOut = true;
		endGroup(child.pid);
	}, timeoutMs);
	const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (...end) => resolve(end));
	}).finally(() => clearTimeout(deadline));
	const ms = performance.now() - begun;
	endGroup(child.pid);
	running.delete(child.pid);
	await Promise.race([closed, pause(closeDelayMs, undefined, {ref: false})]);
	return {exitCode, signal, timedOut, ms, output};
}

function endGroup(pid: number | undefined): void {
	try {
		if (pid !== undefined) process.kill(-pid, 'SIGKILL');
	} catch {
		// No process of the group is left.
	}
}

/** @throws with the end of its output when it does not end with 0 */
export async function runOrThrow(
	file: string,
	args: readonly string[],
	options: {cwd: string; env?: NodeJS.ProcessEnv; timeoutMs?: number},
): Promise<string> {
	const {cwd, env = process.env, timeoutMs = 600_000} = options;
	const ended = await run({file, args, cwd, env, timeoutMs});
	if (ended.exitCode === 0) return ended.output;
	throw new Error(`${file} ${args.join(' ')} ended with ${ended.exitCode ?? ended.signal}:\n${ended.output}`);
}
