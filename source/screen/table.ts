/** The connections table as cells of text: only the rows that are on screen. Pure. */
import {clean} from '../model/text.ts';
import type {Row} from '../model/types.ts';
import {type Cell, type CellContext, isOver} from './columns.ts';
import type {Layout} from './layout.ts';
import type {Picture} from './picture.ts';
import type {Selection, Sort} from './state.ts';
import type {Tone} from './theme.ts';
import {fitTo, shorten, widthOf} from './width.ts';

export type TableRow = {id: string; selected: boolean; cells: readonly Cell[]};

export type Table = {
	layout: Layout;
	/** A cell a column; the one that is sorted by carries an arrow. */
	titles: readonly Cell[];
	rows: readonly TableRow[];
};

export type TableOptions = {
	layout: Layout;
	sort: Sort;
	selected: Selection | null;
	/** Index of the first row shown, and how many there is room for. */
	top: number;
	height: number;
	/** Programs that run in several processes. */
	twins: ReadonlySet<string>;
};

export const makeTable = (
	{rows, now}: Picture,
	{layout, sort, selected, top, height, twins}: TableOptions,
): Table => ({
	layout,
	titles: titleCells(layout, sort),
	rows: rows.slice(top, top + height).map(row => ({
		id: row.id,
		selected: row.id === selected?.id,
		cells: rowCells(row, layout, {now, twins}),
	})),
});

const titleCells = (layout: Layout, {key, direction}: Sort): Cell[] =>
	layout.map(({column, title, width}) => {
		if (!column.sortedBy?.includes(key)) return {text: title, tone: 'faint'};
		const rising = (direction === 'asc') !== (column.sortedAgainst === key);
		const arrow = rising ? '▴' : '▾';
		const trimmed = title.trimEnd();
		const padding = title.length - trimmed.length;
		const room = width - padding - 1;
		// The arrow is worth more than the title's last letter.
		const word = widthOf(trimmed) <= room ? trimmed : trimmed.slice(0, Math.max(0, room));
		return {text: word + arrow + ' '.repeat(padding), tone: 'strong'};
	});

const rowCells = (row: Row, layout: Layout, context: Omit<CellContext, 'width'>): Cell[] => {
	const over = isOver(row);
	return layout.map(({column, width}) => {
		const {text, tone} = column.value(row, {...context, width});
		// What is over fades; why it failed stays readable.
		const shown = over && tone !== 'failed' ? 'faint' : tone;
		return {text: shorten(clean(text), width, column.cut), tone: shown};
	});
};

export type CellRun = {
	/** Of its first column. */
	id: string;
	text: string;
	tone: Tone;
	/** Cells up to the next run. */
	width: number;
};

/**
 * Neighbouring cells of one tone as one text: fewer boxes to lay out, and fewer style changes to send over a slow line.
 */
export const cellRuns = (layout: Layout, cells: readonly Cell[]): CellRun[] => {
	const runs: CellRun[] = [];
	for (const [index, {column, width, gap}] of layout.entries()) {
		const {text, tone} = cells[index] ?? {text: '', tone: 'plain'};
		const shown = column.align === 'right' ? fitTo(text, width, 'right') : text;
		const last = runs.at(-1);
		if (last?.tone === tone) {
			last.text = fitTo(last.text, last.width) + shown;
			last.width += width + gap;
		} else runs.push({id: column.id, text: shown, tone, width: width + gap});
	}
	return runs;
};
