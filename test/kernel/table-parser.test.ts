import {describe, expect, test} from 'vitest';
import {createTableParser} from '../../source/kernel/table-parser.ts';
import {fixtureBytes} from './support.ts';

const version = {major: 6, minor: 1};

describe('a table is read bit by bit', () => {
	test.each([1, 7, 10_000])('%i lines at a time', lines => {
		const parser = createTableParser(fixtureBytes('all-states-1.nwt1.t-all.ss'), {version});
		let sockets = 0;
		while (!parser.done) {
			const found = parser.take(lines);
			expect(found.length).toBeLessThanOrEqual(lines);
			sockets += found.length;
		}
		expect(parser).toMatchObject({sockets: 45, notUnderstood: {count: 0}, windowsShown: true});
		expect(sockets).toBe(45);
		expect(parser.take(10)).toEqual([]);
	});
});
