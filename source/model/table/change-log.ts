/** What has changed in the table since it was last taken: for the readers of the model, and for its rules. */

import type {Row} from '../../domain/row.ts';
import {countsInTotals, type Entry} from './entry.ts';

export type ChangeLog = {
	changed(entry: Entry): void;
	removed(entry: Entry): void;
	/** Rows that changed, and ids of those that left, since the last call. */
	take(): {changed: Set<Row>; removedIds: string[]};
	/** Rows that changed since they were last taken here, the oldest first; a row that has left is none of them. */
	takeTouched(limit: number): Entry[];
	/** Grows with each change of a row, and with each that leaves. */
	readonly count: number;
};

/** Ids that nothing takes are not kept beyond this: a screen alone needs none. */
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
			// The last facts of a closed row are still to be taken; a waiting one has never been more than a place holder.
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
