import type {Row} from '../../domain/row.ts';
import {addressPasses} from './address.ts';

/**
 * Is there a text of the row that passes? These are the texts that bare words and regular expressions look at, each
 * on its own, so that `^` and `$` are the ends of a name or an address.
 */
export const someText = (row: Row, test: (text: string) => boolean): boolean =>
	test(row.program) ||
	(row.pid !== null && test(String(row.pid))) ||
	(row.host !== null && test(row.host)) ||
	(row.peer !== null && addressPasses(row.peer, test)) ||
	(row.local !== null && addressPasses(row.local, test)) ||
	(row.label !== null && test(row.label)) ||
	test(row.stage) ||
	(row.kernel !== null && test(row.kernel.state)) ||
	(row.error !== null && test(row.error.code)) ||
	(row.route?.dev != null && test(row.route.dev)) ||
	test(row.kind) ||
	(row.role !== null && test(row.role));

/** Stands between two texts of a row. */
const between = '\n';

/** @returns the texts of a row, in small letters, with what stands in no word between them */
export const joinedTexts = (row: Row): string => {
	let joined = '';
	someText(row, text => {
		joined += `${text}${between}`;
		return false;
	});
	return joined.toLowerCase();
};

/**
 * Does the text occur in one of those that `joinedTexts` has joined?
 *
 * @returns null where the text might be found across two of them
 */
export const occursInJoined = (needle: string): ((joined: string) => boolean) | null => {
	if (needle.includes(between)) return null;
	const wanted = needle.toLowerCase();
	return joined => joined.includes(wanted);
};

/** Does the text occur, in any case? */
export const occurs = (needle: string): ((text: string) => boolean) => {
	const wanted = needle.toLowerCase();
	return text => text.toLowerCase().includes(wanted);
};
