/** A network namespace for a benchmark, and programs in it. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

const patienceMs = 90_000;

export type Held = {
	readonly pid: number;
	/** The rest of the next line that begins with this word. */
	line(word: string, waitMs?: number): Promise<string>;
	/** Closes its standard input and waits for its end. */
	end(): Promise<void>;
	kill(): void;
};

export type Options = {
	env?: NodeJS.ProcessEnv;
	/** A descriptor for its standard output; then `line` reads its standard error. */
	stdout?: number;
};

export type Place = {
	name: string;
	/** Words that run a program in it. */
	inside: readonly string[];
	/** Runs a shell script in it and returns what it prints. */
	script(text: string): string;
	start(command: readonly string[], options?: Options): Held;
	/** Ends all that still runs, and takes the namespace away. */
	close(): Promise<void>;
};

/** @returns a namespace of its own, which is empty but for its loopback device; needs root */
export const makePlace = (): Place => {
	const name = `netwatch-bench-${process.pid}`;
	execFileSync('ip', ['netns', 'add', name]);
	execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
	// Not `ip netns exec`: it takes /sys away, and ss complains of that for every socket.
	const inside = ['nsenter', `--net=/run/netns/${name}`];
	const running = new Set<Held>();
	return {
		name,
		inside,
		script: text =>
			execFileSync('nsenter', [...inside.slice(1), 'sh', '-c', text], {
				encoding: 'latin1',
				maxBuffer: 256 * 1024 * 1024,
			}),
		start(command, options = {}) {
			const held = hold(command, options, () => running.delete(held));
			running.add(held);
			return held;
		},
		async close() {
			for (const held of running) held.kill();
			await Promise.all([...running].map(held => held.end()));
			execFileSync('ip', ['netns', 'delete', name]);
		},
	};
};

const hold = (command: readonly string[], options: Options, onEnd: () => void): Held => {
	const {env = process.env, stdout = 'pipe'} = options;
	const [program = '', ...args] = command;
	const child: ChildProcess = spawn(program, args, {stdio: ['pipe', stdout, 'pipe'], env});
	const lines: string[] = [];
	let complaints = '';
	child.stderr?.on('data', chunk => {
		complaints = `${complaints}${chunk}`.slice(-2000);
	});
	let over = false;
	let wake = (): void => {};
	const ended = new Promise<void>(resolve => {
		child.once('error', () => resolve());
		child.once('close', () => resolve());
	}).then(() => {
		over = true;
		onEnd();
		wake();
	});
	child.stdin?.on('error', () => {});
	const spoken = child.stdout ?? child.stderr;
	if (spoken !== null) {
		createInterface({input: spoken}).on('line', line => {
			lines.push(line);
			wake();
		});
	}

	return {
		pid: child.pid ?? 0,
		async line(word, waitMs = patienceMs) {
			const deadline = performance.now() + waitMs;
			for (;;) {
				const at = lines.findIndex(line => line.startsWith(word));
				if (at !== -1) return lines.splice(at, 1)[0]?.slice(word.length).trim() ?? '';
				if (over) throw new Error(`${command.join(' ')} ended before it said "${word}":\n${complaints}`);
				if (performance.now() > deadline)
					throw new Error(`${command.join(' ')} did not say "${word}":\n${complaints}`);
				await new Promise<void>(resolve => {
					wake = resolve;
					setTimeout(resolve, 1000);
				});
			}
		},
		async end() {
			child.stdin?.end();
			await ended;
		},
		kill: () => child.kill('SIGTERM'),
	};
};
