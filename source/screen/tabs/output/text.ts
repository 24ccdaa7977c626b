/** What a line of the output shows, made once a line. */
import type {OutputLine} from '../../../text/output-line.ts';
import {outputSpans} from '../../../text/output-spans.ts';

const textCache = new WeakMap<OutputLine, string>();

/** @returns the text of a line as it is shown */
export const outputText = (line: OutputLine): string => {
	const known = textCache.get(line);
	if (known !== undefined) return known;
	const text = outputSpans(line)
		.map(span => span.text)
		.join('');
	textCache.set(line, text);
	return text;
};

/** Whether its text was asked for before, and costs nothing now. */
export const hasCachedText = (line: OutputLine): boolean => textCache.has(line);
