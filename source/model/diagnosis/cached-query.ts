/**
 * What is gathered from all rows for several rules: computed at most once a look. Of very many rows not at each look,
 * nor all of it in the same one: the kernel's view of them is no newer, and a look is to be short.
 */
export type Once<Given> = <Value>(compute: (given: Given) => Value) => Value;

/** From so many rows on. */
const manyRows = 5000;
/** Looks that a value then holds for at least, where another one is computed in this look; and at most. */
const restedLooks = 2;
const staleLooks = 4;

/**
 * @param looks the number of the present look; where it grows by more than one, all is computed anew
 * @param rowCount how many rows there are now
 */
export function createOnce<Given>(
	looks: () => number,
	rowCount: () => number,
	given: () => Given,
): Once<Given> {
	const known = new Map<(given: Given) => unknown, {value: unknown; in: number}>();
	let look = looks();
	let computedInLook = 0;

	function begin(): void {
		look = looks();
		computedInLook = 0;
		// What nobody asks for any longer would keep rows that have left.
		for (const [compute, value] of known) if (look - value.in > 2 * staleLooks) known.delete(compute);
	}

	function isDue(age: number): boolean {
		if (age === 0) return false;
		if (rowCount() < manyRows || age >= staleLooks) return true;
		return age >= restedLooks && computedInLook === 0;
	}

	return <Value>(compute: (given: Given) => Value): Value => {
		if (look !== looks()) begin();
		const last = known.get(compute);
		// A function is the key of its own value.
		if (last !== undefined && !isDue(look - last.in)) return last.value as Value;
		const value = compute(given());
		known.set(compute, {value, in: look});
		computedInLook++;
		return value;
	};
}

/** What the number of a look grows by at the last one: nothing that was computed before may be used in it. */
export const lastLook = staleLooks;
