/** What the edges say of the search in the output, and of lines that nobody has seen yet. Pure. */
import {formatCount} from '../../domain/format.ts';
import type {OutputView} from '../../text/output-line.ts';
import {sanitize} from '../../text/sanitize.ts';
import {graphemes, shorten, widthOf} from '../../text/width.ts';
import {type Line, pack, type Segment} from '../lines/segments.ts';
import type {Search} from '../state/output.ts';
import type {State} from '../state/state.ts';
import {type Found, ordinalOf} from '../tabs/output/search.ts';

export type SearchView = {output: OutputView; found: Found};

/** "/timeout▏        3/12": the text that is typed, with the cursor as a reversed cell. */
export const searchLine = ({line, current}: Search, view: SearchView, width: number): Line => {
	const count = line.text === '' ? '' : countText(current, view);
	const room = width - widthOf(count) - 4;
	const before = shorten(line.text.slice(0, line.cursor), room - 1, 'start');
	const [under = ' ', ...after] = graphemes(line.text.slice(line.cursor));
	const left: Segment[] = [
		{text: '/', tone: 'strong'},
		{text: before},
		{text: under, tone: 'chosen'},
		{text: shorten(after.join(''), Math.max(0, room - widthOf(before) - widthOf(under)))},
	];
	return pack(left, [{text: count, tone: 'faint'}], {width, separator: ''});
};

/** What stands at the right end of the tabs while the output is in sight. */
export const outputFacts = (state: State, view: SearchView): Segment[] => {
	const {tab, output, paused} = state;
	if (tab !== 'output') return [];
	const {search, top, seen} = output;
	const facts: Segment[] = [];
	if (search !== null && search.before === null) {
		const text = shorten(sanitize(`/${search.line.text}`), 24);
		facts.push({text: ` ${text} ${countText(search.current, view)}`, tone: 'waiting', rank: 1});
	}
	if (top === null) return facts;
	const end = paused?.outputEnd ?? view.output.dropped + view.output.lines.length;
	const unseen = end - seen;
	if (unseen <= 0) return [...facts, {text: ' scrolled', tone: 'faint', rank: 2}];
	const lines = unseen === 1 ? 'line' : 'lines';
	return [...facts, {text: ` ↓ ${formatCount(unseen)} new ${lines} below`, tone: 'waiting', rank: 1}];
};

const countText = (current: Search['current'], {found, output}: SearchView): string => {
	const rest = found.isDone ? '' : '+';
	if (found.total === 0) return found.isDone ? 'no match' : 'searching…';
	return `${current === null ? '–' : formatCount(ordinalOf(current, found, output))}/${formatCount(found.total)}${rest}`;
};
