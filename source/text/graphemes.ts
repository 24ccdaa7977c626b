/** Clean text, where nothing joins pictures, cell by cell. */
import {widthOf} from './width.ts';

/**
 * What takes a place together: a pair of flag letters, a Hangul syllable in parts, a letter with its marks.
 * (Intl.Segmenter knows more, at a hundred times the memory for short texts.)
 */
const cluster = /\p{RI}{2}|[\u1100-\u115f\ua960-\ua97c][\u1161-\u11ff\ud7b0-\ud7fb]*|\P{M}\p{M}*|\p{M}/gu;

/** The clusters of a text, one by one: who needs the first of a long text takes no more. */
export function* clustersOf(text: string): Generator<string> {
	for (const [found] of text.matchAll(cluster)) yield found;
}

/** Measuring has its price, and a text is made of few characters. */
const known = new Map<string, number>();
const mostKnown = 4096;

/** @returns the cells that one cluster takes */
export const cellsOf = (text: string): number => {
	const width = known.get(text);
	if (width !== undefined) return width;
	if (known.size >= mostKnown) known.clear();
	const measured = widthOf(text);
	known.set(text, measured);
	return measured;
};
