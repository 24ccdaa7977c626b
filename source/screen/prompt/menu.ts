/** What the filter at the cursor can be completed to, and which of it is put there. Pure. */

import type {Row} from '../../domain/row.ts';
import {type Completion, completionsOf} from '../../query/filter/completion.ts';
import type {EditedLine} from '../../text/cursor-window.ts';

export type Menu = Pick<Completion, 'from' | 'to' | 'candidates' | 'hasMore'> & {
	/** The line that the candidates are put into. */
	line: EditedLine;
	/** Index of the candidate that stands in the line now; null before the first. */
	chosen: number | null;
};

/** The line after a key, and what is listed under it. */
export type Completed = {line: EditedLine; menu: Menu | null};

/**
 * As a shell does it: what all candidates have in common is put in at once, the rest is listed.
 *
 * @param rows whose values may be meant
 */
export const complete = (line: EditedLine, rows: Iterable<Row>): Completed => {
	const found = completionsOf(line.text, line.cursor, rows);
	if (found === null || found.candidates.length === 0)
		return {line, menu: {line, from: 0, to: 0, candidates: [], hasMore: false, chosen: null}};
	const {from, to, candidates, hasMore: more, common} = found;
	const begun = common === null ? line : withPiece(line, from, to, common);
	if (candidates.length === 1 && begun !== line) return {line: begun, menu: null};
	const end = common === null ? to : begun.cursor;
	return {line: begun, menu: {line: begun, from, to: end, candidates, hasMore: more, chosen: null}};
};

/** The next candidate, or the one before, in the place of the one that stands there; round and round. */
export const chooseNext = (menu: Menu, by: 1 | -1): Completed => {
	const {line, from, to, candidates, chosen} = menu;
	const count = candidates.length;
	const next = chosen === null ? (by > 0 ? 0 : count - 1) : (chosen + by + count) % count;
	const piece = candidates[next];
	if (piece === undefined) return {line, menu};
	return {line: withPiece(line, from, to, piece), menu: {...menu, chosen: next}};
};

const withPiece = ({text}: EditedLine, from: number, to: number, piece: string): EditedLine => ({
	text: text.slice(0, from) + piece + text.slice(to),
	cursor: from + piece.length,
});
