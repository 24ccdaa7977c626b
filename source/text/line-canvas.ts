/** One line of a terminal: cells that are written over, and a cursor. */

import {cellsOf, clustersOf} from './graphemes.ts';
import {plainStyle, sameStyle, type TextStyle} from './sgr.ts';
import type {Span} from './spans.ts';
import {widthOf} from './width.ts';

export type Canvas = {
	/** Writes clean text where the cursor is, over what stands there. */
	write(text: string, style: TextStyle): void;
	column(): number;
	moveTo(column: number): void;
	/** As in ECMA-48: 0 from the cursor to the end, 1 from the beginning to the cursor, 2 and more the whole line. */
	erase(what: number): void;
	spans(): Span[];
};

/** What follows on the right of it is nowhere on a screen, and would cost memory. */
const columnLimit = 16 * 1024;

type Cell = {text: string; style: TextStyle};

/** The second half of a wide character. */
const covered: Cell = {text: '', style: plainStyle};
const blank: Cell = {text: ' ', style: plainStyle};

const ascii = /^[\x20-\x7e]*$/;

/**
 * As long as everything is written one after the other, pieces are kept; cells are made of them only where something
 * moves back.
 */
export const createCanvas = (): Canvas => {
	let pieces: Span[] = [];
	/** Cells that the first so many pieces take: widths are dear, and most lines never ask for them. */
	const measured = {pieces: 0, width: 0};
	let cells: Cell[] | null = null;
	/** Where the cursor is; null behind the last piece. */
	let column: number | null = null;

	const width = (): number => {
		for (const {text} of pieces.slice(measured.pieces)) measured.width += widthOf(text);
		measured.pieces = pieces.length;
		return measured.width;
	};
	const append = (text: string, style: TextStyle): void => {
		const last = pieces.at(-1);
		const isOpen = last !== undefined && pieces.length > measured.pieces && sameStyle(last.style, style);
		if (isOpen) last.text += text;
		else pieces.push({text, style});
	};
	const toCells = (): Cell[] => {
		if (cells !== null) return cells;
		const made: Cell[] = [];
		cells = made;
		let at = 0;
		for (const {text, style} of pieces) at = put(made, at, text, style);
		pieces = [];
		column ??= at;
		return made;
	};

	/** @returns the column behind what was written */
	const put = (line: Cell[], from: number, text: string, style: TextStyle): number => {
		let at = from;
		for (const grapheme of ascii.test(text) ? text : clustersOf(text)) {
			const cellsTaken = cellsOf(grapheme);
			const before = line[at - 1];
			if (cellsTaken === 0) {
				if (before !== undefined && before !== covered)
					line[at - 1] = {...before, text: before.text + grapheme};
				continue;
			}
			if (at + cellsTaken > columnLimit) return at;
			while (line.length < at) line.push(blank);
			// Half of a wide character is none.
			if (line[at] === covered && at > 0) line[at - 1] = blank;
			line[at] = {text: grapheme, style};
			for (let next = 1; next < cellsTaken; next += 1) line[at + next] = covered;
			at += cellsTaken;
			if (line[at] === covered) line[at] = blank;
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

	const place = (): number => {
		column ??= width();
		return column;
	};

	return {
		write(text, style) {
			if (text === '') return;
			if (cells !== null) {
				column = put(cells, place(), text, style);
				return;
			}
			if (column !== null) {
				// Tabs and moves to the right leave blanks.
				append(' '.repeat(column - width()), plainStyle);
				column = null;
			}
			append(text, style);
		},
		column: place,
		moveTo(to) {
			const next = Math.max(0, Math.min(to, columnLimit));
			if (cells === null && next < width()) toCells();
			column = next;
		},
		erase(what) {
			if (cells === null && what === 0 && (column === null || column >= width())) return;
			const at = place();
			const line = toCells();
			if (what === 0) {
				if (line[at] === covered && at > 0) line[at - 1] = blank;
				line.length = Math.min(line.length, at);
			} else if (what === 1) {
				line.fill(blank, 0, Math.min(at + 1, line.length));
				// The other half of a wide character is none.
				if (line[at + 1] === covered) line[at + 1] = blank;
			} else line.length = 0;
		},
		spans: () => (cells === null ? pieces : spansOf(cells)),
	};
};
