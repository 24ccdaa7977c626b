/**
 * Reads the fields of a line as bytes, so that a table of 50,000 lines creates no unneeded string or token.
 * Every function stays below `to`, the end of the line.
 */

export const isBlank = (code: number | undefined): boolean =>
	code !== undefined && code <= 0x20 && (code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d);

/** @returns the start of the next field */
export const skipBlanks = (bytes: Uint8Array, from: number, to: number): number => {
	let at = from;
	while (at < to && isBlank(bytes[at])) at++;
	return at;
};

/** @returns the end of the field that begins at `from` */
export const endOfField = (bytes: Uint8Array, from: number, to: number): number => {
	let at = from;
	while (at < to && !isBlank(bytes[at])) at++;
	return at;
};

/** @returns the end of the text before the padding: rows are padded to the longest one */
export const endOfText = (bytes: Uint8Array, from: number, to: number): number => {
	let end = to;
	while (end > from && isBlank(bytes[end - 1])) end--;
	return end;
};

/** @returns the position of a byte, or -1; unlike the search of a Buffer it ends with the line */
export const indexOfByte = (bytes: Uint8Array, code: number, from: number, to: number): number => {
	for (let at = from; at < to; at++) if (bytes[at] === code) return at;
	return -1;
};

/** Parses the whole field as a number: only digits, at most 15 of them; else -1. */
export const parseDigits = (bytes: Uint8Array, from: number, to: number): number => {
	if (to <= from || to - from > 15) return -1;
	let value = 0;
	for (let at = from; at < to; at++) {
		const digit = (bytes[at] ?? 0) - 0x30;
		if (digit < 0 || digit > 9) return -1;
		value = value * 10 + digit;
	}
	return value;
};

/** The bytes of a word, for `startsWith`. */
export const latin1Bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export const startsWith = (bytes: Uint8Array, at: number, to: number, text: Uint8Array): boolean => {
	if (at + text.length > to) return false;
	for (let index = 0; index < text.length; index++) {
		if (bytes[at + index] !== text[index]) return false;
	}
	return true;
};

/**
 * Parses the decimal number that begins at `from`, as printed by `%u`, `%g` and `%.1f` of printf; the text
 * after it is ignored.
 *
 * @returns NaN where no number begins there
 */
export const parseNumberAt = (bytes: Uint8Array, from: number, to: number): number => {
	let value = 0;
	let at = from;
	let scale = 0;
	for (; at < to; at++) {
		const code = bytes[at] ?? 0;
		if (code === 0x2e && scale === 0) {
			scale = 1;
			continue;
		}
		const digit = code - 0x30;
		if (digit < 0 || digit > 9) break;
		value = value * 10 + digit;
		scale *= 10;
	}
	if (at === from || (at === from + 1 && scale === 1)) return Number.NaN;
	// Parsed as text where the sum of digits would be inexact, and because `%g` prints large numbers as 1e+06.
	if (bytes[at] === 0x65 || at - from > 15) {
		const text = Buffer.from(bytes.subarray(from, Math.min(to, from + 32))).toString('latin1');
		return Number.parseFloat(text);
	}
	return scale > 1 ? value / scale : value;
};
