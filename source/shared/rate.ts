/** The rate of a counter, from two of its values that are far enough apart. */
export type Rate = {
	/** Increase a second; null until two values are known, and after the counter went backwards. */
	perSecond: number | null;
	/** The value that the next rate starts from. */
	base: {at: number; count: number} | null;
	last: number;
};

/** Shortest span in ms: a shorter one would turn a single event into a burst. */
const minSpanMs = 900;

export const createRate = (): Rate => ({perSecond: null, base: null, last: 0});

/**
 * Updates the rate with a new value of the counter.
 *
 * @param at time of the value, in ms since the epoch
 * @param count the counter's value; null where it was not readable
 * @returns the increase a second, to a thousandth
 */
export function updateRate(rate: Rate, at: number, count: number | null): number | null {
	const {base, last} = rate;
	if (count === null || base === null || count < last) {
		// The counter starts anew, or has restarted.
		rate.perSecond = null;
		rate.base = count === null ? null : {at, count};
	} else if (at - base.at >= minSpanMs) {
		rate.perSecond = Math.round(((count - base.count) * 1_000_000) / (at - base.at)) / 1000;
		rate.base = {at, count};
	}

	rate.last = count ?? 0;
	return rate.perSecond;
}
