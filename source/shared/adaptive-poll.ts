export type Pace = {
	/** Least time between two beginnings, in ms. */
	intervalMs: number;
	/** So many times as long as a look takes is the time between two beginnings, at least. */
	share: number;
	/** Longest pause after a look, in ms, unless the interval is longer. */
	longestPauseMs: number;
};

/**
 * Repeats a look: the next one begins when an interval has passed since the one before began, or `share` times as long
 * as that one took, so that looking takes at most a share of the time. The pause has an end: on a machine that is busy
 * a look takes long although it costs little, and that is when somebody wants to know.
 *
 * @param look Returns how long it took in ms, or null when it shall not be repeated. Must not reject.
 * @returns Ends it; what is under way is not waited for.
 */
export const repeat = (
	look: () => Promise<number | null>,
	{intervalMs, share, longestPauseMs}: Pace,
): (() => void) => {
	let timer: NodeJS.Timeout | null = null;
	let ended = false;
	const once = async (): Promise<void> => {
		const began = performance.now();
		const tookMs = await look();
		if (ended || tookMs === null) return;
		const due = began + Math.max(intervalMs, Math.min(share * tookMs, tookMs + longestPauseMs));
		timer = setTimeout(once, Math.max(0, due - performance.now()));
	};
	void once();
	return () => {
		ended = true;
		if (timer !== null) clearTimeout(timer);
	};
};
