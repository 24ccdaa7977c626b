import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {stages} from '../../../../source/domain/row.ts';
import {filterLimit, filterWords, parseFilter} from '../../../../source/query/filter/index.ts';
import {makeRow, openedAt} from '../../../helpers/model/row.ts';

/** text of the filter, part of the message, position, suggestion */
type Case = [string, string, number, string | null];

describe('an invalid filter is refused with a reason, a place and a suggestion', () => {
	it.each<Case>([
		['peeer:x', 'unknown word «peeer»', 0, 'peer'],
		['open (prot:80)', 'unknown word «prot»', 6, 'port'],
		['foo:bar', 'unknown word «foo»', 0, null],
		['localhost:3000', 'host:localhost port:3000', 0, null],
		['stage:opn', 'unknown stage «opn»', 6, 'open'],
		['stage:open,drainign', 'unknown stage «drainign»', 11, 'draining'],
		['stage:open,', 'a stage is missing', 11, null],
		['stage:', 'a stage is missing', 6, null],
		['stage:ESTAB', 'that is a kernel state: state:estab', 6, null],
		['stage:listen', 'that is a kernel state: state:listen', 6, 'listening'],
		['state:open', 'that is a stage: stage:open', 6, null],
		['state:establised', 'unknown state «establised»', 6, 'established'],
		['kind:tpc', 'unknown kind «tpc»', 5, 'tcp'],
		['role:sever', 'unknown role «sever»', 5, 'server'],
		['stage:!open', 'unknown stage «!open»', 6, 'open'],
		['stage:>open', '«stage:» takes no «>»', 6, null],
		['rule:', '«rule:» needs a value', 5, null],
		['rule:conect-refused', 'no rule is named «conect-refused»', 5, 'connect-refused'],
		['rule:=refused', 'no rule is named «refused»', 6, null],
		['rule:>refused', '«rule:» takes no «>»', 5, null],
		['severity:', 'a severity is missing', 9, null],
		['severity:>=', 'a severity is missing', 11, null],
		['severity:eror', 'unknown severity «eror»', 9, 'error'],
		['severity:>wran', 'unknown severity «wran»', 10, 'warn'],
		['host:', '«host:» needs a value', 5, null],
		['peer:', '«peer:» needs a value', 5, null],
		['dev:<x', '«dev:» takes no «<»', 4, null],
		['peer:10.0.0.0/33', 'no range of addresses', 5, null],
		['peer:10.0.0/8', 'no range of addresses', 5, null],
		['peer:10.0.0.0/', 'no range of addresses', 5, null],
		['peer:fe80::/129', 'no range of addresses', 5, null],
		['peer:::ffff:10.0.0.0/95', 'no range of addresses', 5, null],
		['peer:10.0.0.9:65536', '«65536» is no port', 14, null],
		['port:http', '«http» is no port', 5, null],
		['port:80,99999', '«99999» is no port', 8, null],
		['port:90-80', '«90-80» is no port', 5, null],
		['pid:', 'a pid is missing', 4, null],
		['buf:64k', 'put > >= < <= or = before «64k»', 4, '>64k'],
		['buf:>', '«buf:» needs an amount', 5, null],
		['buf:>-1', '«-1» is no amount', 5, null],
		['buf:>64q', 'unknown unit «q»', 7, null],
		['age:>5', '«5» needs a unit (us ms s m h)', 5, null],
		['age:>5k', 'unknown unit «k»', 6, null],
		['sendq:!=0', '«!=0» is no amount', 6, null],
		['a (b', '«(» has no «)»', 2, null],
		['a) b', '«)» has no «(»', 1, null],
		['()', 'nothing between the parentheses', 1, null],
		['(a or)', 'something is missing before «)»', 5, null],
		['or a', 'something is missing before «or»', 0, null],
		['a and or b', 'something is missing before «or»', 6, null],
		['a or', 'ends where something should follow', 4, null],
		['a !', 'ends where something should follow', 3, null],
		['"abc', 'no closing «"»', 0, null],
		['host:"abc', 'no closing «"»', 5, null],
		['a ""', 'nothing between the quotes', 2, null],
		['/slow', 'a path is written in quotes: "/slow"', 0, null],
		['/run/x.sock', 'there is only the flag i', 5, null],
		['//', 'is empty', 0, null],
		['a /b(/', '«(» without «)»', 4, null],
		['/a)/', '«)» without «(»', 2, null],
		['/[a/', 'no closing «/»', 0, null],
		['/[z-a]/', 'wrong order', 2, null],
		['/a{3,2}/', 'wrong order', 2, null],
		['/*/', 'nothing to repeat', 1, null],
		['/a**/', 'nothing to repeat', 3, null],
		['/^+/', 'nothing to repeat', 2, null],
		['/(a)\\1/', 'backreferences are not supported', 4, null],
		['/a(?=b)/', 'lookaround and flags are not supported', 2, null],
		['/(?<!a)b/', 'lookaround and flags are not supported', 1, null],
		['/\\p{L}/', '«\\p», which is not supported', 1, null],
		['/a{1001}/', 'more than 1000 times', 2, null],
		['/((a{20}){20}){20}/', 'too large', 1, null],
		['/a{200}/ or /b{100}/', 'too large beside those before it', 13, null],
		['a '.repeat(101), 'more than 100 words', 200, null],
		['/((((){1000}){1000}){1000}){1000}/', 'too large', 1, null],
		[`/${'('.repeat(33)}a${')'.repeat(33)}/`, 'more than 32 groups', 33, null],
		[`${'('.repeat(65)}a${')'.repeat(65)}`, 'more than 64 parentheses', 64, null],
		['x'.repeat(filterLimit + 1), 'longer than 1000 characters', filterLimit, null],
	])('%s', (text, message, position, suggestion) => {
		expect(parseFilter(text)).toEqual({
			ok: false,
			message: expect.stringContaining(message),
			position,
			suggestion,
		});
	});

	it('the nearest of every word is suggested when two letters are swapped', () => {
		for (const {word} of filterWords.filter(({word}) => word.length > 3 && !word.endsWith('port'))) {
			const swapped = `${word[1]}${word[0]}${word.slice(2)}`;
			expect(parseFilter(`${swapped}:1`)).toMatchObject({ok: false, suggestion: word});
		}
	});

	it.each([
		['ot', 'sent'],
		['inn', 'received'],
		['ouut', 'sent'],
	])('a word is suggested by its own name where an alias is the nearest: %s', (typed, word) => {
		expect(parseFilter(`${typed}:1`)).toMatchObject({ok: false, suggestion: word});
	});

	it('every stage is suggested when its last letter is missing', () => {
		for (const stage of stages) {
			expect(parseFilter(`stage:${stage.slice(0, -1)}`)).toMatchObject({ok: false, suggestion: stage});
		}
	});

	it.each([64, 1])('%i parentheses within each other are parsed', depth => {
		expect(parseFilter(`${'('.repeat(depth)}a${')'.repeat(depth)}`)).toMatchObject({ok: true});
	});

	it('control characters of the filter are shown as text, and long text is cut', () => {
		expect(parseFilter('kind:\u001b[31m\u202e\ud800')).toMatchObject({
			message: 'unknown kind «\\x1b[31m\\u202e\\ud800»',
		});
		expect(parseFilter(`kind:${'x'.repeat(200)}`)).toMatchObject({
			message: `unknown kind «${'x'.repeat(40)}…»`,
		});
	});
});

const fragments = fc.constantFrom(
	...filterWords.flatMap(({word, example}) => [`${word}:`, word, example]),
	...[
		'(',
		')',
		'!',
		'/',
		'"',
		'\\',
		'[',
		']',
		'{',
		'}',
		'*',
		'+',
		'?',
		'|',
		'^',
		'$',
		'.',
		',',
		'-',
		':',
		'%',
		'=',
	],
	...[
		'>',
		'<',
		'>=',
		' ',
		'and',
		'or',
		'not',
		'a',
		'0',
		'10.0.0.1',
		'::1',
		'64k',
		'5s',
		'{2,3}',
		'\\b',
		'(?:',
		'i',
	],
);
const anyText = fc.oneof(
	fc.string({unit: 'binary', maxLength: 60}),
	fc.string({unit: 'grapheme', maxLength: 60}),
	fc.array(fragments, {maxLength: 30}).map(parts => parts.join('')),
);

it('any text is a filter that can be evaluated, or an error with a place in the text', () => {
	const rows = [
		makeRow(),
		makeRow({
			label: 'GET /a(b',
			local: {address: '::ffff:10.0.0.1', port: 80, family: 6},
			peer: {path: '\0x'},
			error: {operation: 'read', phase: 'read', code: 'ECONNRESET', message: ''},
		}),
	];
	fc.assert(
		fc.property(anyText, text => {
			const parsed = parseFilter(text);
			if (parsed.ok) {
				for (const row of rows) {
					expect(typeof parsed.filter.matches(row, openedAt)).toBe('boolean');
				}
				return;
			}
			expect(parsed.position).toBeGreaterThanOrEqual(0);
			expect(parsed.position).toBeLessThanOrEqual(text.length);
			expect(parsed.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
		}),
		{numRuns: 3000},
	);
});
