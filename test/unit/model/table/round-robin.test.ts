// Visiting all rows in slices.
import {expect, it} from 'vitest';
import {createEntry, type Entry} from '../../../../source/model/table/entry.ts';
import {createRoundRobin} from '../../../../source/model/table/round-robin.ts';

const table = (size: number) => {
	const entries = new Map<string, Entry>();
	let made = 0;
	const add = (count: number): void => {
		for (let each = 0; each < count; each++) {
			const id = `1.0.${++made}`;
			entries.set(id, createEntry(id, null, 0));
		}
	};

	add(size);
	const visited: string[] = [];
	const rounds: number[] = [];
	const visit = createRoundRobin(
		{entries},
		({row}) => void visited.push(row.id),
		() => void rounds.push(visited.length),
	);
	return {entries, add, visit, visited, rounds};
};

it('visits each row once a round, in slices of the requested size', () => {
	const {visit, visited, rounds} = table(5000);
	visit(2000);
	visit(2000);
	expect(visited).toHaveLength(4000);
	expect(rounds).toEqual([]);
	visit(2000);
	expect(new Set(visited).size).toBe(5000);
	expect(rounds).toEqual([5000]);
	visit(2000);
	expect(visited.slice(5000)).toEqual(visited.slice(0, 2000));
});

it('visits a small table whole, whatever the requested size, and an empty one too', () => {
	const small = table(900);
	small.visit(0);
	expect(small.rounds).toEqual([900]);
	const empty = table(0);
	empty.visit(0);
	expect(empty.rounds).toEqual([0]);
	empty.add(3);
	empty.visit(0);
	expect(empty.visited).toEqual(['1.0.1', '1.0.2', '1.0.3']);
});

it('ends a round where rows are added and removed faster than they are visited', () => {
	const {entries, add, visit, rounds} = table(3000);
	for (let step = 0; step < 4; step++) {
		add(5000);
		for (const id of [...entries.keys()].slice(0, 5000)) entries.delete(id);
		visit(1000);
	}

	expect(rounds.length).toBeGreaterThan(0);
});
