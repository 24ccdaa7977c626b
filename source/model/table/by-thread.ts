/** Entries by the thread whose hook told of them: a process says once a second what holds for all of its own. */

import type {Origin} from '../../domain/events.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import type {Entry} from './entry.ts';

export type EntriesByThread = {
	add(entry: Entry): void;
	delete(entry: Entry): void;
	/** In the order in which they came. */
	get(origin: Pick<Origin, 'proc' | 'thread'>): Iterable<Entry>;
};

export function createEntriesByThread(): EntriesByThread {
	const sets = new Map<string, Set<Entry>>();
	const keyOf = (proc: number, thread: number): string => `${proc}.${thread}`;

	return {
		add(entry) {
			const {proc, thread} = entry.row;
			// Nobody but the kernel knows of it.
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
