/** A line that is being typed, as it stands in the footer: scrolled so that the cursor is in sight. Pure. */
import {type Line, pack, type Segment} from '../lines/segments.ts';
import {graphemes, shorten, widthOf} from '../../text/width.ts';
import type {Tone} from '../theme/theme.ts';
import type {EditedLine} from './line-edit.ts';

/** What of the line is in sight. */
export type Sight = {
	before: string;
	/** The character under the cursor; a blank at the end. */
	under: string;
	after: string;
	/** Cells that `before` is moved to the left by; negative is never. */
	moved: number;
};

/**
 * @param width cells for the line and its cursor
 * @returns the part around the cursor, with `…` where something is cut off
 */
export const sightOf = ({text, cursor}: EditedLine, width: number): Sight => {
	const all = text.slice(0, cursor);
	const [under = ' ', ...rest] = graphemes(text.slice(cursor));
	const behind = rest.join('');
	const room = Math.max(2, width - widthOf(under));
	// Behind the cursor a third of the line stays in sight, where there is that much.
	const kept = Math.min(widthOf(behind), Math.floor(room / 3));
	const before = shorten(all, room - kept, 'start');
	const after = shorten(behind, Math.max(0, room - widthOf(before)));
	return {before, under, after, moved: widthOf(all) - widthOf(before)};
};

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
	const {before, under, after} = sightOf(line, lineRoom({sign, right, width}));
	const left: Segment[] = [
		{text: sign, tone: 'strong'},
		{text: before, tone},
		{text: under, tone: 'chosen'},
		{text: after, tone},
	];
	return pack(left, [{text: right, tone: 'faint'}], {width, separator: ''});
};

/** Cells that `promptLine` has for the line: two stay between it and the right end. */
export const lineRoom = ({sign, right, width}: Pick<PromptOptions, 'sign' | 'right' | 'width'>): number =>
	width - widthOf(sign) - widthOf(right) - 2;

/**
 * @param position a UTF-16 index into the line's text
 * @returns the cell of the line, counted from its sign's end, where it is in sight; null where it is not
 */
export const cellOf = (line: EditedLine, position: number, room: number): number | null => {
	const {before, under, after, moved} = sightOf(line, room);
	const cell = widthOf(line.text.slice(0, position)) - moved;
	const end = widthOf(before) + widthOf(under) + widthOf(after);
	return cell < (moved > 0 ? 1 : 0) || cell > end ? null : cell;
};
