/** The column chooser: every column of a table, which of them are on, and which have room. Pure. */

import {fitTo, shorten, widthOf} from '../../text/width.ts';
import {type Line, pack, type Segment} from '../lines/segments.ts';
import type {ListTab} from '../state/basics.ts';
import type {Chooser, ColumnChoice} from '../state/column-choice.ts';
import {layOut} from '../table/layout.ts';
import {type Arranged, arranged, chosenTable, rowTables} from './chosen-columns.ts';

export type ChooserOptions = {
	chooser: Chooser;
	choice: ColumnChoice | null;
	/** Cells of the terminal. */
	width: number;
	/** Lines, the heading among them. */
	height: number;
};

/** @returns the lines, the heading first, and what of the list is in sight */
export const chooserLines = ({
	chooser,
	choice,
	width,
	height,
}: ChooserOptions): {lines: Line[]; scroll: {top: number; page: number; count: number}} => {
	const {list, at} = chooser;
	const all = arranged(rowTables[list], choice);
	const shown = shownColumns(list, choice, width);
	const page = Math.max(1, height - 1);
	const index = Math.max(
		0,
		all.findIndex(({column}) => column.id === at),
	);
	const top = scrolledTo(index, chooser.top, {page, count: all.length});
	const lines = all
		.slice(top, top + page)
		.map(one => columnLine(one, {shown, chosen: one.column.id === at, width}));
	return {
		lines: [
			heading(all, shown, chooser, {width, above: top, below: all.length - top - lines.length}),
			...lines,
		],
		scroll: {top, page, count: all.length},
	};
};

/** @returns the first line of a window that moves no further than it must to have a line in sight */
export const scrolledTo = (
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
	new Set(layOut(width, chosenTable(rowTables[list], choice)).map(({column}) => column.id));

/** What the column under the cursor shows, for the line below the list. */
export const chooserHint = ({list, at}: Chooser): string => {
	const column = rowTables[list].columns.find(({id}) => id === at);
	return column?.description ?? '';
};

const heading = (
	all: readonly Arranged[],
	shown: ReadonlySet<string>,
	{list}: Chooser,
	{width, above, below}: {width: number; above: number; below: number},
): Line => {
	const on = all.filter(one => one.on).length;
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
	return [{text: ' '}, ...pack(left, right, {width: width - 2})];
};

const titleWidth = 12;
const leastDescription = 24;

const columnLine = (
	{column, on}: Arranged,
	{shown, chosen, width}: {shown: ReadonlySet<string>; chosen: boolean; width: number},
): Line => {
	const status = statusOf(column, on, shown);
	const name = `${on ? '✓' : ' '} ${fitTo(column.title, titleWidth)}`;
	const room = width - widthOf(name) - widthOf(status) - 5;
	const description =
		room >= leastDescription ? fitTo(shorten(column.description, room), room) : ' '.repeat(Math.max(0, room));
	const text = `${name} ${description} ${status}`;
	if (chosen) return [{text: fitTo(`▸${text}`, width), tone: 'chosen'}];
	return [
		{text: ` ${name}`, tone: shown.has(column.id) ? 'plain' : 'faint'},
		{text: ` ${description} ${status}`, tone: 'faint'},
	];
};

/** Why a column that is on is not on the screen. */
const statusOf = ({id, until}: Arranged['column'], on: boolean, shown: ReadonlySet<string>): string => {
	if (!on) return 'off';
	if (shown.has(id)) return '';
	return until !== undefined && shown.has(until) ? 'gives way' : 'no room';
};
