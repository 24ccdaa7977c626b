/** Reading fields by index, so that a table of 50,000 lines makes no array and no token that nobody asked for. */

const space = 0x20;
const tab = 0x09;

export const skipSpaces = (line: string, from: number): number => {
	let at = from;
	for (let code = line.charCodeAt(at); code === space || code === tab; code = line.charCodeAt(at)) at++;
	return at;
};

/** Where the field that begins at `from` ends. */
export const endOfField = (line: string, from: number): number => {
	let at = from;
	for (; at < line.length; at++) {
		const code = line.charCodeAt(at);
		if (code === space || code === tab) break;
	}
	return at;
};

/** The whole field as a number: only digits, at most 15 of them; -1 where it is none. */
export const digits = (line: string, from: number, to: number): number => {
	if (to <= from || to - from > 15) return -1;
	let value = 0;
	for (let at = from; at < to; at++) {
		const digit = line.charCodeAt(at) - 0x30;
		if (digit < 0 || digit > 9) return -1;
		value = value * 10 + digit;
	}
	return value;
};

/**
 * The number that follows `key`, e.g. 10 for ` cwnd:` in `… cwnd:10 …`.
 *
 * @param from Where to begin to look.
 * @returns null where the key or the number is missing.
 */
export const numberAfter = (line: string, key: string, from: number): number | null => {
	const found = line.indexOf(key, from);
	if (found === -1) return null;
	const begin = found + key.length;
	let at = begin;
	for (; at < line.length; at++) {
		const code = line.charCodeAt(at);
		if ((code < 0x30 || code > 0x39) && code !== 0x2e) break;
	}
	const value = Number(line.slice(begin, at));
	return at === begin || Number.isNaN(value) ? null : value;
};
