import {expect, it} from 'vitest';
import {makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {makeModel, sampleNow} from '../../../helpers/screen/sample-model.ts';

const rows = () => [
	makeRow({id: 'a', stage: 'closed', closedAt: sampleNow - 1000}),
	makeRow({id: 'b', stage: 'failed', closedAt: sampleNow - 2000}),
	makeRow({id: 'c', stage: 'open'}),
	// The error has arrived, the close has not.
	makeRow({id: 'd', stage: 'failed'}),
	makeRow({id: 'e', stage: 'lingering', closedAt: sampleNow - 2000}),
];
const countOf = (lines: string[]): string | undefined => / 1 connections (\S+)/.exec(lines.join('\n'))?.[1];

it('the key x asks for confirmation, and a second x forgets the closed rows, and those alone', () => {
	const screen = draw({model: makeModel(rows())});
	screen.press('x');
	expect(screen.lines().at(-1)).toMatch(/^ x again forgets 2 closed rows +any other key keeps them$/);
	expect(screen.asked).toEqual([]);
	screen.press('x');
	expect(screen.asked).toEqual(['forget a b']);
	expect(countOf(screen.lines())).toBe('3');
	expect(screen.lines().at(-1)).toBe(' 2 closed rows forgotten');
});

it.each(['esc', 'enter', 'down', 'q', 'X', 'space'])('%s cancels x, and does nothing else', key => {
	const screen = draw({model: makeModel(rows())});
	const before = screen.lines();
	screen.press('x', key);
	expect(screen.lines()).toEqual(before);
	expect(screen.asked).toEqual([]);
	screen.press('x');
	expect(screen.lines().at(-1)).toContain('x again');
});

it('Ctrl-C is for the program, during the confirmation too', () => {
	const screen = draw({model: makeModel(rows())});
	screen.press('x', 'ctrl-c');
	expect(screen.asked).toEqual(['interrupt']);
});

it('rows that close during the confirmation are not forgotten', () => {
	const screen = draw({model: makeModel(rows())});
	screen.press('x');
	const row = screen.model.rows.get('c');
	if (row) Object.assign(row, {stage: 'closed', closedAt: sampleNow});
	screen.changed();
	screen.press('x');
	expect(screen.asked).toEqual(['forget a b']);
	expect(countOf(screen.lines())).toBe('3');
});

it('closed rows hidden by a filter are counted and forgotten, too', () => {
	const screen = draw({model: makeModel(rows()), filter: 'stage:open'});
	screen.press('x');
	expect(screen.lines().at(-1)).toContain('forgets 2 closed rows');
});

it('a paused snapshot forgets its own closed rows, and rows closed since then stay', () => {
	const screen = draw({model: makeModel(rows())});
	screen.press('p');
	const row = screen.model.rows.get('c');
	if (row) Object.assign(row, {stage: 'closed', closedAt: sampleNow});
	screen.changed();
	screen.press('x', 'x');
	expect(screen.asked).toEqual(['forget a b']);
	expect(countOf(screen.lines())).toBe('3');
	screen.press('p');
	expect(countOf(screen.lines())).toBe('3');
});

it('the key x says so where no row is closed', () => {
	const screen = draw({model: makeModel([makeRow()])});
	screen.press('x');
	expect(screen.lines().at(-1)).toBe(' no row is closed');
	screen.later(11_000);
	expect(screen.lines().at(-1)).toContain('filter');
});
