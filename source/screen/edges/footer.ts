/** The lines below the body: the keys that work now, or a prompt with its keys, or a notice. Pure. */
import {clean} from '../../model/text.ts';
import type {Notice} from '../../model/types.ts';
import type {ModelView, OutputView} from '../../model/view.ts';
import {keyTable} from '../keys/keys.ts';
import {beginsWord} from '../prompt/filter-word.ts';
import type {EditedLine} from '../prompt/line-edit.ts';
import {sortKeysOf} from '../state/reduce.ts';
import {type FilterState, listOf, listTabOf, modeOf, type State} from '../state/types.ts';
import {chooserHint} from '../table/chooser.ts';
import type {ListCount, Picture} from '../table/picture.ts';
import type {Found} from '../tabs/output-search.ts';
import {choices} from '../text/choices.ts';
import {cutLine, type Line, outside, pack, type Segment} from '../text/segments.ts';
import {graphemes, shorten, widthOf} from '../text/width.ts';
import {noticeTone} from './notices.ts';
import {closedRows, saidLine} from './said.ts';
import {searchLine} from './search-line.ts';

export type FooterOptions = {
	state: State;
	picture: Picture;
	model: ModelView;
	notice: Notice | null;
	/** ms since the epoch. */
	now: number;
	width: number;
	output: OutputView;
	found: Found;
};

/** @returns as many lines as geometry says: two for a prompt, a picker or a question, else one */
export const footerLines = ({state, picture, model, notice, now, width, ...view}: FooterOptions): Line[] => {
	const room = width - 2;
	const {overlay} = state;
	if (overlay?.type === 'filter')
		return [
			filterLine(state.filter, picture.counts[listTabOf(state)], room),
			filterHint(state.filter, room),
		].map(inset);
	const {search} = state.output;
	if (search !== null && modeOf(state) === 'search')
		return [searchLine(search, view, room), keysLine(state, room)].map(inset);
	if (overlay?.type === 'sort') return [sortLine(state, room), keysLine(state, room)].map(inset);
	if (overlay?.type === 'columns') {
		const hint = cutLine([{text: chooserHint(overlay), tone: 'faint'}], room);
		return [saidLine(state, now, room) ?? hint, keysLine(state, room)].map(inset);
	}
	if (overlay?.type === 'forget') return [inset(forgetLine(overlay.ids.length, room))];
	if (overlay?.type === 'quit') return [quitLine(model, room), keysLine(state, room)].map(inset);
	const said = saidLine(state, now, room);
	if (said) return [inset(said)];
	if (notice)
		return [inset(cutLine([outside(`${notice.source}: ${notice.message}`, noticeTone(notice.level))], room))];
	return [inset(keysLine(state, room))];
};

const inset = (line: Line): Line => [{text: ' '}, ...line];

const keysLine = (state: State, width: number): Line => {
	const mode = modeOf(state);
	const hints = keyTable.flatMap(({where, footer}) => (footer && where.includes(mode) ? [footer] : []));
	const fitting = dropLastRanks(hints, width);
	// An answer that is cut could not be given.
	const gap = widthOfHints(fitting, 3) <= width ? '   ' : '  ';
	return fitting.flatMap(({keys, word}, index): Segment[] => [
		{text: index === 0 ? keys : gap + keys, tone: 'strong'},
		{text: ` ${word}`, tone: 'faint'},
	]);
};

type Hint = {keys: string; word: string; rank: number};

const widthOfHints = (hints: readonly Hint[], gap: number): number =>
	hints.reduce((sum, {keys, word}) => sum + widthOf(keys) + 1 + widthOf(word) + gap, -gap);

const dropLastRanks = (hints: Hint[], width: number): Hint[] => {
	const greatest = Math.max(0, ...hints.map(({rank}) => rank));
	if (widthOfHints(hints, 3) <= width || greatest === 0) return hints;
	return dropLastRanks(
		hints.toSpliced(
			hints.findLastIndex(({rank}) => rank === greatest),
			1,
		),
		width,
	);
};

/** "/state:est▏        12/40", with the cursor as a reversed cell. */
const filterLine = ({line, problem}: FilterState, {shown, total}: ListCount, width: number): Line => {
	const count = `${shown}/${total}`;
	const room = width - widthOf(count) - 4;
	const before = line.text.slice(0, line.cursor);
	const [under = ' ', ...after] = graphemes(line.text.slice(line.cursor));
	const shownBefore = shorten(before, room - 1, 'start');
	const left: Segment[] = [
		{text: '/', tone: 'strong'},
		{text: shownBefore, tone: problem ? 'failed' : 'plain'},
		{text: under, tone: 'chosen'},
		{text: shorten(after.join(''), Math.max(0, room - widthOf(shownBefore) - widthOf(under)))},
	];
	return pack(left, [{text: count, tone: 'faint'}], {width, separator: ''});
};

/** What is wrong with the filter, under the place where it is; else what could be typed. */
const filterHint = ({problem, line}: FilterState, width: number): Line => {
	if (problem === null) return cutLine([{text: hintFor(line), tone: 'faint'}], width);
	const suggestion = problem.suggestion === null ? '' : ` — did you mean ${problem.suggestion}?`;
	const text = clean(`${problem.message}${suggestion}`);
	// The prompt's slash stands before the filter.
	const indent = 1 + widthOf(line.text.slice(0, problem.position));
	const pointed = `${' '.repeat(indent)}^ ${text}`;
	const shown = widthOf(pointed) <= width ? pointed : `${text} (at ${problem.position + 1})`;
	return cutLine([{text: shown, tone: 'failed'}], width);
};

const hintFor = (line: EditedLine): string => {
	if (line.text === '') return 'any text   stage:draining   state:established   peer:10.0.0.0/8   buf:>64k';
	const word = beginsWord(line)?.word;
	return word ? `${word.word}: ${word.matches}, as ${word.example}` : 'Enter keep   Esc undo   Ctrl-U clear';
};

/** The columns around the chosen one. */
const sortLine = (state: State, width: number): Line => {
	const {key, direction} = listOf(state).sort;
	const sortKeys = sortKeysOf(listTabOf(state));
	const label = 'sort by ';
	const index = sortKeys.findIndex(({id}) => id === key);
	const names = sortKeys.map(({title}, at) =>
		at === index ? ` ${title} ${direction === 'asc' ? '▴' : '▾'} ` : ` ${title} `,
	);
	return [{text: label, tone: 'faint'}, ...choices(names, index, width - widthOf(label))];
};

const forgetLine = (count: number, width: number): Line =>
	pack(
		[{text: `x again forgets ${closedRows(count)}`, tone: 'waiting'}],
		[{text: 'any other key keeps them', tone: 'faint', rank: 1}],
		{width},
	);

const quitLine = ({session}: ModelView, width: number): Line =>
	cutLine([outside(`the command is still running: ${session.command.join(' ')}`, 'waiting')], width);
