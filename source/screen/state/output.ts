/** What the screen remembers of the output tab. Immutable; no I/O, no clock. */

import {unreachable} from '../../shared/unreachable.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {applyEdit, type Edit} from '../prompt/line-edit.ts';

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
	stateBefore: OutputState | null;
	/** The match that is shown. */
	currentMatch: Match | null;
	/** Which match is to be shown, as soon as it is found. */
	pendingTarget: 'nearest' | 'next' | 'before' | null;
};

export type OutputState = {
	/** First line shown, counted from the program's first line; null follows the newest. */
	top: number | null;
	/** Cells of each line that are left of the screen. */
	columnOffset: number;
	/** The line after the newest, when somebody scrolled away from it. */
	seenEnd: number;
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

export const initialOutputState: OutputState = {top: null, columnOffset: 0, seenEnd: 0, search: null};

const emptyLine: EditedLine = {text: '', cursor: 0};

/** Longer than any line that is shown could be found by. */
const maxSearchLength = 500;

/** @returns the same object where nothing changed */
export const reduceOutput = (state: OutputState, action: OutputAction): OutputState => {
	const {search} = state;
	switch (action.type) {
		case 'output-scroll': {
			const {top, end = state.seenEnd} = action;
			if (state.top === top) return state;
			return {...state, top, seenEnd: state.top === null ? end : state.seenEnd};
		}
		case 'output-shift': {
			const shift = Math.max(0, state.columnOffset + action.by);
			return shift === state.columnOffset ? state : {...state, columnOffset: shift};
		}
		case 'output-set':
			return action.output;
		case 'search-open':
			return {
				...state,
				seenEnd: state.top === null ? action.end : state.seenEnd,
				search: {line: emptyLine, stateBefore: state, currentMatch: null, pendingTarget: null},
			};
		case 'search-typed': {
			if (search?.stateBefore == null || action.line === search.line) return state;
			// Each text is looked for from where the search began.
			const {top, columnOffset: shift} = action.line.text === search.line.text ? state : search.stateBefore;
			const wanted = action.line.text === search.line.text ? search.pendingTarget : 'nearest';
			return {
				...state,
				top,
				columnOffset: shift,
				search: {...search, line: action.line, currentMatch: null, pendingTarget: wanted},
			};
		}
		case 'search-keep':
			if (search?.stateBefore == null) return state;
			// Nothing typed: the search before goes on.
			if (search.line.text === '') return search.stateBefore;
			return {...state, search: {...search, stateBefore: null}};
		case 'search-step':
			return search === null ? state : {...state, search: {...search, pendingTarget: action.by}};
		default:
			return unreachable(action, 'action');
	}
};

/** Esc: a search that is typed never was; one that stands is over; what was scrolled follows the newest again. */
export const closeOutputLayer = (state: OutputState): OutputState => {
	if (state.search?.stateBefore) return state.search.stateBefore;
	if (state.search !== null) return {...state, search: null};
	return state.top === null ? state : initialOutputState;
};

/** @returns the action of an edit of the text that is searched */
export const editSearch = ({search}: OutputState, lineEdit: Edit): OutputAction | null => {
	if (!search?.stateBefore) return null;
	const line = applyEdit(search.line, lineEdit, maxSearchLength);
	return line === search.line ? null : {type: 'search-typed', line};
};
