/** A cluster worker's listener has no socket of its own: the primary accepts for it, at the same address. */

import type {Address} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';

/**
 * @param ppid the parent process of the worker
 * @returns the listener that passes its connections to the worker, or null where the worker has a socket of
 *   its own
 */
export function clusterListener(entries: Iterable<Entry>, worker: Entry, ppid: number | null): string | null {
	if (worker.inode !== null || ppid === null) return null;
	for (const {row, facts, inode} of entries) {
		if (row.pid !== ppid || !facts.listening || inode === null) continue;
		if (sameAddress(row.local, worker.row.local)) return row.id;
	}

	return null;
}

function sameAddress(one: Address | null, other: Address | null): boolean {
	if (one === null || other === null) return false;
	if ('path' in one) return 'path' in other && one.path === other.path;
	return 'address' in other && one.address === other.address && one.port === other.port;
}
