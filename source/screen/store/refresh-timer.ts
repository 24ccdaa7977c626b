/** Paces the frames of a model that changes all the time. */

/** Many rows take time to query: at most one part in so many of the time goes into it. */
const queryCostFactor = 16;

export type RefreshTimer = {
	/**
	 * Refreshes now where that is due, else as soon as it is.
	 *
	 * @param queryMs how long the last query of the rows took
	 */
	request(queryMs: number): void;
	/** Refreshes now; a refresh that was requested for later is included. */
	refreshNow(): void;
	/** Whether the last refresh is at least `refreshMs` ago. */
	isDue(): boolean;
	cancel(): void;
};

export type RefreshTimerOptions = {
	/** Shortest time between two refreshes, in ms. */
	refreshMs: number;
	/** Runs something once, after so many ms; what it returns prevents that. */
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
