/** What a cell of a table shows of a text. The same few texts come again with each frame, so they are remembered. */
import {sanitize} from '../../text/sanitize.ts';
import {type TruncatePosition, truncate} from '../../text/width.ts';

const ascii = /^[\x20-\x7e]*$/;
/** Texts that are remembered; then all are forgotten, and the next frame brings those back that it needs. */
const maxCachedTexts = 4000;
/** Longer ones are rarely the same. */
const maxCachedLength = 64;

const cache = new Map<string, string>();

/**
 * @param text from wherever: it is made clean
 * @param width cells to fit into
 * @returns as `shorten` of the clean text
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
