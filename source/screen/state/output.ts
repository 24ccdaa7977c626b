/** State of the output tab. Immutable; no I/O, no clock. */

import {unreachable} from '../../shared/unreachable.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {applyEdit, type Edit} from '../prompt/line-edit.ts';

/** Position of a search match. */
export type Match = {
	/** Line number from the program's first line. */
	line: number;
	/** Offset in UTF-16 units into the line's displayed text. */
	start: number;
};

export type Search = {
	line: EditedLine;
	/** The state before the search prompt, which Esc restores; null once the prompt is closed. */
	stateBefore: OutputState | null;
	/** The current match. */
	currentMatch: Match | null;
	/** The pending jump, done as soon as its match is found. */
	pendingTarget: 'nearest' | 'next' | 'before' | null;
};

export type OutputState = {
	/** First visible line, from the program's first line; null follows the newest. */
	top: number | null;
	/** Cells scrolled off to the left. */
	columnOffset: number;
	/** The line after the newest at the time of scrolling away from it. */
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

/** No displayed line is long enough to match a longer search. */
const maxSearchLength = 500;

/** @returns the same object when nothing changed */
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
			// Every edit searches again from the start position of the search.
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
			// An empty prompt keeps the previous search.
			if (search.line.text === '') return search.stateBefore;
			return {...state, search: {...search, stateBefore: null}};
		case 'search-step':
			return search === null ? state : {...state, search: {...search, pendingTarget: action.by}};
		default:
			return unreachable(action, 'action');
	}
};

/** Esc cancels an open search prompt, then ends the search, then follows the newest line again. */
export const closeOutputLayer = (state: OutputState): OutputState => {
	if (state.search?.stateBefore) return state.search.stateBefore;
	if (state.search !== null) return {...state, search: null};
	return state.top === null ? state : initialOutputState;
};

/** @returns the action of an edit of the search text */
export const editSearch = ({search}: OutputState, lineEdit: Edit): OutputAction | null => {
	if (!search?.stateBefore) return null;
	const line = applyEdit(search.line, lineEdit, maxSearchLength);
	return line === search.line ? null : {type: 'search-typed', line};
};
