/** The middle value, and the quartiles around it; between two values in proportion. */
export function spread(values: readonly number[]): {median: number; low: number; high: number} {
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number): number => {
		const place = (sorted.length - 1) * share;
		const below = sorted[Math.floor(place)] ?? Number.NaN;
		const above = sorted[Math.ceil(place)] ?? Number.NaN;
		return below + (above - below) * (place % 1);
	};
	return {median: at(0.5), low: at(0.25), high: at(0.75)};
}

export const describeSpread = (values: readonly number[], digits = 3): string => {
	const {median, low, high} = spread(values);
	return `${median.toFixed(digits)} (${low.toFixed(digits)} … ${high.toFixed(digits)})`;
};
