/** The compact processes tab, one line per process: ink-table's frames would leave room for few. Pure. */
import type {ProcessRow} from '../../../domain/row.ts';
import {fitWidth, widthOf} from '../../../text/width.ts';
import type {Line} from '../../lines/segments.ts';
import {processCapacity, processCellText, selectProcessColumns} from './processes.ts';

/** With this many visible processes the framed table stays. */
const minFramedRows = 6;

/** Blanks between two columns, and before the first. */
const columnGap = 2;
const leftMargin = 1;

/**
 * @param count number of processes
 * @param height available lines
 * @returns whether ink-table would show only a few of many
 */
export const isCompactBetter = (count: number, height: number): boolean => {
	const framedCapacity = processCapacity(count, height);
	return framedCapacity < count && framedCapacity < minFramedRows;
};

/**
 * @returns the number of processes that fit; the titles take a line, and so does "+N more" when not all fit
 */
export const processLineCapacity = (count: number, height: number): number =>
	Math.max(1, count <= height - 1 ? count : height - 2);

/**
 * @param processes in the order of the list
 * @param width cells
 * @param height available lines, two or more
 * @param top index of the first process to show
 */
export const processLines = (
	processes: readonly ProcessRow[],
	{width, height, top}: {width: number; height: number; top: number},
): Line[] => {
	const capacity = processLineCapacity(processes.length, height);
	const from = Math.max(0, Math.min(top, processes.length - capacity));
	const shown = processes.slice(from, from + capacity);
	const columns = selectProcessColumns(shown, width - leftMargin + columnGap, {cell: columnGap, edge: 0}).map(
		column => {
			const texts = shown.map(row => processCellText(column, row).trimEnd());
			return {...column, texts, cells: Math.max(...[column.title, ...texts].map(widthOf))};
		},
	);
	const lineOf = (textOf: (column: (typeof columns)[number]) => string): string =>
		' '.repeat(leftMargin) +
		columns
			.map(column => fitWidth(textOf(column), column.cells, column.align))
			.join(' '.repeat(columnGap))
			.trimEnd();
	const after = processes.length - from - shown.length;
	const hidden = [from > 0 ? `${from} before` : '', after > 0 ? `+${after} more` : ''].filter(
		text => text !== '',
	);
	return [
		[{text: lineOf(({title}) => title), tone: 'faint'}],
		...shown.map((_, index): Line => [{text: lineOf(({texts}) => texts[index] ?? '')}]),
		...(hidden.length > 0 ? [[{text: ` ${hidden.join(', ')}`, tone: 'faint'} as const]] : []),
	];
};
