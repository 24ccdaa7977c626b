/**
 * Turns whole frames into what a terminal needs to be told to get from one to the next: the cells that differ, each at its
 * place. A line that only grows older costs the cells of its age, not the rest of the line.
 */
import {type LineCells, lineCells, noCells} from './line-cells.ts';

export type Painter = {
	/** The screen is blank from now on. */
	forget(): void;
	/**
	 * @param frame lines of styled text, the first one for the top of the screen
	 * @param columns cells of a line
	 * @returns what leads there from the frame before, with plain style at both ends; '' where nothing differs
	 */
	paint(frame: string, columns: number): string;
};

type Shown = {text: string; cells: LineCells};

const blank: Shown = {text: '', cells: noCells};
const plain = '\x1b[m';
const eraseToEnd = '\x1b[K';
/** A jump costs about as much as so many cells. */
const worthJumping = 5;

export const createPainter = (): Painter => {
	let shown: readonly Shown[] = [];
	return {
		forget() {
			shown = [];
		},
		paint(frame, columns) {
			const lines = frame.split('\n');
			const before = shown;
			const brush = createBrush();
			shown = Array.from({length: Math.max(lines.length, before.length)}, (_, row) => {
				const {text, cells} = before[row] ?? blank;
				const line = lines[row] ?? '';
				if (line === text) return before[row] ?? blank;
				const next = lineCells(line, columns);
				paintLine(brush, row, cells, next);
				return {text: line, cells: next};
			});
			return brush.done();
		},
	};
};

/** What is written, one place after the other, each style changed only where it has to be. */
const createBrush = () => {
	let written = '';
	let style = '';
	/** The line that the cursor is in. */
	let line = -1;
	const setStyle = (next: string): void => {
		written += styleChange(style, next);
		style = next;
	};
	return {
		moveTo(row: number, column: number): void {
			written += row === line ? `\x1b[${column + 1}G` : `\x1b[${row + 1};${column + 1}H`;
			line = row;
		},
		cells({texts, styles}: LineCells, from: number, to: number): void {
			for (let cell = from; cell < to; cell++) {
				const text = texts[cell] ?? ' ';
				// The second half of a wide character comes with the first.
				if (text === '') continue;
				setStyle(styles[cell] ?? '');
				written += text;
			}
		},
		/** What is erased takes the background that is set. */
		eraseToEnd(): void {
			setStyle('');
			written += eraseToEnd;
		},
		done(): string {
			setStyle('');
			return written;
		},
	};
};

const styleChange = (from: string, to: string): string => {
	if (from === to) return '';
	if (to === '') return plain;
	if (from === '') return `\x1b[${to}m`;
	return to.startsWith(`${from};`) ? `\x1b[${to.slice(from.length + 1)}m` : `\x1b[0;${to}m`;
};

type Brush = ReturnType<typeof createBrush>;

const paintLine = (brush: Brush, row: number, before: LineCells, after: LineCells): void => {
	const end = after.texts.length;
	const longest = Math.max(end, before.texts.length);
	const first = following(0, longest, cell => !isSame(before, after, cell));
	if (first === longest) return;
	const disputedAt = Math.min(before.disputedAt, after.disputedAt);
	if (disputedAt < longest) {
		// Nobody knows which cells such a character takes: all from there on is drawn as on an empty line.
		const from = Math.min(first, disputedAt);
		brush.moveTo(row, from);
		brush.eraseToEnd();
		brush.cells(after, from, end);
		return;
	}
	for (let at = first; at < longest; ) {
		brush.moveTo(row, at);
		if (at >= end) {
			brush.eraseToEnd();
			return;
		}
		let to = at;
		let next = at;
		do {
			to = following(next, end, cell => isSame(before, after, cell));
			next = following(to, longest, cell => !isSame(before, after, cell));
		} while (next < end && next - to <= worthJumping);
		brush.cells(after, at, to);
		at = next;
	}
};

/** @returns the first cell from here on of which that is so, or the end */
const following = (from: number, end: number, isSo: (cell: number) => boolean): number => {
	let cell = from;
	while (cell < end && !isSo(cell)) cell++;
	return cell;
};

const isSame = (one: LineCells, other: LineCells, cell: number): boolean => {
	const text = one.texts[cell] ?? ' ';
	return (
		text === (other.texts[cell] ?? ' ') &&
		(one.styles[cell] ?? '') === (other.styles[cell] ?? '') &&
		// Halves of wide characters are as different as these.
		(text !== '' || isSame(one, other, cell - 1))
	);
};
