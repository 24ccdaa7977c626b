/** Tables as cells of text: only the rows that are on screen. Pure. */

import {fitWidth, widthOf} from '../../text/width.ts';
import {fitCellText} from '../lines/cell-text.ts';
import type {Sort} from '../state/basics.ts';
import type {Tone} from '../theme/theme.ts';
import type {Cell, CellContext, ColumnHead, TableSpec} from './cells.ts';
import {type Layout, type LayoutOf, layoutColumns} from './layout.ts';

export type TableRow = {id: string; selected: boolean; cells: readonly Cell[]};

export type Table = {
	layout: Layout;
	/** One cell per column; the sort column has an arrow. */
	titles: readonly Cell[];
	rows: readonly TableRow[];
};

/** The common context of a table's cells. */
type TableContext = Omit<CellContext, 'width' | 'roomToLineEnd'>;

export type TableOptions<Item> = {
	/** Cells of the terminal. */
	width: number;
	/** null where the order is fixed. */
	sort: Sort | null;
	/** An id of the item that never changes; it must not be text from outside. */
	idOf: (item: Item, index: number) => string;
	/** The id of the selected item. */
	selected: string | null;
	/** Index of the first item shown, and the number of items that fit. */
	top: number;
	height: number;
	cellContext: TableContext;
	/** The table of the previous frame: changed cells flash; null for no comparison. */
	previousTable: Table | null;
};

export const makeTable = <Item>(
	items: readonly Item[],
	spec: TableSpec<Item>,
	{width, sort, idOf, selected, top, height, cellContext: context, previousTable}: TableOptions<Item>,
): Table => {
	const layout = layoutColumns(width, spec);
	const previousCells =
		previousTable && sameColumns(previousTable.layout, layout) ? cellsById(previousTable) : null;
	return {
		layout,
		titles: titleCells(layout, sort),
		rows: items.slice(top, top + height).map((item, index) => {
			const id = idOf(item, top + index);
			const cells = itemCells(item, layout, spec, context);
			markChanges(cells, previousCells?.get(id), layout);
			return {id, selected: id === selected, cells};
		}),
	};
};

/** Another width or another column choice changes texts without an event. */
const sameColumns = (one: Layout, other: Layout): boolean =>
	one.length === other.length &&
	one.every(
		({column, width}, index) => column.id === other[index]?.column.id && width === other[index].width,
	);

const cellsById = ({rows}: Table): ReadonlyMap<string, readonly Cell[]> =>
	new Map(rows.map(({id, cells}) => [id, cells]));

/** Marks changed cells; faint cells and cells of new rows never flash. */
const markChanges = <Item>(
	cells: readonly Cell[],
	previousCells: readonly Cell[] | undefined,
	layout: LayoutOf<Item>,
): void => {
	if (previousCells === undefined) return;
	for (const [at, cell] of cells.entries()) {
		const previousCell = previousCells[at];
		if (previousCell === undefined || layout[at]?.column.neverFlashes || cell.tone === 'faint') continue;
		if ((cell.changeKey ?? cell.text) !== (previousCell.changeKey ?? previousCell.text)) cell.flashes = true;
	}
};

const titleCells = (layout: Layout, sort: Sort | null): Cell[] =>
	layout.map(({column, title, width}) => {
		if (sort === null || !column.sortKeys?.includes(sort.key)) return {text: title, tone: 'faint'};
		const arrow = isAscending(column, sort) ? '▴' : '▾';
		const trimmed = title.trimEnd();
		const padding = title.length - trimmed.length;
		const room = width - padding - 1;
		// The title makes room for the arrow.
		const word = widthOf(trimmed) <= room ? trimmed : trimmed.slice(0, Math.max(0, room));
		return {text: word + arrow + ' '.repeat(padding), tone: 'strong'};
	});

const isAscending = ({invertedSortKey}: ColumnHead, {key, direction}: Sort): boolean =>
	(direction === 'asc') !== (invertedSortKey === key);

const itemCells = <Item>(
	item: Item,
	layout: LayoutOf<Item>,
	{isOver}: TableSpec<Item>,
	context: TableContext,
): Cell[] => {
	const isRowOver = isOver?.(item) ?? false;
	const cells: Cell[] = [];
	for (const [index, {column, width}] of layout.entries()) {
		const roomToLineEnd = layoutWidth(layout.slice(index));
		const {text, tone, spansRest, changeKey} = column.toCell(item, {...context, width, roomToLineEnd});
		// The cells of a row that is over are faint; its failure stays readable.
		const shown = isRowOver && tone !== 'failed' ? 'faint' : tone;
		if (spansRest) {
			return [
				...cells,
				{text: fitCellText(text, roomToLineEnd, column.truncatePosition), tone: shown, spansRest},
			];
		}
		const short = fitCellText(text, width, column.truncatePosition);
		cells.push(changeKey === undefined ? {text: short, tone: shown} : {text: short, tone: shown, changeKey});
	}
	return cells;
};

const layoutWidth = (layout: Layout): number => layout.reduce((sum, {width, gap}) => sum + width + gap, 0);

/** The layout of one row: a cell that spans the rest takes the place of all columns behind it. */
export const mergeSpannedColumns = (layout: Layout, cells: readonly Cell[]): Layout => {
	const spanningIndex = cells.findIndex(({spansRest}) => spansRest);
	const placed = layout[spanningIndex];
	if (placed === undefined) return layout;
	const width = layoutWidth(layout.slice(spanningIndex));
	return [...layout.slice(0, spanningIndex), {...placed, width, gap: 0}];
};

export type CellRun = {
	/** The id of its first column. */
	id: string;
	text: string;
	tone: Tone;
	flashes: boolean;
	/** Cells up to the next run. */
	width: number;
};

/**
 * Joins neighbouring cells of one tone to one text: fewer boxes to lay out, and fewer style changes to send
 * over a slow line.
 */
export const cellRuns = (layout: Layout, cells: readonly Cell[]): CellRun[] => {
	const runs: CellRun[] = [];
	for (const [index, {column, width, gap}] of mergeSpannedColumns(layout, cells).entries()) {
		const {text, tone, flashes = false} = cells[index] ?? {text: '', tone: 'plain'};
		const shown = column.align === 'right' ? fitWidth(text, width, 'right') : text;
		const last = runs.at(-1);
		if (last?.tone === tone && last.flashes === flashes) {
			last.text = fitWidth(last.text, last.width) + shown;
			last.width += width + gap;
		} else runs.push({id: column.id, text: shown, tone, flashes, width: width + gap});
	}
	return runs;
};
