/** What the filter at the cursor can be completed to, and which of it is put there. Pure. */

import type {Row} from '../../domain/row.ts';
import {type Completion, completionsOf} from '../../query/filter/completion.ts';
import type {EditedLine} from '../../text/cursor-window.ts';

export type CompletionMenu = Pick<Completion, 'from' | 'to' | 'candidates' | 'hasMore'> & {
	/** The line that the candidates are put into. */
	line: EditedLine;
	/** Index of the candidate that stands in the line now; null before the first. */
	chosenIndex: number | null;
};

/** The line after a key, and what is listed under it. */
export type CompletionResult = {line: EditedLine; menu: CompletionMenu | null};

/**
 * As a shell does it: what all candidates have in common is put in at once, the rest is listed.
 *
 * @param rows whose values may be meant
 */
export const completeLine = (line: EditedLine, rows: Iterable<Row>): CompletionResult => {
	const found = completionsOf(line.text, line.cursor, rows);
	if (found === null || found.candidates.length === 0)
		return {line, menu: {line, from: 0, to: 0, candidates: [], hasMore: false, chosenIndex: null}};
	const {from, to, candidates, hasMore: more, common} = found;
	const completed = common === null ? line : withCandidate(line, from, to, common);
	if (candidates.length === 1 && completed !== line) return {line: completed, menu: null};
	const end = common === null ? to : completed.cursor;
	return {
		line: completed,
		menu: {line: completed, from, to: end, candidates, hasMore: more, chosenIndex: null},
	};
};

/** The next candidate, or the one before, in the place of the one that stands there; round and round. */
export const cycleCandidate = (menu: CompletionMenu, by: 1 | -1): CompletionResult => {
	const {line, from, to, candidates, chosenIndex: chosen} = menu;
	const count = candidates.length;
	const next = chosen === null ? (by > 0 ? 0 : count - 1) : (chosen + by + count) % count;
	const piece = candidates[next];
	if (piece === undefined) return {line, menu};
	return {line: withCandidate(line, from, to, piece), menu: {...menu, chosenIndex: next}};
};

const withCandidate = ({text}: EditedLine, from: number, to: number, piece: string): EditedLine => ({
	text: text.slice(0, from) + piece + text.slice(to),
	cursor: from + piece.length,
});
