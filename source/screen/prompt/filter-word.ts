/** Finds the unfinished part of a filter at the cursor: a word, a value, an open expression. Pure. */
import {openValueAt} from '../../query/filter/completion.ts';
import {type FilterWord, parseFilter, wordsBegunBy} from '../../query/filter/index.ts';
import type {EditedLine} from '../../text/cursor-window.ts';

export type PartialWord = {
	/** The text before the partial word. */
	before: string;
	/** The word of this name, else the first word, else the first alias, with this prefix. */
	word: FilterWord;
};

/**
 * `stage`, on the way to `stage:open`, is also a text filter: no row contains it, and the table would be
 * empty for a moment.
 *
 * @returns the word that the text's end is a prefix of; null for none, or while the cursor is elsewhere
 */
export const partialWordAt = ({text, cursor}: EditedLine): PartialWord | null => {
	if (cursor !== text.length) return null;
	const prefix = /(?:^|[\s(!])([a-z]+)$/.exec(text)?.[1];
	const word = prefix === undefined ? undefined : wordsBegunBy(prefix)[0];
	return word ? {before: text.slice(0, text.length - (prefix?.length ?? 0)), word} : null;
};

/** A word with a partial value, and the names that complete the value. */
export type PartialValue = {word: FilterWord; names: readonly string[]};

/**
 * @returns the word whose value, empty or partial, ends at the cursor and at the text's end; null for none
 */
export const partialValueAt = ({text, cursor}: EditedLine): PartialValue | null => {
	const open = cursor === text.length ? openValueAt(text, cursor) : null;
	return open && {word: open.word, names: open.names};
};

const completions = ['', '"', '/', 'x', '1', 's', '>1'];
const maxOpenParentheses = 8;

/**
 * Whether the text parses with little or nothing appended: `stage:dr`, `(a or` and `"GET /sl` are unfinished,
 * not wrong. False while the cursor is not at its end.
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
