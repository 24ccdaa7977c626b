import type {OutputLine} from './output-line.ts';
import {plainStyle} from './sgr.ts';
import type {Span} from './spans.ts';
import {renderTerminalLine} from './terminal-line.ts';

/** Rendered spans by line: a line never changes, and is drawn again and again. */
export const spansCache = new WeakMap<OutputLine, readonly Span[]>();

export const outputSpans = (line: OutputLine): readonly Span[] => {
	const known = spansCache.get(line);
	if (known !== undefined) return known;
	const spans = renderTerminalLine(line.text, line.style ?? plainStyle);
	spansCache.set(line, spans);
	return spans;
};
