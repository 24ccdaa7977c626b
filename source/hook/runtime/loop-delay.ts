export type LoopDelay = {
	loopDelayP50: number | null;
	loopDelayP99: number | null;
	loopDelayMax: number | null;
};

/**
 * Measures how late the event loop runs a timer: the delay of the hook's own ticks, in ms. A block longer
 * than a tick is measured short by at most one tick.
 *
 * @param tickMs interval of the ticks
 * @param startedAt time at which the timer was set, in ms: work before its first tick delays it, too
 */
export function createDelayMeter(
	tickMs: number,
	startedAt: number,
): {
	/** @returns the delay of this tick, in ms */
	tick(at: number): number;
	take(): LoopDelay;
} {
	let lastTickAt = startedAt;
	let delays: number[] = [];
	return {
		tick(at) {
			const late = Math.max(0, at - lastTickAt - tickMs);
			delays.push(late);
			lastTickAt = at;
			return late;
		},
		take() {
			const sorted = delays.sort((a, b) => a - b);
			delays = [];
			const at = (share: number): number | null =>
				sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
			return {loopDelayP50: at(0.5), loopDelayP99: at(0.99), loopDelayMax: sorted.at(-1) ?? null};
		},
	};
}
