import {describe, expect, it} from 'vitest';
import {createCachedQuery, finalPassStep} from '../../../../source/model/diagnosis/cached-query.ts';

const setUp = (rows: number) => {
	const at = {pass: 0};
	const once = createCachedQuery<null>(
		() => at.pass,
		() => rows,
		() => null,
	);
	const computed: string[] = [];
	const names = ['a', 'b', 'c', 'd'];
	const computes = names.map(name => () => {
		computed.push(name);
		return `${name} of ${at.pass}`;
	});
	return {
		/** @returns the computed ones of four in this pass, each read twice */
		pass(number: number): string {
			at.pass = number;
			computed.length = 0;
			for (const compute of [...computes, ...computes]) once(compute);
			return computed.join('');
		},
	};
};

describe('a query over all rows', () => {
	it('is computed once per evaluation pass', () => {
		const {pass} = setUp(4999);
		expect([1, 2, 3, 4].map(pass)).toEqual(['abcd', 'abcd', 'abcd', 'abcd']);
	});

	it('over a very large table is computed once or twice a second, not in every evaluation pass', () => {
		const {pass} = setUp(5000);
		const passes = Array.from({length: 24}, (_, index) => pass(index));
		expect(passes[0]).toBe('abcd');
		const late = passes.slice(8);
		expect(Math.max(...late.map(({length}) => length))).toBeLessThan(4);
		for (const name of 'abcd') {
			const inPasses = late.flatMap((computed, index) => (computed.includes(name) ? [index] : []));
			const gaps = inPasses.slice(1).map((index, before) => index - (inPasses[before] ?? 0));
			expect(Math.max(...gaps)).toBeLessThan(5);
			expect(Math.min(...gaps)).toBeGreaterThan(1);
		}
	});

	it('is computed anew in the last evaluation pass, whatever the number of rows', () => {
		const {pass} = setUp(50_000);
		pass(1);
		expect(pass(2)).toBe('');
		expect(pass(2 + finalPassStep)).toBe('abcd');
	});
});
