/** Spans: pieces of text, each in one style. Pure. */

import {clusterWidth, iterateClusters} from './graphemes.ts';
import type {TextStyle} from './sgr.ts';

/** A piece of sanitized text in one style. */
export type Span = {
	text: string;
	style: TextStyle;
	/** The span matches the search; `current` is the search's present position. */
	highlight?: 'match' | 'current';
};

const ascii = /^[\x20-\x7e]*$/;

/**
 * Cuts the visible part out of a line.
 *
 * @param columnOffset cells left of the window
 * @param width cells of the window
 * @returns the spans inside the window; where text is cut off on the right, the last cell is `…`
 */
export const sliceSpans = (spans: readonly Span[], columnOffset: number, width: number): Span[] => {
	if (width <= 0) return [];
	const shown: Span[] = [];
	let column = -columnOffset;
	for (const span of spans) {
		const {text} = span;
		if (column > width) break;
		if (ascii.test(text)) {
			const from = Math.max(0, -column);
			const part = text.slice(from, Math.max(from, width + 1 - column));
			if (part !== '') shown.push({...span, text: part});
			column += text.length;
			continue;
		}
		let part = '';
		for (const cluster of iterateClusters(text)) {
			const cells = clusterWidth(cluster);
			// A wide character cut by the window's edge shows as a blank.
			if (column >= 0) part += cluster;
			else if (column + cells > 0) part += ' '.repeat(column + cells);
			column += cells;
			if (column > width) break;
		}
		if (part !== '') shown.push({...span, text: part});
	}
	return column > width ? withEllipsis(shown, width) : shown;
};

const withEllipsis = (spans: readonly Span[], width: number): Span[] => {
	const kept: Span[] = [];
	let remaining = width - 1;
	for (const span of spans) {
		let part = '';
		for (const cluster of iterateClusters(span.text)) {
			const cells = clusterWidth(cluster);
			if (cells > remaining) return [...kept, {...span, text: `${part}${' '.repeat(remaining)}…`}];
			part += cluster;
			remaining -= cells;
		}
		kept.push({...span, text: part});
	}
	return kept;
};
