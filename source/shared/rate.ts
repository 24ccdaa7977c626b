/** How fast a counter grows, from two of its values that are far enough apart. */
export type Rate = {
	/** What it adds a second; null until two values were seen, and when it went backwards. */
	perSecond: number | null;
	/** The value that the next rate is counted from, and the newest one. */
	base: {at: number; count: number} | null;
	last: number;
};

/** Shorter times make of one event a burst. */
const minSpanMs = 900;

export const createRate = (): Rate => ({perSecond: null, base: null, last: 0});

/**
 * @param at when the counter had this value, in ms since the epoch
 * @param count null where it was not readable
 * @returns what it adds a second now, to a thousandth
 */
export function updateRate(rate: Rate, at: number, count: number | null): number | null {
	const {base, last} = rate;
	if (count === null || base === null || count < last) {
		// Whoever counts begins anew, or has begun.
		rate.perSecond = null;
		rate.base = count === null ? null : {at, count};
	} else if (at - base.at >= minSpanMs) {
		rate.perSecond = Math.round(((count - base.count) * 1_000_000) / (at - base.at)) / 1000;
		rate.base = {at, count};
	}

	rate.last = count ?? 0;
	return rate.perSecond;
}
