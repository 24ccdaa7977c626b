/** What a line of the output shows, made once a line. */
import type {OutputLine} from '../../../text/output-line.ts';
import {spansOf} from '../../../text/output-spans.ts';

const texts = new WeakMap<OutputLine, string>();

/** @returns the text of a line as it is shown */
export const textOf = (line: OutputLine): string => {
	const known = texts.get(line);
	if (known !== undefined) return known;
	const text = spansOf(line)
		.map(span => span.text)
		.join('');
	texts.set(line, text);
	return text;
};

/** Whether its text was asked for before, and costs nothing now. */
export const isRead = (line: OutputLine): boolean => texts.has(line);
