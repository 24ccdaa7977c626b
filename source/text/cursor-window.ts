import {splitGraphemes, truncate, widthOf} from './width.ts';

/** `cursor` is a UTF-16 index between two graphemes. */
export type EditedLine = {readonly text: string; readonly cursor: number};

/** The visible part of the line. */
export type CursorWindow = {
	before: string;
	/** The character under the cursor; a blank at the end of the line. */
	underCursor: string;
	after: string;
	/** Cells that `before` is moved to the left by; never negative. */
	scrolledCells: number;
};

/**
 * @param width cells for the line and its cursor
 * @returns the part around the cursor, with `…` where something is cut off
 */
export const cursorWindow = ({text, cursor}: EditedLine, width: number): CursorWindow => {
	const textBefore = text.slice(0, cursor);
	const [under = ' ', ...rest] = splitGraphemes(text.slice(cursor));
	const textAfter = rest.join('');
	const room = Math.max(2, width - widthOf(under));
	// Up to a third of the room stays behind the cursor.
	const cellsAfter = Math.min(widthOf(textAfter), Math.floor(room / 3));
	const before = truncate(textBefore, room - cellsAfter, 'start');
	const after = truncate(textAfter, Math.max(0, room - widthOf(before)));
	return {before, underCursor: under, after, scrolledCells: widthOf(textBefore) - widthOf(before)};
};
