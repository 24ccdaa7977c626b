/** Paces the refreshes of a constantly changing model. */

/** Queries of many rows are slow: they take at most one part in this many of the time. */
const queryCostFactor = 16;

export type RefreshTimer = {
	/**
	 * Refreshes now if due, else as soon as due.
	 *
	 * @param queryMs duration of the last row query
	 */
	request(queryMs: number): void;
	/** Refreshes now; a pending refresh is merged into it. */
	refreshNow(): void;
	/** Whether the last refresh is at least `refreshMs` ago. */
	isDue(): boolean;
	cancel(): void;
};

export type RefreshTimerOptions = {
	/** Shortest time between two refreshes, in ms. */
	refreshMs: number;
	/** Runs a function once after a delay in ms; returns a function that cancels it. */
	setTimer(run: () => void, ms: number): () => void;
	refresh(): void;
};

export const createRefreshTimer = ({refreshMs, setTimer, refresh}: RefreshTimerOptions): RefreshTimer => {
	let refreshedAt = Number.NEGATIVE_INFINITY;
	let cancelTimer: (() => void) | null = null;

	const cancel = (): void => {
		cancelTimer?.();
		cancelTimer = null;
	};
	const refreshNow = (): void => {
		cancel();
		refreshedAt = performance.now();
		refresh();
	};
	return {
		request(queryMs) {
			const dueInMs = refreshedAt + Math.max(refreshMs, queryMs * queryCostFactor) - performance.now();
			if (dueInMs <= 0) refreshNow();
			else cancelTimer ??= setTimer(refreshNow, dueInMs);
		},
		refreshNow,
		isDue: () => performance.now() - refreshedAt >= refreshMs,
		cancel,
	};
};
