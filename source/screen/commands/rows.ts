/** What keys do with the rows of a list. */

import {freeze} from '../../domain/copy-row.ts';
import {isOver} from '../../domain/stage.ts';
import {selectAt} from '../rows/visible-rows.ts';
import type {Selection} from '../state/basics.ts';
import {listOf} from '../state/state.ts';
import type {Command, CommandContext} from './context.ts';
import {shownSelection} from './moving.ts';
import {closedRows, said, say} from './say.ts';

/** The chosen row, or the one that a first key would choose. */
export const chosenRow = ({state, picture}: CommandContext): Selection | null => {
	const {selected, top} = listOf(state);
	return shownSelection(selected, picture) ?? selectAt(picture.rows, selected?.index ?? top);
};

export const follow: Command = context => {
	if (listOf(context.state).follow) return {type: 'follow-not'};
	const selection = chosenRow(context);
	return selection ? {type: 'follow', selection} : say(context, 'there is no row to follow', 'waiting');
};

/** Copies go: the rows change while they are written. */
export const exportRows: Command = context => {
	const {picture, effects} = context;
	if (picture.rows.length === 0) return say(context, 'there is no row to write', 'waiting');
	effects.writeRows(freeze(picture.rows));
	return null;
};

/** Asks first: what is forgotten does not come back. */
export const forget: Command = context => {
	const ids: string[] = [];
	for (const row of context.allRows()) if (row.closedAt !== null && isOver(row)) ids.push(row.id);
	return ids.length === 0 ? say(context, 'no row is closed') : {type: 'forget-ask', ids};
};

export const forgetThem: Command = context => {
	const {state, effects} = context;
	if (state.overlay?.type !== 'forget') return null;
	const {ids} = state.overlay;
	effects.forget(ids);
	return {type: 'forgotten', ids, said: said(context, `${closedRows(ids.length)} forgotten`)};
};
