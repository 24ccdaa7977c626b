import type {OutputLine} from './output-line.ts';
import {plainStyle} from './sgr.ts';
import type {Span} from './spans.ts';
import {terminalLine} from './terminal-line.ts';

/** A line never changes, and is looked at again and again. */
export const seen = new WeakMap<OutputLine, readonly Span[]>();

export const spansOf = (line: OutputLine): readonly Span[] => {
	const known = seen.get(line);
	if (known !== undefined) return known;
	const spans = terminalLine(line.text, line.style ?? plainStyle);
	seen.set(line, spans);
	return spans;
};
