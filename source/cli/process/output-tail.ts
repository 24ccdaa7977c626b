/** The tail of the command's output, printed after the screen closes. */

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
 * Prints each line to its original stream. Colours stay when that stream is a terminal with colours; all
 * other control sequences are removed.
 *
 * @param depth the terminal's colour depth
 */
export function printTail(output: CommandOutput, depth: ColorDepth): void {
	const tail = output.tail(tailLines, tailCharacters);
	// A last line longer than the limit is printed in part.
	for (const line of tail.length > 0 ? tail : output.lines.slice(-1)) {
		const stream = line.stream === 'stdout' ? process.stdout : process.stderr;
		stream.write(`${tailText(line, stream.isTTY ? depth : 'none')}\n`);
	}
}

/** @returns the printable line: every style is closed at the end of its text */
export const tailText = (line: OutputLine, depth: ColorDepth): string =>
	sliceSpans(outputSpans(line), 0, lineWidth)
		.map(span => styledText(span, depth))
		.join('');

const styledText = ({text, style}: Span, depth: ColorDepth): string => {
	const sequence = depth === 'none' ? '' : sgrOf(toColorDepth(style, depth));
	return sequence === '' ? text : `${sequence}${text}${sgrReset}`;
};
