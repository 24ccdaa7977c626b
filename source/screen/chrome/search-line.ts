/** The search prompt, and the output's search and unseen lines beside the tabs. Pure. */
import {formatCount} from '../../domain/format.ts';
import type {OutputView} from '../../text/output-line.ts';
import {sanitize} from '../../text/sanitize.ts';
import {splitGraphemes, truncate, widthOf} from '../../text/width.ts';
import {type Line, layoutLine, type Segment} from '../lines/segments.ts';
import type {Search} from '../state/output.ts';
import type {State} from '../state/state.ts';
import {matchNumber, type SearchResult} from '../tabs/output/search.ts';

export type SearchView = {output: OutputView; searchResult: SearchResult};

/** "/timeout▏        3/12": the search text, with the cursor as a reversed cell. */
export const searchLine = ({line, currentMatch: current}: Search, view: SearchView, width: number): Line => {
	const count = line.text === '' ? '' : matchCountText(current, view);
	const room = width - widthOf(count) - 4;
	const before = truncate(line.text.slice(0, line.cursor), room - 1, 'start');
	const [under = ' ', ...after] = splitGraphemes(line.text.slice(line.cursor));
	const left: Segment[] = [
		{text: '/', tone: 'strong'},
		{text: before},
		{text: under, tone: 'chosen'},
		{text: truncate(after.join(''), Math.max(0, room - widthOf(before) - widthOf(under)))},
	];
	return layoutLine(left, [{text: count, tone: 'faint'}], {width, separator: ''});
};

/** The kept search and the scroll status, at the right end of the tabs; empty on other tabs. */
export const outputStatus = (state: State, view: SearchView): Segment[] => {
	const {tab, output, paused} = state;
	if (tab !== 'output') return [];
	const {search, top, seenEnd} = output;
	const segments: Segment[] = [];
	if (search !== null && search.stateBefore === null) {
		const text = truncate(sanitize(`/${search.line.text}`), 24);
		segments.push({text: ` ${text} ${matchCountText(search.currentMatch, view)}`, tone: 'waiting', rank: 1});
	}
	if (top === null) return segments;
	const end = paused?.outputEnd ?? view.output.dropped + view.output.lines.length;
	const unseen = end - seenEnd;
	if (unseen <= 0) return [...segments, {text: ' scrolled', tone: 'faint', rank: 2}];
	const lines = unseen === 1 ? 'line' : 'lines';
	return [...segments, {text: ` ↓ ${formatCount(unseen)} new ${lines} below`, tone: 'waiting', rank: 1}];
};

const matchCountText = (current: Search['currentMatch'], {searchResult, output}: SearchView): string => {
	const moreMark = searchResult.isDone ? '' : '+';
	if (searchResult.total === 0) return searchResult.isDone ? 'no match' : 'searching…';
	return `${current === null ? '–' : formatCount(matchNumber(current, searchResult, output))}/${formatCount(searchResult.total)}${moreMark}`;
};
