/** What a look did not show: a socket that two looks have missed is gone, since a look is not made in one moment. */

import type {SocketKind} from '../../domain/kernel.ts';
import {countsInTotals, type Entry, updateStage} from '../table/entry.ts';
import {close} from '../table/lifecycle.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {destroyedState} from './merge-kernel-view.ts';

/** A look that has come to its end. */
export type FinishedSnapshot = {
	netns: string;
	kind: 'table' | 'time-wait';
	/** When it began: who was joined by it was seen at that time, or later. */
	at: number;
	/** What a table was asked for. */
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

/** Nobody looks at a namespace any more, in which nobody is that is watched: what looks have shown of it is over. */
export function dropNamespaceSockets(rows: Rows, limits: Limits, netns: string, at: number): void {
	for (const entry of [...rows.entries.values()]) {
		if (entry.row.netns !== netns || (entry.facts.kernelState === null && entry.seenAt === 0)) continue;
		entry.missedSnapshots = Math.max(entry.missedSnapshots, limits.missedSnapshots);
		recordMiss(rows, limits, entry, at);
	}
}

/** Rows that were over before any look saw them: after some looks their tuple is not their own any more. */
function countMissedTuples(rows: Rows, limits: Limits, {netns, at}: FinishedSnapshot): void {
	for (const entry of rows.closed) {
		const {row} = entry;
		if (row.kernel !== null || row.netns !== netns || (row.closedAt ?? at) >= at) continue;
		if (entry.missedSnapshots < limits.missedSnapshots) entry.missedSnapshots++;
	}
}

function isMissing(
	{row, facts, timeWaitSnapshotKind: timeWaitIn}: Entry,
	{netns, kind, socketKinds}: FinishedSnapshot,
): boolean {
	// null where its end is known.
	if (row.netns !== netns || facts.kernelState === null) return false;
	// Most tables leave TIME-WAIT out.
	if (facts.kernelState === 'TIME-WAIT') return timeWaitIn === kind;
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

	// Its process still has it: whatever comes with its inode is its socket.
	if (!facts.closed) {
		entry.cookie = null;
		entry.cookieConfirmed = false;
	}

	facts.kernelState = null;
	updateStage(entry, at);
	rows.touch(entry);
}
