/** What keys do with a row and its detail. */

import {selectionAt} from '../rows/visible-rows.ts';
import {type Action, listOf} from '../state/state.ts';
import type {Command, CommandContext} from './context.ts';
import {chosenSelection} from './rows.ts';

export const openDetail: Command = context => {
	const chosen = chosenSelection(context);
	return chosen && {type: 'detail-open', selection: chosen};
};

/** The detail of the row above or below; where the row is gone, of the one that took its place. */
export const openAdjacentRow = ({state, visible}: CommandContext, by: number): Action | null => {
	const {detail} = state;
	const {selected} = listOf(state);
	if (selected === null) return null;
	const selection = selectionAt(
		visible.rows,
		selected.id === detail?.id ? selected.index + by : selected.index,
	);
	return selection && {type: 'detail-open', selection};
};
