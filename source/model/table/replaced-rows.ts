/** Which row took the place of one: the same connection, first seen by the kernel alone. */

export type Heirs = {
	note(id: string, heir: string): void;
	/** @returns the id of the row that stands for it now; null where there was none, or it is long ago */
	of(id: string): string | null;
};

/** Of so many rows it is remembered; who looks at one asks at the next picture. */
const kept = 2000;

export function createHeirs(): Heirs {
	const heirs = new Map<string, string>();
	return {
		note(id, heir) {
			heirs.delete(id);
			heirs.set(id, heir);
			const [oldest] = heirs.keys();
			if (heirs.size > kept && oldest !== undefined) heirs.delete(oldest);
		},
		of: id => heirs.get(id) ?? null,
	};
}
