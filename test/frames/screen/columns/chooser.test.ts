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

describe('the column chooser', () => {
	it('lists the columns with those that are on, their meaning, and those without room', () => {
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

	it('updates the table above the list at once, toggles with Space and keeps the choice after Enter', () => {
		const screen = draw();
		screen.press('c', 'down', 'down', 'space');
		expect(titlesOf(screen.lines())).not.toContain('stage');
		expect(screen.lines().join('\n')).toMatch(/▸ {2}stage .* off/);
		screen.press('enter');
		expect(titlesOf(screen.lines())).toEqual(expect.arrayContaining(['process', 'local', 'peer', 'kernel']));
		expect(titlesOf(screen.lines())).not.toContain('stage');
		expect(kept(screen.asked)).toEqual({connections: {order: ids, hidden: ['stage']}});
	});

	it.each(['>', 'shift-down', 'J'])('moves a column with %s and the cursor', key => {
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
		// Unchanged: there is nothing to save.
		expect(screen.store.state().columns.connections).toBeNull();
	});

	it('restores the earlier columns by Esc, and all of them by r', () => {
		const screen = draw();
		const before = titlesOf(screen.lines());
		screen.press('c', 'space', '>', '>', 'esc');
		expect(titlesOf(screen.lines())).toEqual(before);
		expect(screen.asked).toEqual([]);
		screen.press('c', 'space', 'enter', 'c', 'r', 'enter');
		expect(titlesOf(screen.lines())).toEqual(before);
		expect(kept(screen.asked)).toEqual({connections: null});
	});

	it('keeps the columns of each table apart', () => {
		const screen = draw();
		screen.press('2', 'c', 'space', 'enter');
		expect(titlesOf(screen.lines())).not.toContain('process');
		screen.press('1');
		expect(titlesOf(screen.lines())).toContain('process');
	});

	it('keeps the last column, and the screen says why', () => {
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
	])('keeps the cursor visible at %s×%s, and loses nothing of the list', (columns, rows) => {
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

	it('counts the columns without room beside the tabs', () => {
		const screen = draw({columns: 120});
		expect(screen.lines()[2]).not.toContain('column');
		screen.press('c', 'G', 'up', 'space', 'enter');
		expect(screen.lines()[2]).toMatch(/ \+\d columns$/);
		screen.store.resize({columns: 80, rows: 24});
		// The names of the tabs have priority.
		expect(screen.lines()[2]).toMatch(/listeners .* processes /);
	});
});

it('shows an order by a hidden column beside the tabs', () => {
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

describe('a choice of columns', () => {
	const choice: fc.Arbitrary<ColumnChoice> = fc.record({
		order: fc.array(fc.oneof(fc.constantFrom(...ids), fc.string({maxLength: 8})), {maxLength: 40}),
		hidden: fc.array(fc.oneof(fc.constantFrom(...ids), fc.string({maxLength: 8})), {maxLength: 40}),
	});

	it('has every column of the table once, and shows one or more, whatever names were stored', () => {
		fc.assert(
			fc.property(choice, one => {
				const all = arrangeColumns(table, one);
				expect(all.map(({column}) => column.id).toSorted()).toEqual(ids.toSorted());
				expect(all.some(({isEnabled: on}) => on)).toBe(true);
			}),
		);
	});

	it('is laid out in its order, in the width of the terminal, and drops columns by priority alone', () => {
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

	it('is unchanged after a column was removed and added again, or moved there and back', () => {
		fc.assert(
			fc.property(choice, fc.constantFrom(...ids), fc.constantFrom(-1, 1), (one, id, by) => {
				const layout = (given: ColumnChoice | null) =>
					arrangeColumns(table, given).map(({column, isEnabled: on}) => `${column.id} ${on}`);
				const out = withColumnToggled(table, one, id);
				if (out !== one) expect(layout(withColumnToggled(table, out, id))).toEqual(layout(one));
				const away = withColumnMoved(table, one, id, by);
				if (away !== one) expect(layout(withColumnMoved(table, away, id, -by))).toEqual(layout(one));
			}),
		);
	});

	it('keeps the columns that a newer version has written', () => {
		const one = {order: ['process', 'colour', 'peer'], hidden: ['mood']};
		expect(withColumnToggled(table, one, 'peer')).toMatchObject({
			order: expect.arrayContaining(['colour']),
			hidden: expect.arrayContaining(['mood', 'peer']),
		});
		expect(withColumnMoved(table, one, 'peer', -1)?.order).toContain('colour');
	});

	it('has a gap between adjacent columns that stand close together by default only', () => {
		const order = ['local', 'peer', 'role', 'process', 'severity', 'local'];
		const layout = layoutColumns(80, withChosenColumns(table, {order, hidden: []}));
		for (const {column, gap} of layout.slice(0, -1)) expect([column.id, gap > 0]).toEqual([column.id, true]);
	});
});

it('has columns with unique names and a line of description each', () => {
	for (const {table: list, columns} of columnDocs) {
		expect(new Set(columns.map(({title}) => title)).size).toBe(columns.length);
		for (const {id, title, description} of columns) {
			expect(title.length).toBeLessThanOrEqual(12);
			expect(description).toMatch(/^\S.{8,76}$/);
			expect(chooserHint({list, columnId: id, top: 0, previousChoice: null})).toBe(description);
		}
	}
});
