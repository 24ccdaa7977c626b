/** Commands of the column chooser. */

import {scrollIntoView} from '../columns/chooser.ts';
import {arrangeColumns, rowTables, withColumnMoved, withColumnToggled} from '../columns/chosen-columns.ts';
import type {ColumnChoice, ColumnChooser} from '../state/column-choice.ts';
import type {Action} from '../state/state.ts';
import {listTabOf} from '../state/state.ts';
import type {RowTable} from '../table/cells.ts';
import type {KeyCommand, KeyContext} from './context.ts';
import {showMessage} from './say.ts';

export const openColumns: KeyCommand = ({state}) => {
	const list = listTabOf(state);
	const [first] = arrangeColumns(rowTables[list], state.columns[list]);
	return first ? {type: 'columns-open', list, columnId: first.column.id} : null;
};

/** @param change null keeps the columns unchanged */
const changeColumns =
	(change: (table: RowTable, choice: ColumnChoice | null, at: string) => ColumnChoice | null): KeyCommand =>
	context => {
		const chooser = openChooser(context);
		if (chooser === null) return null;
		const {list, columnId} = chooser;
		return {
			type: 'columns-choose',
			list,
			choice: change(rowTables[list], context.state.columns[list], columnId),
		};
	};

export const toggleColumn: KeyCommand = context => {
	const chooser = openChooser(context);
	if (chooser === null) return null;
	const {list, columnId} = chooser;
	const on = arrangeColumns(rowTables[list], context.state.columns[list]).filter(one => one.isEnabled);
	if (on.length === 1 && on[0]?.column.id === columnId) {
		return showMessage(context, 'one column has to stay', 'waiting');
	}
	return changeColumns(withColumnToggled)(context);
};
export const moveColumnLeft = changeColumns((table, choice, at) => withColumnMoved(table, choice, at, -1));
export const moveColumnRight = changeColumns((table, choice, at) => withColumnMoved(table, choice, at, 1));
export const resetColumns = changeColumns(() => null);

export const saveColumns: KeyCommand = context => {
	const {state, effects} = context;
	const chooser = openChooser(context);
	if (chooser !== null) {
		const choice = state.columns[chooser.list];
		if (choice !== chooser.previousChoice) effects.saveColumns(chooser.list, choice);
	}
	return {type: 'columns-keep'};
};

/** Moves the cursor and scrolls its line into view. @param step maps an index to the next */
export const moveChooserCursor = (
	context: KeyContext,
	step: (from: number, last: number) => number,
): Action | null => {
	const chooser = openChooser(context);
	if (chooser === null) return null;
	const all = arrangeColumns(rowTables[chooser.list], context.state.columns[chooser.list]);
	const from = all.findIndex(({column}) => column.id === chooser.columnId);
	const index = step(Math.max(0, from), all.length - 1);
	const at = all[index]?.column.id;
	return at === undefined
		? null
		: {type: 'columns-at', columnId: at, top: scrollIntoView(index, chooser.top, context.scroll)};
};

const openChooser = ({state: {overlay}}: KeyContext): ColumnChooser | null =>
	overlay?.type === 'columns' ? overlay : null;
