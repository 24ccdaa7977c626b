/** Keys of the filter prompt. */

import type {Row} from '../../domain/row.ts';
import {type Filter, filterLimit, parseFilter} from '../../query/filter/index.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {partialWordAt} from '../prompt/filter-word.ts';
import {stepHistory} from '../prompt/history.ts';
import {applyEdit, type Edit} from '../prompt/line-edit.ts';
import {completeLine, cycleCandidate} from '../prompt/menu.ts';
import {isListener} from '../rows/visible-rows.ts';
import {editSearch} from '../state/output.ts';
import type {FilterAssist} from '../state/overlay.ts';
import {reduce} from '../state/reduce.ts';
import {type Action, listTabOf, modeOf, type State} from '../state/state.ts';
import type {KeyCommand} from './context.ts';

export const editInput =
	(change: Edit): KeyCommand =>
	({state}) =>
		editAction(state, change);

/** @returns the action of an edit; the filter is parsed again after every change of the text */
export const editAction = (state: State, change: Edit): Action | null => {
	if (modeOf(state) === 'search') return editSearch(state.output, change);
	const {line} = state.filter;
	const edited = applyEdit(line, change, filterLimit);
	return edited === line ? null : lineAction(state, edited);
};

const lineAction = ({filter}: State, line: EditedLine, assist: Partial<FilterAssist> = {}): Action => {
	const action = {type: 'filter-typed', line, ...assist} as const;
	if (line.text === filter.line.text)
		return {...action, filter: filter.activeFilter, parseError: filter.parseError};
	const parsed = parseFilter(line.text);
	if (!parsed.ok) return {...action, filter: null, parseError: parsed};
	const partialWord = partialWordAt(line);
	return {...action, filter: partialWord ? parseOrNull(partialWord.before) : parsed.filter, parseError: null};
};

const parseOrNull = (text: string): Filter | null => {
	const parsed = parseFilter(text);
	return parsed.ok ? parsed.filter : null;
};

/** Applies the typed filter, if it parses. */
export const keepFilterAction = ({filter}: State): Action => ({
	type: 'filter-keep',
	filter: parseOrNull(filter.line.text),
});

export const keepFilter: KeyCommand = ({state, effects}) => {
	const {text} = state.filter.line;
	if (text.trim() !== '' && parseOrNull(text) !== null) effects.saveFilter?.(text.trim());
	return keepFilterAction(state);
};

/** Tab completes the unambiguous part and lists the candidates; further Tabs cycle through the list. */
export const completeFilter =
	(by: 1 | -1): KeyCommand =>
	({state, rows}) => {
		if (state.overlay?.type !== 'filter') return null;
		const {menu} = state.overlay;
		const {line, menu: next} =
			menu !== null && menu.candidates.length > 0
				? cycleCandidate(menu, by)
				: completeLine(state.filter.line, candidateRows(state, rows()));
		return lineAction(state, line, {menu: next});
	};

const candidateRows = (state: State, rows: Iterable<Row>): Iterable<Row> =>
	listTabOf(state) === 'listeners' ? [...rows].filter(isListener) : rows;

/** Steps through the history. The text that the prompt was opened with does not narrow the search. */
export const stepFilterHistory =
	(by: 1 | -1): KeyCommand =>
	({state}) => {
		const {overlay, filter, filterHistory: history} = state;
		if (overlay?.type !== 'filter') return null;
		const prefix = overlay.previous.line === filter.line ? '' : filter.line.text;
		const next = stepHistory(history, {line: filter.line, walk: overlay.historyCursor}, prefix, by);
		return next && lineAction(state, next.line, {historyCursor: next.cursor});
	};

/** Undoes a completion; without one, clears the typed text. */
export const undoFilterInput: KeyCommand = ({state}) => {
	const menu = state.overlay?.type === 'filter' ? state.overlay.menu : null;
	return menu === null ? {type: 'back'} : lineAction(state, menu.line);
};

/** A `--filter` counts as typed and kept; one that does not parse opens the prompt with its error. */
export const withInitialFilter = (state: State, text: string): State => {
	if (text === '') return state;
	const opened = reduce(state, {type: 'filter-open'});
	const action = editAction(opened, {type: 'insert', text});
	const edited = action ? reduce(opened, action) : opened;
	return edited.filter.parseError ? edited : reduce(edited, keepFilterAction(edited));
};
