/** What a look did not show: a socket that two looks have missed is gone, since a look is not made in one moment. */

import type {SocketKind} from '../../domain/kernel.ts';
import {type Entry, isCounted, updateStage} from '../table/entry.ts';
import {close} from '../table/lifecycle.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {nothingLeft} from './merge-kernel-view.ts';

/** A look that has come to its end. */
export type WholeLook = {
	netns: string;
	look: 'table' | 'time-wait';
	/** When it began: who was joined by it was seen at that time, or later. */
	at: number;
	/** What a table was asked for. */
	kinds: ReadonlySet<SocketKind>;
};

export function missSockets(rows: Rows, limits: Limits, whole: WholeLook): void {
	for (const entry of rows.entries.values()) {
		if (entry.seenAt < whole.at && entry.seenAt !== 0 && isMissed(entry, whole)) {
			miss(rows, limits, entry, whole.at);
		}
	}

	if (whole.look === 'table') missTuples(rows, limits, whole);
}

/** Nobody looks at a namespace any more, in which nobody is that is watched: what looks have shown of it is over. */
export function forgetSockets(rows: Rows, limits: Limits, netns: string, at: number): void {
	for (const entry of [...rows.entries.values()]) {
		if (entry.row.netns !== netns || (entry.facts.kernelState === null && entry.seenAt === 0)) continue;
		entry.misses = Math.max(entry.misses, limits.misses);
		miss(rows, limits, entry, at);
	}
}

/** Rows that were over before any look saw them: after some looks their tuple is not their own any more. */
function missTuples(rows: Rows, limits: Limits, {netns, at}: WholeLook): void {
	for (const entry of rows.closed) {
		const {row} = entry;
		if (row.kernel !== null || row.netns !== netns || (row.closedAt ?? at) >= at) continue;
		if (entry.misses < limits.misses) entry.misses++;
	}
}

function isMissed({row, facts, timeWaitIn}: Entry, {netns, look, kinds}: WholeLook): boolean {
	// null where its end is known.
	if (row.netns !== netns || facts.kernelState === null) return false;
	// Most tables leave TIME-WAIT out.
	if (facts.kernelState === 'TIME-WAIT') return timeWaitIn === look;
	if (look === 'time-wait') return false;
	if (row.kind === 'udp' || row.kind === 'unix') return kinds.has(row.kind);
	return kinds.has('tcp') || kinds.has('mptcp');
}

function miss(rows: Rows, limits: Limits, entry: Entry, at: number): void {
	const {row, facts} = entry;
	entry.misses++;
	if (entry.misses < limits.misses) return;
	if (facts.kernelOnly && !isCounted(entry)) {
		rows.remove(entry);
		return;
	}

	if (facts.kernelOnly) {
		close(entry, at);
		rows.retire(entry);
	}

	if (row.kernel?.final) {
		row.kernel = {...row.kernel, ...nothingLeft};
	} else {
		row.kernel = null;
		entry.seenAt = 0;
		row.joinedBy = null;
	}

	// Its process still has it: whatever comes with its inode is its socket.
	if (!facts.closed) {
		entry.cookie = null;
		entry.cookieIsSure = false;
	}

	facts.kernelState = null;
	updateStage(entry, at);
	rows.touch(entry);
}
