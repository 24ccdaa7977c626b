import fc from 'fast-check';
import {expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {parseFilter} from '../../../../source/query/filter/index.ts';
import {makeRow, openedAt} from '../../../helpers/model/row.ts';

/** A filter as a tree, to write with any spelling and to evaluate by itself. */
type Meant =
	| {type: 'word'; word: string}
	| {type: 'not'; of: Meant; sign: string}
	| {type: 'and' | 'or'; of: Meant[]; sign: string};

const meant = fc.letrec<{any: Meant}>(tie => ({
	any: fc.oneof(
		{depthSize: 'medium', withCrossShrink: true},
		fc.record({type: fc.constant('word' as const), word: fc.constantFrom('xa', 'xb', 'xc')}),
		fc.record({
			type: fc.constant('not' as const),
			of: tie('any'),
			sign: fc.constantFrom('!', '! ', 'not ', 'NOT '),
		}),
		fc.record({
			type: fc.constant('and' as const),
			of: fc.array(tie('any'), {minLength: 1, maxLength: 3}),
			sign: fc.constantFrom(' ', '  ', ' and ', ' && '),
		}),
		fc.record({
			type: fc.constant('or' as const),
			of: fc.array(tie('any'), {minLength: 1, maxLength: 3}),
			sign: fc.constantFrom(' or ', ' OR ', ' || '),
		}),
	),
})).any;

const binding = {or: 0, and: 1, not: 2, word: 3};

// Parentheses only where the grammar needs them: precedence is tested, too.
const written = (filter: Meant, outer = 0): string => {
	const own = binding[filter.type];
	const text = (): string => {
		switch (filter.type) {
			case 'word':
				return filter.word;
			case 'not':
				return `${filter.sign}${written(filter.of, own)}`;
			default:
				return filter.of.map(one => written(one, own + 1)).join(filter.sign);
		}
	};
	return own < outer ? `(${text()})` : text();
};

const holds = (filter: Meant, row: Row): boolean => {
	switch (filter.type) {
		case 'word':
			return row.label?.includes(filter.word) ?? false;
		case 'not':
			return !holds(filter.of, row);
		case 'and':
			return filter.of.every(one => holds(one, row));
		case 'or':
			return filter.of.some(one => holds(one, row));
	}
};

it('and, or, not and parentheses are evaluated by their precedence, in any combination', () => {
	const rows = ['', 'xa', 'xb', 'xc', 'xa xb', 'xa xc', 'xb xc', 'xa xb xc'].map(label => makeRow({label}));
	fc.assert(
		fc.property(meant, filter => {
			const text = written(filter);
			fc.pre(text.length <= 1000);
			const parsed = parseFilter(text);
			expect(parsed).toMatchObject({ok: true});
			for (const row of rows) {
				expect(parsed.ok && parsed.filter.matches(row, openedAt)).toBe(holds(filter, row));
			}
		}),
		{numRuns: 1000},
	);
});

it('a word finds the same rows alone and among many others', () => {
	// Ends of texts, other writings of an address, and texts that stand side by side in a row.
	const pieces = [
		'a',
		'B',
		'ß',
		'İ',
		'Σ',
		'ς',
		'.',
		':',
		'1',
		'\n',
		' ',
		'::ffff:',
		'open',
		'client',
		'80',
		'[',
		']',
	];
	const text = fc
		.array(fc.constantFrom(...pieces), {minLength: 1, maxLength: 4})
		.map(parts => parts.join(''));
	fc.assert(
		fc.property(text, text, text, text, (word, host, program, address) => {
			const row = makeRow({host, program, label: null, peer: {address, port: 80, family: 4}});
			const others = ['qa', 'qb', 'qc', 'qd', 'qe', 'qf'].join(' or ');
			const asked = [`"${word}"`, `"${word}" or ${others}`].map(parseFilter);
			fc.pre(asked.every(({ok}) => ok));
			const [alone, among] = asked.map(one => one.ok && one.filter.matches(row, openedAt));
			expect(among).toBe(alone);
		}),
		{numRuns: 2000},
	);
});
