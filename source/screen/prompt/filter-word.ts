/** Whether somebody is just typing a part of the filter that is not whole yet. Pure. */
import {openValueAt} from '../../query/filter/completion.ts';
import {type FilterWord, filterWords, parseFilter} from '../../query/filter/index.ts';
import type {EditedLine} from '../../text/cursor-window.ts';

export type PartialWord = {
	/** The text before it. */
	before: string;
	/** The word of that name, else the first word of the language that begins so. */
	word: FilterWord;
};

/**
 * On the way to `stage:open` stands `stage`, which as a text is in no row: it would empty the table for a moment.
 *
 * @returns the word that the end of the text begins, while the cursor stands there; null for none
 */
export const partialWordAt = ({text, cursor}: EditedLine): PartialWord | null => {
	if (cursor !== text.length) return null;
	const prefix = /(?:^|[\s(!])([a-z]+)$/.exec(text)?.[1];
	const word = prefix === undefined ? undefined : wordBegunBy(prefix);
	return word ? {before: text.slice(0, text.length - (prefix?.length ?? 0)), word} : null;
};

const wordBegunBy = (prefix: string): FilterWord | undefined =>
	wordNamed(prefix) ??
	filterWords.find(({word}) => word.startsWith(prefix)) ??
	filterWords.find(({aliases}) => aliases.some(alias => alias.startsWith(prefix)));

const wordNamed = (name: string): FilterWord | undefined =>
	filterWords.find(({word, aliases}) => word === name || aliases.includes(name));

/** A word whose value is being typed, and the names that it can become. */
export type PartialValue = {word: FilterWord; names: readonly string[]};

/** @returns the word behind which the cursor stands at the end of the text, with nothing or a part of a value */
export const partialValueAt = ({text, cursor}: EditedLine): PartialValue | null => {
	const open = cursor === text.length ? openValueAt(text, cursor) : null;
	const word = open ? wordNamed(open.word) : undefined;
	return word && open ? {word, names: open.names} : null;
};

const completions = ['', '"', '/', 'x', '1', 's', '>1'];
const maxOpenParentheses = 8;

/**
 * A text that is refused now and would be understood with a little more at its end is not wrong, only not whole:
 * `stage:dr`, `(a or`, `"GET /sl`.
 */
export const isIncomplete = (line: EditedLine): boolean => {
	const {text, cursor} = line;
	if (cursor !== text.length) return false;
	const names = openValueAt(text, cursor)?.suffixes ?? [];
	const open = Math.min(maxOpenParentheses, text.split('(').length - text.split(')').length);
	const closings = open > 0 ? [')'.repeat(open), ''] : [''];
	return [...completions, ...names.slice(0, 1)].some(more =>
		closings.some(closing => parseFilter(text + more + closing).ok),
	);
};
