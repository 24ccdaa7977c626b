/** The line of a prompt in the footer, scrolled so that the cursor is visible. Pure. */

import {cursorWindow, type EditedLine} from '../../text/cursor-window.ts';
import {widthOf} from '../../text/width.ts';
import {type Line, layoutLine, type Segment} from '../lines/segments.ts';
import type {Tone} from '../theme/theme.ts';

export type PromptOptions = {
	/** Text before the line, e.g. "/". */
	sign: string;
	line: EditedLine;
	tone: Tone;
	/** Text at the right end, e.g. the number of rows. */
	right: string;
	width: number;
};

/** "/state:est▏        12/40", with the cursor as a reversed cell. */
export const promptLine = ({sign, line, tone, right, width}: PromptOptions): Line => {
	const {before, underCursor, after} = cursorWindow(line, promptLineRoom({sign, right, width}));
	const left: Segment[] = [
		{text: sign, tone: 'strong'},
		{text: before, tone},
		{text: underCursor, tone: 'chosen'},
		{text: after, tone},
	];
	return layoutLine(left, [{text: right, tone: 'faint'}], {width, separator: ''});
};

/** Cells that `promptLine` gives to the line; two stay blank before the text at the right end. */
export const promptLineRoom = ({
	sign,
	right,
	width,
}: Pick<PromptOptions, 'sign' | 'right' | 'width'>): number => width - widthOf(sign) - widthOf(right) - 2;

/**
 * @param position a UTF-16 index into the line's text
 * @returns the cell of the position, counted from the sign's end; null when it is scrolled out of sight
 */
export const cellOfPosition = (line: EditedLine, position: number, room: number): number | null => {
	const {before, underCursor, after, scrolledCells} = cursorWindow(line, room);
	const cell = widthOf(line.text.slice(0, position)) - scrolledCells;
	const end = widthOf(before) + widthOf(underCursor) + widthOf(after);
	return cell < (scrolledCells > 0 ? 1 : 0) || cell > end ? null : cell;
};
