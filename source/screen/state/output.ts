/** What the screen remembers of the output tab. Immutable; no I/O, no clock. */

import type {EditedLine} from '../../text/cursor-window.ts';
import {type Edit, edit} from '../prompt/line-edit.ts';

/** A place where the text that is searched stands. */
export type Match = {
	/** Counted from the program's first line. */
	line: number;
	/** UTF-16 units before it in the text of the line as it is shown. */
	start: number;
};

export type Search = {
	line: EditedLine;
	/** Where the text is typed; what Esc goes back to. */
	before: OutputState | null;
	/** The match that is shown. */
	current: Match | null;
	/** Which match is to be shown, as soon as it is found. */
	wanted: 'nearest' | 'next' | 'before' | null;
};

export type OutputState = {
	/** First line shown, counted from the program's first line; null follows the newest. */
	top: number | null;
	/** Cells of each line that are left of the screen. */
	shift: number;
	/** The line after the newest, when somebody scrolled away from it. */
	seen: number;
	search: Search | null;
};

export type OutputAction =
	/** `end`: the line after the newest. */
	| {type: 'output-scroll'; top: number | null; end?: number}
	| {type: 'output-shift'; by: number}
	| {type: 'output-set'; output: OutputState}
	| {type: 'search-open'; end: number}
	| {type: 'search-typed'; line: EditedLine}
	| {type: 'search-keep'}
	| {type: 'search-step'; by: 'next' | 'before'};

export const noOutput: OutputState = {top: null, shift: 0, seen: 0, search: null};

const emptyLine: EditedLine = {text: '', cursor: 0};

/** Longer than any line that is shown could be found by. */
const searchLimit = 500;

/** @returns the same object where nothing changed */
export const reduceOutput = (state: OutputState, action: OutputAction): OutputState => {
	const {search} = state;
	switch (action.type) {
		case 'output-scroll': {
			const {top, end = state.seen} = action;
			if (state.top === top) return state;
			return {...state, top, seen: state.top === null ? end : state.seen};
		}
		case 'output-shift': {
			const shift = Math.max(0, state.shift + action.by);
			return shift === state.shift ? state : {...state, shift};
		}
		case 'output-set':
			return action.output;
		case 'search-open':
			return {
				...state,
				seen: state.top === null ? action.end : state.seen,
				search: {line: emptyLine, before: state, current: null, wanted: null},
			};
		case 'search-typed': {
			if (search?.before == null || action.line === search.line) return state;
			// Each text is looked for from where the search began.
			const {top, shift} = action.line.text === search.line.text ? state : search.before;
			const wanted = action.line.text === search.line.text ? search.wanted : 'nearest';
			return {...state, top, shift, search: {...search, line: action.line, current: null, wanted}};
		}
		case 'search-keep':
			if (search?.before == null) return state;
			// Nothing typed: the search before goes on.
			if (search.line.text === '') return search.before;
			return {...state, search: {...search, before: null}};
		case 'search-step':
			return search === null ? state : {...state, search: {...search, wanted: action.by}};
	}
};

/** Esc: a search that is typed never was; one that stands is over; what was scrolled follows the newest again. */
export const outputBack = (state: OutputState): OutputState => {
	if (state.search?.before) return state.search.before;
	if (state.search !== null) return {...state, search: null};
	return state.top === null ? state : noOutput;
};

/** @returns the action of an edit of the text that is searched */
export const searchTyped = ({search}: OutputState, change: Edit): OutputAction | null => {
	if (!search?.before) return null;
	const line = edit(search.line, change, searchLimit);
	return line === search.line ? null : {type: 'search-typed', line};
};
