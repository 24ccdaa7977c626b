/** Entries by the thread of their hook: some reports apply to all rows of a thread, once a second. */

import type {Origin} from '../../domain/events.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import type {Entry} from './entry.ts';

export type EntriesByThread = {
	add(entry: Entry): void;
	delete(entry: Entry): void;
	/** In the order of their opening. */
	get(origin: Pick<Origin, 'proc' | 'thread'>): Iterable<Entry>;
};

export function createEntriesByThread(): EntriesByThread {
	const sets = new Map<string, Set<Entry>>();
	const keyOf = (proc: number, thread: number): string => `${proc}.${thread}`;

	return {
		add(entry) {
			const {proc, thread} = entry.row;
			// Kernel-only rows have no thread.
			if (proc === null || thread === null) return;
			getOrCreate(sets, keyOf(proc, thread), () => new Set()).add(entry);
		},
		delete(entry) {
			const {proc, thread} = entry.row;
			if (proc === null || thread === null) return;
			const key = keyOf(proc, thread);
			const entries = sets.get(key);
			entries?.delete(entry);
			if (entries?.size === 0) sets.delete(key);
		},
		get: ({proc, thread}) => sets.get(keyOf(proc, thread)) ?? [],
	};
}
