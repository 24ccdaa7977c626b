import {describe, expect, test} from 'vitest';
import type {KernelSocket} from '../../../../../source/domain/kernel.ts';
import {createDestroyedFilter} from '../../../../../source/kernel/ss/events/port-filter.ts';
import {createTableParser} from '../../../../../source/kernel/ss/table-parser.ts';

describe('the port filter', () => {
	const ports = {local: [8080], peer: [5432]};
	const on = (local: number, peer: number, count: number): KernelSocket[] =>
		createTableParser(
			Buffer.from(`UNCONN 0 0 10.0.0.1:${local} 10.0.0.2:${peer} ino:0 sk:1\n`.repeat(count)),
			{
				version: null,
			},
		).take(count);
	const others = on(80, 4000, 5000);

	test.each([
		['few', on(80, 4000, 1900), null],
		['many others', others, '( sport = :8080 or dport = :5432 )'],
		['many watched servers', on(8080, 4000, 5000), null],
		['many watched clients', on(4000, 5432, 5000), null],
	])('after a second with %s', (_what, sockets, expected) => {
		const choice = createDestroyedFilter(0);
		choice.record(sockets, ports);
		expect(choice.choose(ports, 1000)).toBe(expected);
	});

	test('follows the ports, and tries all of them again after a minute', () => {
		const choice = createDestroyedFilter(0);
		choice.record(others, ports);
		expect(choice.choose(ports, 1000)).not.toBeNull();
		expect(choice.choose({local: [8081], peer: []}, 2000)).toBe('( sport = :8081 )');
		expect(choice.choose(ports, 60_000)).not.toBeNull();
		expect(choice.choose(ports, 61_001)).toBeNull();
		choice.record(others, ports);
		expect(choice.choose(ports, 62_000)).not.toBeNull();
		expect(choice.choose(null, 63_000)).toBeNull();
	});
});
