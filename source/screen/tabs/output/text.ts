/** The displayed text of output lines, rendered once per line. */
import type {OutputLine} from '../../../text/output-line.ts';
import {outputSpans} from '../../../text/output-spans.ts';

const textCache = new WeakMap<OutputLine, string>();

/** @returns the line's displayed text */
export const outputText = (line: OutputLine): string => {
	const cached = textCache.get(line);
	if (cached !== undefined) return cached;
	const text = outputSpans(line)
		.map(span => span.text)
		.join('');
	textCache.set(line, text);
	return text;
};

/** Whether the line's text is already rendered. */
export const hasCachedText = (line: OutputLine): boolean => textCache.has(line);
