import {writeSync} from 'node:fs';
import {toPlainAscii} from '../../text/ascii-marks.ts';
import {sanitizeLines} from '../../text/sanitize.ts';

import {glyphSetOf} from './terminal-colors.ts';

/**
 * Netwatch's only way to standard error outside the screen: no name, path or message from outside reaches the
 * terminal as a control sequence.
 *
 * @param text lines, each with its line feed
 */
export function writeStderr(text: string): void {
	const sanitized = sanitizeLines(text);
	// The glyph set of digits stands for a locale without UTF-8.
	process.stderr.write(glyphSetOf(process.env) === 'digits' ? toPlainAscii(sanitized) : sanitized);
}

/** As `writeStderr`, for what is said while the command runs: a standard error on a full disk ends nothing. */
export function tryWriteStderr(text: string): void {
	const sanitized = sanitizeLines(text);
	try {
		writeSync(2, glyphSetOf(process.env) === 'digits' ? toPlainAscii(sanitized) : sanitized);
	} catch {
		// There is no other place to say it.
	}
}
