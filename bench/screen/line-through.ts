/** The straight line through points by least squares. @returns NaN where there are fewer than two */
export const lineThrough = (
	points: readonly (readonly [x: number, y: number])[],
): {slope: number; start: number} => {
	const mean = (values: readonly number[]): number =>
		values.reduce((sum, value) => sum + value, 0) / values.length;
	const middle = {x: mean(points.map(([x]) => x)), y: mean(points.map(([, y]) => y))};
	const rise = points.reduce((sum, [x, y]) => sum + (x - middle.x) * (y - middle.y), 0);
	const run = points.reduce((sum, [x]) => sum + (x - middle.x) ** 2, 0);
	const slope = rise / run;
	return {slope, start: middle.y - slope * middle.x};
};
