/**
 * Takes pictures of the rows, one after the other: what has not changed since the last one is neither filtered nor sorted
 * again. A row that changes has another version; that is all that is relied upon.
 */

import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {destinationsOf} from '../../query/destinations.ts';
import {compareKeyed, isTimedSort, type KeyedRow, sortValue} from '../../query/sort.ts';
import type {Sort} from '../state/basics.ts';
import type {ListCount} from '../state/counts.ts';
import {fuller, isListener, type Picture, type PictureOptions} from './visible-rows.ts';

/** A row, and what of it was last looked at. */
type Known = KeyedRow & {
	version: number;
	openedAt: number;
	isListener: boolean;
	/** Neither filtered out nor hidden. */
	passes: boolean;
	/** It stands in the order, at its place. */
	isPlaced: boolean;
	inBps: number | null;
	outBps: number | null;
};

type Rows = ReadonlyMap<string, Row> | readonly Row[];

/**
 * @returns what takes a picture as `options` say; its time grows with the rows that have changed, and with all of them
 *   only where the filter or the column to sort by is another one, or depends on the time
 */
export const createPictures = (): ((source: Rows, options: PictureOptions) => Picture) => {
	/** In the order of the source. */
	const known: Known[] = [];
	let order: Known[] = [];
	/** Those of `order`. */
	let rows: readonly Row[] = [];
	let before: PictureOptions | null = null;

	return (source, options) => {
		const {filter, list, sort, now} = options;
		const isAsBefore =
			before !== null &&
			before.filter === filter &&
			before.showClosed === options.showClosed &&
			(before.list === list || list === null) &&
			before.sort.key === sort.key;
		const wasSorted = before?.sort;
		// Behind another tab the list is kept as it was last in sight.
		before = {...options, list: list ?? before?.list ?? 'connections'};
		const {gone, fresh} = look(source, before, isAsBefore);
		if (!isAsBefore) order = [];
		else if (sort.direction !== wasSorted?.direction)
			order = reversed(order.filter(({isPlaced}) => isPlaced));
		if (isTimedSort(sort.key)) age(order, sort, now);
		if (!isAsBefore || gone || fresh.length > 0) order = place(order, fresh, sort);
		else if (sort.direction === wasSorted?.direction && !isTimedSort(sort.key)) return picture();
		rows = order.map(({row}) => row);
		return picture();

		function picture(): Picture {
			return {
				rows: list === null ? [] : rows,
				...sums(known),
				destinations: options.destinations ? destinationsOf(source.values()) : null,
				now,
			};
		}
	};

	/**
	 * Brings `known` up to date.
	 *
	 * @returns whether some of `order` are to leave it, and who is to find a place in it
	 */
	function look(
		source: Rows,
		{filter, list, sort, showClosed, now}: PictureOptions,
		isAsBefore: boolean,
	): {gone: boolean; fresh: Known[]} {
		const toValue = sortValue(sort.key);
		const fresh: Known[] = [];
		let gone = false;
		const {length} = known;
		let read = 0;
		let write = 0;
		const leave = (it: Known | undefined): void => {
			if (!it?.isPlaced) return;
			it.isPlaced = false;
			gone = true;
		};
		for (const row of source.values()) {
			// Rows leave, and new ones come last: the order of the others stays.
			while (read < length && known[read]?.row !== row) leave(known[read++]);
			const it = (read < length ? known[read++] : undefined) ?? unknown(row);
			known[write++] = it;
			if (!isAsBefore) it.isPlaced = false;
			const isNews = it.version !== row.version;
			if (isNews) {
				it.version = row.version;
				it.isListener = isListener(row);
				it.inBps = row.inBps;
				it.outBps = row.outBps;
			}
			if (isNews || !isAsBefore || filter?.isTimeDependent)
				it.passes = (showClosed || !isOver(row)) && (filter === null || filter.matches(row, now));
			if (!it.passes || (list === 'listeners' && !it.isListener)) {
				leave(it);
				continue;
			}
			if (it.isPlaced && !isNews) continue;
			const value = toValue(row, now);
			if (it.isPlaced && value === it.value && row.openedAt === it.openedAt) continue;
			leave(it);
			it.value = value;
			it.openedAt = row.openedAt;
			fresh.push(it);
		}
		while (read < length) leave(known[read++]);
		known.length = write;
		return {gone, fresh};
	}
};

const unknown = (row: Row): Known => ({
	row,
	value: null,
	version: Number.NaN,
	openedAt: row.openedAt,
	isListener: false,
	passes: false,
	isPlaced: false,
	inBps: null,
	outBps: null,
});

/** What is counted over all rows. */
const sums = (all: readonly Known[]): Pick<Picture, 'counts' | 'inBps' | 'outBps' | 'fullest'> => {
	const connections: ListCount = {shown: 0, total: all.length};
	const listeners: ListCount = {shown: 0, total: 0};
	let inBps: number | null = null;
	let outBps: number | null = null;
	let fullest: Picture['fullest'] = null;
	for (const it of all) {
		if (it.passes) connections.shown++;
		if (it.isListener) {
			listeners.total++;
			fullest = fuller(fullest, it.row);
			if (it.passes) listeners.shown++;
		}
		if (it.inBps !== null) inBps = (inBps ?? 0) + it.inBps;
		if (it.outBps !== null) outBps = (outBps ?? 0) + it.outBps;
	}
	return {counts: {connections, listeners}, inBps, outBps, fullest};
};

/** Takes out who has lost its place, and puts those in who are to find one. */
const place = (order: readonly Known[], fresh: Known[], {direction}: Sort): Known[] => {
	const compare = compareKeyed(direction);
	const kept = order.filter(({isPlaced}) => isPlaced);
	fresh.sort(compare);
	for (const it of fresh) it.isPlaced = true;
	if (kept.length === 0) return fresh;
	const merged: Known[] = [];
	let next = 0;
	for (const it of fresh) {
		// Few come among many.
		const end = placeOf(it, kept, next, compare);
		while (next < end) next = push(merged, kept, next);
		merged.push(it);
	}
	while (next < kept.length) next = push(merged, kept, next);
	return merged;
};

const push = (to: Known[], from: readonly Known[], index: number): number => {
	const it = from[index];
	if (it !== undefined) to.push(it);
	return index + 1;
};

/** @returns the index of the first that stands behind it, not before `low` */
const placeOf = (
	it: Known,
	among: readonly Known[],
	low: number,
	compare: (one: Known, other: Known) => number,
): number => {
	let from = low;
	let to = among.length;
	while (from < to) {
		const middle = (from + to) >> 1;
		const other = among[middle];
		if (other !== undefined && compare(other, it) < 0) from = middle + 1;
		else to = middle;
	}
	return from;
};

/** The other way round, but for those that are equal, which keep their order, and for those without a value, which stay last. */
const reversed = (order: readonly Known[]): Known[] => {
	const turned: Known[] = [];
	let known = order.findIndex(({value}) => value === null);
	if (known === -1) known = order.length;
	for (let end = known; end > 0; ) {
		let start = end - 1;
		while (start > 0 && order[start - 1]?.value === order[end - 1]?.value) start--;
		for (let index = start; index < end; ) index = push(turned, order, index);
		end = start;
	}
	for (let index = known; index < order.length; ) index = push(turned, order, index);
	return turned;
};

/** Values that depend on the time are made anew; the order is mostly right already, and then sorting is quick. */
const age = (order: Known[], {key, direction}: Sort, now: number): void => {
	const toValue = sortValue(key);
	for (const it of order) it.value = toValue(it.row, now);
	order.sort(compareKeyed(direction));
};
