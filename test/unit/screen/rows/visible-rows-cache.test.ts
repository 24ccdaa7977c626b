import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {isOver} from '../../../../source/domain/stage.ts';
import {destinationsOf} from '../../../../source/query/destinations.ts';
import {parseFilter} from '../../../../source/query/filter/index.ts';
import {sortKeys} from '../../../../source/query/sort.ts';
import {
	fullerQueue,
	isListener,
	type VisibleRows,
	type VisibleRowsOptions,
} from '../../../../source/screen/rows/visible-rows.ts';
import {createVisibleRowsCache} from '../../../../source/screen/rows/visible-rows-cache.ts';
import {makeKernelView, makeProcessView, makeRow, openedAt} from '../../../helpers/model/row.ts';
import {sortRows} from '../../../helpers/query/sort.ts';

const filterOf = (text: string): VisibleRowsOptions['filter'] => {
	const parsed = parseFilter(text);
	return parsed.ok && text !== '' ? parsed.filter : null;
};
const filters = ['', 'stage:open', 'idle:>3s', 'in:>2', '!role:listener'].map(filterOf);

/** All rows are filtered and sorted each time. */
const naive = (all: readonly Row[], options: VisibleRowsOptions): VisibleRows => {
	const {filter, list, sort, showClosed, now} = options;
	const passing = all.filter(
		row => (showClosed || !isOver(row)) && (filter === null || filter.matches(row, now)),
	);
	const shown = list === 'listeners' ? passing.filter(isListener) : passing;
	const sum = (rates: (number | null)[]): number | null =>
		rates.reduce((one, other) => (other === null ? one : (one ?? 0) + other), null);
	return {
		rows: list === null ? [] : sortRows(shown, sort.key, sort.direction, now),
		counts: {
			connections: {shown: passing.length, total: all.length},
			listeners: {shown: passing.filter(isListener).length, total: all.filter(isListener).length},
		},
		destinations: options.withDestinations ? destinationsOf(all) : null,
		takenAt: now,
		inBps: sum(all.map(({inBps}) => inBps)),
		outBps: sum(all.map(({outBps}) => outBps)),
		fullestQueue: all.filter(isListener).reduce(fullerQueue, null as VisibleRows['fullestQueue']),
	};
};

type Step =
	| {type: 'open'; few: number; listens: boolean}
	| {type: 'change'; at: number; field: 'stage' | 'bytes' | 'activity' | 'rate' | 'opened'; few: number}
	| {type: 'leave'; at: number}
	| {type: 'options'; options: Partial<VisibleRowsOptions>}
	| {type: 'compare'; ms: number};

const few = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
	{weight: 3, arbitrary: fc.record({type: fc.constant('open' as const), few, listens: fc.boolean()})},
	{
		weight: 4,
		arbitrary: fc.record({
			type: fc.constant('change' as const),
			at: fc.nat(30),
			field: fc.constantFrom(
				'stage' as const,
				'bytes' as const,
				'activity' as const,
				'rate' as const,
				'opened' as const,
			),
			few,
		}),
	},
	{weight: 1, arbitrary: fc.record({type: fc.constant('leave' as const), at: fc.nat(30)})},
	{
		weight: 1,
		arbitrary: fc.record({
			type: fc.constant('options' as const),
			options: fc.oneof(
				fc.record({filter: fc.constantFrom(...filters)}),
				fc.record({list: fc.constantFrom('connections' as const, 'listeners' as const, null)}),
				fc.record({
					sort: fc.record({
						key: fc.constantFrom(
							...sortKeys.map(({id}) => id),
							...(['idle', 'received', 'age', 'opened'] as const),
						),
						direction: fc.constantFrom('asc' as const, 'desc' as const),
					}),
				}),
				fc.record({showClosed: fc.boolean()}),
			),
		}),
	},
	{
		weight: 4,
		arbitrary: fc.record({type: fc.constant('compare' as const), ms: fc.constantFrom(0, 500, 2000)}),
	},
);

const stages = ['open', 'draining', 'closed', 'listening', 'failed'] as const;

const change = (row: Row, field: (Step & {type: 'change'})['field'], value: number, now: number): void => {
	row.version++;
	switch (field) {
		case 'stage':
			row.stage = stages[value] ?? 'open';
			row.closedAt = isOver(row) ? now : null;
			break;
		case 'bytes':
			row.process = value === 0 ? null : makeProcessView({bytesRead: value});
			break;
		case 'activity':
			row.lastActivityAt = value === 0 ? null : now - value * 1000;
			break;
		case 'rate':
			row.inBps = value === 0 ? null : value;
			row.outBps = value < 2 ? null : value;
			break;
		case 'opened':
			row.openedAt = openedAt + value;
			break;
	}
};

describe('consecutive visible rows', () => {
	it('are as if all rows had been filtered and sorted anew', () => {
		fc.assert(
			fc.property(fc.array(step, {minLength: 5, maxLength: 80}), steps => {
				const rows = new Map<string, Row>();
				const take = createVisibleRowsCache();
				let options: VisibleRowsOptions = {
					filter: null,
					list: 'connections',
					sort: {key: 'opened', direction: 'desc'},
					showClosed: true,
					withDestinations: false,
					now: openedAt,
				};
				const rowAt = (at: number): Row | undefined => [...rows.values()][at % Math.max(1, rows.size)];
				for (const each of [...steps, {type: 'compare', ms: 1000} as const]) {
					if (each.type === 'open') {
						const row = makeRow({
							openedAt: openedAt + each.few,
							role: each.listens ? 'listener' : 'client',
							kernel: each.listens ? makeKernelView({state: 'LISTEN', recvQ: each.few, sendQ: 4}) : null,
							peer: {address: `10.0.0.${each.few}`, port: 1, family: 4},
						});
						rows.set(row.id, row);
					} else if (each.type === 'change') {
						const row = rowAt(each.at);
						if (row) change(row, each.field, each.few, options.now);
					} else if (each.type === 'leave') {
						rows.delete(rowAt(each.at)?.id ?? '');
					} else if (each.type === 'options') {
						options = {...options, ...each.options};
					} else {
						options = {...options, now: options.now + each.ms};
						const taken = take(rows, options);
						const expected = naive([...rows.values()], options);
						expect({...taken, rows: taken.rows.map(({id}) => id)}).toEqual({
							...expected,
							rows: expected.rows.map(({id}) => id),
						});
					}
				}
			}),
			{numRuns: 400},
		);
	});

	it('are those of a paused copy, and then of the live rows again', () => {
		const rows = new Map([makeRow(), makeRow(), makeRow()].map(row => [row.id, row]));
		const copies = [...rows.values()].map(row => ({...row}));
		const take = createVisibleRowsCache();
		const options: VisibleRowsOptions = {
			...{filter: null, list: 'connections', sort: {key: 'opened', direction: 'asc'}, showClosed: true},
			...{withDestinations: false, now: openedAt},
		};
		for (const source of [rows, copies, rows])
			expect(take(source, options).rows).toEqual([...source.values()]);
	});

	it('are the same list where nothing changes', () => {
		const rows = new Map([makeRow(), makeRow()].map(row => [row.id, row]));
		const take = createVisibleRowsCache();
		const options: VisibleRowsOptions = {
			...{filter: filters[1] ?? null, list: 'connections', sort: {key: 'received', direction: 'desc'}},
			...{showClosed: true, withDestinations: false, now: openedAt},
		};
		const {rows: first} = take(rows, options);
		expect(take(rows, {...options, now: openedAt + 1000}).rows).toBe(first);
	});
});
