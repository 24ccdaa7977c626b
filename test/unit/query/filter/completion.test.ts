import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Address, Row} from '../../../../source/domain/row.ts';
import {completionsOf} from '../../../../source/query/filter/completion.ts';
import {filterLimit, filterWords, parseFilter} from '../../../../source/query/filter/index.ts';
import {words} from '../../../../source/query/filter/words.ts';
import {makeKernelView, makeRow, openedAt} from '../../../helpers/model/row.ts';

const address = (text: string, port: number): Address => ({
	address: text,
	port,
	family: text.includes(':') ? 6 : 4,
});

const rows: Row[] = [
	makeRow({
		...{host: 'api.internal', stage: 'draining', role: 'client', kind: 'tls', label: 'GET /slow'},
		...{local: address('10.0.0.5', 52_744), peer: address('10.0.0.9', 443), site: 'client.js:4:2'},
		kernel: makeKernelView(),
	}),
	makeRow({
		...{host: 'api.example', stage: 'open', role: 'client', label: 'GET /items', pid: 4712},
		...{local: address('::1', 52_800), peer: address('::1', 8443)},
		error: {operation: 'read', phase: 'read', code: 'ECONNRESET', message: ''},
		diagnoses: ['connect-refused'],
		severity: 'error',
	}),
	makeRow({
		stage: 'open',
		role: 'server',
		local: address('10.0.0.5', 443),
		peer: address('10.0.0.9', 40_000),
	}),
	makeRow({stage: 'open', kind: 'unix', peer: {path: '/run/a b/"x".sock'}}),
];

/** The text with its cursor at `|`, and the result of its candidates, or null. */
const complete = (marked: string, of: readonly Row[] = rows) => {
	const cursor = marked.indexOf('|');
	const text = marked.replace('|', '');
	const found = completionsOf(text, cursor, of);
	if (found === null) return null;
	const put = (piece: string): string => text.slice(0, found.from) + piece + text.slice(found.to);
	return {...found, put, common: found.common === null ? null : put(found.common)};
};

describe('a completion by Tab', () => {
	it.each([
		['|', 'stage: state: peer:'],
		['sta|', 'stage: state:'],
		['stag|', 'stage:'],
		['STAG|', 'stage:'],
		['role:client (!sta|', 'stage: state:'],
		['open s|tage:x', 'stage: state: sport: site: severity: sendq:'],
		['xyz|', ''],
		['ou|', 'sent:'],
		['in|', 'received: inode:'],
		['stage:dr|', 'draining'],
		['stage:open,|', 'open draining created'],
		['stage:op|en,closed', 'open'],
		['stage:"dr|', '"draining"'],
		['state:c|', 'close-wait closing connected'],
		['severity:>=w|', 'warn'],
		['kind:|', 'tcp tls unix udp'],
		['role:|', 'client server listener'],
		['rule:|', 'connect-refused'],
		['rule:connect-r|', 'connect-refused connect-refused-elsewhere'],
		['host:|', 'api.example api.internal'],
		['host:api.i|', 'api.internal'],
		['host:internal|', 'api.internal'],
		['label:|', '"GET /items" "GET /slow"'],
		['label:get|', '"GET /items" "GET /slow"'],
		['label:"GET /s|', '"GET /slow"'],
		['code:econn|', 'ECONNRESET'],
		['pid:|', '4711 4712'],
		['port:44|', '443'],
		['sport:443,5|', '52744 52800'],
		['peer:|', '10.0.0.9 "/run/a b/\\"x\\".sock" ::1 api.example api.internal'],
		['peer:10.0.0.9:|', '10.0.0.9:40000 10.0.0.9:443'],
		['peer:[|', '[::1]:8443'],
		['local:10|', '10.0.0.5'],
		['site:client|', 'client.js:4:2'],
	])('%s', (marked, expected) => {
		const candidates = complete(marked)?.candidates.join(' ') ?? '';
		if (expected === '') expect(candidates).toBe('');
		else expect(`${candidates} `).toMatch(new RegExp(`^${expected.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')} `));
	});

	it.each([
		'"sta|',
		'label:"x"|',
		'/sta|',
		'buf:|',
		'buf:>|',
		'nothing:|',
		'10.|',
		'dead::1|',
		'|stage:open',
	])('of %s has no candidate', marked => {
		expect(complete(marked)).toBeNull();
	});

	it.each([
		['stag|', 'stage:'],
		['sta|', null],
		['st|', 'sta'],
		['host:a|', 'host:api.'],
		['label:g|', 'label:"GET /'],
		['label:"GET /sl| stage:open', 'label:"GET /slow" stage:open'],
		['sta|te:listening', null],
		['stag|e:open', 'stage:open'],
		['kind:TL|', 'kind:tls'],
		['!(stage:dr|)', '!(stage:draining)'],
	])('of %s has the common prefix %s', (marked, expected) => {
		expect(complete(marked)?.common).toBe(expected);
	});

	it('has at most a hundred candidates, and says that there are more', () => {
		const many = Array.from({length: 5000}, (_, port) => makeRow({local: address('10.0.0.5', port)}));
		const found = complete('sport:|', many);
		expect(found?.candidates).toHaveLength(100);
		expect(found?.hasMore).toBe(true);
		expect(found?.common).toBeNull();
	});

	it('includes every word of the language', () => {
		expect(complete('|')?.candidates).toEqual(filterWords.map(({word}) => `${word}:`));
	});
});

const hostile = fc.oneof(
	fc.string({unit: 'binary', minLength: 1, maxLength: 20}),
	fc.string({unit: 'grapheme', minLength: 1, maxLength: 20}),
	fc
		.array(
			fc.constantFrom(
				...'ab"\\/()!<>=,:. \t',
				'\x1b[2J',
				'\ud800',
				'\u202e',
				'Σ',
				'İ',
				'ß',
				'👍🏽',
				'10.0.0.1',
				'::1',
				'or',
				'and',
			),
			{minLength: 1, maxLength: 12},
		)
		.map(parts => parts.join('')),
	fc.constantFrom('or', 'not', '10.0.0.0/8', '12/3', '=x', '>5', '!', '"', '\\', 'x'.repeat(500), '/a/'),
);
const anyAddress = fc.oneof(
	hostile.map((path): Address => ({path})),
	fc
		.tuple(
			fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('::ffff:10.0.0.1'), fc.constant('fe80::1%eth0')),
			fc.nat(65_535),
		)
		.map(([text, port]) => address(text, port)),
);
const anyRow = fc
	.record({
		host: hostile,
		label: hostile,
		site: hostile,
		code: hostile,
		dev: hostile,
		local: anyAddress,
		peer: anyAddress,
	})
	.map(({code, dev, ...rest}) =>
		makeRow({
			...rest,
			error: {operation: 'read', phase: 'read', code, message: ''},
			route: {dst: '', from: null, dev, src: null, gateway: null, table: null, mtu: null, error: null},
			kernel: makeKernelView(),
		}),
	);
const ofRows = words.filter(({values}) => values !== null && values.names.length === 0).map(({word}) => word);

it("of a row's value is a valid filter that the row passes", () => {
	fc.assert(
		fc.property(
			anyRow,
			fc.constantFrom(...ofRows),
			fc.nat(3),
			fc.constantFrom('', '"', '='),
			fc.constantFrom('', 'kind:tcp ', '(', '!!'),
			(row, word, length, sign, before) => {
				const begun = `${before}${word}:${sign}`;
				const first = completionsOf(begun, begun.length, [row]);
				const [value = ''] = first?.candidates ?? [];
				// With a part of it typed, too.
				const written = sign === '"' ? value.slice(1) : value;
				for (const typed of [begun, begun + written.slice(0, length)]) {
					const found = completionsOf(typed, typed.length, [row]);
					for (const candidate of found?.candidates ?? []) {
						const text = `${typed.slice(0, found?.from)}${candidate}${before === '(' ? ')' : ''}`;
						const parsed = parseFilter(text);
						expect(parsed).toMatchObject({ok: true});
						expect(parsed.ok && parsed.filter.matches(row, openedAt)).toBe(true);
						expect(candidate).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
					}
				}
			},
		),
		{numRuns: 1200},
	);
});

it('of a value includes any character that can be typed', () => {
	for (const host of [
		'a b',
		'"',
		'\\',
		'()',
		'=x',
		'>1',
		'or',
		'x\x1b[2J',
		'é',
		'10.0.0.0/8',
		'12/3',
		'👍🏽',
		'x'.repeat(500),
	]) {
		expect(complete('host:|', [makeRow({host})])?.candidates, host).toHaveLength(1);
		expect(complete('peer:|', [makeRow({peer: {path: host}})])?.candidates, host).toHaveLength(1);
	}
	expect(complete('host:|', [makeRow({host: '\x1b[2J'})])?.candidates).toEqual([]);
});

it('replaces the text at the cursor, for any text and any cursor', () => {
	const piece = fc.oneof(
		fc.constantFrom(...filterWords.map(({word}) => word), ...filterWords.map(({word}) => `${word}:`)),
		fc.constantFrom(...'()!/"\\,:<>= ', '::1', 'open', '\ud800', '日本'),
		fc.string({unit: 'binary', maxLength: 4}),
	);
	fc.assert(
		fc.property(fc.array(piece, {maxLength: 12}), fc.nat(80), (parts, at) => {
			const text = parts.join('');
			const cursor = Math.min(at, text.length);
			const found = completionsOf(text, cursor, rows);
			if (found === null) return;
			expect(found.from).toBeLessThanOrEqual(cursor);
			expect(found.to).toBeGreaterThanOrEqual(cursor);
			expect(found.to).toBeLessThanOrEqual(text.length);
			for (const candidate of found.candidates) {
				expect(text.length - (found.to - found.from) + candidate.length).toBeLessThanOrEqual(filterLimit);
			}
		}),
		{numRuns: 1000},
	);
});
