/** How fast a counter grows, from two of its values that are far enough apart. */
export type Rate = {
	/** What it adds a second; null until two values were seen, and when it went backwards. */
	perSecond: number | null;
	/** The value that the next rate is counted from, and the newest one. */
	from: {at: number; count: number} | null;
	last: number;
};

/** Shorter times make of one event a burst. */
const shortestMs = 900;

export const newRate = (): Rate => ({perSecond: null, from: null, last: 0});

/**
 * @param at when the counter had this value, in ms since the epoch
 * @param count null where it was not readable
 * @returns what it adds a second now, to a thousandth
 */
export function advance(rate: Rate, at: number, count: number | null): number | null {
	const {from, last} = rate;
	if (count === null || from === null || count < last) {
		// Whoever counts begins anew, or has begun.
		rate.perSecond = null;
		rate.from = count === null ? null : {at, count};
	} else if (at - from.at >= shortestMs) {
		rate.perSecond = Math.round(((count - from.count) * 1_000_000) / (at - from.at)) / 1000;
		rate.from = {at, count};
	}

	rate.last = count ?? 0;
	return rate.perSecond;
}
