/** Sources of snapshots: ways to read the sockets of one network namespace. */
import type {KernelCounters} from '../../domain/kernel.ts';
import type {ShellFailure} from '../child/shell.ts';

/**
 * `busyMs` is the working time of the poll, which sets its pace. A failure is `permanent` where no later poll
 * can succeed.
 */
export type PollResult = {ok: true; busyMs: number} | ShellFailure;

/**
 * Reads once and emits the result; without a need for it, the poll does nothing. Never rejects, never
 * overlaps.
 */
export type Poll = () => Promise<PollResult>;

/** A way to read the sockets. A part that it cannot read is null. */
export type SnapshotSource = {
	/** All sockets but those in TIME-WAIT. */
	table: Poll;
	listeners: Poll | null;
	/** TCP info of the queried sockets, while the table goes without. */
	info: Poll | null;
	/** Sockets in TIME-WAIT on queried ports. */
	timeWait: Poll | null;
	/** null where the counters cannot be read at the moment. */
	counters: () => Promise<KernelCounters | null>;
};
