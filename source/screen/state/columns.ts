/** Actions on the chosen columns. Immutable; no I/O, no clock. */

import {unreachable} from '../../shared/unreachable.ts';
import type {ListTab} from './basics.ts';
import type {ColumnChoice, ColumnChoices} from './column-choice.ts';
import type {Overlay} from './overlay.ts';

/** The part of the screen state that the columns slice reads and changes. */
export type ColumnsSlice = {overlay: Overlay | null; columns: ColumnChoices};

export type ColumnsAction =
	| {type: 'columns-open'; list: ListTab; columnId: string}
	/** The chooser's cursor and its first visible line. */
	| {type: 'columns-at'; columnId: string; top: number}
	| {type: 'columns-choose'; list: ListTab; choice: ColumnChoice | null}
	| {type: 'columns-keep'};

/** @returns the changed properties; none of them is a new object when nothing changed */
export const reduceColumns = (slice: ColumnsSlice, action: ColumnsAction): Partial<ColumnsSlice> => {
	const {overlay, columns} = slice;
	switch (action.type) {
		case 'columns-open': {
			const {list, columnId: at} = action;
			return {overlay: {type: 'columns', list, columnId: at, top: 0, previousChoice: columns[list]}};
		}
		case 'columns-at': {
			if (overlay?.type !== 'columns') return {};
			const {columnId: at, top} = action;
			return at === overlay.columnId && top === overlay.top ? {} : {overlay: {...overlay, columnId: at, top}};
		}
		case 'columns-choose':
			return columns[action.list] === action.choice
				? {}
				: {columns: {...columns, [action.list]: action.choice}};
		case 'columns-keep':
			return {overlay: null};
		default:
			return unreachable(action, 'action');
	}
};
