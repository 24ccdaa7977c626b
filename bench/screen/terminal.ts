/** netwatch in a terminal: a pseudoterminal, an emulator behind it, and when what was seen on it. */
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';
import {plainEnvironment} from '../overhead/ways.ts';

export const columns = 120;
export const rows = 40;

export type Watched = {
	/** netwatch's pid. */
	readonly pid: number;
	/** performance.now() before it was started, and at its first frame; NaN until then. */
	readonly startedAt: number;
	readonly firstFrameAt: number;
	/** Bytes received so far. */
	readonly bytes: number;
	/** The text of the screen, without blanks at the ends of lines. */
	screen(): string[];
	/** Whether the cell at the beginning of this text is reversed, in the line of the screen that holds it. */
	isReversed(line: number, text: string): boolean;
	write(keys: string): void;
	/**
	 * Waits until the screen is as wanted.
	 *
	 * @returns performance.now() of the bytes that made it so, before the emulator had read them
	 * @throws where it is not within so many ms, with what is on the screen
	 */
	until(isSo: () => boolean, what: string, patienceMs?: number): Promise<number>;
	/** Leaves by the keys that end the program too. */
	end(): Promise<void>;
};

export type WatchOptions = {
	/** Loaded into netwatch before anything of its own. */
	preload?: string;
	env?: NodeJS.ProcessEnv;
	args?: readonly string[];
};

const running = new Set<() => void>();

/** Ends all that still run, at once: after a failure. What they watch is to end by itself then. */
export const killTerminals = (): void => {
	for (const kill of running) kill();
};

/** Without the variables that would change the terminal that netwatch detects. */
const terminalEnvironment = (): NodeJS.ProcessEnv => {
	const {CI, NO_COLOR, FORCE_COLOR, COLORTERM, ...env} = plainEnvironment();
	return {...env, TERM: 'xterm-256color'};
};

/** Starts the built netwatch over a command at 120×40. */
export const watch = (
	command: readonly string[],
	{preload, env = {}, args = []}: WatchOptions = {},
): Watched => {
	const startedAt = performance.now();
	const child = spawn(
		process.execPath,
		[...(preload === undefined ? [] : ['--require', preload]), 'dist/cli.js', ...args, '--', ...command],
		{
			...{cols: columns, rows, name: 'xterm-256color', encoding: null},
			env: {...terminalEnvironment(), ...env},
		},
	);
	const emulator = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 0});
	const watchers = new Set<(at: number) => void>();
	let bytes = 0;
	let runs = true;
	let firstFrameAt = Number.NaN;
	emulator.onData(answer => runs && child.write(answer));
	child.onData((data: string | Buffer) => {
		const at = performance.now();
		bytes += Buffer.byteLength(data);
		emulator.write(typeof data === 'string' ? data : new Uint8Array(data), () => {
			if (Number.isNaN(firstFrameAt) && screen().some(line => line.includes('connections')))
				firstFrameAt = at;
			for (const watcher of [...watchers]) watcher(at);
		});
	});
	const kill = (): void => child.kill('SIGKILL');
	running.add(kill);
	const exited = new Promise<void>(resolve =>
		child.onExit(() => {
			runs = false;
			running.delete(kill);
			resolve();
		}),
	);
	const lineAt = (line: number) => emulator.buffer.active.getLine(emulator.buffer.active.viewportY + line);
	const screen = (): string[] =>
		Array.from({length: rows}, (_, line) => lineAt(line)?.translateToString(true).trimEnd() ?? '');

	return {
		pid: child.pid,
		startedAt,
		get firstFrameAt() {
			return firstFrameAt;
		},
		get bytes() {
			return bytes;
		},
		screen,
		isReversed(line, text) {
			const column = screen()[line]?.indexOf(text) ?? -1;
			return column >= 0 && lineAt(line)?.getCell(column)?.isInverse() !== 0;
		},
		write: keys => child.write(keys),
		until: (isSo, what, patienceMs = 20_000) =>
			new Promise((resolve, reject) => {
				const timer = setTimeout(() => {
					watchers.delete(look);
					reject(new Error(`not within ${patienceMs} ms: ${what}\n${screen().join('\n')}`));
				}, patienceMs);
				const look = (at: number): void => {
					if (!isSo()) return;
					clearTimeout(timer);
					watchers.delete(look);
					resolve(at);
				};
				watchers.add(look);
				look(performance.now());
			}),
		async end() {
			for (let tries = 0; runs && tries < 20; tries++) {
				// Out of whatever is open, then: quit, end the program, and once more where that has ended already.
				child.write(['\x1b', 'q', 'e', 'q'][tries % 4] ?? 'q');
				await Promise.race([exited, new Promise(resolve => setTimeout(resolve, 400))]);
			}
			if (runs) kill();
			await exited;
			emulator.dispose();
		},
	};
};
