import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {startPollLoop} from '../../../../source/kernel/poll/poll-loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The starts of polls in ms, while the loop is asked whether nothing changes. */
const polls = async (intervalMs: number, isCalm: (ms: number) => boolean, forMs: number) => {
	const begun = performance.now();
	const time = () => Math.round(performance.now() - begun);
	const table: number[] = [];
	const listeners: number[] = [];
	const poll = (starts: number[]) => async () => {
		starts.push(time());
		return {ok: true, busyMs: 1} as const;
	};
	const stop = startPollLoop(
		{table: poll(table), listeners: poll(listeners), info: null, timeWait: null, counters: async () => null},
		{intervalMs, isCalm: () => isCalm(time()), onCounters: () => {}, onFailure: () => {}},
	);
	await vi.advanceTimersByTimeAsync(forMs);
	stop();
	return {table, listeners};
};

test('each poll has its own pace, and a slower one where nothing changes', async () => {
	expect(await polls(1000, () => false, 2000)).toEqual({
		table: [0, 1000, 2000],
		listeners: [0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000],
	});
	expect(await polls(1000, () => true, 4000)).toEqual({
		table: [0, 2000, 4000],
		listeners: [0, 1000, 2000, 3000, 4000],
	});
});

test('a longer interval of its own stays as it is', async () => {
	expect((await polls(5000, () => true, 10_000)).table).toEqual([0, 5000, 10_000]);
});

test('a change makes the next poll due at its own pace', async () => {
	expect(await polls(1000, ms => ms < 1100, 3000)).toEqual({
		table: [0, 2000, 3000],
		listeners: [0, 1000, 1250, 1500, 1750, 2000, 2250, 2500, 2750, 3000],
	});
});
