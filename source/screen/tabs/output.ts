/** The program's output as lines of the screen. Pure. */
import {plainStyle} from '../../model/text-style.ts';
import type {OutputLine, OutputView} from '../../model/view.ts';
import type {Line, Segment} from '../text/segments.ts';
import {cutSpans, type Span} from '../text/spans.ts';
import {terminalLine} from '../text/terminal-line.ts';

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

/** Where older lines were let go, a line says so: it stands in the place of the last of them. */
export const outputWindow = (
	output: OutputView,
	{top, end: limit, shift, width, height}: OutputOptions,
): OutputWindow => {
	const {dropped} = output;
	const first = dropped > 0 ? dropped - 1 : 0;
	const end = Math.max(first, Math.min(limit ?? Number.POSITIVE_INFINITY, dropped + output.lines.length));
	const latest = Math.max(first, end - height);
	const from = Math.max(first, Math.min(top ?? latest, latest));
	const isAtFirst = dropped > 0 && from < dropped;
	const start = Math.max(0, from - dropped);
	const lines = output.lines.slice(start, Math.max(start, Math.min(from + height, end) - dropped));
	return {
		top: from,
		end,
		lines: [
			...(isAtFirst ? [droppedLine(dropped)] : []),
			...lines.map(line => shownLine(line, shift, width)),
		],
	};
};

const droppedLine = (count: number): Line => {
	const [lines, are] = count === 1 ? ['line', 'is'] : ['lines', 'are'];
	return [{text: `  ${count.toLocaleString('en')} earlier ${lines} ${are} no longer held`, tone: 'faint'}];
};

/** What came from standard error carries a bar, so that it is told apart without colours. */
const shownLine = (line: OutputLine, shift: number, width: number): Line => [
	{text: line.stream === 'stderr' ? '▌' : ' ', tone: 'waiting'},
	...cutSpans(spansOf(line), shift, width - 1).map(
		({text, style}): Segment => (style === plainStyle ? {text} : {text, style}),
	),
];

/** A line never changes, and is looked at again and again. */
const seen = new WeakMap<OutputLine, readonly Span[]>();

export const spansOf = (line: OutputLine): readonly Span[] => {
	const known = seen.get(line);
	if (known !== undefined) return known;
	const spans = terminalLine(line.text, line.style ?? plainStyle);
	seen.set(line, spans);
	return spans;
};
