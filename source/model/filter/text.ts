import type {Row} from '../types.ts';
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

/** Does the text occur, in any case? */
export const occurs = (needle: string): ((text: string) => boolean) => {
	const wanted = needle.toLowerCase();
	return text => text.toLowerCase().includes(wanted);
};
