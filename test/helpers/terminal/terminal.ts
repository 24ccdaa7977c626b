/**
 * A program in a real terminal: a pseudoterminal on one side, a terminal emulator without a window on the other.
 * The test that starts one ends it: `await terminal.end()` in afterEach, or `await using terminal = startTerminal(…)`.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import {constants, tmpdir} from 'node:os';
import {join} from 'node:path';
import {spawn} from '@lydell/node-pty';
import xterm, {type Terminal} from '@xterm/headless';

export type TerminalOptions = {
	cols?: number;
	rows?: number;
	/** On top of this process's environment; undefined takes a variable away. */
	env?: Readonly<Record<string, string | undefined>>;
	cwd?: string;
};

export type TerminalExit = {exitCode: number; signal: NodeJS.Signals | null};

/** A text that is on the screen, a pattern over its lines joined by line feeds, or a test of its lines. */
export type Awaited = string | RegExp | ((lines: string[]) => boolean);

export type TestTerminal = {
	readonly pid: number;
	/** The emulator, for tests of colours or the cursor. */
	readonly emulator: Terminal;
	/** The lines in sight, without blanks at their ends. */
	screen(): string[];
	/** Waits until the screen shows it, then returns the lines. Fails with the screen in the message. */
	waitFor(what: Awaited, deadlineMs?: number): Promise<string[]>;
	/** Sends keys as a keyboard would; `keys` names those that have no character. */
	type(text: string): void;
	resize(cols: number, rows: number): void;
	/** A full-screen program has the alternate buffer. */
	altBufferActive(): boolean;
	cursorHidden(): boolean;
	/** Everything that was received, control sequences included; the newest megabyte of it. */
	received(): string;
	/** Code units received so far. */
	receivedLength(): number;
	/** Settles when the program has ended and its last output is on the screen. */
	readonly exited: Promise<TerminalExit>;
	/** Closes the terminal's other side, as a cut SSH session does. */
	hangUp(): void;
	/** Ends the program if it still runs. Twice does no harm. */
	end(): Promise<void>;
	[Symbol.asyncDispose](): Promise<void>;
};

export const keys = {
	enter: '\r',
	esc: '\x1b',
	tab: '\t',
	shiftTab: '\x1b[Z',
	backspace: '\x7f',
	up: '\x1b[A',
	down: '\x1b[B',
	right: '\x1b[C',
	left: '\x1b[D',
	pageUp: '\x1b[5~',
	pageDown: '\x1b[6~',
	home: '\x1b[H',
	end: '\x1b[F',
	ctrlC: '\x03',
	ctrlL: '\x0c',
	ctrlU: '\x15',
} as const;

const defaultDeadlineMs = 15_000;
const keptReceived = 1_000_000;

export const startTerminal = (
	command: string,
	args: readonly string[],
	{cols = 80, rows = 24, env = {}, cwd = process.cwd()}: TerminalOptions = {},
): TestTerminal => {
	// The files that netwatch keeps between runs are outside of the user's home.
	const kept = mkdtempSync(join(tmpdir(), 'test-home-netwatch-'));
	// Variables that would change the terminal that a program detects, or that the test's own terminal has set.
	const cleared = {
		CI: undefined,
		NO_COLOR: undefined,
		FORCE_COLOR: undefined,
		COLORTERM: undefined,
		NODE_OPTIONS: undefined,
		XDG_STATE_HOME: kept,
		XDG_CONFIG_HOME: kept,
	};
	const child = spawn(command, [...args], {
		name: 'xterm-256color',
		cols,
		rows,
		cwd,
		env: withoutUndefined({...process.env, ...cleared, TERM: 'xterm-256color', ...env}),
	});
	const emulator = new xterm.Terminal({cols, rows, allowProposedApi: true, scrollback: 1000});
	const watchers = new Set<() => void>();
	let received = '';
	let receivedLength = 0;
	let cursorHidden = false;
	let running = true;

	const wake = (): void => {
		for (const watcher of [...watchers]) watcher();
	};
	emulator.parser.registerCsiHandler({prefix: '?', final: 'h'}, params => hideCursor(params, false));
	emulator.parser.registerCsiHandler({prefix: '?', final: 'l'}, params => hideCursor(params, true));
	const hideCursor = (params: readonly (number | number[])[], hidden: boolean): boolean => {
		if (params.includes(25)) cursorHidden = hidden;
		// Not handled: the emulator does what it does.
		return false;
	};
	// The terminal answers queries for its cursor and its name.
	emulator.onData(answer => {
		if (running) child.write(answer);
	});
	child.onData(data => {
		received = (received + data).slice(-keptReceived);
		receivedLength += data.length;
		emulator.write(data, wake);
	});
	const exited = new Promise<TerminalExit>(resolve => {
		child.onExit(({exitCode, signal}) => {
			running = false;
			rmSync(kept, {recursive: true, force: true});
			emulator.write('', () => {
				wake();
				resolve({exitCode, signal: signalName(signal)});
			});
		});
	});

	const screen = (): string[] => {
		const {active} = emulator.buffer;
		return Array.from(
			{length: emulator.rows},
			(_, row) =>
				active
					.getLine(active.viewportY + row)
					?.translateToString(true, 0, emulator.cols)
					.trimEnd() ?? '',
		);
	};

	const waitFor = (what: Awaited, deadlineMs = defaultDeadlineMs): Promise<string[]> =>
		new Promise((resolve, reject) => {
			const finish = (settle: () => void): void => {
				clearTimeout(timer);
				watchers.delete(check);
				settle();
			};
			const check = (): void => {
				const lines = screen();
				if (holds(what, lines)) finish(() => resolve(lines));
			};
			const timer = setTimeout(() => {
				const shown = screen().join('\n');
				finish(() => reject(new Error(`not on the screen within ${deadlineMs} ms: ${what}\n${shown}`)));
			}, deadlineMs);
			watchers.add(check);
			check();
		});

	const end = async (): Promise<void> => {
		if (running) {
			try {
				process.kill(child.pid, 'SIGKILL');
			} catch {
				// The process has ended by itself meanwhile.
			}
		}
		await exited;
		emulator.dispose();
	};

	return {
		pid: child.pid,
		emulator,
		screen,
		waitFor,
		type: text => child.write(text),
		hangUp() {
			// The published types leave it out: it closes the master, then sends SIGHUP once more.
			if ('destroy' in child && typeof child.destroy === 'function') child.destroy();
		},
		resize(nextCols, nextRows) {
			emulator.resize(nextCols, nextRows);
			child.resize(nextCols, nextRows);
		},
		altBufferActive: () => emulator.buffer.active.type === 'alternate',
		cursorHidden: () => cursorHidden,
		received: () => received,
		receivedLength: () => receivedLength,
		exited,
		end,
		[Symbol.asyncDispose]: end,
	};
};

const holds = (what: Awaited, lines: string[]): boolean => {
	if (typeof what === 'function') return what(lines);
	return typeof what === 'string' ? lines.some(line => line.includes(what)) : what.test(lines.join('\n'));
};

const withoutUndefined = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
	Object.fromEntries(
		Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
	);

const signalName = (signal: number | undefined): NodeJS.Signals | null => {
	const named = Object.entries(constants.signals).find(([, value]) => value === signal);
	// The keys of this table are the names of signals; Object.entries forgets that.
	return named ? (named[0] as NodeJS.Signals) : null;
};
