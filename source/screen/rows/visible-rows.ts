/** The rows that are shown, and which of them is chosen. Pure. */

import type {Row} from '../../domain/row.ts';
import type {Destinations} from '../../query/destinations.ts';
import type {Filter} from '../../query/filter/index.ts';
import type {ListState, ListTab, Selection, Sort} from '../state/basics.ts';
import type {ListCount} from '../state/counts.ts';

/** All rows of the list in sight that pass, in order; the table shows a window of them. */
export type VisibleRows = {
	rows: readonly Row[];
	counts: Readonly<Record<ListTab, ListCount>>;
	/** What the rows lead to; null where nobody looks at it. */
	destinations: Destinations | null;
	/** The time that ages are counted to, ms since the epoch. */
	takenAt: number;
	/** Bytes a second over all rows; null where no row has a rate. */
	inBps: number | null;
	outBps: number | null;
	/** The listener whose accept queue is the fullest; null where none is seen. */
	fullestQueue: AcceptQueueFill | null;
};

/** Connections that wait, and how many may. */
export type AcceptQueueFill = {port: number | null; used: number; limit: number};

export type VisibleRowsOptions = {
	filter: Filter | null;
	/** null where another tab is in sight: then there are counts and no rows. */
	list: ListTab | null;
	sort: Sort;
	showClosed: boolean;
	withDestinations: boolean;
	now: number;
};

/** Bound sockets that take connections, of a hook's telling or of the kernel's alone. */
export const isListener = ({role, kernel}: Row): boolean => role === 'listener' || kernel?.state === 'LISTEN';

/** The queue that is the fullest of its limit: one that was known, or a row's. */
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
 * Keeps the choice on its row wherever that moved, and the window around it: no further than the row is in sight, or,
 * where it is followed, so that it stays on its line of the screen as long as there are rows enough above and below. A
 * row that is only filtered out stays chosen, out of sight, until it is back or another one is chosen.
 *
 * @param height rows that the table shows
 * @param exists whether a row is still known, shown or not
 * @returns the selection (the nearest row where the chosen one is gone) and the first row shown
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

/** Where a row stood on the screen; at its edge where it was moved beyond. */
const screenLineOf = ({index}: Selection, top: number, height: number): number =>
	Math.max(0, Math.min(index - top, height - 1));

/** Whether the chosen row is among those that pass the filter. */
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

/** @returns the row at an index, or the one nearest to it; null where there are none */
export const selectionAt = (rows: readonly {id: string}[], index: number): Selection | null => {
	const clamped = Math.max(0, Math.min(index, rows.length - 1));
	const row = rows[clamped];
	return row ? {id: row.id, index: clamped} : null;
};
