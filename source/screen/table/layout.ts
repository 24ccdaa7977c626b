/** Which columns a terminal width shows, and how wide each is. Pure. */

import {widthOf} from '../../text/width.ts';
import type {Column, ColumnHead, TableSpec} from './cells.ts';

export type PlacedColumn<Head extends ColumnHead = ColumnHead> = {
	column: Head;
	width: number;
	gap: number;
	title: string;
};
/** The part of a layout that drawing needs. */
export type Layout = readonly PlacedColumn[];
export type LayoutOf<Item> = readonly PlacedColumn<Column<Item>>[];

/** The mark of the selected row, at the left end of each line. */
export const markerWidth = 1;

/**
 * @param width cells of the terminal
 * @returns the columns shown, in that order; together with the marker and the gaps they take at most `width`
 *   cells
 */
export const layoutColumns = <Item>(width: number, {columns, growth}: TableSpec<Item>): LayoutOf<Item> => {
	const selected = selectColumns(width - markerWidth, columns);
	const widths = new Map(selected.map(({id, minWidth}) => [id, minWidth]));
	const gaps = new Map(selected.map((column, index) => [column.id, minGap(column, selected[index + 1])]));
	const last = selected.at(-1);
	let spareWidth = width - markerWidth - sumValues(widths) - sumValues(gaps);
	for (const step of growth) {
		const [map, id] = 'id' in step ? [widths, step.id] : [gaps, step.gapAfter];
		const current = map.get(id);
		if (current === undefined || (map === gaps && id === last?.id)) continue;
		const requested = Math.max(0, step.toWidth - current);
		const granted = 'allOrNothing' in step && requested > spareWidth ? 0 : Math.min(requested, spareWidth);
		map.set(id, current + granted);
		spareWidth -= granted;
	}
	return selected.map(column => {
		const columnWidth = widths.get(column.id) ?? column.minWidth;
		return {
			column,
			width: columnWidth,
			gap: gaps.get(column.id) ?? 0,
			title: fittingTitle(column, columnWidth),
		};
	});
};

/** Takes columns by priority until one does not fit, so that a wider terminal never shows fewer. */
const selectColumns = <Item>(
	availableWidth: number,
	columns: readonly Column<Item>[],
): readonly Column<Item>[] => {
	const byPriority = columns.toSorted((a, b) => a.priority - b.priority);
	let shown: Column<Item>[] = [];
	for (const column of byPriority) {
		const next = [...shown, column].filter(({replacedBy}) => replacedBy !== column.id);
		if (minTotalWidth(columns.filter(one => next.includes(one))) > availableWidth) break;
		shown = next;
	}
	return columns.filter(column => shown.includes(column));
};

type ColumnSpacing = Pick<Column<unknown>, 'id' | 'minWidth' | 'gap' | 'noGapBefore'>;

const minTotalWidth = (shown: readonly ColumnSpacing[]): number =>
	shown.reduce((sum, column, index) => sum + column.minWidth + minGap(column, shown[index + 1]), 0);

const minGap = ({gap, noGapBefore}: ColumnSpacing, next: ColumnSpacing | undefined): number =>
	next === undefined || noGapBefore === next.id ? 0 : (gap ?? 1);

const sumValues = (map: Map<string, number>): number =>
	[...map.values()].reduce((sum, value) => sum + value, 0);

const fittingTitle = ({titles}: Pick<Column<unknown>, 'titles'>, width: number): string =>
	titles.find(title => widthOf(title) <= width) ?? titles.at(-1) ?? '';
