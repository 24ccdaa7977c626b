/** Maps a removed row to its replacement: the same connection, first reported by the kernel alone. */

export type ReplacedRows = {
	record(id: string, replacement: string): void;
	/** @returns the id of the current replacement; null where there was none, or it is no longer stored */
	replacementOf(id: string): string | null;
};

/** Limit of stored replacements; a screen that shows a row reads its replacement at the next frame. */
const maxReplacements = 2000;

export function createReplacedRows(): ReplacedRows {
	const replacements = new Map<string, string>();
	return {
		record(id, replacement) {
			replacements.delete(id);
			replacements.set(id, replacement);
			const [oldest] = replacements.keys();
			if (replacements.size > maxReplacements && oldest !== undefined) replacements.delete(oldest);
		},
		replacementOf: id => replacements.get(id) ?? null,
	};
}
