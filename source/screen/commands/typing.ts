/** What keys do to the filter that is typed. */

import type {Row} from '../../domain/row.ts';
import {type Filter, filterLimit, parseFilter} from '../../query/filter/index.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {beginsWord} from '../prompt/filter-word.ts';
import {step} from '../prompt/history.ts';
import {type Edit, edit} from '../prompt/line-edit.ts';
import {chooseNext, complete} from '../prompt/menu.ts';
import {isListener} from '../rows/visible-rows.ts';
import {searchTyped} from '../state/output.ts';
import type {Aids} from '../state/overlay.ts';
import {reduce} from '../state/reduce.ts';
import {type Action, listTabOf, modeOf, type State} from '../state/state.ts';
import type {Command} from './context.ts';

export const typed =
	(change: Edit): Command =>
	({state}) =>
		typedAction(state, change);

/** @returns the action of an edit of what is typed: a filter is understood anew whenever it changed */
export const typedAction = (state: State, change: Edit): Action | null => {
	if (modeOf(state) === 'search') return searchTyped(state.output, change);
	const {line} = state.filter;
	const edited = edit(line, change, filterLimit);
	return edited === line ? null : lineAction(state, edited);
};

const lineAction = ({filter}: State, line: EditedLine, aids: Partial<Aids> = {}): Action => {
	const action = {type: 'filter-typed', line, ...aids} as const;
	if (line.text === filter.line.text) return {...action, filter: filter.good, problem: filter.problem};
	const parsed = parseFilter(line.text);
	if (!parsed.ok) return {...action, filter: null, problem: parsed};
	const begun = beginsWord(line);
	return {...action, filter: begun ? understood(begun.before) : parsed.filter, problem: null};
};

const understood = (text: string): Filter | null => {
	const parsed = parseFilter(text);
	return parsed.ok ? parsed.filter : null;
};

/** The text as it stands becomes the filter, if it is understood. */
export const keepAction = ({filter}: State): Action => ({
	type: 'filter-keep',
	filter: understood(filter.line.text),
});

export const keep: Command = ({state, effects}) => {
	const {text} = state.filter.line;
	if (text.trim() !== '' && understood(text) !== null) effects.remember?.(text.trim());
	return keepAction(state);
};

/** Tab: completes as far as that is clear and lists the rest, then goes through what is listed. */
export const completing =
	(by: 1 | -1): Command =>
	({state, rows}) => {
		if (state.overlay?.type !== 'filter') return null;
		const {menu} = state.overlay;
		const {line, menu: next} =
			menu !== null && menu.candidates.length > 0
				? chooseNext(menu, by)
				: complete(state.filter.line, listed(state, rows()));
		return lineAction(state, line, {menu: next});
	};

const listed = (state: State, rows: Iterable<Row>): Iterable<Row> =>
	listTabOf(state) === 'listeners' ? [...rows].filter(isListener) : rows;

/** Through the filters of before. What stood there when the prompt was opened was not typed and narrows nothing. */
export const walking =
	(by: 1 | -1): Command =>
	({state}) => {
		const {overlay, filter, history} = state;
		if (overlay?.type !== 'filter') return null;
		const prefix = overlay.before.line === filter.line ? '' : filter.line.text;
		const next = step(history, {line: filter.line, walk: overlay.walk}, prefix, by);
		return next && lineAction(state, next.line, {walk: next.walk});
	};

/** Takes off what Tab lists and has put in; where nothing is listed, what was typed. */
export const undo: Command = ({state}) => {
	const menu = state.overlay?.type === 'filter' ? state.overlay.menu : null;
	return menu === null ? {type: 'back'} : lineAction(state, menu.line);
};

/** A filter given at the start stands as if it had been typed and kept; a wrong one stays open with what is wrong. */
export const withFilter = (state: State, text: string): State => {
	if (text === '') return state;
	const opened = reduce(state, {type: 'filter-open'});
	const action = typedAction(opened, {type: 'insert', text});
	const typed = action ? reduce(opened, action) : opened;
	return typed.filter.problem ? typed : reduce(typed, keepAction(typed));
};
