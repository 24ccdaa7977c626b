/**
 * Programs that only compute keep both processors busy: beside them, the programs of another test file would be late.
 *
 * @param most the number of pieces of work at the same time
 * @returns runs a piece of work as soon as there is room for it
 */
export const fewAtOnce = (most: number): (<Result>(work: () => Promise<Result>) => Promise<Result>) => {
	const waiting: Array<() => void> = [];
	let running = 0;
	return async work => {
		if (running < most) running++;
		else await new Promise<void>(resolve => waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next === undefined) running--;
			else next();
		}
	};
};
