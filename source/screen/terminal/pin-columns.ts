/**
 * Holds every column in its place on terminals that disagree about the width of a character.
 *
 * A terminal decides by its own tables how far the cursor moves: for emoji, flags and combining marks those
 * tables differ from terminal to terminal, and from Ink's. One such character in a host name would shift the
 * rest of its line, and later updates by column would land beside their place. So after each character of
 * uncertain width the cursor is moved to its column.
 */
import {splitGraphemes, widthOf} from '../../text/width.ts';

// Letters of alphabets, punctuation, arrows, mathematics, boxes and blocks take one cell everywhere, the
// ideographs, kana, Hangul syllables and full-width forms two: single characters of the Basic Multilingual
// Plane, and no emoji.
const certainWidthPattern =
	/^(?:(?!\p{Emoji})[\xa1-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u25ff\u2713-\u2718\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]|[\x20-\x7e])$/u;

/** Text of certain width only, the most common case. */
const certainTextPattern =
	/^[\x00-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2200-\u22ff\u2500-\u25a9]*$/;

// Control sequences (ECMA-48 §5.4), control characters such as line feeds, and texts.
const tokenPattern = /\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;
const columnSequence = /^\x1b\[(?:\d*;)?(\d*)[GH]$/;
const lineStartSequence = /^(?:\r|\n|\x1b\[H)$/;

/** @returns whether the character has the same width on all terminals */
export const hasCertainWidth = (character: string): boolean => certainWidthPattern.test(character);

/**
 * @param text styled text; each piece begins at the start of a line, or after a movement to a column
 * @param columns cells of a line
 * @returns the text with a movement to the column after each character of uncertain width
 */
export const pinColumns = (text: string, columns: number): string => {
	if (certainTextPattern.test(text)) return text;
	let column = 0;
	let isCertain = true;
	let output = '';
	for (const [piece] of text.matchAll(tokenPattern)) {
		if (piece >= ' ') {
			for (const character of splitGraphemes(piece)) {
				if (!isCertain && column < columns) output += `\x1b[${column + 1}G`;
				output += character;
				column += widthOf(character);
				isCertain = hasCertainWidth(character);
			}
			continue;
		}
		const [, named] = columnSequence.exec(piece) ?? [];
		if (named !== undefined || lineStartSequence.test(piece)) {
			column = Math.max(1, Number(named ?? 1)) - 1;
			isCertain = true;
		}
		output += piece;
	}
	return output;
};
