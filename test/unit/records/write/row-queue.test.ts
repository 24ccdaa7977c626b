import {expect, test} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {createRowQueue, type RowQueue} from '../../../../source/records/write/row-queue.ts';
import {makeRow} from '../../../helpers/model/row.ts';

type Started = Omit<RowQueue, 'size'> & {lines: string[]; rows: Row[]};

/** A queue of rows that are written at most once in a second, and rows r0, r1… */
const start = (count: number): Started => {
	const lines: string[] = [];
	const queue = createRowQueue({
		write: ({id, stage}, now) => lines.push(`${id} ${stage} ${now}`),
		writeGone: (id, now) => lines.push(`${id} gone ${now}`),
		intervalMs: 1000,
	});
	const rows = Array.from({length: count}, (_, index) => makeRow({id: `r${index}`, stage: 'open'}));
	return {...queue, lines, rows};
};

const never = () => false;
/** The time is over at the first look at the clock. */
const atOnce = () => true;

test('rows that do not fit into the time are written in the next slice, as they are then', () => {
	const {rows, lines, ...queue} = start(40);
	queue.add(rows, [], 0, false);
	expect(queue.writeRows(0, atOnce)).toBe(false);
	expect(lines.length).toBeGreaterThan(0);
	const inTime = lines.splice(0).length;
	expect(inTime).toBeLessThan(40);
	for (const row of rows) row.stage = 'draining';
	expect(queue.writeRows(6, never)).toBe(true);
	expect(lines).toEqual(rows.slice(inTime).map(({id}) => `${id} draining 6`));
	lines.length = 0;
	expect(queue.writeRows(7, never)).toBe(true);
	expect(lines).toEqual([]);
});

test('a row is written again after the interval, its end at once, and at the end of all each one', () => {
	const {rows, lines, ...queue} = start(3);
	const add = (now: number, isLast = false): string[] => {
		lines.length = 0;
		queue.add(rows, [], now, isLast);
		queue.writeRows(now, never);
		return [...lines];
	};
	expect(add(0)).toHaveLength(3);
	expect(add(999)).toEqual([]);
	const [first] = rows;
	if (first) first.closedAt = 999;
	expect(add(999)).toEqual(['r0 open 999']);
	expect(add(1000)).toEqual(['r1 open 1000', 'r2 open 1000']);
	expect(add(1001)).toEqual([]);
	expect(add(1002, true)).toHaveLength(3);
});

test('a removed row comes after its last record, and an open one has no record any more', () => {
	const {rows, lines, ...queue} = start(20);
	queue.add(rows, [], 0, false);
	queue.writeRows(0, never);
	lines.length = 0;
	const [closed, open] = rows;
	if (closed) closed.closedAt = 1;
	queue.add(rows, ['r0', 'r1', 'unknown'], 2000, false);
	expect(open?.closedAt).toBeNull();
	expect(queue.writeRows(2000, never)).toBe(true);
	expect(queue.writeRemoved(2000, never)).toBe(true);
	expect(lines[0]).toBe('r0 open 2000');
	expect(lines.filter(line => line.startsWith('r1 '))).toEqual(['r1 gone 2000']);
	expect(lines.slice(-2)).toEqual(['r0 gone 2000', 'r1 gone 2000']);
	expect(lines.join()).not.toContain('unknown');
});

test('a row that something else refers to is written first, and once', () => {
	const {rows, lines, ...queue} = start(40);
	queue.add(rows, [], 0, false);
	queue.writeRow('r39', 0);
	queue.writeRow('r39', 0);
	queue.writeRow('none', 0);
	queue.writeRows(0, never);
	expect(lines).toHaveLength(40);
	expect(lines[0]).toBe('r39 open 0');
});

test('the last change of a closed row is written before its removal, however soon that is', () => {
	const {rows, lines, ...queue} = start(1);
	const [row] = rows;
	if (row) row.closedAt = 100;
	queue.add(rows, [], 100, false);
	queue.writeRows(100, never);
	if (row) row.stage = 'closed';
	queue.add(rows, [], 300, false);
	queue.add([], ['r0'], 600, false);
	queue.writeRows(600, never);
	queue.writeRemoved(600, never);
	expect(lines).toEqual(['r0 open 100', 'r0 closed 600', 'r0 gone 600']);
});

test('a row that is there again before its removal was written is not removed', () => {
	const {rows, lines, ...queue} = start(1);
	queue.add(rows, [], 0, false);
	queue.writeRows(0, never);
	queue.add([], ['r0'], 100, false);
	queue.add(rows, [], 200, false);
	queue.writeRows(200, never);
	queue.writeRemoved(200, never);
	expect(lines).toEqual(['r0 open 0', 'r0 open 200']);
});
