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
	/** Nothing has changed for a while: polls are put off, see `calmMs`. Default: never. */
	isCalm?: () => boolean;
};

/** Polls of listeners and counters cost next to nothing. */
const listenersIntervalMs = 250;
/**
 * Where nothing changes, polls start this rarely, in ms; one that has a longer interval keeps it. The first change makes
 * the next poll due at its own interval again.
 */
const calmMs = {table: 2000, listeners: 1000};
/** A timer of Node's may fire this much early. */
const timerToleranceMs = 2;
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
	{intervalMs, onCounters, onFailure, isCalm = () => false}: PollLoopOptions,
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
	const canWait = (leastMs: number) => (sinceMs: number) => isCalm() && sinceMs < leastMs - timerToleranceMs;
	const shortMs = Math.min(intervalMs, listenersIntervalMs);
	startPoll(pollListenersAndCounters, {
		intervalMs: shortMs,
		costFactor: 20,
		maxPauseMs: 2000,
		canWait: canWait(calmMs.listeners),
	});
	startPoll(table, {
		intervalMs,
		costFactor: 7,
		maxPauseMs: 2000,
		canWait: canWait(calmMs.table),
	});
	if (timeWait !== null) startPoll(timeWait, {intervalMs, costFactor: 20, maxPauseMs: 5000});
	if (info !== null) startPoll(info, {intervalMs, costFactor: 40, maxPauseMs: 30_000});
	return stop;
};
