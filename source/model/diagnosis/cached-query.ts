/**
 * Queries over all rows that several rules share: computed at most once a pass. For large tables not in each
 * pass, nor all in the same one: the kernel's view is no newer, and a pass must be short.
 */
export type CachedQuery<Given> = <Value>(compute: (given: Given) => Value) => Value;

/** From this number of rows on. */
const largeTableRows = 5000;
/** Passes that a value is kept, at least where another one is computed in this pass, and at most. */
const minPassesKept = 2;
const maxPassesKept = 4;

/**
 * @param currentPass returns the number of the current pass; a step above one invalidates all values
 * @param rowCount returns the number of rows
 */
export function createCachedQuery<Given>(
	currentPass: () => number,
	rowCount: () => number,
	input: () => Given,
): CachedQuery<Given> {
	const cache = new Map<(input: Given) => unknown, {value: unknown; in: number}>();
	let pass = currentPass();
	let computedInPass = 0;

	function beginPass(): void {
		pass = currentPass();
		computedInPass = 0;
		// A stale query would keep removed rows alive.
		for (const [compute, value] of cache) if (pass - value.in > 2 * maxPassesKept) cache.delete(compute);
	}

	function isDue(age: number): boolean {
		if (age === 0) return false;
		if (rowCount() < largeTableRows || age >= maxPassesKept) return true;
		return age >= minPassesKept && computedInPass === 0;
	}

	return <Value>(compute: (input: Given) => Value): Value => {
		if (pass !== currentPass()) beginPass();
		const last = cache.get(compute);
		// The function is the key of its value.
		if (last !== undefined && !isDue(pass - last.in)) return last.value as Value;
		const value = compute(input());
		cache.set(compute, {value, in: pass});
		computedInPass++;
		return value;
	};
}

/** The step of the last pass's number: no earlier value may be used in it. */
export const finalPassStep = maxPassesKept;
