/** Where a text stands in the program's output. */

import {cellsOf, clustersOf} from '../../../text/graphemes.ts';
import type {OutputLine, OutputView} from '../../../text/output-line.ts';
import type {Match, OutputState} from '../../state/output.ts';
import {isRead, textOf} from './text.ts';

export type Found = {
	/** What was searched for; '' for nothing. */
	text: string;
	/** Lines that hold it, counted from the program's first, and how often each does. */
	lines: readonly {line: number; count: number}[];
	total: number;
	/** false while older lines still have to be looked at. */
	isDone: boolean;
};

export const nothingFound: Found = {text: '', lines: [], total: 0, isDone: true};

/**
 * The text itself, whatever characters it has; small letters stand for both cases as long as there is no capital. It is
 * a plain text, so that it takes no more than one pass over a line.
 *
 * @returns null for no text
 */
export const patternOf = (text: string): RegExp | null => {
	if (text === '') return null;
	const hasCapital = text !== text.toLowerCase();
	return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), hasCapital ? 'gu' : 'giu');
};

/** What is looked at in one go, in UTF-16 units: keys are answered in between. */
const atOnce = 256 * 1024;
/** To make text of a line costs so many times what it costs to search in it. */
const reading = 8;

export type OutputSearch = {
	/**
	 * Goes on with the search, the newest lines first: what was looked at before is not looked at again.
	 *
	 * @param text that is searched; the lines before `end` only
	 */
	look(output: OutputView, text: string, end: number): Found;
};

export const createOutputSearch = (budget = atOnce): OutputSearch => {
	let text = '';
	let pattern: RegExp | null = null;
	/** How often each line holds the text; a line is an object of its own, also where it was continued. */
	let counts = new WeakMap<OutputLine, number>();
	let last: {found: Found; version: number; end: number} | null = null;

	const start = (next: string): void => {
		const narrows = text !== '' && next.startsWith(text);
		const before = counts;
		const isSame = (line: OutputLine): boolean => narrows && before.get(line) === 0;
		text = next;
		pattern = patternOf(next);
		counts = new WeakMap();
		last = null;
		without = isSame;
	};
	/** Lines that do not hold the beginning of the text cannot hold the text. */
	let without: (line: OutputLine) => boolean = () => false;

	return {
		look(output, wanted, end) {
			if (wanted !== text) start(wanted);
			if (pattern === null) return nothingFound;
			if (last?.found.isDone && last.version === output.version && last.end === end) return last.found;
			let left = budget;
			let total = 0;
			let isDone = true;
			const lines: {line: number; count: number}[] = [];
			for (let index = Math.min(output.lines.length, end - output.dropped) - 1; index >= 0; index -= 1) {
				const line = output.lines[index];
				if (line === undefined) continue;
				let count = counts.get(line) ?? (without(line) ? 0 : undefined);
				if (count === undefined) {
					if (left <= 0) {
						isDone = false;
						break;
					}
					left -= line.text.length * (isRead(line) ? 1 : reading) + 1;
					count = textOf(line).match(pattern)?.length ?? 0;
				}
				counts.set(line, count);
				if (count === 0) continue;
				total += count;
				lines.push({line: output.dropped + index, count});
			}
			const found = {text, lines: lines.reverse(), total, isDone};
			last = {found, version: output.version, end};
			return found;
		},
	};
};

/** @returns where the text stands in a line, in UTF-16 units */
export const placesIn = (line: OutputLine, pattern: RegExp): number[] =>
	[...textOf(line).matchAll(pattern)].map(({index}) => index);

/** How many of all matches stand before this one, and itself: "3" of "3/12". */
export const ordinalOf = ({line, start}: Match, {lines, text}: Found, output: OutputView): number => {
	const pattern = patternOf(text);
	let before = 0;
	for (const each of lines) {
		if (each.line >= line) break;
		before += each.count;
	}
	const held = output.lines[line - output.dropped];
	if (pattern === null || held === undefined) return before + 1;
	return before + placesIn(held, pattern).filter(place => place <= start).length;
};

export type SearchWindow = {
	found: Found;
	output: OutputView;
	/** The line after the newest that may be shown. */
	end: number;
	/** Lines and cells of the window. */
	page: number;
	width: number;
};

/** Chooses the match that is wanted, and brings it into sight. @returns the same object where nothing changes */
export const settleSearch = (state: OutputState, window: SearchWindow): OutputState => {
	const {search} = state;
	if (search === null || search.wanted === null || search.line.text !== window.found.text) return state;
	const match = wantedMatch(state, search.wanted, window);
	// From a place in the middle, a nearer one may still be found.
	const isSure = window.found.isDone || state.top === null || search.wanted !== 'nearest';
	const settled = {...search, current: match, wanted: isSure ? null : search.wanted};
	if (match === null) return {...state, search: settled};
	return {...state, ...inSight(state, match, window), search: settled};
};

const topOf = ({top}: OutputState, {end, page}: SearchWindow): number =>
	Math.max(0, Math.min(top ?? Number.POSITIVE_INFINITY, end - page));

const wantedMatch = (
	state: OutputState,
	wanted: 'nearest' | 'next' | 'before',
	window: SearchWindow,
): Match | null => {
	const {found, output} = window;
	const pattern = patternOf(found.text);
	const {lines} = found;
	if (pattern === null || lines.length === 0) return null;
	const places = (line: number): number[] => {
		const held = output.lines[line - output.dropped];
		return held === undefined ? [] : placesIn(held, pattern);
	};
	const firstOf = (each = lines[0]): Match | null =>
		each === undefined ? null : {line: each.line, start: places(each.line)[0] ?? 0};
	const lastOf = (each = lines.at(-1)): Match | null =>
		each === undefined ? null : {line: each.line, start: places(each.line).at(-1) ?? 0};

	const top = topOf(state, window);
	if (wanted === 'nearest') {
		// Who follows the output looks for what was just written; who reads, for what comes next.
		if (state.top === null) return lastOf();
		return firstOf(lines.find(({line}) => line >= top)) ?? lastOf();
	}
	const from = state.search?.current ?? {line: top, start: wanted === 'next' ? -1 : Number.POSITIVE_INFINITY};
	const here = places(from.line);
	if (wanted === 'next') {
		const start = here.find(place => place > from.start);
		if (start !== undefined) return {line: from.line, start};
		return firstOf(lines.find(({line}) => line > from.line) ?? lines[0]);
	}
	const start = here.findLast(place => place < from.start);
	if (start !== undefined) return {line: from.line, start};
	return lastOf(lines.findLast(({line}) => line < from.line) ?? lines.at(-1));
};

/** A third of the window stands above a match that was out of sight. */
const above = 3;

const inSight = (
	state: OutputState,
	{line, start}: Match,
	window: SearchWindow,
): {top: number; shift: number} => {
	const {page, width, output, found} = window;
	const top = topOf(state, window);
	const isShown = line >= top && line < top + page;
	const held = output.lines[line - output.dropped];
	const text = held === undefined ? '' : textOf(held);
	const column = columnOf(text, start);
	const ends = columnOf(text, start + found.text.length);
	// One cell is the mark of standard error, one is for the ellipsis.
	const fits = column >= state.shift && ends <= state.shift + width - 2;
	return {
		top: isShown ? top : Math.max(0, line - Math.floor(page / above)),
		shift: fits ? state.shift : Math.max(0, ends + 2 < width ? 0 : column - Math.floor(width / 2)),
	};
};

const columnOf = (text: string, at: number): number => {
	const before = text.slice(0, at);
	if (/^[\x20-\x7e]*$/.test(before)) return before.length;
	let column = 0;
	for (const cluster of clustersOf(before)) column += cellsOf(cluster);
	return column;
};
