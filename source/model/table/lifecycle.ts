import type {Entry} from './entry.ts';

/** The end of a row, also where no record tells it: its process is gone. */
export function close(entry: Entry, at: number): void {
	const {row, facts} = entry;
	facts.closed = true;
	facts.connecting = false;
	facts.lookingUp = false;
	facts.listening = false;
	facts.needDrain = false;
	facts.readingStopped = false;
	row.closedAt ??= at;
	row.inBps = null;
	row.outBps = null;
}

/** A server that listens again is the same server; and what its process names as alive was taken for gone. */
export function reopen(entry: Entry, at: number): void {
	const {row, facts} = entry;
	facts.closed = false;
	facts.failed = false;
	entry.benignClose = false;
	if (at !== row.openedAt) {
		// Another life: the time in each stage is that of this one.
		row.stageMs = null;
		row.stageSince = at;
	}

	row.openedAt = at;
	row.closedAt = null;
	row.error = null;
	clearKernelView(entry);
}

/** What the kernel said was about another socket: each attempt and each listen() has its own. */
export function clearKernelView(entry: Entry): void {
	entry.inode = null;
	entry.cookie = null;
	entry.cookieConfirmed = false;
	entry.missedSnapshots = 0;
	entry.seenAt = 0;
	entry.row.kernel = null;
	entry.row.joinedBy = null;
	entry.facts.kernelState = null;
}
