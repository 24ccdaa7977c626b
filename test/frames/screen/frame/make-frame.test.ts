import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import type {StepName} from '../../../../source/domain/operation.ts';
import type {OutputLine} from '../../../../source/text/output-line.ts';
import {makeAccepting, makeKernelView, makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {
	address,
	makeModel,
	makeNotice,
	makeOutput,
	makeProcess,
	sampleModel,
	sampleNow,
	sampleOutput,
} from '../../../helpers/screen/sample-model.ts';
import {makeInterface, makeSummary} from '../../../helpers/screen/sample-network.ts';

/** The lines of the table that show rows: those with an arrow between the two ends. */
const rowLines = (lines: string[]): string[] =>
	lines.filter(line => /[→←•]/.test(line) && !line.includes('move'));
const selected = (lines: string[]): string => lines.find(line => line.startsWith('▸')) ?? '';

const outputLine = (text: string): OutputLine => ({stream: 'stdout', text, at: sampleNow});

const sizes = [
	[40, 8],
	[53, 11],
	[80, 24],
	[81, 25],
	[120, 40],
	[200, 60],
] as const;

describe('the screen is as high as the terminal and no wider, in every view', () => {
	const views: [view: string, keys: string[]][] = [
		['connections', []],
		['a selected row', ['down', 'down']],
		['detail', ['down', 'enter']],
		['listeners', ['2', 'down']],
		['diagnoses', ['3']],
		['routes', ['4']],
		['processes', ['5']],
		['output', ['6']],
		['help', ['?']],
		['a filter being typed', ['/', '"stage:opne and peer:10.0.0.0/8"']],
		['the sort picker', ['s', 'right']],
		['the column chooser', ['c', 'G']],
		['the question how to quit', ['q']],
		['no row that matches', ['/', '"xyzzy"', 'enter']],
	];
	for (const [columns, rows] of sizes) {
		it.each(views)(`${columns}×${rows}: %s`, (_view, keys) => {
			const screen = draw({columns, rows, output: sampleOutput()});
			screen.press(...keys);
			const lines = screen.lines();
			expect(lines).toHaveLength(rows);
			for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
		});
	}

	it.each([
		[39, 8],
		[40, 7],
		[20, 5],
		[7, 3],
		[1, 1],
	])('%s×%s is too small, and says so', (columns, rows) => {
		const screen = draw({columns, rows});
		const lines = screen.lines();
		expect(lines).toHaveLength(rows);
		for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
		screen.press('ctrl-c', 'q', 'e');
		expect(screen.asked).toEqual(['interrupt', 'quit end']);
		screen.press('esc');
		screen.store.resize({columns: 80, rows: 24});
		expect(rowLines(screen.lines())).toHaveLength(11);
	});

	it('20×5 has a single sentence', () => {
		expect(draw({columns: 20, rows: 5}).lines().join(' ')).toContain(
			'netwatch needs 40×8 or more (now 20×5); the program',
		);
	});
});

describe('the header', () => {
	it('shows the program with its pid, the wrapper folded behind it', () => {
		const [title, stats, tabs] = draw({columns: 100}).lines();
		expect(title).toMatch(/^ server\.js 4712 \+1 ‹ npm run start/);
		expect(stats).toContain('2 hooked · 1 unhooked · 0 lost · loop p99 <20 ms · kernel 812 sockets, <3s old');
		expect(tabs).toMatch(
			/ 1 connections 11 +2 listeners 1 +3 diagnoses 0 +4 routes +5 processes 3 +6 output 0/,
		);
	});

	it('shows the command before the first record or snapshot', () => {
		const model = makeModel();
		model.session = {...model.session, startedAt: sampleNow};
		const [title, stats] = draw({model}).lines();
		expect(title).toContain('node server.js 4712');
		expect(stats).toContain('no hook yet · loop – · kernel –');
	});

	it('shows the sum of the rates, lost records and a late kernel view', () => {
		const model = sampleModel();
		model.dropped = 1234;
		const screen = draw({model, columns: 120});
		screen.later(9_000);
		const stats = screen.lines()[1];
		expect(stats).toContain('1.2k records lost');
		expect(stats).toContain('kernel 812 sockets, 9.9s old');
		expect(stats).toMatch(/in 1\.2k\/s · out 36k\/s$/);
	});

	it('shows how the command exited', () => {
		const model = sampleModel();
		const screen = draw({model});
		model.session = {...model.session, ended: {at: sampleNow, exitCode: 3, signal: null}};
		screen.changed();
		expect(screen.lines()[0]).toContain('ended with exit code 3 · q quits');
		model.session = {...model.session, ended: {at: sampleNow, exitCode: null, signal: 'SIGKILL'}};
		screen.changed();
		expect(screen.lines()[0]).toContain('ended with SIGKILL · q quits');
	});
});

describe('a filter', () => {
	it('is applied while it is typed, counts, and is kept by Enter', () => {
		const screen = draw();
		screen.press('/', '"state:listening"');
		expect(rowLines(screen.lines())).toHaveLength(1);
		expect(screen.lines().at(-2)).toMatch(/^ \/state:listening +1\/11$/);
		screen.press('enter');
		expect(screen.lines()[2]).toMatch(/ 1 connections 1\/11 .*\/state:listening/);
	});

	it('with an error shows its place and a suggestion, and the last good one stays applied', () => {
		const screen = draw();
		screen.press('/', '"state:listening stage:opne"');
		const lines = screen.lines();
		expect(rowLines(lines)).toHaveLength(1);
		expect(lines.at(-2)).toContain('/state:listening stage:opne');
		expect(lines.at(-1)).toMatch(/^ {24}\^ unknown stage «opne» — did you mean open\?/);
		screen.press('enter');
		expect(screen.lines()[2]).toContain('/state:listening');
		expect(screen.lines()[2]).not.toContain('opne');
	});

	it('that starts with a word of the language does not empty the table while it is typed', () => {
		const screen = draw();
		screen.press('/');
		for (const letter of 'stage:') {
			screen.press(letter);
			expect(rowLines(screen.lines())).toHaveLength(11);
		}
		screen.press('"paused"');
		expect(rowLines(screen.lines())).toHaveLength(1);
	});

	it('of a bare word is applied by Enter, though a word of the language starts with it', () => {
		const screen = draw();
		screen.press('/', '"in"', 'enter');
		expect(rowLines(screen.lines()).length).toBeLessThan(11);
	});

	it('is removed by Esc: first the edit, then the filter', () => {
		const screen = draw();
		screen.press('/', '"state:listening"', 'enter', '/', '"x"', 'esc');
		expect(rowLines(screen.lines())).toHaveLength(1);
		screen.press('esc');
		expect(rowLines(screen.lines())).toHaveLength(11);
	});

	it('is edited like any line', () => {
		const screen = draw();
		screen.press('/', '"peer:x 日本"', 'backspace', 'left', 'left', 'delete', 'home', '"!"', 'end', '"ü"');
		expect(screen.lines().at(-2)).toMatch(/^ \/!peer:x日ü/);
		screen.press('ctrl-w');
		expect(screen.lines().at(-2)).toMatch(/^ \/ +\d+\/11/);
	});

	it('may be pasted, without control characters', () => {
		const screen = draw();
		screen.store.paste('q');
		expect(screen.asked).toEqual([]);
		screen.press('/');
		screen.store.paste('peer:10\x1b[2J\n');
		expect(screen.lines().at(-2)).toContain('/peer:10\\x1b[2J');
	});

	it('given at the start is applied; an invalid one is open with its error', () => {
		expect(rowLines(draw({filter: 'stage:paused'}).lines())).toHaveLength(1);
		const wrong = draw({filter: 'stage:pausd'}).lines();
		expect(wrong.at(-1)).toContain('did you mean paused?');
		expect(rowLines(wrong)).toHaveLength(11);
	});

	it('without a match says so, and how to remove it', () => {
		const screen = draw();
		screen.press('/', '"xyzzy"', 'enter');
		expect(screen.lines().join('\n')).toMatch(/None of 11 rows matches xyzzy[\s\S]*Esc clears the filter/);
	});
});

describe('the order of the rows', () => {
	it('is newest first, until s picks another column', () => {
		const screen = draw();
		expect(rowLines(screen.lines())[0]).toContain('lookup');
		screen.press('s', 'right', 'enter');
		expect(screen.lines()[3]).toContain('process▴');
	});

	it('is previewed in the picker under the cursor, and restored by Esc', () => {
		const screen = draw();
		const before = rowLines(screen.lines());
		screen.press('s', 'left');
		expect(screen.lines().at(-2)).toContain('sort by');
		expect(rowLines(screen.lines())[0]).toContain('peer-ended');
		screen.press('esc');
		expect(rowLines(screen.lines())).toEqual(before);
	});

	it('is reversed by S', () => {
		const screen = draw();
		const before = rowLines(screen.lines());
		screen.press('S');
		expect(rowLines(screen.lines())).not.toEqual(before);
		screen.press('S');
		expect(rowLines(screen.lines())).toEqual(before);
	});
});

describe('the selected row', () => {
	it('is none at first; the first key selects a visible row', () => {
		const screen = draw();
		expect(selected(screen.lines())).toBe('');
		screen.press('j');
		expect(selected(screen.lines())).toContain('lookup');
		screen.press('down', 'down', 'k');
		expect(selected(screen.lines())).toContain('queued');
	});

	it('stays the same row through sorting, reversing, filtering and new rows', () => {
		const screen = draw();
		screen.press('G');
		const row = /10\.0\.0\.77:60001/;
		expect(selected(screen.lines())).toMatch(row);
		screen.press('S');
		expect(selected(screen.lines())).toMatch(row);
		screen.press('/', '"peer:10.0.0.77"', 'enter');
		expect(selected(screen.lines())).toMatch(row);
		screen.press('esc', 's', 'right', 'right', 'enter');
		screen.model.rows.set(
			'n',
			makeRow({id: 'n', openedAt: sampleNow, peer: address('10.9.9.9', 1), role: 'client'}),
		);
		screen.changed();
		expect(selected(screen.lines())).toMatch(row);
	});

	it('is replaced by its nearest when it is gone', () => {
		const screen = draw();
		screen.press('down', 'down', 'down', 'down');
		expect(selected(screen.lines())).toContain('41822');
		screen.model.rows.delete('1.0.3');
		screen.changed();
		expect(selected(screen.lines())).toContain('ECONNREFUSED');
	});

	it('comes back when a filter that hid it is gone', () => {
		const screen = draw();
		screen.press('down', '/', '"xyzzy"', 'enter');
		expect(selected(screen.lines())).toBe('');
		screen.press('esc');
		expect(selected(screen.lines())).toContain('lookup');
		screen.press('/', '"state:listening"', 'enter', 'down');
		expect(selected(screen.lines())).toContain('listening');
	});

	it('is always visible', () => {
		const rows = Array.from({length: 300}, (_, index) =>
			makeRow({openedAt: sampleNow - index, role: 'client', peer: address('10.0.0.1', 1000 + index)}),
		);
		const screen = draw({model: makeModel(rows)});
		const peers: string[] = [];
		for (const key of ['G', 'pageup', 'up', 'pagedown', 'g', 'pagedown', 'pagedown', 'down', 'pageup']) {
			screen.press(key);
			peers.push(/10\.0\.0\.1:(\d+)/.exec(selected(screen.lines()))?.[1] ?? 'out of sight');
		}
		expect(peers).toEqual(['1299', '1281', '1280', '1298', '1000', '1018', '1036', '1037', '1019']);
		screen.press('S', 'esc');
		expect(selected(screen.lines())).toBe('');
	});
});

describe('pause', () => {
	it('stops rows that change in place, and counts the pending changes', () => {
		const screen = draw();
		screen.press('p');
		const frozen = rowLines(screen.lines());
		for (const row of screen.model.rows.values()) {
			row.stage = 'closed';
			if (row.process) row.process.bytesRead = 99_999_999;
		}
		screen.model.rows.delete('1.0.2');
		screen.model.rows.set('n', makeRow({id: 'n'}));
		screen.changed();
		screen.changed();
		screen.later(60_000);
		expect(rowLines(screen.lines())).toEqual(frozen);
		expect(screen.lines()[0]).toMatch(/ PAUSED {2}2 changes wait$/);
		screen.press('space');
		expect(screen.lines()[0]).not.toContain('PAUSED');
		expect(rowLines(screen.lines())).not.toEqual(frozen);
	});

	it('counts many pending changes by their first digit: the line is seldom redrawn', () => {
		const screen = draw();
		screen.press('p');
		expect(screen.lines()[0]).toMatch(/ PAUSED {2}p goes on$/);
		const start = screen.model.version;
		const said = (changes: number): string | undefined => {
			screen.model.version = start + changes;
			screen.later(1000);
			return screen.lines()[0]?.split('PAUSED')[1]?.trim();
		};
		expect([1, 2, 9, 10, 11].map(said)).toEqual([
			'1 change waits',
			'2 changes wait',
			'9 changes wait',
			'10 changes wait',
			'over 10 changes wait',
		]);
		expect([201, 250, 299].map(said)).toEqual(Array(3).fill('over 200 changes wait'));
	});

	it('allows filter, order and detail on the paused snapshot', () => {
		const screen = draw();
		screen.press('p');
		screen.model.rows.clear();
		screen.changed();
		screen.press('/', '"stage:draining"', 'enter', 'enter');
		expect(screen.lines().join('\n')).toContain('146k/16k ! drain');
	});

	it('stops the output too', () => {
		const output = makeOutput(['one', 'two']);
		const screen = draw({output});
		screen.press('6', 'p');
		output.lines = [...output.lines, outputLine('three')];
		screen.changed();
		expect(screen.lines().join('\n')).not.toContain('three');
		screen.press('p');
		expect(screen.lines().join('\n')).toContain('three');
	});
});

describe('the detail of a row', () => {
	const open = (columns = 80, rows = 24) => {
		const screen = draw({columns, rows, filter: 'stage:draining'});
		screen.press('enter');
		return screen;
	};

	it('puts the three views side by side and shows where two of them agree', () => {
		const text = open().lines().join('\n');
		expect(text).toMatch(/PROCESS {2}0\.4s ago +KERNEL {2}0\.9s ago +ROUTE/);
		expect(text).toMatch(/local +10\.0\.0\.5:52744 ✓ +local +10\.0\.0\.5:52744 ✓ +to +10\.0\.0\.9 ✓/);
		expect(text).toMatch(/POST \/upload · server\.js 4712 · tls · opened 1m03s ago · joined by inode/);
		expect(text).toContain('draining for 12s');
	});

	it('marks where the views disagree', () => {
		const screen = open();
		const kernel = screen.model.rows.get('1.0.2')?.kernel;
		if (kernel) kernel.local = address('10.0.0.6', 52_744);
		screen.changed();
		expect(screen.lines().join('\n')).toMatch(/local +10\.0\.0\.5:52744 ≠ +local +10\.0\.0\.6:52744 ≠/);
	});

	it('lists the steps with their times, the newest visible, and scrolls', () => {
		const screen = open();
		expect(screen.lines().at(-2)).toMatch(/263 ms +\+1\.4 ms {2}full +buffered 146k/);
		screen.press('g');
		expect(screen.lines().join('\n')).toMatch(/0\.0 ms +create +\S+:\d+:\d+ {2}kind tls/);
		screen.press('j');
		expect(screen.lines().join('\n')).not.toMatch(/ create /);
	});

	it('stands one under the other where the terminal is narrow, and scrolls as a whole', () => {
		const screen = open(60, 20);
		screen.press('w');
		expect(screen.lines().join('\n')).toContain('PROCESS');
		expect(screen.lines().join('\n')).not.toContain('KERNEL');
		screen.press('pagedown');
		expect(screen.lines().join('\n')).toContain('KERNEL');
	});

	it('shows the error and the disagreement of the views', () => {
		const screen = draw({filter: 'stage:failed'});
		const row = screen.model.rows.get('1.0.6');
		if (row) row.disagreement = 'closed in the process, ESTAB in the kernel';
		screen.press('enter');
		const text = screen.lines().join('\n');
		expect(text).toContain('✗ connect failed: ECONNREFUSED  connect ECONNREFUSED 127.0.0.1:9');
		expect(text).toContain('≠ the views disagree: closed in the process, ESTAB in the kernel');
	});

	it('stays on its row when that leaves the table, and says so', () => {
		const screen = open();
		screen.model.rows.delete('1.0.2');
		screen.changed();
		expect(screen.lines().join('\n')).toMatch(
			/10\.0\.0\.5:52744 → api\.internal[\s\S]*gone from the table|gone from the table/,
		);
		screen.press('esc');
		expect(screen.lines().join('\n')).toContain('None of 10 rows');
	});

	it('goes to the neighbours with ← and →', () => {
		const screen = draw();
		screen.press('down', 'enter', 'right');
		expect(screen.lines().join('\n')).toContain('queued for');
		screen.press('left');
		expect(screen.lines().join('\n')).toContain('lookup for');
	});
});

describe('processes and output', () => {
	it('each process is listed; those that do not fit are counted and can be scrolled to', () => {
		const processes = Array.from({length: 12}, (_, index) =>
			makeProcess({proc: index, pid: 5000 + index, program: 'worker.js'}),
		);
		const screen = draw({model: makeModel([], {processes})});
		screen.press('5');
		expect(screen.lines().join('\n')).toMatch(/│ worker\.js │ 5000 │ hooked/);
		expect(screen.lines().join('\n')).toContain('+4 more');
		screen.press('G');
		expect(screen.lines().join('\n')).toMatch(/│ 5011 │[\s\S]*4 before/);
	});

	it('names with wide characters keep the lines of the table straight', () => {
		const processes = [
			makeProcess({program: 'サーバー.js'}),
			makeProcess({pid: 4713, program: 'e\u0301\u0301tage.js'}),
		];
		const screen = draw({model: makeModel([], {processes})});
		screen.press('5');
		const widths = new Set(
			screen
				.lines()
				.filter(line => /[│├]/.test(line))
				.map(line => stringWidth(line)),
		);
		expect([...widths]).toHaveLength(1);
	});

	it('standard error is marked, and control characters have no effect', () => {
		const screen = draw({output: sampleOutput()});
		screen.press('6');
		const text = screen.lines().join('\n');
		expect(text).toContain('\n listening on http://[::]:3000\n▌(node:4712) Warning');
		expect(text).toContain('\n evil \\u202etxt.exe');
	});

	it('the newest output is followed, until a scroll up; End follows again', () => {
		const output = makeOutput(Array.from({length: 100}, (_, index) => `line ${index}`));
		const screen = draw({output});
		screen.press('6');
		const last = () => screen.lines().at(-2);
		expect(last()).toBe(' line 99');
		screen.press('pageup');
		expect(last()).toBe(' line 80');
		output.lines = [...output.lines, outputLine('new')].slice(10);
		output.dropped = 10;
		screen.changed();
		expect(last()).toBe(' line 80');
		screen.press('G');
		expect(last()).toBe(' new');
		screen.press('g');
		expect(screen.lines().slice(3, 5)).toEqual(['  10 earlier lines are no longer held', ' line 10']);
	});

	it('long lines are shifted with ← and →', () => {
		const screen = draw({output: makeOutput([`${'a'.repeat(78)}0123456789`])});
		screen.press('6');
		expect(screen.lines()[3]).toMatch(/a…$/);
		screen.press('right');
		expect(screen.lines()[3]).toMatch(/a0123456789$/);
	});
});

describe('the exit from the screen', () => {
	it('is confirmed with q while the program runs: end it, leave it, or stay', () => {
		const screen = draw();
		screen.press('q');
		expect(screen.lines().slice(-2).join('\n')).toMatch(
			/the command is still running: npm run start\n e end it {3}l leave it running {3}Esc stay/,
		);
		screen.press('esc', 'q', 'l');
		screen.press('q', 'e');
		expect(screen.asked).toEqual(['quit leave', 'quit end']);
	});

	it('is immediate with q and Ctrl-C after the program has ended, even during the confirmation', () => {
		const screen = draw();
		screen.press('q');
		screen.model.session = {...screen.model.session, ended: {at: sampleNow, exitCode: 0, signal: null}};
		screen.changed();
		expect(screen.lines().join('\n')).not.toContain('still running');
		screen.press('q', 'ctrl-c');
		expect(screen.asked).toEqual(['quit end', 'quit end']);
	});

	it('is not caused by Ctrl-C while the program runs, from any view', () => {
		const screen = draw();
		screen.press('ctrl-c', '/', 'ctrl-c', 'esc', '?', 'ctrl-c');
		expect(screen.asked).toEqual(['interrupt', 'interrupt', 'interrupt']);
	});
});

describe('messages', () => {
	it('before the first row: the reason for waiting, and the notices', () => {
		const model = makeModel([], {notices: [makeNotice('no hook answers: is this a Node program?')]});
		const text = draw({model}).lines().join('\n');
		expect(text).toContain('waiting for the first socket of node server.js (pid 4712) …');
		expect(text.match(/no hook answers: is this a Node program\?/g)).toHaveLength(1);
	});

	it('the newest notice is in the footer until a key or for ten seconds', () => {
		const model = sampleModel();
		const screen = draw({model});
		model.notices = [makeNotice('old'), makeNotice('pid 4730 is not hooked')];
		screen.changed();
		expect(screen.lines().at(-1)).toBe(' hook: pid 4730 is not hooked');
		screen.press('down');
		expect(screen.lines().at(-1)).toContain('filter');
		model.notices = [...model.notices, makeNotice('another', {at: sampleNow + 1000})];
		screen.later(2000);
		expect(screen.lines().at(-1)).toBe(' hook: another');
		screen.later(9_000);
		expect(screen.lines().at(-1)).toContain('filter');
		screen.press('?');
		expect(screen.lines().join('\n')).toMatch(
			/What netwatch noticed[\s\S]*another[\s\S]*not hooked[\s\S]*old/,
		);
	});

	it.each(['5', '?'])(
		'notices are shown to their end, over several lines where one is not enough (%s)',
		key => {
			const model = sampleModel();
			const mend =
				'ss not found: install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2); sockets are read from /proc';
			model.notices = [makeNotice(`${mend} ${'x'.repeat(200)}`), makeNotice(mend)];
			const screen = draw({model, columns: 80, rows: 40});
			screen.press(key);
			const lines = screen.lines();
			const words = lines.join(' ').replaceAll(/\s+/g, ' ');
			expect(words.split(mend)).toHaveLength(3);
			expect(lines.every(line => line.length <= 80)).toBe(true);
		},
	);

	it('for rows that are all closed and hidden', () => {
		const model = makeModel([makeRow({stage: 'closed'})]);
		const screen = draw({model});
		screen.press('t');
		expect(screen.lines().join('\n')).toContain('All rows are closed (1); t shows them.');
	});

	it('text from outside never becomes a control sequence', () => {
		const evil = 'x\x1b[2J\x9b31m\u202e\x07';
		const row = makeRow({
			program: evil,
			host: evil,
			label: evil,
			site: evil,
			local: {path: evil},
			peer: address(evil, 1),
			error: {operation: evil, phase: 'connect', code: evil, message: evil},
			disagreement: evil,
			stage: 'failed',
			role: 'client',
			process: makeProcessView({readyState: evil}),
			route: {dst: evil, from: evil, dev: evil, src: evil, gateway: evil, table: evil, mtu: 1, error: null},
			steps: [
				{
					at: 0,
					step: evil as StepName,
					fields: {[evil]: evil, list: [evil], peer: {address: evil, port: 1, family: 4}},
				},
			],
		});
		const listener = makeRow({
			program: evil,
			role: 'listener',
			local: address(evil, 1),
			kernel: makeKernelView({state: 'LISTEN', device: evil, cookie: evil, local: address(evil, 1)}),
			acceptQueue: makeAccepting({others: [{address: evil, pid: 1, program: evil}]}),
		});
		const refusedRoute = {dst: evil, from: null, dev: null, src: null, gateway: null, table: null, mtu: null};
		const refused = makeRow({peer: address(evil, 2), route: {...refusedRoute, error: evil}, netns: evil});
		const seen = {name: evil, state: evil, kind: evil, master: evil, addresses: [evil, evil]};
		const use = {local: evil, peer: evil, peerPort: 1, used: 9, range: 10};
		const model = makeModel([row, listener, refused, makeRow({...row, id: 'live', stage: 'open'})], {
			interfaces: new Map([
				[evil, [makeInterface(seen)]],
				['1', [makeInterface(seen)]],
			]),
			kernel: new Map([
				[evil, makeSummary({netns: evil, ephemeral: use})],
				['1', makeSummary({ephemeral: use})],
			]),
			notices: [makeNotice(evil)],
			processes: [makeProcess({program: evil, signal: evil, state: 'exited', node: evil})],
			session: {
				command: [evil],
				pid: 1,
				netns: null,
				startedAt: 0,
				ended: {at: 0, exitCode: null, signal: evil},
			},
		});
		const screen = draw({model, columns: 200, rows: 60, output: makeOutput([evil])});
		const keys = [
			[],
			['down'],
			['enter'],
			['esc', '2'],
			['down'],
			['enter'],
			['esc', '4'],
			['5'],
			['6'],
			['?'],
			['esc', '1', '/', `"${evil}"`],
		];
		for (const one of keys) {
			screen.press(...one);
			const json = JSON.stringify(screen.store.frame());
			expect(json).not.toMatch(/\\u001b|\\u009b|\x9b|\u202e|\\u0007/);
		}
	});
});
