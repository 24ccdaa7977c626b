import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {filterLimit, filterWords, parseFilter} from '../../../../source/query/filter/index.ts';
import {compileRegex, createRegexBudget, textLimit} from '../../../../source/query/filter/regex/index.ts';
import {makeKernelView, makeProcessView, makeRow, openedAt} from '../../../helpers/model/row.ts';

/** Places of one filter's expressions; each is visited twice for a character at most: reached, and tried. */
const stepsForCharacter = 2 * 250;

const hostile = [
	'\0',
	'\x1b[2J',
	'\x9b31m',
	'\u202e',
	'\ud800',
	'\udc00',
	'\u2028',
	'e\u0301',
	'👩‍👩‍👧‍👦',
	'\ufeff',
	'ſ',
	'K',
	'İ',
	'Σ',
];
const signs = [...'()!/"\\[]{}*+?|^$.,-:%=<>& \t', '>=', '<=', '&&', '||', ' and ', ' or ', 'not '];
const words = filterWords.flatMap(({word, example}) => [word, `${word}:`, `${word}:"`, `${word}:/`, example]);
const values = [
	'10.0.0.0/8',
	'::1',
	'[::1]:80',
	'64k',
	'5s',
	'{2,3}',
	'(?:',
	'(?<a>',
	'\\b',
	'\\d+',
	'i',
	'80-90',
];

const piece = fc.oneof(
	fc.constantFrom(...signs),
	fc.constantFrom(...words),
	fc.constantFrom(...values, ...hostile),
	fc.string({unit: 'binary', maxLength: 4}),
);
const shaped = fc.array(piece, {maxLength: 60}).map(parts => parts.join(''));
const nested = fc
	.tuple(fc.constantFrom('(', '!', '((', '!(', '(a or ', '/(', '[', '"', '\\'), fc.nat(filterLimit), piece)
	.map(([sign, count, inside]) => sign.repeat(count) + inside + ')'.repeat(count));
const long = fc.tuple(piece, fc.nat(filterLimit)).map(([text, count]) => text.repeat(count));
const anything = fc.oneof(
	fc.string({unit: 'binary', maxLength: 200}),
	// Halves of surrogate pairs too: JavaScript's strings are units, not characters.
	fc.array(fc.nat(0xffff), {maxLength: 200}).map(units => String.fromCharCode(...units)),
	shaped,
	nested,
	long,
);

const text = fc.oneof(fc.string({unit: 'binary', maxLength: 30}), fc.constantFrom(...hostile), shaped);
const rows: fc.Arbitrary<Row> = fc
	.record({text, other: text, port: fc.nat(65_535)})
	.map(({text, other, port}) =>
		makeRow({
			program: other,
			host: text,
			label: `${text} ${other}`,
			site: other,
			local: {path: text},
			peer: {address: other, port, family: 4},
			error: {operation: text, phase: 'read', code: other, message: text},
			kernel: makeKernelView(),
			process: makeProcessView(),
		}),
	);

it('any text is a valid filter or an error with its place, and a valid filter can be evaluated for any row', () => {
	fc.assert(
		fc.property(anything, rows, (filter, row) => {
			const parsed = parseFilter(filter);
			if (parsed.ok) {
				expect(typeof parsed.filter.matches(row, openedAt)).toBe('boolean');
				return;
			}
			expect(parsed.position).toBeGreaterThanOrEqual(0);
			expect(parsed.position).toBeLessThanOrEqual(filter.length);
			expect(parsed.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
			expect(parsed.message.length).toBeLessThan(400);
		}),
		{numRuns: 2000},
	);
});

describe('the work of an expression', () => {
	const atom = fc.constantFrom(
		'a',
		'b',
		'.',
		'\\w',
		'\\b',
		'^',
		'$',
		'[ab]',
		'[^a]',
		'(?:)',
		'ä',
		'\\s?',
		'[à-ü]',
	);
	const expression = fc.letrec<{any: string}>(tie => ({
		any: fc.oneof(
			{depthSize: 'large', withCrossShrink: true},
			atom,
			fc.array(tie('any'), {minLength: 2, maxLength: 4}).map(parts => parts.join('')),
			fc.array(tie('any'), {minLength: 2, maxLength: 4}).map(parts => `(${parts.join('|')})`),
			fc
				.tuple(tie('any'), fc.constantFrom('*', '+', '?', '+?', '{3}', '{0,9}', '{2,}', '{40}'))
				.map(([part, count]) => `(${part})${count}`),
		),
	})).any;
	const subject = fc
		.tuple(
			fc.array(fc.constantFrom('a', 'b', 'ab', 'ä', ' ', 'K', '\ud800'), {minLength: 1, maxLength: 8}),
			fc.nat(400),
		)
		.map(([parts, count]) => parts.join('').repeat(count));

	it('grows with the length of the text and no faster, whatever the expression', () => {
		fc.assert(
			fc.property(
				fc.oneof(expression, shaped),
				fc.array(subject, {minLength: 1, maxLength: 3}),
				(source, texts) => {
					const costs = createRegexBudget();
					const regex = compileRegex(source, true, costs);
					fc.pre(regex.ok);
					for (const text of texts) {
						const before = costs.stepsTaken;
						if (regex.ok) regex.value(text);
						const looked = Math.min(text.length, textLimit) + 1;
						expect(costs.stepsTaken - before).toBeLessThanOrEqual(looked * stepsForCharacter);
					}
				},
			),
			{numRuns: 400},
		);
	});

	// Each of these takes JavaScript's own matcher 2ⁿ steps, or n³ and more.
	it.each([
		['(a+)+$', 'a'.repeat(5000)],
		['((((a*)*)*)*)*b', 'a'.repeat(5000)],
		['(.*a){20}b', 'a'.repeat(5000)],
		['(a?){60}a{60}b', 'a'.repeat(5000)],
		['(ä|ää)+$', `${'ä'.repeat(5000)}!`],
		['(a|b)*a(a|b){40}c', 'aababbab'.repeat(600)],
	])('%s needs as many steps for each further thousand characters', (source, long) => {
		const stepsFor = (length: number): number => {
			const costs = createRegexBudget();
			const regex = compileRegex(source, false, costs);
			if (regex.ok) regex.value(long.slice(0, length));
			return costs.stepsTaken;
		};
		expect(stepsFor(1000)).toBeLessThanOrEqual(1001 * stepsForCharacter);
		expect(stepsFor(1000)).toBeLessThanOrEqual(2.2 * stepsFor(500) + stepsForCharacter);
		// The text behind the limit costs nothing.
		expect(stepsFor(5000)).toBeLessThanOrEqual(stepsFor(textLimit + 1) + stepsForCharacter);
	});

	it('is bounded for a whole filter: its expressions share their places', () => {
		expect(parseFilter('/a{80}/ /b{80}/ or /c{80}/')).toMatchObject({ok: true});
		expect(parseFilter('/a{80}/ /b{80}/ or /c{90}/')).toMatchObject({ok: false, position: 20});
		expect(parseFilter(Array(80).fill('/a/').join(' or '))).toMatchObject({ok: true});
		expect(parseFilter(Array(90).fill('/.{9}/').join(' or '))).toMatchObject({ok: false});
	});
});
