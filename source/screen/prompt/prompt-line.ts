/** A line that is being typed, as it stands in the footer: scrolled so that the cursor is in sight. Pure. */

import {cursorWindow, type EditedLine} from '../../text/cursor-window.ts';
import {widthOf} from '../../text/width.ts';
import {type Line, layoutLine, type Segment} from '../lines/segments.ts';
import type {Tone} from '../theme/theme.ts';

export type PromptOptions = {
	/** Stands before the line, e.g. "/". */
	sign: string;
	line: EditedLine;
	tone: Tone;
	/** At the right end, e.g. how many rows there are. */
	right: string;
	width: number;
};

/** "/state:est▏        12/40", with the cursor as a reversed cell. */
export const promptLine = ({sign, line, tone, right, width}: PromptOptions): Line => {
	const {before, underCursor: under, after} = cursorWindow(line, promptLineRoom({sign, right, width}));
	const left: Segment[] = [
		{text: sign, tone: 'strong'},
		{text: before, tone},
		{text: under, tone: 'chosen'},
		{text: after, tone},
	];
	return layoutLine(left, [{text: right, tone: 'faint'}], {width, separator: ''});
};

/** Cells that `promptLine` has for the line: two stay between it and the right end. */
export const promptLineRoom = ({
	sign,
	right,
	width,
}: Pick<PromptOptions, 'sign' | 'right' | 'width'>): number => width - widthOf(sign) - widthOf(right) - 2;

/**
 * @param position a UTF-16 index into the line's text
 * @returns the cell of the line, counted from its sign's end, where it is in sight; null where it is not
 */
export const cellOfPosition = (line: EditedLine, position: number, room: number): number | null => {
	const {before, underCursor: under, after, scrolledCells: moved} = cursorWindow(line, room);
	const cell = widthOf(line.text.slice(0, position)) - moved;
	const end = widthOf(before) + widthOf(under) + widthOf(after);
	return cell < (moved > 0 ? 1 : 0) || cell > end ? null : cell;
};
