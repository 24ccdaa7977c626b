/**
 * The hooks send CLOCK_MONOTONIC, which is one clock for the whole host; one offset for all of them turns it into
 * milliseconds since the epoch, so that order and differences across processes are right.
 */
import {monotonicShift} from './time-namespace.ts';

export type Clock = {
	/** Now, in ms since the epoch with microsecond fraction. It never goes back. */
	now(): number;
	/** @param monotonicMs CLOCK_MONOTONIC in ms, of any process of this host in our time namespace */
	toEpoch(monotonicMs: number): number;
	/** By how many ms the CLOCK_MONOTONIC of a process is ahead of ours. */
	monotonicShiftOf(pid: number): number;
};

export function createClock(): Clock {
	const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;
	const offset = Date.now() - monotonic();
	return {
		now: () => offset + monotonic(),
		toEpoch: monotonicMs => offset + monotonicMs,
		monotonicShiftOf: monotonicShift,
	};
}
