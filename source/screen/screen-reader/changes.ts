/** What has changed of the rows since it was last told, as sentences. */
import type {Row} from '../../domain/row.ts';
import {rowSentence} from './row-sentence.ts';

export type Changes = {
	/**
	 * @param rows those that pass the filter, in their order
	 * @param now ms since the epoch
	 * @returns a sentence for each that is new, stands elsewhere or is gone; few, and how many more there are
	 */
	take(rows: readonly Row[], now: number): string[];
};

/** More rows than this nobody listens to: those at the top are told. */
const rowsHeard = 500;
const firstTold = 20;
const laterTold = 6;

export const createChanges = (): Changes => {
	let told: Map<string, string> | null = null;
	return {
		take(rows, now) {
			const heard = new Map<string, string>();
			const lines: string[] = [];
			for (const row of rows.slice(0, rowsHeard)) {
				const {text, gist} = rowSentence(row, now);
				heard.set(row.id, gist);
				const before = told?.get(row.id);
				if (before !== gist) lines.push(before === undefined && told !== null ? `New: ${text}` : text);
			}
			for (const [id, gist] of told ?? []) {
				if (!heard.has(id) && rows.length <= rowsHeard) lines.push(`Gone: ${gist}`);
			}
			const most = told === null ? firstTold : laterTold;
			told = heard;
			const more = lines.length - most;
			return more > 1 ? [...lines.slice(0, most), `and ${more} more changes`] : lines;
		},
	};
};
