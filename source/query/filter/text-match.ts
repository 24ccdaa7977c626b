import type {Row} from '../../domain/row.ts';
import {matchesAddress} from './address.ts';

/**
 * Decides whether a text of the row passes. Bare words and regular expressions match these texts one by one,
 * so that `^` and `$` are the ends of a name or an address.
 */
export const matchesAnyText = (row: Row, test: (text: string) => boolean): boolean =>
	test(row.program) ||
	(row.pid !== null && test(String(row.pid))) ||
	(row.host !== null && test(row.host)) ||
	(row.peer !== null && matchesAddress(row.peer, test)) ||
	(row.local !== null && matchesAddress(row.local, test)) ||
	(row.label !== null && test(row.label)) ||
	test(row.stage) ||
	(row.kernel !== null && test(row.kernel.state)) ||
	(row.error !== null && test(row.error.code)) ||
	(row.route?.dev != null && test(row.route.dev)) ||
	test(row.kind) ||
	(row.role !== null && test(row.role));

/** Separator between two texts of a row. */
const textSeparator = '\n';

/** @returns the row's texts in lower case, joined by a separator that no word contains */
export const joinTexts = (row: Row): string => {
	let joined = '';
	matchesAnyText(row, text => {
		joined += `${text}${textSeparator}`;
		return false;
	});
	return joined.toLowerCase();
};

/**
 * Builds a test for a text within the texts joined by `joinTexts`.
 *
 * @returns null when a match might span two of them
 */
export const containsInJoined = (needle: string): ((joined: string) => boolean) | null => {
	if (needle.includes(textSeparator)) return null;
	const wanted = needle.toLowerCase();
	return joined => joined.includes(wanted);
};

/** Builds a test for a text as a substring, in any case. */
export const containsText = (needle: string): ((text: string) => boolean) => {
	const wanted = needle.toLowerCase();
	return text => text.toLowerCase().includes(wanted);
};
