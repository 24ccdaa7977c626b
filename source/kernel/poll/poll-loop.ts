import type {KernelCounters} from '../../domain/kernel.ts';
import {type AdaptivePollOptions, startAdaptivePoll} from '../../shared/adaptive-poll.ts';
import type {ShellFailure} from '../child/shell.ts';
import type {Poll, SnapshotSource} from './snapshot-source.ts';

export type PollLoopOptions = {
	/** Least time between two polls of the table, in ms. */
	intervalMs: number;
	onCounters: (counters: KernelCounters) => void;
	/** After a `permanent` failure there is no further poll. */
	onFailure: (failure: ShellFailure) => void;
};

/** Polls of listeners and counters cost next to nothing. */
const listenersIntervalMs = 250;
/** Pause after a failed poll, in ms: the failure may pass. */
const failedPollRetryMs = 250;

/**
 * Repeats all polls of a source, each at its own pace. Together they take at most a third of the time, and
 * far less where the namespace has fewer than ten thousand sockets.
 *
 * @returns a function that stops the polls, without waiting for a running one
 */
export const startPollLoop = (
	source: SnapshotSource,
	{intervalMs, onCounters, onFailure}: PollLoopOptions,
): (() => void) => {
	const stopFunctions: (() => void)[] = [];
	let stopped = false;
	const stop = (): void => {
		stopped = true;
		for (const stopOne of stopFunctions.splice(0)) stopOne();
	};

	const startPoll = (poll: Poll, options: AdaptivePollOptions): void => {
		const stopOne = startAdaptivePoll(async () => {
			const result = await poll();
			if (stopped) return null;
			if (result.ok) return result.busyMs;
			if (result.permanent) stop();
			onFailure(result);
			return result.permanent ? null : failedPollRetryMs;
		}, options);
		if (stopped) stopOne();
		else stopFunctions.push(stopOne);
	};

	const {table, listeners, info, timeWait, counters} = source;
	const pollListenersAndCounters: Poll = async () => {
		const result = (await listeners?.()) ?? {ok: true, busyMs: 0};
		if (stopped || !result.ok) return result;
		const latest = await counters();
		if (latest !== null && !stopped) onCounters(latest);
		return result;
	};
	startPoll(pollListenersAndCounters, {
		intervalMs: Math.min(intervalMs, listenersIntervalMs),
		costFactor: 20,
		maxPauseMs: 2000,
	});
	startPoll(table, {intervalMs, costFactor: 7, maxPauseMs: 2000});
	if (timeWait !== null) startPoll(timeWait, {intervalMs, costFactor: 20, maxPauseMs: 5000});
	if (info !== null) startPoll(info, {intervalMs, costFactor: 40, maxPauseMs: 30_000});
	return stop;
};
