import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {createRowChanges} from '../../../../source/screen/screen-reader/changes.ts';
import {durationPhrase, rowSentence} from '../../../../source/screen/screen-reader/row-sentence.ts';
import {createAnnouncer} from '../../../../source/screen/screen-reader/speaker.ts';
import {toSpeakableText} from '../../../../source/screen/screen-reader/view.ts';
import {makeKernelView, makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {type Bundle, bundle} from '../../../helpers/process/bundle.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {address, sampleNow} from '../../../helpers/screen/sample-model.ts';
import {keys, startTerminal, type TestTerminal} from '../../../helpers/terminal/terminal.ts';

describe('a row is a sentence', () => {
	const row = makeRow({
		role: 'client',
		pid: 4711,
		stage: 'connect',
		stageSince: sampleNow - 4200,
		attempt: {n: 2, of: 3},
		host: 'api.internal',
		peer: address('10.0.0.9', 443),
		kernel: makeKernelView({state: 'SYN-SENT'}),
	});

	it.each([
		[row, 'server.js 4711, connect 2 of 3 to api.internal port 443, for 4 seconds, kernel SYN-SENT'],
		[
			{
				...row,
				stage: 'failed',
				closedAt: sampleNow,
				error: {operation: 'connect', phase: 'connect', code: 'ECONNREFUSED', message: ''},
			},
			'server.js 4711, failed with ECONNREFUSED, to api.internal port 443, kernel SYN-SENT',
		],
		[
			{
				...row,
				role: 'server',
				stage: 'draining',
				local: address('10.0.0.5', 3000),
				kernel: makeKernelView(),
				process: makeProcessView({writableLength: 149_504, needDrain: true}),
			},
			"server.js 4711, draining from api.internal port 443 on port 3000, for 4 seconds, kernel ESTAB, waits for 'drain', 146k bytes wait to be written",
		],
	] as const)('%#', (given, text) => {
		expect(rowSentence(given, sampleNow).text).toBe(text);
	});

	it('nothing of it reaches the terminal as a control sequence', () => {
		const {text} = rowSentence({...row, host: 'a\x1b]0;x\x07b', program: '\x1b[2J'}, sampleNow);
		expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
	});

	it.each([
		[-5, '0 seconds'],
		[1000, '1 second'],
		[61_000, '1 minute'],
		[7_300_000, '2 hours'],
		[2e8, '2 days'],
	])('%i ms are %s', (ms, text) => {
		expect(durationPhrase(ms)).toBe(text);
	});
});

it('of the lines of a picture only words stay', () => {
	expect(toSpeakableText([{text: ' connect ✓ 10.0.0.9 '}, {text: '████▶┊   ░░ '}, {text: '  4.2 ms'}])).toBe(
		'connect agrees 10.0.0.9, 4.2 ms',
	);
});

describe('only what changed is said', () => {
	it('of the rows: new ones, those that stand elsewhere, and those that are gone', () => {
		const changes = createRowChanges();
		const one = makeRow({id: '1', role: 'client', peer: address('10.0.0.1', 1)});
		const two = makeRow({id: '2', role: 'client', peer: address('10.0.0.2', 2)});
		expect(changes.take([one], sampleNow)).toHaveLength(1);
		expect(changes.take([one], sampleNow + 60_000)).toEqual([]);
		expect(changes.take([{...one, stage: 'draining'}, two], sampleNow)).toEqual([
			expect.stringMatching(/^server\.js \d+, draining to 10\.0\.0\.1 port 1/),
			expect.stringMatching(/^New: .* 10\.0\.0\.2 port 2/),
		]);
		expect(changes.take([two], sampleNow)).toEqual([expect.stringMatching(/^Gone: .* 10\.0\.0\.1 port 1$/)]);
		const many = Array.from({length: 30}, (_, index) => makeRow({id: `m${index}`, role: 'client'}));
		expect(changes.take([two, ...many], sampleNow).at(-1)).toBe('and 24 more changes');
	});

	it('at most every five seconds, and at once what a key asks for', () => {
		const screen = draw();
		const said: string[] = [];
		const shown: (readonly string[])[] = [];
		const {store} = screen;
		const speaker = createAnnouncer({
			...store,
			announce: lines => said.push(...lines),
			showLines: lines => shown.push(lines),
		});
		store.subscribe(speaker.update);
		speaker.update();
		const before = [said.length, shown.length];
		const row = [...screen.model.rows.values()].find(({stage}) => stage === 'open');
		for (let second = 0; second < 4; second++) {
			if (row) row.stage = second % 2 === 0 ? 'paused' : 'draining';
			screen.later(1000);
		}
		expect([said.length, shown.length]).toEqual(before);
		screen.press('down');
		expect(shown.at(-1)?.[1]).toMatch(/^Row 1 of 11: server\.js 4712, /);
		screen.later(1000);
		screen.later(1000);
		expect(said.length).toBeGreaterThan(before[0] ?? 0);
		expect(said.slice(before[0]).every(line => /draining|Gone|New|Now/.test(line))).toBe(true);
	});
});

describe('in a real terminal', () => {
	let fixture: Bundle;
	const started: TestTerminal[] = [];
	beforeAll(async () => {
		fixture = await bundle('test/programs/screen-fixture.tsx');
	});
	afterEach(async () => {
		await Promise.all(started.splice(0).map(terminal => terminal.end()));
	});
	afterAll(() => fixture.remove());

	const show = (scene: string): TestTerminal => {
		const terminal = startTerminal(process.execPath, [fixture.file, scene], {
			cols: 100,
			rows: 40,
			env: {INK_SCREEN_READER: 'true'},
		});
		started.push(terminal);
		return terminal;
	};

	it('there are sentences without styles, boxes or blocks, below what was on the terminal before', async () => {
		const terminal = show('sample');
		await terminal.waitFor('No row is chosen: the down arrow chooses one.');
		expect(terminal.altBufferActive()).toBe(false);
		expect(terminal.screen()[0]).toBe('before the screen');
		for (const [key, expected] of [
			[keys.down, /^Row 1 of 11: server\.js 4712, /m],
			[keys.enter, /^KERNEL/m],
			[keys.esc, /^Row 1 of 11: /m],
			['/', /^\/.*11\/11/m],
			['state:listening', /state:listening.*1\/11/],
			[keys.enter, /1 of 11 rows/],
			['5', /^program server\.js, pid 4712, state hooked/m],
			['?', /this help/],
		] as const) {
			terminal.type(key);
			await terminal.waitFor(expected);
		}
		expect(terminal.screen().join('\n')).not.toMatch(/[\u2500-\u259f▶▸]/);
		expect(terminal.received()).not.toMatch(/\x1b\[[\d;]+m/);
	});
});
