/** One line of a terminal: cells that can be overwritten, and a cursor. */

import {clusterWidth, iterateClusters} from './graphemes.ts';
import {plainStyle, sameStyle, type TextStyle} from './sgr.ts';
import type {Span} from './spans.ts';
import {widthOf} from './width.ts';

export type LineCanvas = {
	/** Writes sanitized text at the cursor, over the present cells. */
	write(text: string, style: TextStyle): void;
	column(): number;
	moveTo(column: number): void;
	/** As in ECMA-48: 0 from the cursor to the end, 1 from the beginning to the cursor, 2 and more the whole line. */
	erase(what: number): void;
	spans(): Span[];
};

/** Columns beyond this are on no screen, and would cost memory. */
const maxColumns = 16 * 1024;

type Cell = {text: string; style: TextStyle};

/** The second half of a wide character. */
const wideContinuation: Cell = {text: '', style: plainStyle};
const blank: Cell = {text: ' ', style: plainStyle};

const ascii = /^[\x20-\x7e]*$/;

/**
 * Creates an empty line. While text is only appended, spans are kept; cells are made only once the cursor
 * moves back.
 */
export const createLineCanvas = (): LineCanvas => {
	let pendingSpans: Span[] = [];
	/** Cells of the first `pieces` spans: measuring is slow, and most lines never need it. */
	const measured = {pieces: 0, width: 0};
	let cells: Cell[] | null = null;
	/** The cursor's column; null for the end of the last span. */
	let column: number | null = null;

	const width = (): number => {
		for (const {text} of pendingSpans.slice(measured.pieces)) measured.width += widthOf(text);
		measured.pieces = pendingSpans.length;
		return measured.width;
	};
	const append = (text: string, style: TextStyle): void => {
		const last = pendingSpans.at(-1);
		const isOpen =
			last !== undefined && pendingSpans.length > measured.pieces && sameStyle(last.style, style);
		if (isOpen) last.text += text;
		else pendingSpans.push({text, style});
	};
	const splitIntoCells = (): Cell[] => {
		if (cells !== null) return cells;
		const made: Cell[] = [];
		cells = made;
		let at = 0;
		for (const {text, style} of pendingSpans) at = writeCells(made, at, text, style);
		pendingSpans = [];
		column ??= at;
		return made;
	};

	/** @returns the column after the written text */
	const writeCells = (line: Cell[], from: number, text: string, style: TextStyle): number => {
		let at = from;
		for (const grapheme of ascii.test(text) ? text : iterateClusters(text)) {
			const clusterCells = clusterWidth(grapheme);
			const before = line[at - 1];
			if (clusterCells === 0) {
				if (before !== undefined && before !== wideContinuation)
					line[at - 1] = {...before, text: before.text + grapheme};
				continue;
			}
			if (at + clusterCells > maxColumns) return at;
			while (line.length < at) line.push(blank);
			// Half of a wide character cannot stay.
			if (line[at] === wideContinuation && at > 0) line[at - 1] = blank;
			line[at] = {text: grapheme, style};
			for (let next = 1; next < clusterCells; next += 1) line[at + next] = wideContinuation;
			at += clusterCells;
			if (line[at] === wideContinuation) line[at] = blank;
		}
		return at;
	};

	const spansOf = (line: readonly Cell[]): Span[] => {
		const spans: Span[] = [];
		for (const {text, style} of line) {
			const last = spans.at(-1);
			if (last !== undefined && sameStyle(last.style, style)) last.text += text;
			else if (text !== '') spans.push({text, style});
		}
		return spans;
	};

	const cursorColumn = (): number => {
		column ??= width();
		return column;
	};

	return {
		write(text, style) {
			if (text === '') return;
			if (cells !== null) {
				column = writeCells(cells, cursorColumn(), text, style);
				return;
			}
			if (column !== null) {
				// Tabs and moves to the right leave blanks.
				append(' '.repeat(column - width()), plainStyle);
				column = null;
			}
			append(text, style);
		},
		column: cursorColumn,
		moveTo(to) {
			const next = Math.max(0, Math.min(to, maxColumns));
			if (cells === null && next < width()) splitIntoCells();
			column = next;
		},
		erase(what) {
			if (cells === null && what === 0 && (column === null || column >= width())) return;
			const at = cursorColumn();
			const line = splitIntoCells();
			if (what === 0) {
				if (line[at] === wideContinuation && at > 0) line[at - 1] = blank;
				line.length = Math.min(line.length, at);
			} else if (what === 1) {
				line.fill(blank, 0, Math.min(at + 1, line.length));
				// The other half of a wide character cannot stay.
				if (line[at + 1] === wideContinuation) line[at + 1] = blank;
			} else line.length = 0;
		},
		spans: () => (cells === null ? pendingSpans : spansOf(cells)),
	};
};
