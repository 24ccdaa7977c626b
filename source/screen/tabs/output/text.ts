/** What a line of the output shows, made once a line. */
import {plainStyle} from '../../../text/sgr.ts';
import type {OutputLine} from '../../../domain/model-view.ts';
import type {Span} from '../../../text/spans.ts';
import {terminalLine} from '../../../text/terminal-line.ts';

/** A line never changes, and is looked at again and again. */
const seen = new WeakMap<OutputLine, readonly Span[]>();

export const spansOf = (line: OutputLine): readonly Span[] => {
	const known = seen.get(line);
	if (known !== undefined) return known;
	const spans = terminalLine(line.text, line.style ?? plainStyle);
	seen.set(line, spans);
	return spans;
};

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
