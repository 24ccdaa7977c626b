/** The search in the program's output. */

import {clusterWidth, iterateClusters} from '../../../text/graphemes.ts';
import type {OutputLine, OutputView} from '../../../text/output-line.ts';
import type {Match, OutputState} from '../../state/output.ts';
import {hasCachedText, outputText} from './text.ts';

export type SearchResult = {
	/** The searched text; '' for no search. */
	text: string;
	/** Lines with matches, numbered from the program's first line, and the number of matches in each. */
	lines: readonly {line: number; count: number}[];
	total: number;
	/** false while older lines are still to be searched. */
	isDone: boolean;
};

export const emptySearchResult: SearchResult = {text: '', lines: [], total: 0, isDone: true};

/**
 * A pattern for the literal text, which takes one pass over a line; it ignores case unless the text has a
 * capital letter.
 *
 * @returns null for an empty text
 */
export const searchPattern = (text: string): RegExp | null => {
	if (text === '') return null;
	const hasCapital = text !== text.toLowerCase();
	return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), hasCapital ? 'gu' : 'giu');
};

/** Budget of one slice of the search, in UTF-16 units: keys are handled between slices. */
const unitsPerSlice = 256 * 1024;
/** Cost of rendering a line's text, as a multiple of searching it. */
const renderCostFactor = 8;

export type OutputSearch = {
	/**
	 * Searches one more slice, newest lines first; lines with a known count cost nothing.
	 *
	 * @param text the searched text
	 * @param end the line after the newest to search, counted from the program's first line
	 */
	search(output: OutputView, text: string, end: number): SearchResult;
};

export const createOutputSearch = (budget = unitsPerSlice): OutputSearch => {
	let text = '';
	let pattern: RegExp | null = null;
	/** Number of matches by line; a continued line is a new object. */
	let matchCounts = new WeakMap<OutputLine, number>();
	/** The counts of the previous text if it is a prefix of this one; else null. */
	let shorterCounts: WeakMap<OutputLine, number> | null = null;
	let lastSearch: {result: SearchResult; version: number; end: number} | null = null;

	const startSearch = (next: string): void => {
		shorterCounts = text !== '' && next.startsWith(text) ? matchCounts : null;
		text = next;
		pattern = searchPattern(next);
		matchCounts = new WeakMap();
		lastSearch = null;
	};
	/** A line without a match for the prefix has none for the whole text. */
	const isKnownMiss = (line: OutputLine): boolean => shorterCounts?.get(line) === 0;

	return {
		search(output, wanted, end) {
			if (wanted !== text) startSearch(wanted);
			if (pattern === null) return emptySearchResult;
			if (lastSearch?.result.isDone && lastSearch.version === output.version && lastSearch.end === end)
				return lastSearch.result;
			let remainingBudget = budget;
			let total = 0;
			let isDone = true;
			const lines: {line: number; count: number}[] = [];
			for (let index = Math.min(output.lines.length, end - output.dropped) - 1; index >= 0; index--) {
				const line = output.lines[index];
				if (line === undefined) continue;
				let count = matchCounts.get(line) ?? (isKnownMiss(line) ? 0 : undefined);
				if (count === undefined) {
					if (remainingBudget <= 0) {
						isDone = false;
						break;
					}
					remainingBudget -= line.text.length * (hasCachedText(line) ? 1 : renderCostFactor) + 1;
					count = outputText(line).match(pattern)?.length ?? 0;
				}
				matchCounts.set(line, count);
				if (count === 0) continue;
				total += count;
				lines.push({line: output.dropped + index, count});
			}
			const result = {text, lines: lines.reverse(), total, isDone};
			lastSearch = {result, version: output.version, end};
			return result;
		},
	};
};

/** @returns the offsets of the matches in a line, in UTF-16 units */
export const matchOffsets = (line: OutputLine, pattern: RegExp): number[] =>
	[...outputText(line).matchAll(pattern)].map(({index}) => index);

/** The number of a match among all matches, from 1: "3" of "3/12". */
export const matchNumber = (
	{line, start}: Match,
	{lines, text}: SearchResult,
	output: OutputView,
): number => {
	const pattern = searchPattern(text);
	let before = 0;
	for (const each of lines) {
		if (each.line >= line) break;
		before += each.count;
	}
	const outputLine = output.lines[line - output.dropped];
	if (pattern === null || outputLine === undefined) return before + 1;
	return before + matchOffsets(outputLine, pattern).filter(place => place <= start).length;
};

export type SearchWindow = {
	searchResult: SearchResult;
	output: OutputView;
	/** The line after the newest that may be shown. */
	end: number;
	/** Lines and cells of the window. */
	page: number;
	width: number;
};

/** Selects the pending target's match, and scrolls to it. @returns the same object when nothing changes */
export const resolveSearchTarget = (state: OutputState, window: SearchWindow): OutputState => {
	const {search} = state;
	if (search === null || search.pendingTarget === null || search.line.text !== window.searchResult.text)
		return state;
	const match = targetMatch(state, search.pendingTarget, window);
	// Older lines are searched later: from a place in the middle, a nearer match may follow.
	const isFinal = window.searchResult.isDone || state.top === null || search.pendingTarget !== 'nearest';
	const resolved = {...search, currentMatch: match, pendingTarget: isFinal ? null : search.pendingTarget};
	if (match === null) return {...state, search: resolved};
	return {...state, ...scrollToMatch(state, match, window), search: resolved};
};

const windowTop = ({top}: OutputState, {end, page}: SearchWindow): number =>
	Math.max(0, Math.min(top ?? Number.POSITIVE_INFINITY, end - page));

const targetMatch = (
	state: OutputState,
	wanted: 'nearest' | 'next' | 'before',
	window: SearchWindow,
): Match | null => {
	const {searchResult, output} = window;
	const pattern = searchPattern(searchResult.text);
	const {lines} = searchResult;
	if (pattern === null || lines.length === 0) return null;
	const offsetsIn = (line: number): number[] => {
		const outputLine = output.lines[line - output.dropped];
		return outputLine === undefined ? [] : matchOffsets(outputLine, pattern);
	};
	const firstOf = (each = lines[0]): Match | null =>
		each === undefined ? null : {line: each.line, start: offsetsIn(each.line)[0] ?? 0};
	const lastOf = (each = lines.at(-1)): Match | null =>
		each === undefined ? null : {line: each.line, start: offsetsIn(each.line).at(-1) ?? 0};

	const top = windowTop(state, window);
	if (wanted === 'nearest') {
		// While the window follows the output: the newest match; else the first one from the window's top on.
		if (state.top === null) return lastOf();
		return firstOf(lines.find(({line}) => line >= top)) ?? lastOf();
	}
	const from = state.search?.currentMatch ?? {
		line: top,
		start: wanted === 'next' ? -1 : Number.POSITIVE_INFINITY,
	};
	const offsets = offsetsIn(from.line);
	if (wanted === 'next') {
		const start = offsets.find(place => place > from.start);
		if (start !== undefined) return {line: from.line, start};
		return firstOf(lines.find(({line}) => line > from.line) ?? lines[0]);
	}
	const start = offsets.findLast(place => place < from.start);
	if (start !== undefined) return {line: from.line, start};
	return lastOf(lines.findLast(({line}) => line < from.line) ?? lines.at(-1));
};

/** A third of the window is kept above a match that was out of sight. */
const contextFraction = 3;

const scrollToMatch = (
	state: OutputState,
	{line, start}: Match,
	window: SearchWindow,
): {top: number; columnOffset: number} => {
	const {page, width, output, searchResult} = window;
	const top = windowTop(state, window);
	const isShown = line >= top && line < top + page;
	const outputLine = output.lines[line - output.dropped];
	const text = outputLine === undefined ? '' : outputText(outputLine);
	const column = columnAt(text, start);
	const ends = columnAt(text, start + searchResult.text.length);
	// One cell is the mark of standard error, one is for the ellipsis.
	const fits = column >= state.columnOffset && ends <= state.columnOffset + width - 2;
	return {
		top: isShown ? top : Math.max(0, line - Math.floor(page / contextFraction)),
		columnOffset: fits
			? state.columnOffset
			: Math.max(0, ends + 2 < width ? 0 : column - Math.floor(width / 2)),
	};
};

const columnAt = (text: string, at: number): number => {
	const before = text.slice(0, at);
	if (/^[\x20-\x7e]*$/.test(before)) return before.length;
	let column = 0;
	for (const cluster of iterateClusters(before)) column += clusterWidth(cluster);
	return column;
};
