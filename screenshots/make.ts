/**
 * Makes the pictures of this directory from real runs: `npm run screenshots`. Each picture is a run of the built
 * netwatch in a terminal of its own; it is taken when the screen shows what is waited for. Names on the command line choose
 * some of them.
 */
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {type Awaited, keys, startTerminal, type TestTerminal} from '../test/support/terminal.ts';
import {renderScreen, toPng} from './render.ts';

/** A text is typed, or not where the screen shows something already. */
type Step = {waitFor: Awaited} | {type: string; unless?: string};

type Picture = {
	name: string;
	cols: number;
	rows: number;
	command: readonly string[];
	steps: readonly Step[];
};

const tour = ['node', 'examples/tour.js'];

/** The table with a connection that waits for 'drain', held still. */
const draining: readonly Step[] = [{waitFor: /draining.*ESTAB.*!/}, {type: 'p'}, {waitFor: 'PAUSED'}];

/** A listener whose accept queue is full, held still. */
const fullQueue: readonly Step[] = [
	{type: '2'},
	{waitFor: /listening +\d+\/\d+!/},
	{type: 'p'},
	{waitFor: 'PAUSED'},
];

/** What is found while an accept queue is full, and before, held still with one of the findings chosen. */
const diagnoses: readonly Step[] = [
	{type: '3'},
	{waitFor: /error accept-queue-full .*[1-9]\d* now/},
	{type: 'p'},
	{waitFor: 'PAUSED'},
	{type: keys.down + keys.down},
	{waitFor: /▸ +✗/},
];

/** Destinations and interfaces, held still. */
const routes: readonly Step[] = [
	{waitFor: /draining.*ESTAB.*!/},
	{type: '4'},
	{waitFor: /127\.0\.0\.1 .* lo .*[\s\S]*loopback/},
	{type: 'p'},
	{waitFor: 'PAUSED'},
];

/** Where the time of a race went, held still. */
const race: readonly Step[] = [
	{type: '/host:three-ways stage:open'},
	{waitFor: /connections 1\/\d/},
	{type: keys.enter},
	{waitFor: 'sort'},
	{type: 'p'},
	{waitFor: 'PAUSED'},
	{type: keys.enter},
	{waitFor: 'w waterfall'},
	{type: 'w', unless: ' took'},
	{waitFor: ' took'},
];

const pictures: readonly Picture[] = [
	{name: 'connections-120x40', cols: 120, rows: 40, command: tour, steps: draining},
	{name: 'connections-80x24', cols: 80, rows: 24, command: tour, steps: draining},
	{
		name: 'detail-120x40',
		cols: 120,
		rows: 40,
		command: tour,
		steps: [
			...draining,
			{type: '/stage:draining'},
			{waitFor: /connections \d+\/\d+/},
			{type: keys.enter},
			{waitFor: 'sort'},
			{type: keys.enter},
			{waitFor: 'PROCESS'},
		],
	},
	{name: 'waterfall-80x24', cols: 80, rows: 24, command: tour, steps: race},
	{name: 'listeners-120x40', cols: 120, rows: 40, command: tour, steps: fullQueue},
	{name: 'diagnoses-120x40', cols: 120, rows: 40, command: tour, steps: diagnoses},
	{name: 'routes-120x40', cols: 120, rows: 40, command: tour, steps: routes},
];

const root = path.resolve(import.meta.dirname, '..');
/** Pixels of a picture for one of the SVG: sharp on a dense display, and small enough to keep. */
const scale = 1.5;
/** A tour shows everything within half a minute. */
const deadlineMs = 60_000;

/** Names of pictures; all where none is given. */
const wanted = process.argv.slice(2);
for (const picture of pictures) {
	if (wanted.length === 0 || wanted.includes(picture.name)) await take(picture);
}

async function take({name, cols, rows, command, steps}: Picture): Promise<void> {
	const cli = path.join(root, 'dist/cli.js');
	const terminal = startTerminal(process.execPath, [cli, '--', ...command], {cols, rows, cwd: root});
	try {
		for (const step of steps) {
			if ('waitFor' in step) await terminal.waitFor(step.waitFor, deadlineMs);
			else if (step.unless === undefined || !terminal.screen().join('\n').includes(step.unless))
				terminal.type(step.type);
		}
		const svg = renderScreen(terminal.emulator, {title: `netwatch -- ${command.join(' ')}`});
		await writeFile(path.join(import.meta.dirname, `${name}.png`), toPng(svg, scale));
		console.log(`${name}: ${cols}×${rows}`);
		await leave(terminal);
	} finally {
		await terminal.end();
	}
}

/** Ends the command too, which would outlive a terminal that is closed. */
async function leave(terminal: TestTerminal): Promise<void> {
	for (const key of [keys.esc, keys.esc, keys.esc, 'q']) {
		terminal.type(key);
		// Esc alone is told from the beginning of an arrow key by the time after it.
		await new Promise(resolve => setTimeout(resolve, 100));
	}
	await terminal.waitFor('end it');
	terminal.type('e');
	await terminal.exited;
}
