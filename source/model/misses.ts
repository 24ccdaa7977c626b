/** What a look did not show: a socket that two looks have missed is gone, since a look is not made in one moment. */
import {close} from './apply-socket.ts';
import {type Entry, isCounted, updateStage} from './entry.ts';
import type {SocketKind} from './kernel-types.ts';
import type {Limits} from './limits.ts';
import type {Rows} from './rows.ts';

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
		if (entry.row.netns === whole.netns && isMissed(entry, whole, limits))
			miss(rows, limits, entry, whole.at);
	}
}

function isMissed(entry: Entry, {look, at, kinds}: WholeLook, limits: Limits): boolean {
	const {row, facts} = entry;
	const {kernel} = row;
	if (kernel === null) {
		// After that its tuple is not its own any more.
		const isOver = look === 'table' && facts.closed && (row.closedAt ?? at) < at;
		if (isOver && entry.misses < limits.misses) entry.misses++;
		return false;
	}

	// null where its end is known.
	if (facts.kernelState === null || kernel.seenAt >= at) return false;
	// Most tables leave TIME-WAIT out.
	if (facts.kernelState === 'TIME-WAIT') return entry.timeWaitIn === look;
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

	if (!row.kernel?.final) {
		row.kernel = null;
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
