/** What keys do with a row and its detail. */

import {selectAt} from '../rows/visible-rows.ts';
import {type Action, listOf} from '../state/state.ts';
import type {Command, CommandContext} from './context.ts';
import {chosenRow} from './rows.ts';

export const openDetail: Command = context => {
	const chosen = chosenRow(context);
	return chosen && {type: 'detail-open', selection: chosen};
};

/** The detail of the row above or below; where the row is gone, of the one that took its place. */
export const otherRow = ({state, picture}: CommandContext, by: number): Action | null => {
	const {detail} = state;
	const {selected} = listOf(state);
	if (selected === null) return null;
	const other = selectAt(picture.rows, selected.id === detail?.id ? selected.index + by : selected.index);
	return other && {type: 'detail-open', selection: other};
};
