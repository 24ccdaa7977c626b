/** The end of the command's output, printed where the screen was. */

import type {CommandOutput} from '../../launcher/output/output.ts';
import {type ColorDepth, toColorDepth} from '../../text/color-depth.ts';
import type {OutputLine} from '../../text/output-line.ts';
import {outputSpans} from '../../text/output-spans.ts';
import {sgrOf} from '../../text/sgr.ts';
import {type Span, sliceSpans} from '../../text/spans.ts';

const tailLines = 20;
const tailCharacters = 8192;
const lineWidth = 2000;
const sgrReset = '\x1b[0m';

/**
 * Each line goes to the stream that the command wrote it to, with its colours where that is a terminal which has them,
 * and nothing else that a terminal would obey.
 *
 * @param depth the colours of the terminal
 */
export function printTail(output: CommandOutput, depth: ColorDepth): void {
	const tail = output.tail(tailLines, tailCharacters);
	// A last line that is longer than the whole tail is better than none.
	for (const line of tail.length > 0 ? tail : output.lines.slice(-1)) {
		const stream = line.stream === 'stdout' ? process.stdout : process.stderr;
		stream.write(`${tailText(line, stream.isTTY ? depth : 'none')}\n`);
	}
}

/** @returns the line as it is printed: every style ends where its text does */
export const tailText = (line: OutputLine, depth: ColorDepth): string =>
	sliceSpans(outputSpans(line), 0, lineWidth)
		.map(span => styledText(span, depth))
		.join('');

const styledText = ({text, style}: Span, depth: ColorDepth): string => {
	const sequence = depth === 'none' ? '' : sgrOf(toColorDepth(style, depth));
	return sequence === '' ? text : `${sequence}${text}${sgrReset}`;
};
