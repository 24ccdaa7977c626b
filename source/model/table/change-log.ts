/** Changes of the table since they were last taken: for the readers of the model, and for its rules. */

import type {Row} from '../../domain/row.ts';
import {countsInTotals, type Entry} from './entry.ts';

export type ChangeLog = {
	changed(entry: Entry): void;
	removed(entry: Entry): void;
	/** Changed rows, and ids of removed ones, since the last call. */
	take(): {changed: Set<Row>; removedIds: string[]};
	/** Rows that changed since this was last called, the oldest first, without removed ones. */
	takeTouched(limit: number): Entry[];
	/** Grows with each change and each removal of a row. */
	readonly count: number;
};

/** Limit of ids that were not taken: the screen alone takes none. */
const maxRemovedIds = 10_000;

export function createChangeLog(): ChangeLog {
	let changed = new Set<Row>();
	let removedIds: string[] = [];
	const touched = new Set<Entry>();
	let count = 0;
	return {
		changed(entry) {
			count++;
			changed.add(entry.row);
			touched.add(entry);
		},
		removed(entry) {
			const {row} = entry;
			count++;
			touched.delete(entry);
			const isRecorded = removedIds.length < maxRemovedIds;
			if (isRecorded) removedIds.push(row.id);
			// The last facts of a closed row are still to be taken; a waiting connection's row was only a placeholder.
			if (!isRecorded || !countsInTotals(entry)) changed.delete(row);
		},
		take() {
			const taken = {changed, removedIds};
			changed = new Set();
			removedIds = [];
			return taken;
		},
		takeTouched(limit) {
			const taken: Entry[] = [];
			for (const entry of touched) {
				if (taken.length >= limit) break;
				taken.push(entry);
				touched.delete(entry);
			}

			return taken;
		},
		get count() {
			return count;
		},
	};
}
