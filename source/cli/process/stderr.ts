import {sanitizeLines} from '../../text/sanitize.ts';
import {toAscii} from '../../text/to-ascii.ts';
import {glyphSetOf} from './terminal-colors.ts';

/**
 * What netwatch says to people outside its screen: the one way to standard error, so that no name, path or message
 * from outside reaches the terminal as a control sequence.
 *
 * @param text lines, each with its line feed
 */
export function writeStderr(text: string): void {
	const sanitized = sanitizeLines(text);
	// The locale that tells which ink there is tells of the marks as well.
	process.stderr.write(glyphSetOf(process.env) === 'digits' ? toAscii(sanitized) : sanitized);
}
