import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {startAdaptivePoll} from '../../../source/shared/adaptive-poll.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The times of the polls within 30 s, if each takes `tookMs`. */
const beginnings = async (intervalMs: number, tookMs: number | null) => {
	const begun: number[] = [];
	const start = performance.now();
	const end = startAdaptivePoll(
		async () => {
			begun.push(Math.round(performance.now() - start));
			if (tookMs) await new Promise(resolve => setTimeout(resolve, tookMs));
			return tookMs;
		},
		{intervalMs, costFactor: 7, maxPauseMs: 2000},
	);
	await vi.advanceTimersByTimeAsync(30_000);
	end();
	const count = begun.length;
	await vi.advanceTimersByTimeAsync(30_000);
	expect(begun).toHaveLength(count);
	return begun.slice(0, 4);
};

describe('the interval between polls', () => {
	test.each([
		['at the interval while they are quick', 500, 10, [0, 500, 1000, 1500]],
		['at a seventh of the time when they are not', 500, 100, [0, 700, 1400, 2100]],
		['with a pause of two seconds at most', 500, 1000, [0, 3000, 6000, 9000]],
		['never in one another', 1, 7000, [0, 9000, 18_000, 27_000]],
		['no more after one that was the last', 500, null, [0]],
	])('%s', async (_how, intervalMs, tookMs, expected) => {
		expect(await beginnings(intervalMs, tookMs)).toEqual(expected);
	});
});

test('a poll that can wait is put off by whole intervals, until it can no longer', async () => {
	const begun: number[] = [];
	const start = performance.now();
	let isCalm = true;
	const end = startAdaptivePoll(
		async () => {
			begun.push(Math.round(performance.now() - start));
			return 0;
		},
		{intervalMs: 250, costFactor: 7, maxPauseMs: 2000, canWait: sinceMs => isCalm && sinceMs < 1000},
	);
	await vi.advanceTimersByTimeAsync(2100);
	isCalm = false;
	await vi.advanceTimersByTimeAsync(500);
	end();
	await vi.advanceTimersByTimeAsync(5000);
	expect(begun).toEqual([0, 1000, 2000, 2250, 2500]);
});
