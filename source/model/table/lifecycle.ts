import type {Entry} from './entry.ts';

/** Closes a row, with or without a record: a process that is gone has no sockets. */
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

/** Reopens a row: a server may listen again, and a socket reported alive was closed too early. */
export function reopen(entry: Entry, at: number): void {
	const {row, facts} = entry;
	facts.closed = false;
	facts.failed = false;
	entry.benignClose = null;
	entry.resetAfterEnd = null;
	if (at !== row.openedAt) {
		// The times in each stage restart.
		row.stageMs = null;
		row.stageSince = at;
	}

	row.openedAt = at;
	row.closedAt = null;
	row.error = null;
	clearKernelView(entry);
}

/** Clears the kernel view, which belonged to another socket: each attempt and each listen() has its own. */
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
