/**
 * Converts CLOCK_MONOTONIC, which is one clock for the whole host, to milliseconds since the epoch. All hooks
 * share one offset, so that order and differences across processes are right.
 */
import {monotonicShift} from './time-namespace.ts';

export type Clock = {
	/** The current time in ms since the epoch, with a fraction of microseconds. Never goes back. */
	now(): number;
	/** @param monotonicMs CLOCK_MONOTONIC in ms, of any process of this host in netwatch's time namespace */
	toEpoch(monotonicMs: number): number;
	/** @returns how many ms the CLOCK_MONOTONIC of a process is ahead of netwatch's */
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
