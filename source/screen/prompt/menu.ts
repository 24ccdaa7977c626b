/** The completion menu of the filter prompt: candidates at the cursor, and the inserted one. Pure. */

import type {Row} from '../../domain/row.ts';
import {type Completion, completionsOf} from '../../query/filter/completion.ts';
import type {EditedLine} from '../../text/cursor-window.ts';

export type CompletionMenu = Pick<Completion, 'from' | 'to' | 'candidates' | 'hasMore'> & {
	/** The line that the candidates are inserted into. */
	line: EditedLine;
	/** Index of the inserted candidate; null before the first. */
	chosenIndex: number | null;
};

/** The line after a key, and the menu below it; null for no menu. */
export type CompletionResult = {line: EditedLine; menu: CompletionMenu | null};

/**
 * Completes as a shell does: inserts the common prefix of all candidates at once, and lists the candidates.
 *
 * @param rows rows whose values are candidates
 */
export const completeLine = (line: EditedLine, rows: Iterable<Row>): CompletionResult => {
	const completion = completionsOf(line.text, line.cursor, rows);
	if (completion === null || completion.candidates.length === 0)
		return {line, menu: {line, from: 0, to: 0, candidates: [], hasMore: false, chosenIndex: null}};
	const {from, to, candidates, hasMore, common} = completion;
	const completed = common === null ? line : withCandidate(line, from, to, common);
	if (candidates.length === 1 && completed !== line) return {line: completed, menu: null};
	const end = common === null ? to : completed.cursor;
	return {
		line: completed,
		menu: {line: completed, from, to: end, candidates, hasMore: hasMore, chosenIndex: null},
	};
};

/** Replaces the inserted candidate by the next or the previous one, in a cycle. */
export const cycleCandidate = (menu: CompletionMenu, by: 1 | -1): CompletionResult => {
	const {line, from, to, candidates, chosenIndex} = menu;
	const count = candidates.length;
	const next = chosenIndex === null ? (by > 0 ? 0 : count - 1) : (chosenIndex + by + count) % count;
	const piece = candidates[next];
	if (piece === undefined) return {line, menu};
	return {line: withCandidate(line, from, to, piece), menu: {...menu, chosenIndex: next}};
};

const withCandidate = ({text}: EditedLine, from: number, to: number, piece: string): EditedLine => ({
	text: text.slice(0, from) + piece + text.slice(to),
	cursor: from + piece.length,
});
