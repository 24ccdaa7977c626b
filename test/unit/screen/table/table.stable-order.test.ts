import fc from 'fast-check';
import {expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {noHistory} from '../../../../source/domain/view/history.ts';
import {sortKeys} from '../../../../source/query/sort.ts';
import {connectionTable} from '../../../../source/screen/columns/connections.ts';
import {makeTable} from '../../../../source/screen/table/table.ts';
import {makeProcessView, makeRow, openedAt} from '../../../helpers/model/row.ts';
import {sortRows} from '../../../helpers/query/sort.ts';

/** Few values, so that many rows have equal keys; times with parts of a millisecond, as they are. */
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(fc.nat({max: 500}), {maxLength: 30}).chain(serials =>
	fc.tuple(
		...serials.map(serial =>
			fc
				.record({
					openedAt: fc.nat({max: 5}).map(part => openedAt + part / 3),
					lastActivityAt: fc.option(fc.nat({max: 3}).map(part => openedAt + 7 + part / 7)),
					outBps: fc.constantFrom(null, 0, 1000),
					stage: fc.constantFrom('open', 'draining', 'connect'),
					program: fc.constantFrom('a.js', 'b.js'),
					process: fc.constantFrom(null, makeProcessView(), makeProcessView({writableLength: 5})),
				})
				.map(fields => makeRow({id: `1.0.${serial}`, inBps: 0, ...fields})),
		),
	),
);
const order = fc.record({
	key: fc.constantFrom(...sortKeys.map(({id}) => id)),
	direction: fc.constantFrom('asc', 'desc'),
});
const idsOf = (sorted: readonly Row[]): string[] => sorted.map(({id}) => id);

it('no row changes its place with time alone, whatever the sort key', () => {
	fc.assert(
		fc.property(
			rows,
			order,
			fc.array(fc.nat({max: 100_000}), {maxLength: 8}),
			(all, {key, direction}, ticks) => {
				let now = openedAt + 1000;
				const before = idsOf(sortRows(all, key, direction, now));
				for (const tick of ticks) {
					now += tick / 3;
					expect(idsOf(sortRows(all, key, direction, now))).toEqual(before);
				}
			},
		),
		{numRuns: 300},
	);
});

it('the order does not depend on the order in which the rows are stored', () => {
	fc.assert(
		fc.property(rows, order, fc.nat(), (all, {key, direction}, seed) => {
			const now = openedAt + 1000;
			const shuffled = all.toSorted((one, other) => hash(one.id, seed) - hash(other.id, seed));
			expect(idsOf(sortRows(shuffled, key, direction, now))).toEqual(
				idsOf(sortRows(all, key, direction, now)),
			);
		}),
		{numRuns: 300},
	);
});

const hash = (text: string, seed: number): number =>
	[...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 10_007, seed % 10_007);

it('rows that are added, removed or changed leave the others in their order', () => {
	fc.assert(
		fc.property(rows, order, fc.nat(), (all, {key, direction}, which) => {
			const now = openedAt + 1000;
			const picture = (given: readonly Row[]): string[] => idsOf(sortRows(given, key, direction, now));
			const row = all[which % Math.max(1, all.length)];
			const others = (ids: string[]): string[] => ids.filter(id => id !== row?.id);
			const before = picture(all);
			expect(picture(all.filter(one => one !== row))).toEqual(others(before));
			const changed = all.map(one => (one === row ? {...one, outBps: 5, openedAt: openedAt + 9} : one));
			expect(others(picture(changed))).toEqual(others(before));
		}),
		{numRuns: 200},
	);
});

it('only the visible rows of 10,000 are made into cells', () => {
	const all = Array.from({length: 10_000}, () => makeRow());
	let made = 0;
	const [first] = connectionTable.columns;
	if (first === undefined) throw new Error('there is no column');
	const counting = {
		...first,
		toCell: () => {
			made += 1;
			return {text: '', tone: 'plain' as const};
		},
	};
	const table = makeTable(
		all,
		{...connectionTable, columns: [counting]},
		{
			width: 80,
			sort: null,
			idOf: row => row.id,
			selected: null,
			top: 5000,
			previousTable: null,
			height: 20,
			cellContext: {now: openedAt, ambiguousPrograms: new Set(), histories: noHistory, glyphSet: 'blocks'},
		},
	);
	expect(table.rows.map(({id}) => id)).toEqual(all.slice(5000, 5020).map(({id}) => id));
	expect(made).toBe(20);
});
