/** Which row took the place of one: the same connection, first seen by the kernel alone. */

export type ReplacedRows = {
	record(id: string, heir: string): void;
	/** @returns the id of the row that stands for it now; null where there was none, or it is long ago */
	replacementOf(id: string): string | null;
};

/** Of so many rows it is remembered; who looks at one asks at the next picture. */
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
