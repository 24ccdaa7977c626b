import {graphemes, shorten, widthOf} from './width.ts';

/** `cursor` is a UTF-16 index between two graphemes. */
export type EditedLine = {readonly text: string; readonly cursor: number};

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
