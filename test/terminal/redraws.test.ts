import xterm from '@xterm/headless';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {type Bundle, bundle} from '../helpers/process/bundle.ts';
import {draw} from '../helpers/screen/draw.tsx';
import {findingsModel} from '../helpers/screen/sample-findings.ts';
import {sampleOutput} from '../helpers/screen/sample-model.ts';
import {networkModel} from '../helpers/screen/sample-network.ts';
import {keys, startTerminal, type TerminalOptions, type TestTerminal} from '../helpers/terminal/terminal.ts';

let fixture: Bundle;
const started: TestTerminal[] = [];

beforeAll(async () => {
	fixture = await bundle('test/programs/screen-fixture.tsx');
});
afterEach(async () => {
	await Promise.all(started.splice(0).map(terminal => terminal.end()));
});
afterAll(() => fixture.remove());

const show = (scene: string, options: TerminalOptions = {}): TestTerminal => {
	const terminal = startTerminal(process.execPath, [fixture.file, scene], options);
	started.push(terminal);
	return terminal;
};

/** The expected screen after these keys, to the last cell. */
const expected = (columns: number, rows: number, ...pressed: string[]): string[] => {
	const screen = draw({columns, rows, output: sampleOutput()});
	screen.press(...pressed);
	return screen.lines().map(line => line.trimEnd());
};

const shows = (lines: string[]) => (shown: string[]) => shown.join('\n') === lines.join('\n');

describe('the screen in a real terminal', () => {
	it.each([
		[80, 24],
		[120, 40],
	])('the table appears at %i×%i on the alternate screen', async (cols, rows) => {
		const terminal = show('sample', {cols, rows});
		await terminal.waitFor(shows(expected(cols, rows)));
		expect(terminal.altBufferActive()).toBe(true);
		expect(terminal.cursorHidden()).toBe(true);
	});

	it('each view is drawn over the one before without remains', async () => {
		const terminal = show('sample');
		const pressed: string[] = [];
		for (const [key, name] of [
			[keys.down, 'down'],
			[keys.enter, 'enter'],
			[keys.right, 'right'],
			[keys.esc, 'esc'],
			['6', '6'],
			['5', '5'],
			['?', '?'],
			[keys.pageDown, 'pagedown'],
			['?', '?'],
			['1', '1'],
			['s', 's'],
			[keys.right, 'right'],
			[keys.enter, 'enter'],
			['S', 'S'],
			['q', 'q'],
			[keys.esc, 'esc'],
		] as const) {
			terminal.type(key);
			pressed.push(name);
			await terminal.waitFor(shows(expected(80, 24, ...pressed)));
		}
	});

	it('listeners, their detail, routes and interfaces are drawn over each other, and a shows all sockets', async () => {
		const terminal = show('network');
		const screen = draw({model: networkModel(), output: sampleOutput()});
		for (const [key, name] of [
			['2', '2'],
			[keys.down, 'down'],
			[keys.enter, 'enter'],
			[keys.esc, 'esc'],
			['4', '4'],
			[keys.down, 'down'],
			['1', '1'],
			['2', '2'],
			['s', 's'],
			[keys.right, 'right'],
			[keys.enter, 'enter'],
			['4', '4'],
		] as const) {
			terminal.type(key);
			screen.press(name);
			await terminal.waitFor(shows(screen.lines().map(line => line.trimEnd())));
		}
		terminal.type('a');
		await terminal.waitFor(lines => lines[2]?.endsWith(' all') ?? false);
	});

	it('findings, their details and their rows are drawn over each other, and i silences', async () => {
		const terminal = show('findings');
		const screen = draw({model: findingsModel(), output: sampleOutput()});
		for (const [key, name] of [
			['3', '3'],
			[keys.down, 'down'],
			[keys.right, 'right'],
			[keys.down, 'down'],
			['d', 'd'],
			[keys.right, 'right'],
			[keys.esc, 'esc'],
			[keys.end, 'end'],
			[keys.up, 'up'],
			[keys.up, 'up'],
			[keys.enter, 'enter'],
			[keys.esc, 'esc'],
			['i', 'i'],
			['i', 'i'],
			[keys.left, 'left'],
			['1', '1'],
		] as const) {
			terminal.type(key);
			screen.press(name);
			await terminal.waitFor(shows(screen.lines().map(line => line.trimEnd())));
		}
	});

	it('a filter narrows the table while it is typed', async () => {
		const terminal = show('sample');
		await terminal.waitFor('1 connections 11');
		terminal.type('/state:listening');
		await terminal.waitFor('1 connections 1/11');
		await terminal.waitFor(shows(expected(80, 24, '/', '"state:listening"')));
		terminal.type(keys.enter);
		await terminal.waitFor(shows(expected(80, 24, '/', '"state:listening"', 'enter')));
	});

	it('a filter of the command line is applied in the first frame', async () => {
		const terminal = show('sample', {env: {FIXTURE_FILTER: 'stage:paused'}});
		await terminal.waitFor('1 connections 1/11');
	});

	it('the screen follows every size, and names a size that is too small', async () => {
		const terminal = show('sample', {cols: 80, rows: 24});
		await terminal.waitFor(shows(expected(80, 24)));
		const sizes = [
			...[
				[60, 24],
				[120, 24],
				[120, 40],
				[100, 12],
				[41, 9],
				[20, 5],
				[200, 50],
				[80, 23],
			],
		] as const;
		for (const [cols = 80, rows = 24] of sizes) {
			terminal.resize(cols, rows);
			await terminal.waitFor(shows(expected(cols, rows)));
		}
	});

	it('the screen follows a window that is dragged', async () => {
		const terminal = show('live', {cols: 80, rows: 24});
		await terminal.waitFor('1 connections 11');
		for (let step = 0; step < 40; step++) terminal.resize(120 - step, 40 - Math.floor(step / 2));
		terminal.type('p/state:listening');
		await terminal.waitFor('1 connections 1/11');
		terminal.type(keys.enter + keys.esc + keys.esc);
		await terminal.waitFor(lines => lines.filter(line => line.includes('server.js')).length === 11);
		expect(terminal.screen()[0]).toMatch(/^ server\.js 4712 .* PAUSED/);
	});

	it('a pause stops the rows of a busy table', async () => {
		const terminal = show('live');
		const moving = await terminal.waitFor(/ESTAB.* \d+k$/m);
		await terminal.waitFor(lines => lines.join('\n') !== moving.join('\n'));
		terminal.type('p');
		const paused = await terminal.waitFor('PAUSED');
		const body = paused.slice(3).join('\n');
		await terminal.waitFor(lines => Number(/ (\d+) changes wait/.exec(lines[0] ?? '')?.[1] ?? 0) > 30);
		expect(terminal.screen().slice(3).join('\n')).toBe(body);
		terminal.type('p');
		await terminal.waitFor(lines => !lines[0]?.includes('PAUSED') && lines.slice(3).join('\n') !== body);
	});

	it('keys pressed before the first frame are neither shown nor lost', async () => {
		const terminal = show('sample');
		terminal.type('jj');
		await terminal.waitFor(lines => lines.some(line => line.startsWith('▸')));
		await terminal.waitFor(shows(expected(80, 24, 'j', 'j')));
	});

	it('Ctrl-L redraws a screen overwritten by another program', async () => {
		const terminal = show('sample');
		await terminal.waitFor(shows(expected(80, 24)));
		await new Promise<void>(resolve => {
			terminal.emulator.write('\x1b[5;5Hgarbage\r\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n', resolve);
		});
		expect(terminal.screen()).not.toEqual(expected(80, 24));
		terminal.type(keys.ctrlL);
		await terminal.waitFor(shows(expected(80, 24)));
	});

	it('an unchanged screen writes no byte', async () => {
		const terminal = show('idle');
		await terminal.waitFor(() => terminal.received().includes('\x1b]0;end\x07'));
		const [, between] = /\x1b\]0;begin\x07([\s\S]*)\x1b\]0;end\x07/.exec(terminal.received()) ?? [];
		expect(between).toBe('');
	});

	it.each([
		['with colours', {}, true],
		['without where NO_COLOR is set', {NO_COLOR: '1'}, false],
	])('the screen is drawn %s', async (_how, env, coloured) => {
		const terminal = show('sample', {env});
		await terminal.waitFor(shows(expected(80, 24)));
		terminal.type('j');
		await terminal.waitFor(shows(expected(80, 24, 'j')));
		expect(/\x1b\[(?:3[0-7]|4[0-7]|9[0-7]|[34]8;[\d;]+)m/.test(terminal.received())).toBe(coloured);
		expect(terminal.received()).toContain('\x1b[7m');
	});
});

describe('the colours of the screen', () => {
	it.each([
		['16', 'dark', /\x1b\[33m/, /\x1b\[38;/],
		['256', 'dark', /\x1b\[38;5;221m/, /\x1b\[38;2;|\x1b\[3[0-7]m/],
		['256', 'light', /\x1b\[38;5;94m/, /\x1b\[38;2;|\x1b\[3[0-7]m/],
		['truecolor', 'dark', /\x1b\[38;2;242;201;76m/, /\x1b\[3[0-7]m/],
		['none', 'dark', /\x1b\[1m/, /\x1b\[3[0-7]m|\x1b\[38;/],
	])(
		'the screen with %s on a %s background has the colours of its palette, and the same words',
		async (depth, background, has, hasNot) => {
			const terminal = show('sample', {env: {FIXTURE_DEPTH: depth, FIXTURE_BACKGROUND: background}});
			await terminal.waitFor(shows(expected(80, 24)));
			expect(terminal.received()).toMatch(has);
			expect(terminal.received()).not.toMatch(hasNot);
			terminal.type('j');
			await terminal.waitFor(shows(expected(80, 24, 'j')));
			expect(terminal.received()).toContain('\x1b[7m');
		},
	);
});

describe('the terminal after the screen', () => {
	const restored = (terminal: TestTerminal): void => {
		expect(terminal.altBufferActive()).toBe(false);
		expect(terminal.cursorHidden()).toBe(false);
		expect(terminal.screen()[0]).toBe('before the screen');
		// Bracketed paste, mouse, application keys, wrapping: all is as a terminal has it by itself.
		expect(terminal.emulator.modes).toEqual(new xterm.Terminal({allowProposedApi: true}).modes);
		for (const mode of terminal.received().matchAll(/\x1b\[\?(\d+)h/g)) {
			const [, number] = mode;
			if (number !== '25' && number !== '7')
				expect(terminal.received().lastIndexOf(`\x1b[?${number}l`)).toBeGreaterThan(mode.index);
		}
	};

	it('the terminal is restored after q, and the caller gets the answer', async () => {
		const terminal = show('sample');
		await terminal.waitFor('1 connections 11');
		terminal.type('q');
		await terminal.waitFor('is still running');
		terminal.type('l');
		expect(await terminal.exited).toEqual({exitCode: 0, signal: null});
		expect(terminal.screen()[1]).toBe('asked: quit leave');
		restored(terminal);
	});

	it('the terminal is restored after Ctrl-C of a command that has exited', async () => {
		const terminal = show('ended');
		await terminal.waitFor('ended with exit code 3 · q quits');
		terminal.type(keys.ctrlC);
		await terminal.exited;
		expect(terminal.screen()[1]).toBe('asked: quit end');
		restored(terminal);
	});

	it('Ctrl-C of a running command goes to the command, and the screen stays', async () => {
		const terminal = show('sample');
		await terminal.waitFor('1 connections 11');
		terminal.type(`${keys.ctrlC}${keys.ctrlC}q`);
		await terminal.waitFor('is still running');
		terminal.type('e');
		await terminal.exited;
		expect(terminal.screen()[1]).toBe('asked: interrupt, interrupt, quit end');
		restored(terminal);
	});

	it('the terminal is restored after a failure to draw, and the caller gets the error', async () => {
		const terminal = show('throws');
		await terminal.waitFor('1 connections 11');
		terminal.type(keys.ctrlC);
		expect(await terminal.exited).toEqual({exitCode: 0, signal: null});
		expect(terminal.screen()[1]).toBe('asked: interrupt, failed: drawing failed on purpose');
		restored(terminal);
	});

	it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('the terminal is restored after %s', async signal => {
		const terminal = show('live');
		await terminal.waitFor('1 connections 11');
		process.kill(terminal.pid, signal);
		expect(await terminal.exited).toEqual({exitCode: 0, signal});
		restored(terminal);
	});
});
