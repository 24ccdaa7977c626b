/** Changes of the rows since the last report, as sentences. */
import type {Row} from '../../domain/row.ts';
import {rowSentence} from './row-sentence.ts';

export type RowChanges = {
	/**
	 * @param rows the rows that pass the filter, in order
	 * @param now ms since the epoch
	 * @returns a sentence for each new, changed or removed row; past a limit, a last line counts the rest
	 */
	take(rows: readonly Row[], now: number): string[];
};

/** Rows that are reported, from the top of the list: more could not be followed by ear. */
const maxRows = 500;
const maxFirstLines = 20;
const maxChangeLines = 6;

export const createRowChanges = (): RowChanges => {
	let reported: Map<string, string> | null = null;
	return {
		take(rows, now) {
			const current = new Map<string, string>();
			const lines: string[] = [];
			for (const row of rows.slice(0, maxRows)) {
				const {text, changeKey} = rowSentence(row, now);
				current.set(row.id, changeKey);
				const before = reported?.get(row.id);
				if (before !== changeKey)
					lines.push(before === undefined && reported !== null ? `New: ${text}` : text);
			}
			for (const [id, changeKey] of reported ?? []) {
				if (!current.has(id) && rows.length <= maxRows) lines.push(`Gone: ${changeKey}`);
			}
			const limit = reported === null ? maxFirstLines : maxChangeLines;
			reported = current;
			const more = lines.length - limit;
			return more > 1 ? [...lines.slice(0, limit), `and ${more} more changes`] : lines;
		},
	};
};
