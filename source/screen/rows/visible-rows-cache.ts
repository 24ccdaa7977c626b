/**
 * Filters and sorts rows incrementally: a row with an unchanged `version` is neither filtered nor sorted
 * again. Every change of a row must change its version.
 */

import type {Row} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {destinationsOf} from '../../query/destinations.ts';
import {compareKeyed, isTimedSort, type KeyedRow, sortValue} from '../../query/sort.ts';
import type {Sort} from '../state/basics.ts';
import type {ListCount} from '../state/counts.ts';
import {fullerQueue, isListener, type VisibleRows, type VisibleRowsOptions} from './visible-rows.ts';

/** A row, with the values of the last query. */
type CachedRow = KeyedRow & {
	version: number;
	openedAt: number;
	isListener: boolean;
	/** The row passes the filter, and is not hidden as closed. */
	isShown: boolean;
	/** The row is in `order`, at its place. */
	isInOrder: boolean;
	inBps: number | null;
	outBps: number | null;
};

type RowSource = ReadonlyMap<string, Row> | readonly Row[];

/**
 * @returns a query of the visible rows. After one pass over all rows its cost grows with the changed rows;
 *   all rows are filtered or sorted again only where filter or sort key have changed, or depend on the time
 */
export const createVisibleRowsCache = (): ((
	source: RowSource,
	options: VisibleRowsOptions,
) => VisibleRows) => {
	/** In the source's order. */
	const cachedRows: CachedRow[] = [];
	let order: CachedRow[] = [];
	/** The rows of `order`. */
	let rows: readonly Row[] = [];
	let previousOptions: VisibleRowsOptions | null = null;

	return (source, options) => {
		const {filter, list, sort, now} = options;
		const isSameQuery =
			previousOptions !== null &&
			previousOptions.filter === filter &&
			previousOptions.showClosed === options.showClosed &&
			(previousOptions.list === list || list === null) &&
			previousOptions.sort.key === sort.key;
		const previousSort = previousOptions?.sort;
		// While another tab is visible, the list keeps its order.
		previousOptions = {...options, list: list ?? previousOptions?.list ?? 'connections'};
		const {gone, fresh} = syncWithSource(source, previousOptions, isSameQuery);
		if (!isSameQuery) order = [];
		else if (sort.direction !== previousSort?.direction)
			order = reverseStable(order.filter(({isInOrder}) => isInOrder));
		if (isTimedSort(sort.key)) resortByTime(order, sort, now);
		if (!isSameQuery || gone || fresh.length > 0) order = mergeIntoOrder(order, fresh, sort);
		else if (sort.direction === previousSort?.direction && !isTimedSort(sort.key)) return toVisibleRows();
		rows = order.map(({row}) => row);
		return toVisibleRows();

		function toVisibleRows(): VisibleRows {
			return {
				rows: list === null ? [] : rows,
				...totalsOf(cachedRows),
				destinations: options.withDestinations ? destinationsOf(source.values()) : null,
				takenAt: now,
			};
		}
	};

	/**
	 * Updates `cachedRows` from the source.
	 *
	 * @returns whether rows have left `order`, and the rows to be placed in it
	 */
	function syncWithSource(
		source: RowSource,
		{filter, list, sort, showClosed, now}: VisibleRowsOptions,
		isSameQuery: boolean,
	): {gone: boolean; fresh: CachedRow[]} {
		const toValue = sortValue(sort.key);
		const unplaced: CachedRow[] = [];
		let hasRemoved = false;
		const {length} = cachedRows;
		let read = 0;
		let write = 0;
		const removeFromOrder = (cached: CachedRow | undefined): void => {
			if (!cached?.isInOrder) return;
			cached.isInOrder = false;
			hasRemoved = true;
		};
		for (const row of source.values()) {
			// The source removes rows, and appends new ones: all others keep their order.
			while (read < length && cachedRows[read]?.row !== row) removeFromOrder(cachedRows[read++]);
			const cached = (read < length ? cachedRows[read++] : undefined) ?? newCachedRow(row);
			cachedRows[write++] = cached;
			if (!isSameQuery) cached.isInOrder = false;
			const hasNewVersion = cached.version !== row.version;
			if (hasNewVersion) {
				cached.version = row.version;
				cached.isListener = isListener(row);
				cached.inBps = row.inBps;
				cached.outBps = row.outBps;
			}
			if (hasNewVersion || !isSameQuery || filter?.isTimeDependent)
				cached.isShown = (showClosed || !isOver(row)) && (filter === null || filter.matches(row, now));
			if (!cached.isShown || (list === 'listeners' && !cached.isListener)) {
				removeFromOrder(cached);
				continue;
			}
			if (cached.isInOrder && !hasNewVersion) continue;
			const value = toValue(row, now);
			if (cached.isInOrder && value === cached.value && row.openedAt === cached.openedAt) continue;
			removeFromOrder(cached);
			cached.value = value;
			cached.openedAt = row.openedAt;
			unplaced.push(cached);
		}
		while (read < length) removeFromOrder(cachedRows[read++]);
		cachedRows.length = write;
		return {gone: hasRemoved, fresh: unplaced};
	}
};

const newCachedRow = (row: Row): CachedRow => ({
	row,
	value: null,
	version: Number.NaN,
	openedAt: row.openedAt,
	isListener: false,
	isShown: false,
	isInOrder: false,
	inBps: null,
	outBps: null,
});

/** Totals over all rows. */
const totalsOf = (
	all: readonly CachedRow[],
): Pick<VisibleRows, 'counts' | 'inBps' | 'outBps' | 'fullestQueue'> => {
	const connections: ListCount = {shown: 0, total: all.length};
	const listeners: ListCount = {shown: 0, total: 0};
	let inBps: number | null = null;
	let outBps: number | null = null;
	let fullest: VisibleRows['fullestQueue'] = null;
	for (const it of all) {
		if (it.isShown) connections.shown++;
		if (it.isListener) {
			listeners.total++;
			fullest = fullerQueue(fullest, it.row);
			if (it.isShown) listeners.shown++;
		}
		if (it.inBps !== null) inBps = (inBps ?? 0) + it.inBps;
		if (it.outBps !== null) outBps = (outBps ?? 0) + it.outBps;
	}
	return {counts: {connections, listeners}, inBps, outBps, fullestQueue: fullest};
};

/** Drops the rows that have left the order, and inserts the unplaced ones. */
const mergeIntoOrder = (
	order: readonly CachedRow[],
	unplaced: CachedRow[],
	{direction}: Sort,
): CachedRow[] => {
	const compare = compareKeyed(direction);
	const kept = order.filter(({isInOrder}) => isInOrder);
	unplaced.sort(compare);
	for (const it of unplaced) it.isInOrder = true;
	if (kept.length === 0) return unplaced;
	const merged: CachedRow[] = [];
	let next = 0;
	for (const it of unplaced) {
		// Few rows are merged into many: a binary search finds each place.
		const end = insertionIndex(it, kept, next, compare);
		while (next < end) next = pushAt(merged, kept, next);
		merged.push(it);
	}
	while (next < kept.length) next = pushAt(merged, kept, next);
	return merged;
};

const pushAt = (to: CachedRow[], from: readonly CachedRow[], index: number): number => {
	const it = from[index];
	if (it !== undefined) to.push(it);
	return index + 1;
};

/** @returns the index of the first row that does not sort before `it`, from `fromIndex` on */
const insertionIndex = (
	it: CachedRow,
	sorted: readonly CachedRow[],
	fromIndex: number,
	compare: (one: CachedRow, other: CachedRow) => number,
): number => {
	let from = fromIndex;
	let to = sorted.length;
	while (from < to) {
		const middle = (from + to) >> 1;
		const other = sorted[middle];
		if (other !== undefined && compare(other, it) < 0) from = middle + 1;
		else to = middle;
	}
	return from;
};

/** Reverses the order; equal rows keep theirs, and rows without a value stay last. */
const reverseStable = (order: readonly CachedRow[]): CachedRow[] => {
	const result: CachedRow[] = [];
	let valueCount = order.findIndex(({value}) => value === null);
	if (valueCount === -1) valueCount = order.length;
	for (let end = valueCount; end > 0; ) {
		let start = end - 1;
		while (start > 0 && order[start - 1]?.value === order[end - 1]?.value) start--;
		for (let index = start; index < end; ) index = pushAt(result, order, index);
		end = start;
	}
	for (let index = valueCount; index < order.length; ) index = pushAt(result, order, index);
	return result;
};

/** Computes time-dependent values again, and sorts: quick, since most rows are in order already. */
const resortByTime = (order: CachedRow[], {key, direction}: Sort, now: number): void => {
	const toValue = sortValue(key);
	for (const it of order) it.value = toValue(it.row, now);
	order.sort(compareKeyed(direction));
};
