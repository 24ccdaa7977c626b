export type AdaptivePollOptions = {
	/** Least time between two beginnings, in ms. */
	intervalMs: number;
	/** So many times as long as a look takes is the time between two beginnings, at least. */
	costFactor: number;
	/** Longest pause after a look, in ms, unless the interval is longer. */
	maxPauseMs: number;
};

/**
 * Repeats a look: the next one begins when an interval has passed since the one before began, or `share` times as long
 * as that one took, so that looking takes at most a share of the time. The pause has an end: on a machine that is busy
 * a look takes long although it costs little, and that is when somebody wants to know.
 *
 * @param poll Returns how long it took in ms, or null when it shall not be repeated. Must not reject.
 * @returns Ends it; what is under way is not waited for.
 */
export const startAdaptivePoll = (
	poll: () => Promise<number | null>,
	{intervalMs, costFactor, maxPauseMs}: AdaptivePollOptions,
): (() => void) => {
	let timer: NodeJS.Timeout | null = null;
	let stopped = false;
	const run = async (): Promise<void> => {
		const startedAt = performance.now();
		const tookMs = await poll();
		if (stopped || tookMs === null) return;
		const due = startedAt + Math.max(intervalMs, Math.min(costFactor * tookMs, tookMs + maxPauseMs));
		timer = setTimeout(run, Math.max(0, due - performance.now()));
	};
	void run();
	return () => {
		stopped = true;
		if (timer !== null) clearTimeout(timer);
	};
};
