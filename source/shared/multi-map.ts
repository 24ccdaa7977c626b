/** A map whose keys mostly have one value and may have several, without a list for each. */
export type MultiMap<Key, Value> = {
	/** Keys. */
	readonly size: number;
	add(key: Key, value: Value): void;
	delete(key: Key, value: Value): void;
	/** What a key has: one value, or a list of several in the order in which they were added. */
	get(key: Key): Value | readonly Value[] | undefined;
};

/** Values must not be arrays. */
export function createMultiMap<Key, Value extends object>(): MultiMap<Key, Value> {
	const map = new Map<Key, Value | Value[]>();

	return {
		get size() {
			return map.size;
		},
		get: key => map.get(key),
		add(key, value) {
			const held = map.get(key);
			if (held === undefined) map.set(key, value);
			else if (Array.isArray(held)) held.push(value);
			else map.set(key, [held, value]);
		},
		delete(key, value) {
			const held = map.get(key);
			if (held === value) {
				map.delete(key);
				return;
			}

			if (!Array.isArray(held)) return;
			const at = held.indexOf(value);
			if (at === -1) return;
			const [other] = held;
			if (held.length > 2) held.splice(at, 1);
			else if (at === 1 && other !== undefined) map.set(key, other);
			else if (held[1] !== undefined) map.set(key, held[1]);
		},
	};
}

const none: readonly never[] = [];

/** What `get` has answered, as a list. */
export function listOf<Value extends object>(held: Value | readonly Value[] | undefined): readonly Value[] {
	if (held === undefined) return none;
	return isList(held) ? held : [held];
}

export const isList = <Value extends object>(held: Value | readonly Value[]): held is readonly Value[] =>
	Array.isArray(held);
