/** Which columns a terminal width shows, and how wide each is. Pure. */
import {fullAddressWidth} from './column-texts.ts';
import {columns as allColumns, type Column} from './columns.ts';
import {widthOf} from './width.ts';

export type PlacedColumn = {column: Column; width: number; gap: number; title: string};
export type Layout = readonly PlacedColumn[];

/** The mark of the selected row, at the left end of each line. */
export const markerWidth = 1;

/**
 * Where spare cells go, in this order: each step widens a column up to so many cells, or the gap behind it. A step
 * that says `whole` is taken only if all of it can be had.
 */
type Growth = {id: string; to: number; whole?: true} | {gapOf: string; to: number};

const growth: readonly Growth[] = [
	{id: 'peer', to: 17},
	{id: 'process', to: 14},
	{gapOf: 'local', to: 1},
	{gapOf: 'direction', to: 1},
	{id: 'stage', to: 14},
	{id: 'peer', to: 21},
	{id: 'state', to: 10, whole: true},
	{id: 'peer', to: 24},
	{gapOf: 'peer', to: 2},
	{gapOf: 'stage', to: 2},
	{gapOf: 'process', to: 2},
	{gapOf: 'recvq', to: 2},
	{gapOf: 'in-rate', to: 2},
	{gapOf: 'route', to: 2},
	{gapOf: 'age', to: 2},
	{id: 'process', to: 18},
	{id: 'stage', to: 16},
	{id: 'peer', to: 30},
	{id: 'route', to: 22},
	{id: 'sendq', to: 6, whole: true},
	{id: 'recvq', to: 6, whole: true},
	{id: 'bytes', to: 5},
	{id: 'out', to: 7, whole: true},
	{id: 'in', to: 7, whole: true},
	{id: 'local', to: fullAddressWidth, whole: true},
	{id: 'stage', to: 19},
	{id: 'local', to: 21},
	{id: 'label', to: 24},
	{id: 'peer', to: 40},
	{id: 'joined', to: 9},
	{gapOf: 'label', to: 2},
	{id: 'label', to: 48},
	{id: 'peer', to: 64},
];

/**
 * @param width cells of the terminal
 * @param columns in the order of the screen
 * @returns the columns shown, in that order; together with the marker and the gaps they take at most `width` cells
 */
export const layOut = (width: number, columns: readonly Column[] = allColumns): Layout => {
	const shown = choose(width - markerWidth, columns);
	const widths = new Map(shown.map(({id, min}) => [id, min]));
	const gaps = new Map(shown.map(({id, gap}) => [id, gap ?? 1]));
	const last = shown.at(-1);
	if (last) gaps.set(last.id, 0);
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
const choose = (room: number, columns: readonly Column[]): readonly Column[] => {
	const byPriority = columns.toSorted((a, b) => a.priority - b.priority);
	let shown: Column[] = [];
	for (const column of byPriority) {
		const next = [...shown, column].filter(({until}) => until !== column.id);
		if (leastWidth(columns.filter(one => next.includes(one))) > room) break;
		shown = next;
	}
	return columns.filter(column => shown.includes(column));
};

const leastWidth = (shown: readonly Column[]): number =>
	shown.reduce((sum, {min, gap}, index) => sum + min + (index === shown.length - 1 ? 0 : (gap ?? 1)), 0);

const sumOf = (map: Map<string, number>): number => [...map.values()].reduce((sum, value) => sum + value, 0);

const titleFor = ({titles}: Column, width: number): string =>
	titles.find(title => widthOf(title) <= width) ?? titles.at(-1) ?? '';
