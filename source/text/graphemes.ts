/** Splits sanitized text, which has no joined pictures, into cells. */
import {widthOf} from './width.ts';

/**
 * Characters that share a place: a pair of flag letters, a Hangul syllable in parts, a letter with its marks.
 * (Intl.Segmenter knows more, at a hundred times the memory for short texts.)
 */
const clusterPattern =
	/\p{RI}{2}|[\u1100-\u115f\ua960-\ua97c][\u1161-\u11ff\ud7b0-\ud7fb]*|\P{M}\p{M}*|\p{M}/gu;

/**
 * Iterates over the clusters of a text, one by one, so that a prefix of a long text costs no more than its
 * length.
 */
export function* iterateClusters(text: string): Generator<string> {
	for (const [found] of text.matchAll(clusterPattern)) yield found;
}

/** Measuring is slow, and texts use few distinct characters. */
const widthCache = new Map<string, number>();
const maxCachedWidths = 4096;

/** @returns the cells of one cluster */
export const clusterWidth = (text: string): number => {
	const width = widthCache.get(text);
	if (width !== undefined) return width;
	if (widthCache.size >= maxCachedWidths) widthCache.clear();
	const measured = widthOf(text);
	widthCache.set(text, measured);
	return measured;
};
