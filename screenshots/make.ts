/**
 * Makes the pictures of this directory from real runs: `npm run screenshots`. The built netwatch watches the shop of
 * shop/, in a network namespace of its own (Linux, with unshare and ip), in a terminal without a window; a picture is
 * taken when the screen shows what is waited for. Names on the command line choose some of the runs.
 */
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {type Awaited, keys, startTerminal, type TestTerminal} from '../test/helpers/terminal/terminal.ts';
import {renderScreen, toPng} from './render.ts';

/** The steps of a run, in order; a picture is held still while it is taken. */
type Step = {waitFor: Awaited} | {type: string; unless?: string} | {picture: string};

type Run = {
	name: string;
	cols: number;
	rows: number;
	theme: 'dark' | 'light';
	steps: readonly Step[];
};

/** Closed rows are left out; the others have started. */
const begun: readonly Step[] = [
	{waitFor: /kernel \d+ sockets/},
	{type: '/!closed'},
	{waitFor: /^ \/!closed/m},
	{type: keys.enter},
	{waitFor: /connections \d+\/\d+/},
];

/** Everything that the shop has to show is in sight. */
const shown: readonly Step[] = [{waitFor: /draining.*ESTAB.*!/}, {waitFor: /\d✗/}];

const held = (picture: string): readonly Step[] => [
	{type: 'p'},
	{waitFor: 'PAUSED'},
	{picture},
	{type: 'p'},
	{waitFor: lines => !lines[0]?.includes('PAUSED')},
];

/** To the detail of the first row that passes a filter. */
const detailOf = (filter: string): readonly Step[] => [
	{type: `1/${filter}`},
	{waitFor: /connections [1-9]\d*\/\d/},
	{type: keys.enter},
	{waitFor: 's sort'},
	{type: keys.down},
	{waitFor: /^▸/m},
	{type: keys.enter},
	{waitFor: 'Esc back'},
];

/** Back to all of the connections. */
const back: readonly Step[] = [
	{type: keys.esc},
	{waitFor: 's sort'},
	{type: keys.esc},
	{waitFor: /connections \d+ /},
];

const runs: readonly Run[] = [
	{
		name: '120x40',
		cols: 120,
		rows: 40,
		theme: 'dark',
		steps: [
			...begun,
			...shown,
			{waitFor: /queued.*ESTAB/},
			...held('connections-120x40'),
			{type: `${keys.esc}2`},
			{waitFor: /listening.* \d+\/3!/},
			...held('listeners-120x40'),
			{type: '3'},
			{waitFor: /error connect-refused .*[1-9]\d* now/},
			{type: keys.down},
			{waitFor: /^▸/m},
			...held('diagnoses-120x40'),
			{type: '4'},
			{waitFor: /203\.0\.113\.9 .* eth0 .*[\s\S]*veth/},
			...held('routes-120x40'),
			{type: '5'},
			{waitFor: /reports\.js/},
			...held('processes-120x40'),
			{type: '6'},
			{waitFor: /GET .*checkout/},
			...held('output-120x40'),
			...detailOf('stage:draining'),
			{waitFor: 'draining for'},
			...held('detail-120x40'),
			...back,
			...detailOf('host:payments stage:open'),
			{type: 'w', unless: ' took'},
			{waitFor: ' took'},
			...held('waterfall-120x40'),
			...back,
			{type: 'c'},
			{waitFor: 'Columns of'},
			{picture: 'columns-120x40'},
			{type: keys.esc},
			{waitFor: 's sort'},
			{type: '?'},
			{waitFor: 'Esc back'},
			{picture: 'help-120x40'},
		],
	},
	{
		name: '80x24',
		cols: 80,
		rows: 24,
		theme: 'dark',
		steps: [
			...begun,
			// The oldest first: there is no room for all.
			{type: 'S'},
			...shown,
			...held('connections-80x24'),
			{type: keys.esc},
			{waitFor: /connections \d+ /},
			...detailOf('host:payments stage:open'),
			{type: 'w', unless: ' took'},
			{waitFor: ' took'},
			...held('waterfall-80x24'),
		],
	},
	{
		name: 'light',
		cols: 120,
		rows: 40,
		theme: 'light',
		steps: [...begun, ...shown, ...held('connections-120x40-light')],
	},
];

const root = path.resolve(import.meta.dirname, '..');
/** Pixels of a picture for one of the SVG: sharp on a dense display, and small enough to keep. */
const scale = 1.4;
const deadlineMs = 60_000;

/** Names of runs; all where none is given. */
const wanted = process.argv.slice(2);
for (const run of runs) {
	if (wanted.length === 0 || wanted.includes(run.name)) await take(run);
}

async function take({cols, rows, theme, steps}: Run): Promise<void> {
	const stage = [process.execPath, path.join(import.meta.dirname, 'shop/stage.js')];
	const netwatch = [process.execPath, path.join(root, 'dist/cli.js'), '--background', theme, '--'];
	const command = ['node', path.relative(root, path.join(import.meta.dirname, 'shop/shop.js'))];
	const inNamespace = ['--map-root-user', '--net', ...stage, ...netwatch, ...command];
	const terminal = startTerminal('unshare', inNamespace, {
		cols,
		rows,
		cwd: root,
		env: {COLORTERM: 'truecolor', XDG_CONFIG_HOME: '/nonexistent', XDG_STATE_HOME: '/nonexistent'},
	});
	try {
		for (const step of steps) {
			if ('waitFor' in step) await terminal.waitFor(step.waitFor, deadlineMs);
			else if ('picture' in step) await write(step.picture, terminal, theme);
			else if (step.unless === undefined || !terminal.screen().join('\n').includes(step.unless))
				terminal.type(step.type);
		}
		await leave(terminal);
	} finally {
		await terminal.end();
	}
}

async function write(name: string, terminal: TestTerminal, theme: Run['theme']): Promise<void> {
	const {emulator} = terminal;
	await settled(terminal);
	const png = toPng(renderScreen(emulator, {title: 'netwatch -- node shop.js', theme}), scale);
	await writeFile(path.join(import.meta.dirname, `${name}.png`), png);
	console.log(`${name}: ${emulator.cols}×${emulator.rows}, ${Math.round(png.length / 1024)} kB`);
}

/** A frame may come in several pieces: nothing has come for a moment. */
async function settled({receivedLength}: TestTerminal): Promise<void> {
	let before = -1;
	while (before !== receivedLength()) {
		before = receivedLength();
		await new Promise(resolve => setTimeout(resolve, 250));
	}
}

/** Ends the command too, which would outlive a terminal that is closed. */
async function leave(terminal: TestTerminal): Promise<void> {
	for (const key of [keys.esc, keys.esc, keys.esc, 'q']) {
		terminal.type(key);
		// Only the pause after it distinguishes Esc from the start of an arrow key.
		await new Promise(resolve => setTimeout(resolve, 100));
	}
	await terminal.waitFor('end it');
	terminal.type('e');
	await terminal.exited;
}
