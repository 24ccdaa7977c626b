/** The program's output as lines of the screen. Pure. */

import type {OutputLine, OutputView} from '../../../text/output-line.ts';
import {outputSpans} from '../../../text/output-spans.ts';
import {plainStyle} from '../../../text/sgr.ts';
import {type Span, sliceSpans} from '../../../text/spans.ts';
import type {Line, Segment} from '../../lines/segments.ts';
import {type Highlight, highlightMatches} from './marks.ts';

export type OutputWindow = {
	/** First line shown, and the line after the newest, numbered from the program's first line. */
	top: number;
	end: number;
	lines: Line[];
};

export type OutputOptions = {
	/** null follows the newest. */
	top: number | null;
	/** The line after the newest that may be shown; null: all. */
	end: number | null;
	/** Cells scrolled off to the left. */
	columnOffset: number;
	width: number;
	height: number;
	/** The search to highlight; null for none. */
	highlight?: Highlight | null;
};

/** The last dropped line is replaced by a line with the number of dropped lines. */
export const outputWindow = (
	output: OutputView,
	{top, end: limit, columnOffset: shift, width, height, highlight: marking = null}: OutputOptions,
): OutputWindow => {
	const {dropped} = output;
	const first = dropped > 0 ? dropped - 1 : 0;
	const end = Math.max(first, Math.min(limit ?? Number.POSITIVE_INFINITY, dropped + output.lines.length));
	const lastTop = Math.max(first, end - height);
	const from = Math.max(first, Math.min(top ?? lastTop, lastTop));
	const showsDroppedLine = dropped > 0 && from < dropped;
	const start = Math.max(0, from - dropped);
	const lines = output.lines.slice(start, Math.max(start, Math.min(from + height, end) - dropped));
	return {
		top: from,
		end,
		lines: [
			...(showsDroppedLine ? [droppedLine(dropped)] : []),
			...lines.map((line, index) => {
				const spans = outputSpans(line);
				const shown = marking === null ? spans : highlightMatches(spans, dropped + start + index, marking);
				return toLine(line.stream, sliceSpans(shown, shift, width - 1));
			}),
		],
	};
};

const droppedLine = (count: number): Line => {
	const [lines, are] = count === 1 ? ['line', 'is'] : ['lines', 'are'];
	return [{text: `  ${count.toLocaleString('en')} earlier ${lines} ${are} no longer held`, tone: 'faint'}];
};

/** A bar marks lines of standard error, so that they differ without colours. */
const toLine = (stream: OutputLine['stream'], spans: readonly Span[]): Line => [
	{text: stream === 'stderr' ? '▌' : ' ', tone: 'waiting'},
	...spans.map(toSegment),
];

const toSegment = ({text, style, highlight}: Span): Segment => {
	if (highlight !== undefined) return {text, tone: highlight === 'current' ? 'alert' : 'chosen'};
	return style === plainStyle ? {text} : {text, style};
};
