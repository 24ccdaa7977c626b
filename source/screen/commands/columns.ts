/** What keys do in the column chooser. */

import {scrolledTo} from '../columns/chooser.ts';
import {arranged, moved, rowTables, toggled} from '../columns/chosen-columns.ts';
import type {Chooser, ColumnChoice} from '../state/column-choice.ts';
import type {Action} from '../state/state.ts';
import {listTabOf} from '../state/state.ts';
import type {RowTable} from '../table/cells.ts';
import type {Command, CommandContext} from './context.ts';
import {say} from './say.ts';

export const openColumns: Command = ({state}) => {
	const list = listTabOf(state);
	const [first] = arranged(rowTables[list], state.columns[list]);
	return first ? {type: 'columns-open', list, at: first.column.id} : null;
};

/** @param change null leaves the choice as it is */
const choosing =
	(change: (table: RowTable, choice: ColumnChoice | null, at: string) => ColumnChoice | null): Command =>
	context => {
		const chooser = chooserOf(context);
		if (chooser === null) return null;
		const {list, at} = chooser;
		return {
			type: 'columns-choose',
			list,
			choice: change(rowTables[list], context.state.columns[list], at),
		};
	};

export const toggleColumn: Command = context => {
	const chooser = chooserOf(context);
	if (chooser === null) return null;
	const {list, at} = chooser;
	const on = arranged(rowTables[list], context.state.columns[list]).filter(one => one.on);
	if (on.length === 1 && on[0]?.column.id === at) {
		return say(context, 'one column has to stay', 'waiting');
	}
	return choosing(toggled)(context);
};
export const columnBefore = choosing((table, choice, at) => moved(table, choice, at, -1));
export const columnAfter = choosing((table, choice, at) => moved(table, choice, at, 1));
export const resetColumns = choosing(() => null);

export const keepColumns: Command = context => {
	const {state, effects} = context;
	const chooser = chooserOf(context);
	if (chooser !== null) {
		const choice = state.columns[chooser.list];
		if (choice !== chooser.before) effects.keepColumns(chooser.list, choice);
	}
	return {type: 'columns-keep'};
};

/** The cursor moves, and its line stays in sight. @param step where it goes from an index */
export const moveInColumns = (
	context: CommandContext,
	step: (from: number, last: number) => number,
): Action | null => {
	const chooser = chooserOf(context);
	if (chooser === null) return null;
	const all = arranged(rowTables[chooser.list], context.state.columns[chooser.list]);
	const from = all.findIndex(({column}) => column.id === chooser.at);
	const index = step(Math.max(0, from), all.length - 1);
	const at = all[index]?.column.id;
	return at === undefined
		? null
		: {type: 'columns-at', at, top: scrolledTo(index, chooser.top, context.scroll)};
};

const chooserOf = ({state: {overlay}}: CommandContext): Chooser | null =>
	overlay?.type === 'columns' ? overlay : null;
