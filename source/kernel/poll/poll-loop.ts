import type {KernelCounters} from '../../domain/kernel.ts';
import {type Pace, repeat} from '../../shared/adaptive-poll.ts';
import type {ShellFailure} from '../child/shell.ts';
import type {Look, LookSource} from './snapshot-source.ts';

export type LooksOptions = {
	/** Least time between two looks at the table, in ms. */
	intervalMs: number;
	onCounters: (counters: KernelCounters) => void;
	/** After a `final` failure no look is tried again. */
	onFailure: (failure: ShellFailure) => void;
};

/** Listeners and counters cost next to nothing. */
const listenersMs = 250;
/** After a look that failed: what is wrong may pass. */
const failedLookMs = 250;

/**
 * Repeats all looks of a source, each at its pace. Together they take at most a third of the time, and far less where
 * the namespace has fewer than ten thousand sockets.
 *
 * @returns Ends it; what is under way is not waited for.
 */
export const startLooks = (
	source: LookSource,
	{intervalMs, onCounters, onFailure}: LooksOptions,
): (() => void) => {
	const ends: (() => void)[] = [];
	let over = false;
	const end = (): void => {
		over = true;
		for (const endOne of ends.splice(0)) endOne();
	};

	const start = (look: Look, pace: Pace): void => {
		const endOne = repeat(async () => {
			const answer = await look();
			if (over) return null;
			if (answer.ok) return answer.busyMs;
			if (answer.final) end();
			onFailure(answer);
			return answer.final ? null : failedLookMs;
		}, pace);
		if (over) endOne();
		else ends.push(endOne);
	};

	const {table, listeners, info, timeWait, counters} = source;
	const often: Look = async () => {
		const answer = (await listeners?.()) ?? {ok: true, busyMs: 0};
		if (over || !answer.ok) return answer;
		const seen = await counters();
		if (seen !== null && !over) onCounters(seen);
		return answer;
	};
	start(often, {intervalMs: Math.min(intervalMs, listenersMs), share: 20, longestPauseMs: 2000});
	start(table, {intervalMs, share: 7, longestPauseMs: 2000});
	if (timeWait !== null) start(timeWait, {intervalMs, share: 20, longestPauseMs: 5000});
	if (info !== null) start(info, {intervalMs, share: 40, longestPauseMs: 30_000});
	return end;
};
