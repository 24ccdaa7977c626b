import {cleanLines} from '../model/text.ts';

/**
 * What netwatch says to people outside its screen: the one way to standard error, so that no name, path or message
 * from outside reaches the terminal as a control sequence.
 *
 * @param text lines, each with its line feed
 */
export function tell(text: string): void {
	process.stderr.write(cleanLines(text));
}
