/** Looking at the sockets of one network namespace, by whatever means. */
import type {KernelCounters} from '../../domain/kernel.ts';
import type {ShellFailure} from '../child/shell.ts';

/** `busyMs`: how long it worked, by which its pace is chosen. A failure is `final` where no look will ever succeed. */
export type PollResult = {ok: true; busyMs: number} | ShellFailure;

/** Reads once and hands on what it read; a look at what nobody wants does nothing. Never rejects, never overlaps. */
export type Poll = () => Promise<PollResult>;

/** A way of looking. What it cannot tell is null. */
export type SnapshotSource = {
	/** All sockets but those in TIME-WAIT. */
	table: Poll;
	listeners: Poll | null;
	/** TCP info of the sockets that are wanted, while the table goes without. */
	info: Poll | null;
	/** Those in TIME-WAIT on wanted ports. */
	timeWait: Poll | null;
	/** null where they cannot be read just now. */
	counters: () => Promise<KernelCounters | null>;
};
