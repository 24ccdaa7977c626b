import fc from 'fast-check';
import {expect, it} from 'vitest';
import {tupleHash} from '../../../../source/domain/address.ts';
import {createEntry, type Entry} from '../../../../source/model/table/entry.ts';
import {createSocketIndex} from '../../../../source/model/table/socket-index.ts';
import {createMultiMap, listOf} from '../../../../source/shared/multi-map.ts';
import {internet} from '../../../helpers/model/session.ts';

const change = fc.record({
	which: fc.nat(5),
	netns: fc.constantFrom('1', '2', null),
	inode: fc.option(fc.integer({min: 1, max: 3})),
	cookie: fc.option(fc.constantFrom('a', 'b')),
	sure: fc.boolean(),
	closed: fc.boolean(),
	kernelOnly: fc.boolean(),
	role: fc.constantFrom('client', 'listener', null),
	kind: fc.constantFrom('tcp', 'udp', 'unix'),
	local: fc.constantFrom('10.0.0.5:3000', '[::ffff:10.0.0.5]:3000', '10.0.0.5:3001', null),
	peer: fc.constantFrom('10.0.0.9:1', '[::ffff:10.0.0.9]:1', null),
	drops: fc.boolean(),
});

const where = (text: string | null) => (text === null ? null : internet(text));

it('rows are found by their present keys, after any changes, and leave no old key behind', () => {
	fc.assert(
		fc.property(fc.array(change, {maxLength: 60}), changes => {
			const index = createSocketIndex();
			const entries = Array.from({length: 6}, (_, number) => createEntry(`${number}`, null, 0));
			const here = new Set<Entry>();
			for (const to of changes) {
				const entry = entries[to.which];
				if (entry === undefined) continue;
				if (to.drops) {
					index.drop(entry);
					here.delete(entry);
					continue;
				}

				Object.assign(entry, {
					inode: to.inode,
					cookie: to.cookie,
					cookieIsSure: to.sure && to.cookie !== null,
				});
				Object.assign(entry.facts, {closed: to.closed, kernelOnly: to.kernelOnly});
				const {netns, role, kind} = to;
				// Addresses are new objects where they change; a kind is not.
				Object.assign(entry.row, {netns, role, kind, local: where(to.local), peer: where(to.peer)});
				index.update(entry);
				if (netns === null) here.delete(entry);
				else here.add(entry);
			}

			for (const netns of ['1', '2']) {
				const rows = [...here].filter(({row}) => row.netns === netns);
				const space = index.namespace(netns);
				expect(space?.rows ?? 0).toBe(rows.length);
				const found = (list: readonly Entry[]): Set<Entry> => new Set(list);
				for (const inode of [1, 2, 3]) {
					const expected = rows.filter(entry => !entry.facts.closed && entry.inode === inode);
					expect(found(listOf(space?.byInode.get(inode)))).toEqual(found(expected));
				}

				for (const cookie of ['a', 'b']) {
					const expected = rows.filter(entry => entry.cookie === cookie);
					expect(found(listOf(space?.byCookie.get(cookie)))).toEqual(found(expected));
				}

				const hash = tupleHash(internet('10.0.0.5:3000'), internet('10.0.0.9:1')) ?? 0;
				const expected = rows.filter(
					({row, facts, cookieConfirmed: cookieIsSure}) =>
						(facts.kernelOnly || !cookieIsSure) &&
						row.kind !== 'unix' &&
						tupleHash(row.local, row.peer) === hash,
				);
				expect(found(listOf(space?.byTuple.get(hash)))).toEqual(found(expected));
				const alive = rows.filter(({facts}) => !facts.closed && !facts.kernelOnly);
				expect(space?.udp ?? 0).toBe(alive.filter(({row}) => row.kind === 'udp').length);
				expect(space?.unix ?? 0).toBe(alive.filter(({row}) => row.kind === 'unix').length);
			}

			for (const entry of entries) index.drop(entry);
			for (const netns of ['1', '2']) expect(index.namespace(netns)).toBeUndefined();
		}),
	);
});

it('a key with several values returns them in insertion order, and is removed with the last', () => {
	fc.assert(
		fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(4), fc.boolean()), {maxLength: 40}), steps => {
			const map = createMultiMap<number, {name: number}>();
			const values = Array.from({length: 5}, (_, name) => ({name}));
			const expected = new Map<number, {name: number}[]>();
			for (const [key, which, adds] of steps) {
				const value = values[which];
				const list = expected.get(key) ?? [];
				if (value === undefined || (adds && list.includes(value))) continue;
				if (adds) {
					map.add(key, value);
					expected.set(key, [...list, value]);
				} else {
					map.delete(key, value);
					expected.set(
						key,
						list.filter(one => one !== value),
					);
				}
			}

			for (const key of [0, 1, 2]) expect(listOf(map.get(key))).toEqual(expected.get(key) ?? []);
			expect(map.size).toBe([...expected.values()].filter(({length}) => length > 0).length);
		}),
	);
});
