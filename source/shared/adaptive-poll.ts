export type AdaptivePollOptions = {
	/** Least time between the starts of two polls, in ms. */
	intervalMs: number;
	/** The time between the starts of two polls is at least this many times the cost of a poll. */
	costFactor: number;
	/** Longest pause after a poll, in ms, unless the interval is longer. */
	maxPauseMs: number;
	/**
	 * Asked where a poll is due, with the time since the last one started, in ms: true puts it off by another
	 * interval. Default: none is put off.
	 */
	canWait?: (sinceMs: number) => boolean;
};

/**
 * Repeats a poll: the next one starts when `intervalMs` has passed since the last one started, or
 * `costFactor` times its duration, so that polling takes at most a share of the time. The pause is bounded:
 * on a busy machine a poll takes long although it costs little, and its result is needed then.
 *
 * @param poll returns its duration in ms, or null to stop the repetition; must not reject
 * @returns a function that stops the repetition, without waiting for a running poll
 */
export const startAdaptivePoll = (
	poll: () => Promise<number | null>,
	{intervalMs, costFactor, maxPauseMs, canWait}: AdaptivePollOptions,
): (() => void) => {
	let timer: NodeJS.Timeout | null = null;
	let stopped = false;
	let startedAt = 0;
	const run = async (): Promise<void> => {
		startedAt = performance.now();
		const tookMs = await poll();
		if (stopped || tookMs === null) return;
		const due = startedAt + Math.max(intervalMs, Math.min(costFactor * tookMs, tookMs + maxPauseMs));
		timer = setTimeout(runOrWait, Math.max(0, due - performance.now()));
	};
	const runOrWait = (): void => {
		if (canWait?.(performance.now() - startedAt)) timer = setTimeout(runOrWait, intervalMs);
		else void run();
	};
	void run();
	return () => {
		stopped = true;
		if (timer !== null) clearTimeout(timer);
	};
};
