/** Hostile output and names of a program: a terminal gets only netwatch's own sequences. */
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {expect, onTestFinished, test, vi} from 'vitest';
import {startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

vi.setConfig({testTimeout: 60_000});

const cli = resolve('dist/cli.js');
const hostile = resolve('test/programs/hostile.cjs');
const evil = '\x1b[2J\x1b]0;owned\x07\x9b31m\u202eevil\u2028\u{e0041}';

/** All sequences of Ink and netwatch; a new one needs its reason here. */
const allowed = [
	// Colours and weights, each with at most a true colour's parameters.
	/\x1b\[(?:\d{1,3}(?:;\d{1,3}){0,12})?m/y,
	// The cursor: up, down, right, left, lines, column, place.
	/\x1b\[\d{0,4}[A-G]/y,
	/\x1b\[(?:\d{1,4};\d{1,4})?H/y,
	// Erasing: the rest, the beginning or all of the screen and of the line.
	/\x1b\[[0-2]?[JK]/y,
	// Wrapping at the edge, cursor, alternate screen, pasted text in brackets, pictures that are shown as a whole.
	/\x1b\[\?(?:7|25|1049|2004|2026)[hl]/y,
	/\r?\n|\r/y,
];

const hiding = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

/** @returns what a terminal got that is not allowed, with what stands around it */
const strangers = (received: string): string[] => {
	const found: string[] = [];
	for (let at = 0; at < received.length && found.length < 10; ) {
		const character = String.fromCodePoint(received.codePointAt(at) ?? 0);
		if (!hiding.test(character)) {
			at += character.length;
			continue;
		}
		const sequence = allowed.find(pattern => {
			pattern.lastIndex = at;
			return pattern.test(received);
		});
		if (sequence === undefined) found.push(JSON.stringify(received.slice(Math.max(0, at - 20), at + 20)));
		at = sequence?.lastIndex ?? at + 1;
	}
	return found;
};

/** While netwatch goes on, what was received may end within a sequence, whose rest is still to come. */
const whole = (received: string): string => received.replace(/\x1b(?:\[[?\d;]*)?$/, '');

const evilDirectory = (): string => {
	// Short: a path of more than 107 bytes is cut off by Node 20 and 22, and refused (EINVAL) by 24 and 26.
	const root = mkdtempSync(join(tmpdir(), 'hostile-'));
	onTestFinished(() => rmSync(root, {recursive: true, force: true}));
	const directory = join(root, evil);
	mkdirSync(directory);
	return directory;
};

const watch = (args: readonly string[], size: {cols: number; rows: number}): TestTerminal => {
	const terminal = startTerminal(
		process.execPath,
		[cli, ...args, '--', process.execPath, hostile, evil, `${evil}\n`],
		{
			...size,
			cwd: evilDirectory(),
			env: {
				COLORTERM: 'truecolor',
				LC_ALL: 'C.UTF-8',
				XDG_RUNTIME_DIR: undefined,
				[evil.replaceAll('=', '')]: evil,
			},
		},
	);
	onTestFinished(() => terminal.end());
	return terminal;
};

const places: readonly [keys: string, shown: RegExp][] = [
	['1', /established|open|listening/],
	['gj\r', /PROCESS/],
	['j\x1b', /\\x1b/],
	['2', /\\x1b\[2J/],
	['3', /./],
	['4', /./],
	['5', /\\x1b\[2J/],
	['?', /Everywhere|netwatch/],
	['\x1b6', /giant error/],
	['g', /red plain orange/],
	['/', /search|Enter/],
	['evil\r', /evil/],
	['\x1b/\\x1b]0', /unfinished \\x1b\]0;owned/],
];

test.each([
	{cols: 120, rows: 40},
	{cols: 60, rows: 14},
])(
	'hostile text is escaped everywhere on a screen of $cols × $rows, and in the tail after it',
	async size => {
		const terminal = watch([], size);
		await terminal.waitFor(/abstract|open/);
		for (const [typed, shown] of places) {
			terminal.type(typed);
			await terminal.waitFor(shown);
			expect(terminal.screen()).toHaveLength(size.rows);
			expect(strangers(whole(terminal.received())), `after ${JSON.stringify(typed)}`).toEqual([]);
		}
		terminal.type('\x1b');
		await terminal.waitFor(lines => !lines.join('\n').includes('Enter n N'));
		terminal.type('\x1bq');
		await terminal.waitFor('end it');
		terminal.type('e');
		const {exitCode} = await terminal.exited;
		expect(exitCode).toBe(3);
		expect(strangers(terminal.received())).toEqual([]);
		const tail = terminal.received().slice(terminal.received().lastIndexOf('\x1b[?1049l'));
		expect(tail).toContain('\x1b[31mred\x1b[0m plain \x1b[1;38;5;208morange\x1b[0m');
		expect(tail).toContain('last words \x1b[31mred\\x1b]0;x\x1b[0m');
	},
);

test('hostile text is escaped on standard error: in the summary, and in the name of a failed command', async () => {
	const terminal = watch(['--headless'], {cols: 120, rows: 40});
	await terminal.waitFor('ready');
	const before = terminal.receivedLength();
	terminal.type('\n');
	await terminal.exited;
	const summary = terminal.received().slice(before);
	expect(strangers(summary.slice(summary.indexOf('netwatch: ')))).toEqual([]);
	expect(summary).toContain('\\x1b[2J');

	for (const words of [
		[`--${evil}`],
		['--filter', evil, '--', 'x'],
		['--output', `/${evil}/x`, '--', 'x'],
		['--', evil],
	]) {
		const other = startTerminal(process.execPath, [cli, ...words], {});
		onTestFinished(() => other.end());
		await other.exited;
		expect(strangers(other.received()), JSON.stringify(words)).toEqual([]);
		expect(other.received()).toContain('netwatch: ');
	}
});

test('hostile text is escaped in records, which may be printed to a terminal', async () => {
	const terminal = watch(['--json', '--quit-on-exit'], {cols: 200, rows: 40});
	await terminal.waitFor(/"type":"row"/);
	await terminal.waitFor('ready');
	terminal.type('\n');
	await terminal.exited;
	// The command's own output comes through untouched.
	const records =
		terminal.received().match(/\{"type":"(?:session|process|row|step|summary)".*?\}(?=\r\n)/g) ?? [];
	expect(records.length).toBeGreaterThan(5);
	for (const record of records) expect(strangers(record)).toEqual([]);
});
