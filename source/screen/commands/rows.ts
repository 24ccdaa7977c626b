/** Commands on the rows of a list. */

import {copyRows} from '../../domain/copy-row.ts';
import {isOver} from '../../domain/stage.ts';
import {selectionAt} from '../rows/visible-rows.ts';
import type {Selection} from '../state/basics.ts';
import {listOf} from '../state/state.ts';
import type {KeyCommand, KeyContext} from './context.ts';
import {visibleSelection} from './moving.ts';
import {closedRowsText, showMessage, toStatusMessage} from './say.ts';

/** The selected row, or the one that the first key would select. */
export const chosenSelection = ({state, visible}: KeyContext): Selection | null => {
	const {selected, top} = listOf(state);
	return visibleSelection(selected, visible) ?? selectionAt(visible.rows, selected?.index ?? top);
};

export const toggleFollow: KeyCommand = context => {
	if (listOf(context.state).follow) return {type: 'follow-not'};
	const selection = chosenSelection(context);
	return selection
		? {type: 'follow', selection}
		: showMessage(context, 'there is no row to follow', 'waiting');
};

/** Exports copies: the model changes its rows during the write. */
export const exportRows: KeyCommand = context => {
	const {visible, effects} = context;
	if (visible.rows.length === 0) return showMessage(context, 'there is no row to write', 'waiting');
	effects.writeRows(copyRows(visible.rows));
	return null;
};

/** Confirmation comes first: forgotten rows cannot be restored. */
export const askForgetRows: KeyCommand = context => {
	const ids: string[] = [];
	for (const row of context.rows()) if (row.closedAt !== null && isOver(row)) ids.push(row.id);
	return ids.length === 0 ? showMessage(context, 'no row is closed') : {type: 'forget-ask', ids};
};

export const confirmForgetRows: KeyCommand = context => {
	const {state, effects} = context;
	if (state.overlay?.type !== 'forget') return null;
	const {ids} = state.overlay;
	effects.forgetRows(ids);
	return {
		type: 'forgotten',
		ids,
		message: toStatusMessage(context, `${closedRowsText(ids.length)} forgotten`),
	};
};
