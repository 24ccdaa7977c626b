/** Sockets missing from a snapshot: two misses mean that a socket is gone, since a snapshot is not atomic. */

import type {SocketKind} from '../../domain/kernel.ts';
import {countsInTotals, type Entry, updateStage} from '../table/entry.ts';
import {close} from '../table/lifecycle.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {destroyedState} from './merge-kernel-view.ts';

/** A snapshot after its last part. */
export type FinishedSnapshot = {
	netns: string;
	kind: 'table' | 'time-wait';
	/** When the snapshot began: sockets joined by it were seen at that time or later. */
	at: number;
	/** The socket kinds included in a table. */
	socketKinds: ReadonlySet<SocketKind>;
};

export function markMissing(rows: Rows, limits: Limits, snapshot: FinishedSnapshot): void {
	for (const entry of rows.entries.values()) {
		if (entry.seenAt < snapshot.at && entry.seenAt !== 0 && isMissing(entry, snapshot)) {
			recordMiss(rows, limits, entry, snapshot.at);
		}
	}

	if (snapshot.kind === 'table') countMissedTuples(rows, limits, snapshot);
}

/** Clears the kernel view of rows in a namespace without watched processes, which is no longer polled. */
export function dropNamespaceSockets(rows: Rows, limits: Limits, netns: string, at: number): void {
	for (const entry of [...rows.entries.values()]) {
		if (entry.row.netns !== netns || (entry.facts.kernelState === null && entry.seenAt === 0)) continue;
		entry.missedSnapshots = Math.max(entry.missedSnapshots, limits.missedSnapshots);
		recordMiss(rows, limits, entry, at);
	}
}

/** Counts misses of rows that closed before any snapshot: after a few their tuple may be reused. */
function countMissedTuples(rows: Rows, limits: Limits, {netns, at}: FinishedSnapshot): void {
	for (const entry of rows.closed) {
		const {row} = entry;
		if (row.kernel !== null || row.netns !== netns || (row.closedAt ?? at) >= at) continue;
		if (entry.missedSnapshots < limits.missedSnapshots) entry.missedSnapshots++;
	}
}

function isMissing(
	{row, facts, timeWaitSnapshotKind}: Entry,
	{netns, kind, socketKinds}: FinishedSnapshot,
): boolean {
	// null where its end is known.
	if (row.netns !== netns || facts.kernelState === null) return false;
	// Most tables exclude TIME-WAIT.
	if (facts.kernelState === 'TIME-WAIT') return timeWaitSnapshotKind === kind;
	if (kind === 'time-wait') return false;
	if (row.kind === 'udp' || row.kind === 'unix') return socketKinds.has(row.kind);
	return socketKinds.has('tcp') || socketKinds.has('mptcp');
}

function recordMiss(rows: Rows, limits: Limits, entry: Entry, at: number): void {
	const {row, facts} = entry;
	entry.missedSnapshots++;
	if (entry.missedSnapshots < limits.missedSnapshots) return;
	if (facts.kernelOnly && !countsInTotals(entry)) {
		rows.remove(entry);
		return;
	}

	if (facts.kernelOnly) {
		close(entry, at);
		rows.markClosed(entry);
	}

	if (row.kernel?.final) {
		row.kernel = {...row.kernel, ...destroyedState};
	} else {
		row.kernel = null;
		entry.seenAt = 0;
		row.joinedBy = null;
	}

	// The process still holds it, so a socket with its inode is this one.
	if (!facts.closed) {
		entry.cookie = null;
		entry.cookieConfirmed = false;
	}

	facts.kernelState = null;
	updateStage(entry, at);
	rows.touch(entry);
}
