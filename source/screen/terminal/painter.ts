/**
 * Turns whole frames into updates of the terminal: the changed cells, each at its position. A line in which
 * only the age has changed costs the cells of the age, not the rest of the line.
 */
import {emptyLineCells, type LineCells, parseLineCells} from './line-cells.ts';

export type Painter = {
	/** Call it after the screen was erased. */
	reset(): void;
	/**
	 * @param frame lines of styled text, the first one for the top of the screen
	 * @param columns cells of a line
	 * @returns the sequence from the previous frame to this one, with plain style at both ends; '' for equal
	 *   frames
	 */
	paint(frame: string, columns: number): string;
};

type PaintedLine = {text: string; cells: LineCells};

const blank: PaintedLine = {text: '', cells: emptyLineCells};
const plain = '\x1b[m';
const eraseToEnd = '\x1b[K';
/** Cost of a cursor movement, in cells. */
const jumpCost = 5;

export const createPainter = (): Painter => {
	let painted: readonly PaintedLine[] = [];
	return {
		reset() {
			painted = [];
		},
		paint(frame, columns) {
			const lines = frame.split('\n');
			const before = painted;
			const writer = createSequenceWriter();
			painted = Array.from({length: Math.max(lines.length, before.length)}, (_, row) => {
				const {text, cells} = before[row] ?? blank;
				const line = lines[row] ?? '';
				if (line === text) return before[row] ?? blank;
				const next = parseLineCells(line, columns);
				paintLine(writer, row, cells, next);
				return {text: line, cells: next};
			});
			return writer.done();
		},
	};
};

/** Collects an update of the terminal; a style is written only where it changes. */
type SequenceWriter = {
	moveTo(row: number, column: number): void;
	/** Writes the cells from `from` up to but not including `to`, at the cursor. */
	cells(line: LineCells, from: number, to: number): void;
	/** Erases the rest of the line that the cursor is in. */
	eraseToEnd(): void;
	/** @returns all that was written, with plain style at its end */
	done(): string;
};

const createSequenceWriter = (): SequenceWriter => {
	let output = '';
	let style = '';
	/** The cursor's line. */
	let line = -1;
	const setStyle = (next: string): void => {
		output += styleChange(style, next);
		style = next;
	};
	return {
		moveTo(row, column) {
			output += row === line ? `\x1b[${column + 1}G` : `\x1b[${row + 1};${column + 1}H`;
			line = row;
		},
		cells({texts, styles}, from, to) {
			for (let cell = from; cell < to; cell++) {
				const text = texts[cell] ?? ' ';
				// The second half of a wide character comes with the first.
				if (text === '') continue;
				setStyle(styles[cell] ?? '');
				output += text;
			}
		},
		/** Erased cells take the current background: the plain style comes first. */
		eraseToEnd() {
			setStyle('');
			output += eraseToEnd;
		},
		done() {
			setStyle('');
			return output;
		},
	};
};

const styleChange = (from: string, to: string): string => {
	if (from === to) return '';
	if (to === '') return plain;
	if (from === '') return `\x1b[${to}m`;
	return to.startsWith(`${from};`) ? `\x1b[${to.slice(from.length + 1)}m` : `\x1b[0;${to}m`;
};

const paintLine = (writer: SequenceWriter, row: number, before: LineCells, after: LineCells): void => {
	const end = after.texts.length;
	const longest = Math.max(end, before.texts.length);
	const first = findCell(0, longest, cell => !isSameCell(before, after, cell));
	if (first === longest) return;
	const ambiguousFrom = Math.min(before.ambiguousFrom, after.ambiguousFrom);
	if (ambiguousFrom < longest) {
		// The width of such a character is uncertain: the rest of the line is erased and drawn again.
		const from = Math.min(first, ambiguousFrom);
		writer.moveTo(row, from);
		writer.eraseToEnd();
		writer.cells(after, from, end);
		return;
	}
	for (let at = first; at < longest; ) {
		writer.moveTo(row, at);
		if (at >= end) {
			writer.eraseToEnd();
			return;
		}
		let to = at;
		let next = at;
		do {
			to = findCell(next, end, cell => isSameCell(before, after, cell));
			next = findCell(to, longest, cell => !isSameCell(before, after, cell));
		} while (next < end && next - to <= jumpCost);
		writer.cells(after, at, to);
		at = next;
	}
};

/** @returns the first matching cell of `from` to `end`; `end` for none */
const findCell = (from: number, end: number, matches: (cell: number) => boolean): number => {
	let cell = from;
	while (cell < end && !matches(cell)) cell++;
	return cell;
};

const isSameCell = (one: LineCells, other: LineCells, cell: number): boolean => {
	const text = one.texts[cell] ?? ' ';
	return (
		text === (other.texts[cell] ?? ' ') &&
		(one.styles[cell] ?? '') === (other.styles[cell] ?? '') &&
		// Second halves of wide characters differ when the characters do.
		(text !== '' || isSameCell(one, other, cell - 1))
	);
};
