/**
 * Reading fields of a line as bytes, so that a table of 50,000 lines makes no string and no token that nobody asked for.
 * Every function stays below `to`, the end of the line.
 */

export const isBlank = (code: number | undefined): boolean =>
	code !== undefined && code <= 0x20 && (code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d);

/** Where the next field begins. */
export const skipBlanks = (bytes: Uint8Array, from: number, to: number): number => {
	let at = from;
	while (at < to && isBlank(bytes[at])) at++;
	return at;
};

/** Where the field that begins at `from` ends. */
export const endOfField = (bytes: Uint8Array, from: number, to: number): number => {
	let at = from;
	while (at < to && !isBlank(bytes[at])) at++;
	return at;
};

/** Rows are padded to the longest one: where the text before the padding ends. */
export const endOfText = (bytes: Uint8Array, from: number, to: number): number => {
	let end = to;
	while (end > from && isBlank(bytes[end - 1])) end--;
	return end;
};

/** Where a byte stands; -1 where it does not. Unlike a buffer's own search it ends with the line. */
export const indexOfByte = (bytes: Uint8Array, code: number, from: number, to: number): number => {
	for (let at = from; at < to; at++) if (bytes[at] === code) return at;
	return -1;
};

/** The whole field as a number: only digits, at most 15 of them; -1 where it is none. */
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

/** The bytes of a word, to look for with `startsWith`. */
export const latin1Bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

export const startsWith = (bytes: Uint8Array, at: number, to: number, text: Uint8Array): boolean => {
	if (at + text.length > to) return false;
	for (let index = 0; index < text.length; index++) {
		if (bytes[at + index] !== text[index]) return false;
	}
	return true;
};

/**
 * The decimal number that begins at `from`, as printf's `%u`, `%g` and `%.1f` write it; what follows it does not matter.
 *
 * @returns NaN where none begins there.
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
	// Read as text where the sum of digits would not be exact, and `%g` writes large numbers as 1e+06.
	if (bytes[at] === 0x65 || at - from > 15) {
		const text = Buffer.from(bytes.subarray(from, Math.min(to, from + 32))).toString('latin1');
		return Number.parseFloat(text);
	}
	return scale > 1 ? value / scale : value;
};
