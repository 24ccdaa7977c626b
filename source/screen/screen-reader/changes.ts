/** Changes of the rows since the last report, as sentences. */
import type {Row} from '../../domain/row.ts';
import {rowSentence} from './row-sentence.ts';

export type RowChanges = {
	/**
	 * @param rows those that pass the filter, in their order
	 * @param now ms since the epoch
	 * @returns a sentence for each that is new, stands elsewhere or is gone; few, and how many more there are
	 */
	take(rows: readonly Row[], now: number): string[];
};

/** More rows than this nobody listens to: those at the top are told. */
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
