/**
 * Text from outside (host names, titles, request paths, program output) must not reach a terminal as control
 * sequences, nor move other text about. Everything shown or recorded goes through here.
 */

// Cc: C0, DEL and C1. Cf: bidirectional marks, zero-width characters, soft hyphen, tags, byte order mark.
// Cs: halves of surrogate pairs. DI: invisible characters, and letters drawn as a blank (Hangul fillers, the
// grapheme joiner, unassigned tags). U+2028 and U+2029 break lines; U+FFA0 looks like a blank.
const hiddenClasses = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{DI}\\u2028\\u2029\\uffa0';
const unprintable = new RegExp(`[${hiddenClasses}]`, 'gu');

// Variation selectors and skin tones have no meaning of their own, and terminals disagree on their width; the
// same holds for them on pictures that a joiner combines.
const decoration =
	/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u{1f3fb}-\u{1f3ff}]|(?<=\p{ExtPict}[\ufe0f\u{1f3fb}-\u{1f3ff}]*)\u200d(?=\p{ExtPict})/gu;

/** More combining marks than any script stacks on one letter would draw over the lines above. */
const excessMarks = /(\p{M}{4})\p{M}+/gu;

/** A mark without a letter would be drawn on the character before the text. */
const leadingMark = /^(?=\p{M})/u;

const printableAscii = /^[\x20-\x7e]*$/;

/**
 * Escapes control sequences and invisible characters. Sanitizing twice changes nothing, so it is safe to
 * repeat in doubt.
 *
 * @param text untrusted text
 * @returns the same text with control and invisible characters as visible escapes: `\x1b`, `\u202e`,
 * `\u{e0041}`
 */
export const sanitize = (text: string): string =>
	printableAscii.test(text)
		? text
		: text
				.replace(decoration, '')
				.replace(unprintable, escapeCharacter)
				.replace(excessMarks, '$1')
				.replace(leadingMark, '◌');

/** As `sanitize`, for a text of several lines: its line feeds stay. */
export const sanitizeLines = (text: string): string =>
	printableAscii.test(text) ? text : text.split('\n').map(sanitize).join('\n');

const unsafeInJson = new RegExp(`(?!\\n)[${hiddenClasses}]`, 'gu');

/**
 * @param json a result of JSON.stringify, which escapes C0 and halves of surrogate pairs, and nothing else
 * @returns the same value, without any character that a terminal obeys or hides
 */
export const sanitizeJson = (json: string): string =>
	printableAscii.test(json) ? json : json.replace(unsafeInJson, escapeForJson);

const escapeForJson = (character: string): string =>
	Array.from(
		{length: character.length},
		(_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
	).join('');

const escapeCharacter = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	const hexadecimal = code.toString(16);
	if (code <= 0xff) return `\\x${hexadecimal.padStart(2, '0')}`;
	return code <= 0xffff ? `\\u${hexadecimal.padStart(4, '0')}` : `\\u{${hexadecimal}}`;
};
