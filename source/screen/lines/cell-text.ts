/** Fits texts into table cells. Frames repeat the same few texts, so the results are cached. */
import {sanitize} from '../../text/sanitize.ts';
import {type TruncatePosition, truncate} from '../../text/width.ts';

const ascii = /^[\x20-\x7e]*$/;
/** A cache of this size is cleared; the next frame refills it with the texts that it needs. */
const maxCachedTexts = 4000;
/** Longer texts rarely repeat: they are not cached. */
const maxCachedLength = 64;

const cache = new Map<string, string>();

/**
 * @param text untrusted: control characters are removed here
 * @param width cells to fit into
 * @returns as `truncate` of the sanitized text
 */
export const fitCellText = (text: string, width: number, position: TruncatePosition = 'end'): string => {
	if (text.length <= width && ascii.test(text)) return text;
	if (text.length > maxCachedLength) return truncate(sanitize(text), width, position);
	const key = `${position} ${width} ${text}`;
	const cached = cache.get(key);
	if (cached !== undefined) return cached;
	const made = truncate(sanitize(text), width, position);
	if (cache.size >= maxCachedTexts) cache.clear();
	cache.set(key, made);
	return made;
};
