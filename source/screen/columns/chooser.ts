/** The column chooser: every column of a table, with its state (on, off, no room). Pure. */

import {fitWidth, truncate, widthOf} from '../../text/width.ts';
import {type Line, layoutLine, type Segment} from '../lines/segments.ts';
import type {ListTab} from '../state/basics.ts';
import type {ColumnChoice, ColumnChooser} from '../state/column-choice.ts';
import {layoutColumns} from '../table/layout.ts';
import {type ArrangedColumn, arrangeColumns, rowTables, withChosenColumns} from './chosen-columns.ts';

export type ChooserOptions = {
	chooser: ColumnChooser;
	choice: ColumnChoice | null;
	/** Cells of the terminal. */
	width: number;
	/** Lines, the heading among them. */
	height: number;
};

/** @returns the lines, the heading first, and the scroll position of the list */
export const chooserLines = ({
	chooser,
	choice,
	width,
	height,
}: ChooserOptions): {lines: Line[]; scroll: {top: number; page: number; count: number}} => {
	const {list, columnId} = chooser;
	const allColumns = arrangeColumns(rowTables[list], choice);
	const shown = shownColumns(list, choice, width);
	const page = Math.max(1, height - 1);
	const index = Math.max(
		0,
		allColumns.findIndex(({column}) => column.id === columnId),
	);
	const top = scrollIntoView(index, chooser.top, {page, count: allColumns.length});
	const lines = allColumns
		.slice(top, top + page)
		.map(arrangedColumn =>
			columnLine(arrangedColumn, {shown, chosen: arrangedColumn.column.id === columnId, width}),
		);
	return {
		lines: [
			heading(allColumns, shown, chooser, {width, above: top, below: allColumns.length - top - lines.length}),
			...lines,
		],
		scroll: {top, page, count: allColumns.length},
	};
};

/** @returns the first line of the window, as near to `top` as keeps the line `index` visible */
export const scrollIntoView = (
	index: number,
	top: number,
	{page, count}: {page: number; count: number},
): number => Math.max(0, Math.min(Math.max(Math.min(top, index), index - page + 1), count - page));

/** Ids of the columns that have room at this width. */
export const shownColumns = (
	list: ListTab,
	choice: ColumnChoice | null,
	width: number,
): ReadonlySet<string> =>
	new Set(layoutColumns(width, withChosenColumns(rowTables[list], choice)).map(({column}) => column.id));

/** The description of the column under the cursor, for the line below the list. */
export const chooserHint = ({list, columnId}: ColumnChooser): string => {
	const column = rowTables[list].columns.find(({id}) => id === columnId);
	return column?.description ?? '';
};

const heading = (
	all: readonly ArrangedColumn[],
	shown: ReadonlySet<string>,
	{list}: ColumnChooser,
	{width, above, below}: {width: number; above: number; below: number},
): Line => {
	const on = all.filter(one => one.isEnabled).length;
	const counts = `${shown.size} of ${on} chosen have room`;
	const more = [above > 0 ? `↑${above}` : '', below > 0 ? `↓${below}` : ''];
	const left: Segment[] = [
		{text: `Columns of ${list}`, tone: 'strong'},
		{
			text: widthOf(counts) + list.length + 16 < width ? counts : `${shown.size}/${on}`,
			tone: 'faint',
			rank: 2,
		},
	];
	const right: Segment[] = [{text: more.filter(part => part !== '').join(' '), tone: 'faint', rank: 1}];
	return [{text: ' '}, ...layoutLine(left, right, {width: width - 2})];
};

const titleWidth = 12;
const minDescriptionWidth = 24;

const columnLine = (
	{column, isEnabled}: ArrangedColumn,
	{shown, chosen, width}: {shown: ReadonlySet<string>; chosen: boolean; width: number},
): Line => {
	const status = statusOf(column, isEnabled, shown);
	const name = `${isEnabled ? '✓' : ' '} ${fitWidth(column.title, titleWidth)}`;
	const room = width - widthOf(name) - widthOf(status) - 5;
	const description =
		room >= minDescriptionWidth
			? fitWidth(truncate(column.description, room), room)
			: ' '.repeat(Math.max(0, room));
	const text = `${name} ${description} ${status}`;
	if (chosen) return [{text: fitWidth(`▸${text}`, width), tone: 'chosen'}];
	return [
		{text: ` ${name}`, tone: shown.has(column.id) ? 'plain' : 'faint'},
		{text: ` ${description} ${status}`, tone: 'faint'},
	];
};

/** The reason why a column is not on the screen; '' for a column that is. */
const statusOf = (
	{id, replacedBy}: ArrangedColumn['column'],
	on: boolean,
	shown: ReadonlySet<string>,
): string => {
	if (!on) return 'off';
	if (shown.has(id)) return '';
	return replacedBy !== undefined && shown.has(replacedBy) ? 'gives way' : 'no room';
};
