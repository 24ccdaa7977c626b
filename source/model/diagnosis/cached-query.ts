/**
 * What is gathered from all rows for several rules: computed at most once a look. Of very many rows not at each look,
 * nor all of it in the same one: the kernel's view of them is no newer, and a look is to be short.
 */
export type CachedQuery<Given> = <Value>(compute: (given: Given) => Value) => Value;

/** From so many rows on. */
const largeTableRows = 5000;
/** Looks that a value then holds for at least, where another one is computed in this look; and at most. */
const minPassesKept = 2;
const maxPassesKept = 4;

/**
 * @param currentPass the number of the present look; where it grows by more than one, all is computed anew
 * @param rowCount how many rows there are now
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
		// What nobody asks for any longer would keep rows that have left.
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
		// A function is the key of its own value.
		if (last !== undefined && !isDue(pass - last.in)) return last.value as Value;
		const value = compute(input());
		cache.set(compute, {value, in: pass});
		computedInPass++;
		return value;
	};
}

/** What the number of a look grows by at the last one: nothing that was computed before may be used in it. */
export const finalPassStep = maxPassesKept;
