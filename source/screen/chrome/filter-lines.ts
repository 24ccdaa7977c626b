/** The two lines of a filter that is typed: the text with what it leaves, and under it what helps. Pure. */
import {type FilterError, filterErrorText} from '../../query/filter/parse-error.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {sanitize} from '../../text/sanitize.ts';
import {graphemes, shorten, widthOf} from '../../text/width.ts';
import {choices} from '../lines/choices.ts';
import {cutLine, type Line, pack} from '../lines/segments.ts';
import {beginsValue, beginsWord, isUnfinished} from '../prompt/filter-word.ts';
import type {History} from '../prompt/history.ts';
import type {Menu} from '../prompt/menu.ts';
import {cellOf, lineRoom, promptLine} from '../prompt/prompt-line.ts';
import type {ListCount} from '../state/counts.ts';
import type {Aids, FilterState} from '../state/overlay.ts';

export type FilterLinesOptions = {
	aids: Aids;
	/** Rows that the filter leaves, of all. */
	count: ListCount;
	history: History;
	/** The keys that work in the prompt, laid out. */
	keys: Line;
	width: number;
};

const sign = '/';

export const filterLines = (filter: FilterState, options: FilterLinesOptions): [Line, Line] => {
	const {count, width} = options;
	const isWrong = filter.problem !== null && !isUnfinished(filter.line);
	const right = `${count.shown}/${count.total}`;
	const tone = isWrong ? 'failed' : 'plain';
	const room = lineRoom({sign, right, width});
	return [
		promptLine({sign, line: filter.line, tone, right, width}),
		cutLine(helpLine(filter, {...options, isWrong, room}), width),
	];
};

type HelpOptions = FilterLinesOptions & {isWrong: boolean; room: number};

const helpLine = ({line, problem}: FilterState, options: HelpOptions): Line => {
	const {aids, history, keys, width, isWrong, room} = options;
	if (aids.menu) return menuLine(aids.menu, width);
	if (problem && isWrong) return [{text: told(line, problem, {width, room}), tone: 'failed'}];
	if (aids.walk)
		return [{text: `filter ${aids.walk.at + 1} of ${history.length}   ↑ earlier   ↓ later`, tone: 'faint'}];
	if (line.text === '') return examples(history.length > 0, width);
	const value = beginsValue(line);
	if (value && value.names.length > (problem ? 0 : 1)) {
		const label = `${value.word.word}: `;
		const right = String(value.names.length);
		const names = value.names.map(name => `${name}  `);
		const shown = choices(names, null, width - widthOf(label) - widthOf(right));
		return pack([{text: label, tone: 'faint'}, ...shown], [{text: right, tone: 'faint'}], {
			width,
			separator: '',
		});
	}
	const word = value?.word ?? beginsWord(line)?.word;
	if (word && (value === null || problem !== null))
		return [{text: `${word.example}   ${word.matches}`, tone: 'faint'}];
	return problem === null ? keys : [{text: sanitize(problem.message), tone: 'faint'}];
};

const menuLine = ({candidates, hasMore: more, chosen}: Menu, width: number): Line => {
	if (candidates.length === 0) return [{text: 'nothing to complete here', tone: 'faint'}];
	const count = `${candidates.length}${more ? '+' : ''}`;
	const right = chosen === null ? count : `${chosen + 1}/${count}`;
	const room = width - widthOf(right) - 2;
	const names = candidates.map(name => ` ${shorten(sanitize(name), room - 2, 'middle')} `);
	return pack([...choices(names, chosen, room)], [{text: right, tone: 'faint'}], {width, separator: ''});
};

/** Whole examples only, as many as fit. */
const examples = (hasHistory: boolean, width: number): Line =>
	pack(
		[
			{text: 'any text', tone: 'faint'},
			{text: 'stage:draining', tone: 'faint', rank: 1},
			{text: 'peer:10.0.0.0/8', tone: 'faint', rank: 4},
			{text: 'buf:>64k', tone: 'faint', rank: 3},
			{text: 'Tab words', tone: 'faint', rank: 2},
			{text: hasHistory ? '↑ earlier' : '', tone: 'faint', rank: 2},
		],
		[],
		{width, separator: '   '},
	);

/** The number of the character, counted from 1. */
const placeOf = ({text}: EditedLine, position: number): number =>
	graphemes(text.slice(0, position)).length + 1;

/** What is wrong, at the place where it is; where that has no room, with its number; else what is meant comes first. */
const told = (
	line: EditedLine,
	problem: FilterError,
	{width, room}: {width: number; room: number},
): string => {
	const cell = cellOf(line, problem.position, room);
	const text = sanitize(filterErrorText(problem));
	const own = widthOf(text);
	const indent = cell === null ? null : cell + widthOf(sign);
	if (indent !== null && indent + 2 + own <= width) return `${' '.repeat(indent)}^ ${text}`;
	if (indent !== null && own + 1 <= indent) return `${' '.repeat(indent - own - 1)}${text} ^`;
	const numbered = `at ${placeOf(line, problem.position)}: ${text}`;
	if (widthOf(numbered) <= width) return numbered;
	const meant = problem.suggestion === null ? '' : `${problem.suggestion}? `;
	return sanitize(`${meant}${problem.message}`);
};
