/** The two lines of the filter prompt: text and row count, and below them error, values or keys. Pure. */
import {type FilterError, filterErrorText} from '../../query/filter/parse-error.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {sanitize} from '../../text/sanitize.ts';
import {splitGraphemes, truncate, widthOf} from '../../text/width.ts';
import {choiceLine} from '../lines/choices.ts';
import {type Line, layoutLine, truncateLine} from '../lines/segments.ts';
import {isIncomplete, partialValueAt, partialWordAt} from '../prompt/filter-word.ts';
import type {FilterHistory} from '../prompt/history.ts';
import type {CompletionMenu} from '../prompt/menu.ts';
import {cellOfPosition, promptLine, promptLineRoom} from '../prompt/prompt-line.ts';
import type {ListCount} from '../state/counts.ts';
import type {FilterAssist, FilterState} from '../state/overlay.ts';

export type FilterLinesOptions = {
	assist: FilterAssist;
	/** Rows that match the filter, of all. */
	count: ListCount;
	filterHistory: FilterHistory;
	/** The key hints of the prompt, laid out. */
	keys: Line;
	width: number;
};

const promptSign = '/';

export const filterLines = (filter: FilterState, options: FilterLinesOptions): [Line, Line] => {
	const {count, width} = options;
	const hasError = filter.parseError !== null && !isIncomplete(filter.line);
	const right = `${count.shown}/${count.total}`;
	const tone = hasError ? 'failed' : 'plain';
	const room = promptLineRoom({sign: promptSign, right, width});
	return [
		promptLine({sign: promptSign, line: filter.line, tone, right, width}),
		truncateLine(helpLine(filter, {...options, isWrong: hasError, room}), width),
	];
};

type HelpOptions = FilterLinesOptions & {isWrong: boolean; room: number};

const helpLine = ({line, parseError}: FilterState, options: HelpOptions): Line => {
	const {assist, filterHistory: history, keys, width, isWrong, room} = options;
	if (assist.menu) return menuLine(assist.menu, width);
	if (parseError && isWrong) return [{text: errorText(line, parseError, {width, room}), tone: 'failed'}];
	if (assist.historyCursor)
		return [
			{
				text: `filter ${assist.historyCursor.index + 1} of ${history.length}   ↑ earlier   ↓ later`,
				tone: 'faint',
			},
		];
	if (line.text === '') return exampleLine(history.length > 0, width);
	const value = partialValueAt(line);
	if (value && value.names.length > (parseError ? 0 : 1)) {
		const label = `${value.word.word}: `;
		const right = String(value.names.length);
		const names = value.names.map(name => `${name}  `);
		const shown = choiceLine(names, null, width - widthOf(label) - widthOf(right));
		return layoutLine([{text: label, tone: 'faint'}, ...shown], [{text: right, tone: 'faint'}], {
			width,
			separator: '',
		});
	}
	const word = value?.word ?? partialWordAt(line)?.word;
	if (word && (value === null || parseError !== null))
		return [{text: `${word.example}   ${word.matches}`, tone: 'faint'}];
	return parseError === null ? keys : [{text: sanitize(parseError.message), tone: 'faint'}];
};

const menuLine = ({candidates, hasMore, chosenIndex}: CompletionMenu, width: number): Line => {
	if (candidates.length === 0) return [{text: 'nothing to complete here', tone: 'faint'}];
	const count = `${candidates.length}${hasMore ? '+' : ''}`;
	const right = chosenIndex === null ? count : `${chosenIndex + 1}/${count}`;
	const room = width - widthOf(right) - 2;
	const names = candidates.map(name => ` ${truncate(sanitize(name), room - 2, 'middle')} `);
	return layoutLine([...choiceLine(names, chosenIndex, room)], [{text: right, tone: 'faint'}], {
		width,
		separator: '',
	});
};

/** Whole examples only, as many as fit. */
const exampleLine = (hasHistory: boolean, width: number): Line =>
	layoutLine(
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

/** The number of the character at a UTF-16 position, counted from 1. */
const characterNumber = ({text}: EditedLine, position: number): number =>
	splitGraphemes(text.slice(0, position)).length + 1;

/**
 * The error beside a caret under its position; without room for that, after the number of the character;
 * without room for that either, after the suggestion, so that the cut takes the end of the message.
 */
const errorText = (
	line: EditedLine,
	parseError: FilterError,
	{width, room}: {width: number; room: number},
): string => {
	const cell = cellOfPosition(line, parseError.position, room);
	const text = sanitize(filterErrorText(parseError));
	const textWidth = widthOf(text);
	const indent = cell === null ? null : cell + widthOf(promptSign);
	if (indent !== null && indent + 2 + textWidth <= width) return `${' '.repeat(indent)}^ ${text}`;
	if (indent !== null && textWidth + 1 <= indent) return `${' '.repeat(indent - textWidth - 1)}${text} ^`;
	const numbered = `at ${characterNumber(line, parseError.position)}: ${text}`;
	if (widthOf(numbered) <= width) return numbered;
	const suggestionText = parseError.suggestion === null ? '' : `${parseError.suggestion}? `;
	return sanitize(`${suggestionText}${parseError.message}`);
};
