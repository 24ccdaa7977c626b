import {describe, expect, it} from 'vitest';
import {createOutputSearch} from '../../../../../source/screen/tabs/output/search.ts';
import type {OutputLine} from '../../../../../source/text/output-line.ts';
import {plainStyle} from '../../../../../source/text/sgr.ts';
import {draw} from '../../../../helpers/screen/draw.tsx';
import {makeOutput, sampleNow} from '../../../../helpers/screen/sample-model.ts';

const line = (text: string, stream: OutputLine['stream'] = 'stdout'): OutputLine => ({
	stream,
	text,
	at: sampleNow,
});

const numbered = (count: number): string[] => Array.from({length: count}, (_, index) => `line ${index}`);

const opened = (texts: readonly (string | OutputLine)[], size: {columns?: number; rows?: number} = {}) => {
	const output = makeOutput(texts);
	const screen = draw({output, ...size});
	screen.press('6');
	return {
		...screen,
		output,
		add(...more: string[]) {
			output.lines = [...output.lines, ...more.map(text => line(text))];
			output.version += 1;
			screen.changed();
		},
		/** The segments that are marked as matches, and the current match. */
		marks() {
			const {body} = screen.store.frame();
			if (body.type !== 'lines') return [];
			return body.lines.flatMap((each, row) =>
				each.flatMap(({text, tone}) =>
					tone === 'chosen' || tone === 'alert' ? [`${row} ${tone === 'alert' ? '>' : ''}${text}`] : [],
				),
			);
		},
		header: () => screen.lines()[2],
		footer: () => screen.lines().slice(-2),
		first: () => screen.lines()[3],
	};
};

describe('the output', () => {
	it('has the colours of the program, from one line to the next', () => {
		const screen = opened([
			line('\x1b[31mred \x1b[1mbold\x1b[0m plain'),
			{...line('still'), style: {...plainStyle, fg: 1}},
		]);
		const {body} = screen.store.frame();
		expect(body).toMatchObject({
			lines: [
				[
					{text: ' '},
					{text: 'red ', style: {fg: 1}},
					{text: 'bold', style: {fg: 1, bold: true}},
					{text: ' plain'},
				],
				[{text: ' '}, {text: 'still', style: {fg: 1}}],
			],
		});
	});

	it('says at its beginning how many lines were dropped', () => {
		const screen = opened(numbered(50));
		screen.output.dropped = 12_345;
		screen.press('g');
		expect(screen.lines().slice(3, 5)).toEqual(['  12,345 earlier lines are no longer held', ' line 0']);
		screen.press('down');
		expect(screen.first()).toBe(' line 0');
	});

	it('counts new lines while it is not followed, until it is followed again', () => {
		const screen = opened(numbered(50));
		expect(screen.header()).not.toContain('new');
		screen.press('pageup');
		expect(screen.header()).toMatch(/ scrolled$/);
		screen.add('a');
		expect(screen.header()).toMatch(/ ↓ 1 new line below$/);
		screen.add(...numbered(1299));
		expect(screen.header()).toMatch(/ ↓ 1\.3k new lines below$/);
		screen.press('G');
		expect(screen.header()).not.toContain('new');
		expect(screen.lines().at(-2)).toBe(' line 1298');
	});

	it('of wide characters is shifted by cells, and cut where the screen ends', () => {
		const screen = opened([`${'漢'.repeat(60)}|end`], {columns: 60});
		expect(screen.first()).toBe(` ${'漢'.repeat(29)}…`);
		screen.press('right', 'right', 'right', 'right');
		expect(screen.first()).toBe(` ${'漢'.repeat(20)}|end`);
	});
});

describe('the search in the output', () => {
	const log = [
		...numbered(30),
		'Connected to db',
		...numbered(30),
		'timeout to db (Timeout)',
		...numbered(30),
	];

	it('shows the newest match while it is typed, with the number of matches', () => {
		const screen = opened(log);
		screen.press('/', '"tim"');
		expect(screen.footer()[0]).toMatch(/^ \/tim +2\/2$/);
		expect(screen.marks().map(mark => mark.replace(/^\d+ /, ''))).toEqual(['tim', '>Tim']);
		screen.press('"x"');
		expect(screen.footer()[0]).toMatch(/^ \/timx +no match$/);
		expect(screen.lines().join('\n')).toContain(' line 29');
		screen.press('backspace', 'enter');
		expect(screen.header()).toMatch(/ \/tim 2\/2 scrolled$/);
	});

	it('moves through the matches with n and N, within a line too, and around', () => {
		const screen = opened(log);
		screen.press('/', '"db"', 'enter');
		const at = () => /\/db (\S+)/.exec(screen.header() ?? '')?.[1];
		expect(at()).toBe('2/2');
		screen.press('n');
		expect(at()).toBe('1/2');
		expect(screen.lines().join('\n')).toContain('Connected to db');
		screen.press('N');
		expect(at()).toBe('2/2');
		screen.press('esc', '/', '"timeout"', 'enter');
		const marks = () => screen.marks().map(mark => mark.replace(/^\d+ /, ''));
		expect(marks()).toEqual(['>timeout', 'Timeout']);
		screen.press('n');
		expect(marks()).toEqual(['timeout', '>Timeout']);
	});

	it('is case-sensitive with a capital letter, and takes every character literally', () => {
		const screen = opened(['a.b', 'axb', 'A.B', '(*[', 'größe GRÖSSE Größe']);
		const total = (text: string) => {
			screen.press('/', `"${text}"`);
			const count = screen.footer()[0]?.trim().split(/ +/).at(-1);
			screen.press('esc');
			return count;
		};
		expect(['a.b', 'A.B', '(*[', 'größe', 'Größe', '\\'].map(total)).toEqual([
			'2/2',
			'1/1',
			'1/1',
			'2/2',
			'1/1',
			'match',
		]);
	});

	it('starts at the visible lines where the output is not followed', () => {
		const screen = opened(['needle', ...numbered(60), 'needle here', ...numbered(60), 'needle']);
		screen.press('pageup', 'pageup', 'pageup', 'pageup', 'pageup', '/', '"needle"');
		expect(screen.footer()[0]).toMatch(/ 2\/3$/);
	});

	it('is undone by Esc: first the edit, then the search, then the scrolling', () => {
		const screen = opened(log);
		screen.press('/', '"Connected"');
		expect(screen.lines().join('\n')).toContain('Connected');
		screen.press('esc');
		expect(screen.lines().at(-2)).toBe(' line 29');
		screen.press('/', '"Connected"', 'enter', 'esc');
		expect(screen.marks()).toEqual([]);
		expect(screen.lines().join('\n')).toContain('Connected');
		screen.press('esc');
		expect(screen.lines().at(-2)).toBe(' line 29');
		screen.press('esc');
		expect(screen.store.state().tab).toBe('connections');
	});

	it('scrolls right to a match outside the screen', () => {
		const screen = opened([`${'x'.repeat(3000)}needle${'x'.repeat(3000)}`]);
		screen.press('/', '"needle"');
		expect(screen.first()).toContain('needle');
	});

	it('finds later output, and the text shown in place of a control character', () => {
		const screen = opened(['\x1b[31mred\x1b[0mdish', 'bell \x07']);
		screen.press('/', '"reddish"', 'enter');
		expect(screen.header()).toContain('/reddish 1/1');
		screen.add('more reddish');
		expect(screen.header()).toContain('/reddish 1/2');
		screen.press('/', '"\\x07"');
		expect(screen.footer()[0]).toMatch(/1\/1$/);
	});

	it('repeats the search before for an empty text', () => {
		const screen = opened(log);
		screen.press('/', '"db"', 'enter', '/', 'enter');
		expect(screen.header()).toContain('/db 2/2');
	});

	it('runs in bounded slices, with the same result in the end', () => {
		const output = makeOutput(
			Array.from({length: 5000}, (_, index) => `\x1b[32m${index}\x1b[0m ${'word '.repeat(40)}`),
		);
		const search = createOutputSearch(100_000);
		const totals: number[] = [];
		let found = search.search(output, 'word 4', 5000);
		for (; !found.isDone; found = search.search(output, 'word 4', 5000)) totals.push(found.total);
		expect(totals.length).toBeGreaterThan(20);
		expect(found.total).toBe(0);
		found = search.search(output, 'word', 5000);
		while (!found.isDone) found = search.search(output, 'word', 5000);
		expect(found.total).toBe(200_000);
		expect(search.search(output, 'word 4', 4000)).toMatchObject({total: 0});
	});
});
