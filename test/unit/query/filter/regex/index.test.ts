import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {compileRegex, textLimit} from '../../../../../source/query/filter/regex/index.ts';

const compiled = (source: string, ignoreCase = false): ((text: string) => boolean) => {
	const matcher = compileRegex(source, ignoreCase);
	if (!matcher.ok) {
		throw new Error(`${source}: ${matcher.message}`);
	}
	return matcher.value;
};

const texts = [
	'',
	'a',
	'b',
	'ab',
	'aab',
	'A',
	'10.0.0.9:443',
	'[::1]:80',
	'GET /slow',
	'get /slow-ly_1',
	'a\nb',
	'ä ſ K k ß ΰ',
	'\u2028',
	'x{2}',
	'a-z]',
	'-',
	'{',
	'{,2}',
	'\\',
	'aaaaaaaaaa',
];

describe('an expression matches as in JavaScript', () => {
	it.each([
		'a',
		'^a',
		'a$',
		'^$',
		'^',
		'a|b',
		'a|',
		'|',
		'^(a|ab)b?$',
		'a*',
		'^a+$',
		'^a{2}',
		'^a{10}$',
		'^a{2,}b',
		'^a{1,2}b',
		'a{0}b',
		'a*?b',
		'a+?',
		'a??b',
		'a{2}?',
		'(?:a)b',
		'(?<name>a)b',
		'()',
		'(a*)*$',
		'(a|a)*b',
		'(^)*a',
		'(\\b)+a',
		'.',
		'^.$',
		'^..?.?$',
		'a.b',
		'[ab]',
		'[^ab]',
		'[]',
		'[^]',
		'[a-c]',
		'[-a]',
		'[a-]',
		'[\\d-z]',
		'[\\w.]+:',
		'[^\\w\\s]',
		'[\\]]',
		'[\\b]',
		'[^\\D]',
		'\\d+\\.\\d+',
		'\\D',
		'^\\w+$',
		'\\W',
		'\\s',
		'^\\S+$',
		'\\bslow\\b',
		'\\Blow',
		'\\b',
		'\\B',
		'\\.',
		'\\/',
		'\\\\',
		'\\x61',
		'\\u0061',
		'\\u2028',
		'\\n',
		'[\\n]',
		'\\0',
		'x{',
		'{',
		'^{',
		'{,2}',
		'x\\{2}',
		']',
		'}',
		'ſ',
		'K',
		'ä',
		'Ä',
		'[à-ü]',
		'[^a-z]',
		'[^A-Z]',
		'\\u03b0',
	])('%s', source => {
		for (const flags of ['', 'i']) {
			const own = compiled(source, flags === 'i');
			const native = new RegExp(source, flags);
			expect(texts.filter(own)).toEqual(texts.filter(text => native.test(text)));
		}
	});

	const alphabet = fc.constantFrom('a', 'b', 'A', '1', ' ', '_', '\n');
	/** An expression, and how deep its quantifiers are nested. */
	type Expression = {source: string; nesting: number};
	const nestingOf = (parts: readonly Expression[]): number => Math.max(...parts.map(({nesting}) => nesting));
	const expression = fc.letrec<{any: Expression}>(tie => ({
		any: fc.oneof(
			{depthSize: 'medium', withCrossShrink: true},
			fc
				.constantFrom(
					...['a', 'b', 'A', '1', '.', '^', '$', '\\b', '\\B', '\\d', '\\w', '\\s', '\\W'],
					...['[ab]', '[^a]', '[a-b1]', ''],
				)
				.map(source => ({source, nesting: 0})),
			fc.array(tie('any'), {minLength: 2, maxLength: 4}).map(parts => ({
				source: parts.map(({source}) => source).join(''),
				nesting: nestingOf(parts),
			})),
			fc.array(tie('any'), {minLength: 2, maxLength: 3}).map(parts => ({
				source: `(${parts.map(({source}) => source).join('|')})`,
				nesting: nestingOf(parts),
			})),
			fc
				.tuple(tie('any'), fc.constantFrom('*', '+', '?', '*?', '{2}', '{0,2}', '{1,}'))
				.map(([{source, nesting}, count]) => ({source: `(?:${source})${count}`, nesting: nesting + 1})),
		),
	})).any;

	it('any expression on any text', () => {
		fc.assert(
			fc.property(
				// JavaScript's own matcher takes exponential time for quantifiers in quantifiers.
				expression.filter(({source, nesting}) => source.length < 60 && nesting <= 2),
				fc.array(fc.string({unit: alphabet, maxLength: 12}), {minLength: 1, maxLength: 6}),
				fc.boolean(),
				({source}, some, ignoreCase) => {
					const own = compileRegex(source, ignoreCase);
					fc.pre(own.ok);
					const native = new RegExp(source, ignoreCase ? 'i' : '');
					for (const text of some) {
						expect(own.ok && own.value(text)).toBe(native.test(text));
					}
				},
			),
			{numRuns: 3000},
		);
	});
});

describe('no expression is slow', () => {
	const long = 'a'.repeat(100_000);

	// JavaScript's own matcher would take longer than the age of the universe for most of these.
	it.each([
		['(a+)+$', `${long}!`],
		['(a+)+$', `${'a'.repeat(textLimit - 1)}!`],
		['(a|a)*b', long],
		['(.*a){20}b', long],
		['(a*)*b', long],
		['^(([a-z])+.)+[A-Z]([a-z])+$', long],
		['(x+x+)+y', 'x'.repeat(100_000)],
		['(a|aa)+$', `${long}!`],
		['(.*)*=(.*)*=!', long],
		['(a?){60}a{60}b', long],
		['(\\w+\\s?)*:', 'word '.repeat(20_000)],
		['.*.*.*.*.*.*.*b', long],
		['(a|b)*a(a|b){40}c', 'aababbab'.repeat(10_000)],
	])('%s', (source, text) => {
		const matches = compiled(source);
		for (let count = 0; count < 20; count++) {
			expect(matches(text)).toBe(false);
		}
	});

	it(`only the first ${textLimit} characters of a text are matched`, () => {
		expect(compiled('b')(`${'a'.repeat(textLimit - 1)}b`)).toBe(true);
		expect(compiled('b')(`${'a'.repeat(textLimit)}b`)).toBe(false);
		expect(compiled('a$')('a'.repeat(textLimit))).toBe(true);
		expect(compiled('a$')('a'.repeat(textLimit + 1))).toBe(false);
		expect(compiled('a\\b')('a'.repeat(textLimit + 1))).toBe(false);
	});

	it('the results are the same beyond the maximum of cached states', () => {
		const source = '[ab]*a[ab]{14}c';
		const native = new RegExp(source);
		let state = 1;
		const bit = (): number => {
			// A fixed sequence that appears random (xorshift): the states of the automaton hardly repeat.
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			return state & 1;
		};
		const some = Array.from({length: 60}, () => {
			const letters = Array.from({length: 200}, () => 'ab'[bit()]).join('');
			return `${letters.slice(0, 100)}c${letters.slice(100)}c`;
		});
		const own = compiled(source);
		expect(some.map(own)).toEqual(some.map(text => native.test(text)));
		// The same after the cache was dropped.
		expect(some.map(own)).toEqual(some.map(text => native.test(text)));
	});
});
