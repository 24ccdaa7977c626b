/** Whether somebody is just typing one of the filter's words. Pure. */
import {type FilterWord, filterWords} from '../../model/filter/index.ts';
import type {EditedLine} from './line-edit.ts';

export type BegunWord = {
	/** The text before it. */
	before: string;
	/** The first word of the language that begins so. */
	word: FilterWord;
};

/**
 * On the way to `stage:open` stands `stage`, which as a text is in no row: it would empty the table for a moment.
 *
 * @returns the word that the end of the text begins, while the cursor stands there; null for none
 */
export const beginsWord = ({text, cursor}: EditedLine): BegunWord | null => {
	if (cursor !== text.length) return null;
	const begun = /(?:^|[\s(!])([a-z]+)$/.exec(text)?.[1];
	const word = filterWords.find(one => begun !== undefined && one.word.startsWith(begun));
	return word ? {before: text.slice(0, text.length - (begun?.length ?? 0)), word} : null;
};
