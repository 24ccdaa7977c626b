/** What a cell of a table shows of a text. The same few texts come again with each frame, so they are remembered. */
import {sanitize} from '../../text/sanitize.ts';
import {type Cut, shorten} from '../../text/width.ts';

const ascii = /^[\x20-\x7e]*$/;
/** Texts that are remembered; then all are forgotten, and the next frame brings those back that it needs. */
const kept = 4000;
/** Longer ones are rarely the same. */
const longest = 64;

const known = new Map<string, string>();

/**
 * @param text from wherever: it is made clean
 * @param width cells to fit into
 * @returns as `shorten` of the clean text
 */
export const cellText = (text: string, width: number, cut: Cut = 'end'): string => {
	if (text.length <= width && ascii.test(text)) return text;
	if (text.length > longest) return shorten(sanitize(text), width, cut);
	const key = `${cut} ${width} ${text}`;
	const before = known.get(key);
	if (before !== undefined) return before;
	const made = shorten(sanitize(text), width, cut);
	if (known.size >= kept) known.clear();
	known.set(key, made);
	return made;
};
