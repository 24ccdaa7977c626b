/** Edits of a prompt's line. Pure. */

import {unreachable} from '../../shared/unreachable.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import {sanitize} from '../../text/sanitize.ts';
import {splitGraphemes} from '../../text/width.ts';

export type Edit =
	| {type: 'insert'; text: string}
	| {type: 'delete-before' | 'delete-after' | 'delete-word' | 'delete-line'}
	| {type: 'left' | 'right' | 'start' | 'end'};

/**
 * @param limit greatest length in UTF-16 units; a longer insert changes nothing
 * @returns the line after the edit; the same object when nothing changed
 */
export const applyEdit = (line: EditedLine, change: Edit, limit: number): EditedLine => {
	const before = line.text.slice(0, line.cursor);
	const after = line.text.slice(line.cursor);
	switch (change.type) {
		case 'insert': {
			// Pasted line ends and tabs become blanks; other control and invisible characters become visible
			// escapes.
			const text = sanitize(change.text.replace(/[\r\n\t]+/g, ' '));
			return line.text.length + text.length > limit ? line : withText(line, before + text, after);
		}
		case 'delete-before':
			return withText(line, splitGraphemes(before).slice(0, -1).join(''), after);
		case 'delete-after':
			return withText(line, before, splitGraphemes(after).slice(1).join(''));
		case 'delete-word':
			return withText(line, before.replace(/\S*\s*$/, ''), after);
		case 'delete-line':
			return withText(line, '', after);
		case 'left':
			return withCursor(line, splitGraphemes(before).slice(0, -1).join('').length);
		case 'right':
			return withCursor(line, line.cursor + (splitGraphemes(after)[0]?.length ?? 0));
		case 'start':
			return withCursor(line, 0);
		case 'end':
			return withCursor(line, line.text.length);
		default:
			return unreachable(change, 'change');
	}
};

const withText = (line: EditedLine, before: string, after: string): EditedLine =>
	before.length === line.cursor && before + after === line.text
		? line
		: {text: before + after, cursor: before.length};

const withCursor = (line: EditedLine, cursor: number): EditedLine =>
	cursor === line.cursor ? line : {text: line.text, cursor};
