/** The tail of the program's output, as lines. Pure. */
import {plainLine} from '../../model/text.ts';
import type {OutputLine, OutputView} from '../../model/view.ts';
import type {Line} from '../text/segments.ts';
import {graphemes, shorten} from '../text/width.ts';

/** Code units looked at of one line: no screen is wider, and cleaning has its price. */
const lineLimit = 8192;

export type OutputWindow = {
	/** First line shown, and the line after the newest, counted from the program's first line. */
	top: number;
	end: number;
	lines: Line[];
};

export type OutputOptions = {
	/** null follows the newest. */
	top: number | null;
	/** The line after the newest that may be shown; null: all. */
	end: number | null;
	/** Cells of each line that are left out at its beginning. */
	shift: number;
	width: number;
	height: number;
};

export const outputWindow = (
	output: OutputView,
	{top, end: limit, shift, width, height}: OutputOptions,
): OutputWindow => {
	const first = output.dropped;
	const end = Math.max(first, Math.min(limit ?? Number.POSITIVE_INFINITY, first + output.lines.length));
	const latest = Math.max(first, end - height);
	const from = Math.max(first, Math.min(top ?? latest, latest));
	const lines = output.lines.slice(from - first, Math.min(from + height, end) - first);
	return {top: from, end, lines: lines.map(line => outputLine(line, shift, width))};
};

/** What came from standard error carries a bar, so that it is told apart without colours. */
const outputLine = ({stream, text}: OutputLine, shift: number, width: number): Line => {
	const whole = plainLine(text.slice(0, lineLimit));
	const shown = shift === 0 ? whole : graphemes(whole).slice(shift).join('');
	return [{text: stream === 'stderr' ? '▌' : ' ', tone: 'waiting'}, {text: shorten(shown, width - 1)}];
};
