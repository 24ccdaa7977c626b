/** A map whose keys mostly have one value and may have several, without a list for each. */
export type MultiMap<Key, Value> = {
	/** Number of keys. */
	readonly size: number;
	add(key: Key, value: Value): void;
	delete(key: Key, value: Value): void;
	/** @returns the one value of a key, or a list of several in the order in which they were added */
	get(key: Key): Value | readonly Value[] | undefined;
};

/** Creates an empty map. Values must not be arrays. */
export function createMultiMap<Key, Value extends object>(): MultiMap<Key, Value> {
	const map = new Map<Key, Value | Value[]>();

	return {
		get size() {
			return map.size;
		},
		get: key => map.get(key),
		add(key, value) {
			const stored = map.get(key);
			if (stored === undefined) map.set(key, value);
			else if (Array.isArray(stored)) stored.push(value);
			else map.set(key, [stored, value]);
		},
		delete(key, value) {
			const stored = map.get(key);
			if (stored === value) {
				map.delete(key);
				return;
			}

			if (!Array.isArray(stored)) return;
			const at = stored.indexOf(value);
			if (at === -1) return;
			const [other] = stored;
			if (stored.length > 2) stored.splice(at, 1);
			else if (at === 1 && other !== undefined) map.set(key, other);
			else if (stored[1] !== undefined) map.set(key, stored[1]);
		},
	};
}

const noValues: readonly never[] = [];

/** Turns a result of `get` into a list. */
export function listOf<Value extends object>(stored: Value | readonly Value[] | undefined): readonly Value[] {
	if (stored === undefined) return noValues;
	return isList(stored) ? stored : [stored];
}

export const isList = <Value extends object>(stored: Value | readonly Value[]): stored is readonly Value[] =>
	Array.isArray(stored);
