/** What keys change of the columns that were chosen. Immutable; no I/O, no clock. */

import type {ListTab} from './basics.ts';
import type {ColumnChoice, ColumnChoices} from './column-choice.ts';
import type {Overlay} from './overlay.ts';

/** What the columns slice reads and changes of the screen's state. */
export type ColumnsSlice = {overlay: Overlay | null; columns: ColumnChoices};

export type ColumnsAction =
	| {type: 'columns-open'; list: ListTab; at: string}
	/** The cursor of the chooser, and the first line of its list in sight. */
	| {type: 'columns-at'; at: string; top: number}
	| {type: 'columns-choose'; list: ListTab; choice: ColumnChoice | null}
	| {type: 'columns-keep'};

/** @returns what changes of the state; nothing of it may be new where nothing changed */
export const reduceColumns = (slice: ColumnsSlice, action: ColumnsAction): Partial<ColumnsSlice> => {
	const {overlay, columns} = slice;
	switch (action.type) {
		case 'columns-open': {
			const {list, at} = action;
			return {overlay: {type: 'columns', list, at, top: 0, before: columns[list]}};
		}
		case 'columns-at': {
			if (overlay?.type !== 'columns') return {};
			const {at, top} = action;
			return at === overlay.at && top === overlay.top ? {} : {overlay: {...overlay, at, top}};
		}
		case 'columns-choose':
			return columns[action.list] === action.choice
				? {}
				: {columns: {...columns, [action.list]: action.choice}};
		case 'columns-keep':
			return {overlay: null};
	}
};
