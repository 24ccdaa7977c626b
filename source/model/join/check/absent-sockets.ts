/**
 * Sockets that no table of their process's network namespace has ever shown, though the process holds them by an
 * inode: made in another namespace and handed over (or reset before the first snapshot, while the program does
 * not read). The namespace's routes and queues are not theirs.
 */

import type {SnapshotEnd} from '../../../domain/kernel.ts';
import type {Entry} from '../../table/entry.ts';
import type {Rows} from '../../table/rows.ts';

/** Consecutive tables without a socket that no table has shown: each row has been open since before the first. */
const tablesToBeAbsent = 2;

export function createAbsentSockets(rows: Rows) {
	/** Tables without the socket, of rows that no snapshot has shown. */
	const missedBy = new Map<Entry, number>();
	const absent = new Set<Entry>();

	function setAbsent(entry: Entry, isAbsent: boolean): void {
		entry.absent = isAbsent;
		if (isAbsent) absent.add(entry);
		else absent.delete(entry);
		rows.touch(entry);
	}

	rows.onRemove(entry => {
		missedBy.delete(entry);
		absent.delete(entry);
	});

	return {
		/**
		 * A snapshot of a namespace's table has ended.
		 *
		 * @param isWhole every socket of its kinds was in it, with its inode
		 */
		endSnapshot({netns, at, socketKinds}: SnapshotEnd, isWhole: boolean): void {
			for (const entry of [...absent]) if (entry.seenAt !== 0) setAbsent(entry, false);
			if (!isWhole) return;
			for (const entry of rows.entries.values()) {
				const {row, facts} = entry;
				// One that was shown has missed snapshots since.
				if (entry.seenAt !== 0 || entry.missedSnapshots > 0 || entry.inode === null) continue;
				if (facts.closed || facts.kernelOnly) continue;
				if (row.netns !== netns || row.openedAt >= at || row.kind === 'unix') continue;
				if (!socketKinds.has(row.kind === 'udp' ? 'udp' : 'tcp') || !isInTable(entry)) continue;
				const missed = (missedBy.get(entry) ?? 0) + 1;
				if (missed < tablesToBeAbsent) missedBy.set(entry, missed);
				else missedBy.delete(entry);
				if (missed >= tablesToBeAbsent && !entry.absent) {
					setAbsent(entry, true);
					removeQueued(entry);
				}
			}
		},
	};

	/** Connections that wait in this namespace do so at another listener. */
	function removeQueued(listener: Entry): void {
		for (const entry of [...rows.entries.values()]) {
			if (entry.facts.awaitingAccept && entry.row.listener === listener.row.id) rows.remove(entry);
		}
	}
}

/** Whether the kernel's table has such a socket: one without an address or a peer is in none. */
const isInTable = ({facts, row}: Entry): boolean =>
	facts.listening || facts.connected || facts.accepted || (row.kind === 'udp' && row.local !== null);
