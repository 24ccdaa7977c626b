/**
 * Disagreements between process and kernel in two consecutive snapshots. One snapshot proves nothing: it is
 * not atomic, and records arrive with a delay.
 */

import {
	type Disagreement,
	type DisagreementKind,
	describe,
	snapshotsToDisagree,
} from '../../domain/diagnosis/disagreement.ts';
import type {SocketOwner} from '../../domain/events.ts';
import {sourceDiffers, sourceOf} from '../../domain/route.ts';
import type {KernelSocket} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';

export type Disagreements = {
	/** A snapshot has shown the disagreement. */
	record(
		entry: Entry,
		kind: DisagreementKind,
		at: number,
		socket?: Pick<KernelSocket, 'state' | 'inode' | 'recvQ'>,
		owner?: SocketOwner,
	): void;
	/** A snapshot of a namespace's table has ended: a disagreement that it did not show is over. */
	endSnapshot(netns: string, at: number): void;
	/** Drops the state of a namespace that is no longer polled. */
	dropNamespace(netns: string): void;
	/** Set while a connection has no known owner. */
	readonly hasUnownedSocket: boolean;
};

export function createDisagreements(rows: Rows): Disagreements {
	const active = new Set<Entry>();

	function clear(entry: Entry): void {
		active.delete(entry);
		entry.disagreement = null;
		rows.touch(entry);
	}

	rows.onTouch(entry => {
		entry.row.disagreement = describeRow(entry);
	});
	rows.onRemove(entry => void active.delete(entry));

	return {
		record(entry, kind, at, socket, owner) {
			const {disagreement} = entry;
			const previous = disagreement?.kind === kind ? disagreement : null;
			if (previous?.lastAt === at) return;
			entry.disagreement = {
				kind,
				// An unowned socket is recognized only in its second snapshot.
				snapshots: (previous?.snapshots ?? (kind === 'no-owner' ? 1 : 0)) + 1,
				firstAt: previous?.firstAt ?? at,
				lastAt: at,
				state: socket?.state ?? null,
				inode: socket?.inode ?? null,
				recvQ: socket?.recvQ ?? null,
				owner: owner ?? null,
			};
			active.add(entry);
			if (entry.disagreement.snapshots <= snapshotsToDisagree || previous?.state !== entry.disagreement.state)
				rows.touch(entry);
		},
		endSnapshot(netns, at) {
			for (const entry of [...active]) {
				if (entry.row.netns === netns && (entry.disagreement?.lastAt ?? 0) < at) clear(entry);
			}
		},
		dropNamespace(netns) {
			for (const entry of [...active]) if (entry.row.netns === netns) clear(entry);
		},
		get hasUnownedSocket() {
			for (const {disagreement} of active) if (disagreement?.kind === 'no-owner') return true;
			return false;
		},
	};
}

/** @returns the current disagreement once enough snapshots have shown it; null where the views agree */
export function confirmedDisagreement({disagreement, facts}: Entry): Disagreement | null {
	if (disagreement === null || disagreement.snapshots < snapshotsToDisagree) return null;
	if (disagreement.kind === 'no-socket' && !facts.connecting) return null;
	return disagreement.kind === 'left-open' && !facts.closed ? null : disagreement;
}

/** A short description for the row. */
function describeRow(entry: Entry): string | null {
	const confirmed = confirmedDisagreement(entry);
	if (confirmed !== null) return describe(confirmed);
	const {row, facts} = entry;
	if (entry.absent && !facts.closed)
		return `the kernel has no socket with inode ${entry.inode} in network namespace ${row.netns}: it is of another one, or was reset`;
	if (row.role !== 'client' || !facts.connected || facts.closed || sourceDiffers(row) !== true) return null;
	return `the route's source is ${row.route?.src}, the socket's ${sourceOf(row.local)}`;
}
