/** The processes tab where the frames of ink-table would leave room for few of them: a line a process. Pure. */
import type {ProcessRow} from '../../../domain/row.ts';
import {fitWidth, widthOf} from '../../../text/width.ts';
import type {Line} from '../../lines/segments.ts';
import {processCapacity, processCellText, selectProcessColumns} from './processes.ts';

/** With so many in sight the frames do no harm. */
const minFramedRows = 6;

/** Blanks between two columns, and before the first. */
const columnGap = 2;
const leftMargin = 1;

/**
 * @param count processes there are
 * @param height lines there are
 * @returns whether ink-table would show but a few of many
 */
export const isCompactBetter = (count: number, height: number): boolean => {
	const framedCapacity = processCapacity(count, height);
	return framedCapacity < count && framedCapacity < minFramedRows;
};

/** @returns how many processes fit: the titles take a line, and "+N more" where not all do */
export const processLineCapacity = (count: number, height: number): number =>
	Math.max(1, count <= height - 1 ? count : height - 2);

/**
 * @param processes in the order of the list
 * @param width cells
 * @param height lines there are, two or more
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
