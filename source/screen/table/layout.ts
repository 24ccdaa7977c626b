/** Which columns a terminal width shows, and how wide each is. Pure. */

import {widthOf} from '../../text/width.ts';
import type {Column, ColumnHead, TableSpec} from './cells.ts';

export type Placed<Head extends ColumnHead = ColumnHead> = {
	column: Head;
	width: number;
	gap: number;
	title: string;
};
/** What drawing needs of it. */
export type Layout = readonly Placed[];
export type LayoutOf<Item> = readonly Placed<Column<Item>>[];

/** The mark of the selected row, at the left end of each line. */
export const markerWidth = 1;

/**
 * @param width cells of the terminal
 * @returns the columns shown, in that order; together with the marker and the gaps they take at most `width` cells
 */
export const layOut = <Item>(width: number, {columns, growth}: TableSpec<Item>): LayoutOf<Item> => {
	const shown = choose(width - markerWidth, columns);
	const widths = new Map(shown.map(({id, min}) => [id, min]));
	const gaps = new Map(shown.map((column, index) => [column.id, leastGap(column, shown[index + 1])]));
	const last = shown.at(-1);
	let spare = width - markerWidth - sumOf(widths) - sumOf(gaps);
	for (const step of growth) {
		const [map, id] = 'id' in step ? [widths, step.id] : [gaps, step.gapOf];
		const now = map.get(id);
		if (now === undefined || (map === gaps && id === last?.id)) continue;
		const wanted = Math.max(0, step.to - now);
		const granted = 'whole' in step && wanted > spare ? 0 : Math.min(wanted, spare);
		map.set(id, now + granted);
		spare -= granted;
	}
	return shown.map(column => {
		const columnWidth = widths.get(column.id) ?? column.min;
		return {column, width: columnWidth, gap: gaps.get(column.id) ?? 0, title: titleFor(column, columnWidth)};
	});
};

/** Takes columns by priority until one does not fit, so that a wider terminal never shows fewer. */
const choose = <Item>(room: number, columns: readonly Column<Item>[]): readonly Column<Item>[] => {
	const byPriority = columns.toSorted((a, b) => a.priority - b.priority);
	let shown: Column<Item>[] = [];
	for (const column of byPriority) {
		const next = [...shown, column].filter(({until}) => until !== column.id);
		if (leastWidth(columns.filter(one => next.includes(one))) > room) break;
		shown = next;
	}
	return columns.filter(column => shown.includes(column));
};

type Spaced = Pick<Column<unknown>, 'id' | 'min' | 'gap' | 'hugs'>;

const leastWidth = (shown: readonly Spaced[]): number =>
	shown.reduce((sum, column, index) => sum + column.min + leastGap(column, shown[index + 1]), 0);

const leastGap = ({gap, hugs}: Spaced, next: Spaced | undefined): number =>
	next === undefined || hugs === next.id ? 0 : (gap ?? 1);

const sumOf = (map: Map<string, number>): number => [...map.values()].reduce((sum, value) => sum + value, 0);

const titleFor = ({titles}: Pick<Column<unknown>, 'titles'>, width: number): string =>
	titles.find(title => widthOf(title) <= width) ?? titles.at(-1) ?? '';
