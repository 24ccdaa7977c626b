export type LoopDelay = {
	loopDelayP50: number | null;
	loopDelayP99: number | null;
	loopDelayMax: number | null;
};

/**
 * How late the event loop runs a timer: the delay of the hook's own ticks, in milliseconds. A loop that is blocked
 * for longer than a tick is seen with the blocked time less at most one tick.
 *
 * @param startedAt when the timer was set: what runs before its first tick holds it up as well
 */
export function createDelayMeter(
	tickMs: number,
	startedAt: number,
): {
	/** @returns how late this tick comes, in ms */
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
