/** The visible rows of a list, and its selection. Pure. */

import type {Row} from '../../domain/row.ts';
import type {Destinations} from '../../query/destinations.ts';
import type {Filter} from '../../query/filter/index.ts';
import type {ListState, ListTab, Selection, Sort} from '../state/basics.ts';
import type {ListCount} from '../state/counts.ts';

/** All rows of the visible list that pass the filter, in order; the table shows a window of them. */
export type VisibleRows = {
	rows: readonly Row[];
	counts: Readonly<Record<ListTab, ListCount>>;
	/** Destinations of the rows; null where not requested. */
	destinations: Destinations | null;
	/** The time that ages are relative to, ms since the epoch. */
	takenAt: number;
	/** Bytes a second over all rows; null where no row has a rate. */
	inBps: number | null;
	outBps: number | null;
	/** The fullest accept queue of a listener; null where none was observed. */
	fullestQueue: AcceptQueueFill | null;
};

/** Connections in an accept queue, and the queue's limit. */
export type AcceptQueueFill = {port: number | null; used: number; limit: number};

export type VisibleRowsOptions = {
	filter: Filter | null;
	/** null while another tab is visible: the result has counts, and no rows. */
	list: ListTab | null;
	sort: Sort;
	showClosed: boolean;
	withDestinations: boolean;
	now: number;
};

/** Whether the row is a listener, by the hook's report or by the kernel's state. */
export const isListener = ({role, kernel}: Row): boolean => role === 'listener' || kernel?.state === 'LISTEN';

/** The fuller of two queues, relative to the limit: the fullest so far, or this row's. */
export const fullerQueue = (
	fullest: AcceptQueueFill | null,
	{kernel, local}: Row,
): AcceptQueueFill | null => {
	if (kernel?.state !== 'LISTEN' || kernel.recvQ === null || !kernel.sendQ) return fullest;
	if (fullest !== null && kernel.recvQ / kernel.sendQ <= fullest.used / fullest.limit) return fullest;
	const port = local !== null && 'port' in local ? local.port : null;
	return {port, used: kernel.recvQ, limit: kernel.sendQ};
};

/**
 * Keeps the selection on its row, and the window around it. The window scrolls only as far as the row needs
 * to be visible; a followed row keeps its line of the screen while there are rows enough above and below. A
 * row that is only filtered out stays selected until it is back, or another one is selected.
 *
 * @param height rows of the window
 * @param exists whether a row still exists, shown or not
 * @returns the selection (the nearest row once the selected one is gone) and the index of the first row shown
 */
export const clampSelection = (
	{selected, top, follow: isFollowed = false}: Pick<ListState, 'selected' | 'top'> & {follow?: boolean},
	rows: readonly {id: string}[],
	height: number,
	exists: (id: string) => boolean,
): {selection: Selection | null; top: number} => {
	const selection = selected && resolveSelection(selected, rows, exists);
	const wantedTop =
		selected === null || selection === null || !isVisible(selection, rows)
			? top
			: isFollowed
				? selection.index - screenLineOf(selected, top, height)
				: Math.min(Math.max(top, selection.index - height + 1), selection.index);
	return {selection, top: Math.max(0, Math.min(wantedTop, rows.length - height))};
};

/** The row's line in the window; the nearest line for a row outside. */
const screenLineOf = ({index}: Selection, top: number, height: number): number =>
	Math.max(0, Math.min(index - top, height - 1));

/** Whether the selected row is at its index among the rows that pass the filter. */
export const isVisible = ({id, index}: Selection, rows: readonly {id: string}[]): boolean =>
	rows[index]?.id === id;

const resolveSelection = (
	selected: Selection,
	rows: readonly {id: string}[],
	exists: (id: string) => boolean,
): Selection | null => {
	if (isVisible(selected, rows)) return selected;
	const index = rows.findIndex(({id}) => id === selected.id);
	if (index >= 0) return {id: selected.id, index};
	return exists(selected.id) ? selected : selectionAt(rows, selected.index);
};

/** @returns the row at an index, or the nearest one; null without rows */
export const selectionAt = (rows: readonly {id: string}[], index: number): Selection | null => {
	const clamped = Math.max(0, Math.min(index, rows.length - 1));
	const row = rows[clamped];
	return row ? {id: row.id, index: clamped} : null;
};
