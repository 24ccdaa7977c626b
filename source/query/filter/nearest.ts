/**
 * The name nearest to the typed text, by edit distance.
 *
 * @param typed the typed text, in any case
 * @param names the names to choose from; the first of equally near ones wins
 * @returns null when no name is near enough
 */
export const nearestName = (typed: string, names: readonly string[]): string | null => {
	const wanted = typed.toLowerCase();
	if (wanted.length === 0 || wanted.length > maxTypedLength) {
		return null;
	}
	// A third of the letters may be wrong: "prt" may mean "port", but "src" hardly "role".
	const allowed = Math.max(1, Math.floor(wanted.length / 3));
	let best: string | null = null;
	let bestDistance = allowed + 1;
	for (const name of names) {
		const distance = editDistance(wanted, name.toLowerCase());
		if (distance < bestDistance) {
			best = name;
			bestDistance = distance;
		}
	}
	return best ?? names.find(name => wanted.length >= 2 && name.toLowerCase().startsWith(wanted)) ?? null;
};

const maxTypedLength = 40;

// Letters inserted, left out, replaced, or two neighbours swapped (optimal string alignment).
const editDistance = (from: string, to: string): number => {
	let beforeLast: number[] = [];
	let last = Array.from({length: to.length + 1}, (_, column) => column);
	for (let row = 1; row <= from.length; row++) {
		const current = [row];
		for (let column = 1; column <= to.length; column++) {
			const same = from[row - 1] === to[column - 1];
			const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			current[column] = Math.min(
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (same ? 0 : 1),
				swapped && row > 1 && column > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
			);
		}
		beforeLast = last;
		last = current;
	}
	return last[to.length] ?? 0;
};
