/** Commands on a row and its detail. */

import {selectionAt} from '../rows/visible-rows.ts';
import {type Action, listOf} from '../state/state.ts';
import type {KeyCommand, KeyContext} from './context.ts';
import {chosenSelection} from './rows.ts';

export const openDetail: KeyCommand = context => {
	const chosen = chosenSelection(context);
	return chosen && {type: 'detail-open', selection: chosen};
};

/**
 * Opens the detail of the row above or below; the neighbours of a removed row are those of its replacement.
 */
export const openAdjacentRow = ({state, visible}: KeyContext, by: number): Action | null => {
	const {detail} = state;
	const {selected} = listOf(state);
	if (selected === null) return null;
	const selection = selectionAt(
		visible.rows,
		selected.id === detail?.id ? selected.index + by : selected.index,
	);
	return selection && {type: 'detail-open', selection};
};
