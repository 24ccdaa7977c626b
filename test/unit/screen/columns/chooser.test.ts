import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {chooserHint} from '../../../../source/screen/columns/chooser.ts';
import {
	arrangeColumns,
	rowTables,
	withChosenColumns,
	withColumnMoved,
	withColumnToggled,
} from '../../../../source/screen/columns/chosen-columns.ts';
import {columnDocs} from '../../../../source/screen/columns/column-docs.ts';
import type {ColumnChoice} from '../../../../source/screen/state/column-choice.ts';
import {layoutColumns, markerWidth} from '../../../../source/screen/table/layout.ts';
import {draw} from '../../../helpers/screen/draw.tsx';

const table = rowTables.connections;
const ids = table.columns.map(({id}) => id);
const titlesOf = (lines: string[]): string[] => (lines[3] ?? '').trim().split(/ {1,}/);
const listed = (lines: string[]): string[] => lines.filter(line => /^[▸ ](✓ | {2})\S/.test(line.slice(0, 5)));
const kept = (asked: string[]): unknown =>
	JSON.parse(asked.findLast(one => one.startsWith('columns '))?.slice('columns '.length) ?? 'null');

describe('the columns that are chosen', () => {
	it('are listed with those that are on, what they show, and which have no room', () => {
		const screen = draw();
		screen.press('c');
		const lines = screen.lines();
		expect(lines.join('\n')).toMatch(
			new RegExp(`Columns of connections +12 of ${ids.length} chosen have room`),
		);
		expect(lines.join('\n')).toMatch(/▸✓ process +the program and its process id/);
		expect(lines.join('\n')).toMatch(/ ✓ sent +bytes written so far +no room/);
		expect(lines.at(-2)).toBe(' the program and its process id');
	});

	it('are seen at once in the table above the list, go with Space and stay away after Enter', () => {
		const screen = draw();
		screen.press('c', 'down', 'down', 'space');
		expect(titlesOf(screen.lines())).not.toContain('stage');
		expect(screen.lines().join('\n')).toMatch(/▸ {2}stage .* off/);
		screen.press('enter');
		expect(titlesOf(screen.lines())).toEqual(expect.arrayContaining(['process', 'local', 'peer', 'kernel']));
		expect(titlesOf(screen.lines())).not.toContain('stage');
		expect(kept(screen.asked)).toEqual({connections: {order: ids, hidden: ['stage']}});
	});

	it.each(['>', 'shift-down', 'J'])('are moved with %s, the cursor with them', key => {
		const screen = draw();
		screen.press('c', key, key);
		expect(listed(screen.lines()).slice(0, 3)).toEqual([
			expect.stringMatching(/^ ✓ found/),
			expect.stringMatching(/^ ✓ stage/),
			expect.stringMatching(/^▸✓ process/),
		]);
		expect(titlesOf(screen.lines()).slice(0, 2)).toEqual(['stage', 'process']);
		screen.press('<', 'shift-up', 'K');
		expect(listed(screen.lines())[0]).toMatch(/^▸✓ process/);
		screen.press('enter');
		// As it was: nothing to keep.
		expect(screen.store.state().columns.connections).toBeNull();
	});

	it('are as they were after Esc, and all of them after r', () => {
		const screen = draw();
		const before = titlesOf(screen.lines());
		screen.press('c', 'space', '>', '>', 'esc');
		expect(titlesOf(screen.lines())).toEqual(before);
		expect(screen.asked).toEqual([]);
		screen.press('c', 'space', 'enter', 'c', 'r', 'enter');
		expect(titlesOf(screen.lines())).toEqual(before);
		expect(kept(screen.asked)).toEqual({connections: null});
	});

	it('are those of each table for itself', () => {
		const screen = draw();
		screen.press('2', 'c', 'space', 'enter');
		expect(titlesOf(screen.lines())).not.toContain('process');
		screen.press('1');
		expect(titlesOf(screen.lines())).toContain('process');
	});

	it('are never none: the last one stays, and the screen says why', () => {
		const screen = draw();
		screen.press('c');
		for (const _id of ids) screen.press('space', 'down');
		screen.press('space');
		expect(screen.lines().at(-2)).toBe(' one column has to stay');
		expect(screen.lines().join('\n')).toMatch(/▸✓ made at/);
		screen.press('up');
		expect(screen.lines().at(-2)).not.toContain('has to stay');
	});

	it.each([
		[40, 8],
		[40, 10],
		[80, 24],
		[200, 60],
	])('the cursor stays in sight at %s×%s, and nothing is lost of the list', (columns, rows) => {
		const screen = draw({columns, rows});
		screen.press('c');
		const seen = new Set<string>();
		for (const _id of ids) {
			const line = screen.lines().find(one => one.startsWith('▸'));
			seen.add(line?.slice(3, 14).trim() ?? 'out of sight');
			screen.press('down');
		}
		expect(seen).toEqual(new Set(table.columns.map(({title}) => title)));
		screen.press('g');
		expect(screen.lines().join('\n')).toContain('▸✓ process');
		screen.press('pagedown', 'G');
		expect(screen.lines().join('\n')).toContain('▸✓ made at');
	});

	it('that have no room are counted beside the tabs', () => {
		const screen = draw({columns: 120});
		expect(screen.lines()[2]).not.toContain('column');
		screen.press('c', 'G', 'up', 'space', 'enter');
		expect(screen.lines()[2]).toMatch(/ \+\d columns$/);
		screen.store.resize({columns: 80, rows: 24});
		// The names of the tabs are worth more.
		expect(screen.lines()[2]).toMatch(/listeners .* processes /);
	});
});

it('an order whose column is not in sight is told beside the tabs', () => {
	const screen = draw({columns: 120});
	screen.press('s');
	for (let step = 0; !screen.lines().at(-2)?.includes(' RTT ▾'); step++) {
		if (step > 30) throw new Error('there is no such column to sort by');
		screen.press('right');
	}
	screen.press('enter');
	expect(screen.lines()[2]).toMatch(/ by RTT▾$/);
	screen.press('S');
	expect(screen.lines()[2]).toMatch(/ by RTT▴$/);
});

describe('a choice', () => {
	const choice: fc.Arbitrary<ColumnChoice> = fc.record({
		order: fc.array(fc.oneof(fc.constantFrom(...ids), fc.string({maxLength: 8})), {maxLength: 40}),
		hidden: fc.array(fc.oneof(fc.constantFrom(...ids), fc.string({maxLength: 8})), {maxLength: 40}),
	});

	it('whatever it names, has every column of the table once, and shows one or more', () => {
		fc.assert(
			fc.property(choice, one => {
				const all = arrangeColumns(table, one);
				expect(all.map(({column}) => column.id).toSorted()).toEqual(ids.toSorted());
				expect(all.some(({isEnabled: on}) => on)).toBe(true);
			}),
		);
	});

	it('is laid out in its order, in the width of the terminal, and loses columns by priority alone', () => {
		fc.assert(
			fc.property(choice, fc.integer({min: 40, max: 240}), (one, width) => {
				const chosen = withChosenColumns(table, one).columns;
				const layout = layoutColumns(width, withChosenColumns(table, one));
				const shown = layout.map(({column}) => column);
				expect(shown).toEqual(chosen.filter(column => shown.includes(column)));
				const used = layout.reduce((sum, placed) => sum + placed.width + placed.gap, markerWidth);
				expect(used).toBeLessThanOrEqual(width);
				const lost = chosen.filter(
					({id, replacedBy: until}) => !shown.some(column => column.id === id || column.id === until),
				);
				const least = Math.min(...lost.map(({priority}) => priority));
				for (const {priority} of shown) expect(priority).toBeLessThanOrEqual(least);
			}),
		);
	});

	it('taken out and in again, or moved there and back, is what it was', () => {
		fc.assert(
			fc.property(choice, fc.constantFrom(...ids), fc.constantFrom(-1, 1), (one, id, by) => {
				const look = (given: ColumnChoice | null) =>
					arrangeColumns(table, given).map(({column, isEnabled: on}) => `${column.id} ${on}`);
				const out = withColumnToggled(table, one, id);
				if (out !== one) expect(look(withColumnToggled(table, out, id))).toEqual(look(one));
				const away = withColumnMoved(table, one, id, by);
				if (away !== one) expect(look(withColumnMoved(table, away, id, -by))).toEqual(look(one));
			}),
		);
	});

	it('keeps what a newer version has written', () => {
		const one = {order: ['process', 'colour', 'peer'], hidden: ['mood']};
		expect(withColumnToggled(table, one, 'peer')).toMatchObject({
			order: expect.arrayContaining(['colour']),
			hidden: expect.arrayContaining(['mood', 'peer']),
		});
		expect(withColumnMoved(table, one, 'peer', -1)?.order).toContain('colour');
	});

	it('neighbours that stand close together by default have a gap where something else follows', () => {
		const order = ['local', 'peer', 'role', 'process', 'severity', 'local'];
		const layout = layoutColumns(80, withChosenColumns(table, {order, hidden: []}));
		for (const {column, gap} of layout.slice(0, -1)) expect([column.id, gap > 0]).toEqual([column.id, true]);
	});
});

it('each column has a name of its own and says in a line what it shows', () => {
	for (const {table: list, columns} of columnDocs) {
		expect(new Set(columns.map(({title}) => title)).size).toBe(columns.length);
		for (const {id, title, description} of columns) {
			expect(title.length).toBeLessThanOrEqual(12);
			expect(description).toMatch(/^\S.{8,76}$/);
			expect(chooserHint({list, columnId: id, top: 0, previousChoice: null})).toBe(description);
		}
	}
});
