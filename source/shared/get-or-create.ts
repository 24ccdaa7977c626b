/** What a map has by a key; where it has nothing, what is created is put there first. */
export function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, create: (key: Key) => Value): Value {
	const existing = map.get(key);
	if (existing !== undefined) return existing;
	const created = create(key);
	map.set(key, created);
	return created;
}
