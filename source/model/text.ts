/**
 * Text from outside (host names, titles, request paths, program output) must not reach a terminal as control
 * sequences, nor move other text about. Everything shown or recorded goes through here.
 */

// Cc: C0, DEL and C1. Cf: bidirectional marks, zero-width characters, soft hyphen, tags, byte order mark.
// Cs: halves of surrogate pairs. U+2028 and U+2029 break lines; the Hangul fillers and U+3164 look like blanks.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

// Variation selectors and skin tones have no meaning of their own, and terminals disagree on their width.
const decoration = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u{1f3fb}-\u{1f3ff}]/gu;

/** More combining marks than any script stacks on one letter would draw over the lines above. */
const tallPile = /(\p{M}{4})\p{M}+/gu;

const plain = /^[\x20-\x7e]*$/;

/**
 * @param text text that came from outside
 * @returns the same text with what a terminal would obey, and what nobody can see, as visible escapes:
 *   `\x1b`, `\u202e`, `\u{e0041}`
 */
export const clean = (text: string): string =>
	plain.test(text)
		? text
		: text.replace(decoration, '').replace(unprintable, escaped).replace(tallPile, '$1');

const escaped = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	const hexadecimal = code.toString(16);
	if (code <= 0xff) return `\\x${hexadecimal.padStart(2, '0')}`;
	return code <= 0xffff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\u{${hexadecimal}}`;
};

// CSI, then OSC, DCS, SOS, PM and APC up to their end, then two-character escapes (ECMA-48 §5.3, §5.4, §5.6).
const sequences =
	/(?:\x1b\[|\x9b)[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|\x1b[\x20-\x2f]*[\x30-\x5a\x5c\x60-\x7e]/g;

const tabWidth = 8;

/**
 * A line that a program wrote for a terminal, as plain text: colours and cursor moves are taken out, tabs become
 * spaces, of a line drawn again and again (a progress bar) the last drawing is kept, and the rest goes through
 * `clean`.
 *
 * @param line one line, without its line feed
 */
export const plainLine = (line: string): string => {
	if (plain.test(line)) return line;
	const unstyled = line.replace(sequences, '').replace(/\r+$/, '');
	return clean(withoutTabs(unstyled.slice(unstyled.lastIndexOf('\r') + 1)));
};

const withoutTabs = (text: string): string => {
	const pieces = text.split('\t');
	return pieces.reduce((line, piece) => line + ' '.repeat(tabWidth - (line.length % tabWidth)) + piece);
};
