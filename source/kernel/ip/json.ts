/** What the parsers of ip's JSON have in common. */
import {err, ok, type Result} from '../../shared/result.ts';
import {singleLine} from '../../text/single-line.ts';

/**
 * Parses a list, the form of each of ip's answers.
 *
 * @param line ip's standard output
 */
export const parseList = (line: string): Result<unknown[]> => {
	let json: unknown;
	try {
		json = JSON.parse(line);
	} catch {
		return err('ip answered with what is no JSON');
	}
	return Array.isArray(json) ? ok(json) : err('ip answered without a list');
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A word that is shown as it is: one line without control characters, cut to 64. */
export const parseText = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? singleLine(value, 64) : null;
