import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {RouteView} from '../../../../source/domain/row.ts';
import {parseRoute, parseRouteError} from '../../../../source/kernel/ip/parse-route.ts';
import {buildRouteQuery, querySource} from '../../../../source/kernel/ip/route-query.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';
import {hostileText} from '../../../helpers/kernel/hostile-text.ts';

/** `$ ip ARGUMENTS` with its output. */
const captured = fixture('ip-route-get.txt')
	.split(/^\$ ip /m)
	.slice(1)
	.map(block => {
		const [command = '', ...lines] = block.split('\n');
		const of = (kind: string) =>
			lines.filter(line => line.startsWith(`  ${kind}: `)).map(line => line.slice(kind.length + 4));
		return {command, out: of('out'), err: of('err')};
	});

const answerTo = (command: string) => {
	const found = captured.find(entry => entry.command === command);
	if (!found) throw new Error(`not captured: ip ${command}`);
	return found;
};

const route = (fields: Partial<RouteView>): RouteView => ({
	dst: '',
	from: null,
	dev: null,
	src: null,
	gateway: null,
	table: 'main',
	mtu: null,
	error: null,
	...fields,
});

describe("the parser of ip's routes", () => {
	test.each<[string, RouteView]>([
		['127.0.0.1', route({dst: '127.0.0.1', from: null, dev: 'lo', src: '127.0.0.1', table: 'local'})],
		['10.78.0.5', route({dst: '10.78.0.5', from: null, dev: 'r4', src: '10.78.0.4'})],
		[
			'8.8.8.8',
			route({dst: '8.8.8.8', from: null, dev: 'r4', src: '10.78.0.4', gateway: '10.78.0.5', mtu: 1400}),
		],
		['::1', route({dst: '::1', from: null, dev: 'lo', src: '::1', table: 'local'})],
		['2001:db8::1', route({dst: '2001:db8::1', from: null, dev: 'r4', src: 'fd78::4', gateway: 'fd78::5'})],
		[
			'8.8.8.8 mark 7',
			route({dst: '8.8.8.8', from: null, dev: 's4', src: '10.79.0.4', gateway: '10.79.0.5', table: '100'}),
		],
		[
			'8.8.8.8 from 10.79.0.4',
			route({dst: '8.8.8.8', from: '10.79.0.4', dev: 's4', gateway: '10.79.0.5', table: '101'}),
		],
		// Where the kernel keeps local and main as one table, it does not report which: the view has none either.
		['0.0.0.0', route({dst: '0.0.0.0', from: null, dev: 'lo', src: '127.0.0.1', table: null})],
	])('ip -j route get %s', (words, expected) => {
		const [line = ''] = answerTo(`-j route get ${words}`).out;
		expect(parseRoute(line)).toEqual({ok: true, value: expected});
	});

	test('reads a gateway of the other family as a gateway', () => {
		const line = /^ {2}out: (.*"via".*)$/m.exec(fixture('ip-batch.txt'))?.[1] ?? '';
		expect(parseRoute(line)).toMatchObject({
			value: {dst: '10.97.1.1', from: null, dev: 'r4', gateway: 'fd78::5'},
		});
	});

	test('reads a route from each line that ip wrote as JSON for an address', () => {
		const lines = captured
			.filter(({command}) => /^-j (-\d )?route get [^f]/.test(command))
			.flatMap(({out}) => out);
		expect(lines.length).toBeGreaterThan(25);
		for (const line of lines) expect(parseRoute(line)).toMatchObject({ok: true, value: {error: null}});
	});

	test('reads a route that leads nowhere as an error', () => {
		expect(parseRoute('[{"type":"unreachable","dst":"2001:db8:1::1","dev":"lo"}]')).toEqual({
			ok: true,
			value: route({dst: '2001:db8:1::1', from: null, table: null, error: 'unreachable'}),
		});
	});

	test.each([
		'',
		'[]',
		'{}',
		'[null]',
		'[1]',
		'[{"dev":"lo"}]',
		'[{"dst":7}]',
		'8.8.8.8 via 10.78.0.5 dev r4',
	])('refuses %j', line => {
		expect(parseRoute(line)).toEqual({ok: false, reason: expect.stringContaining('ip answered')});
	});

	test('parses any output without an exception or control characters', () => {
		fc.assert(
			fc.property(hostileText, fc.json({maxDepth: 2}), (text, json) => {
				parseRoute(text);
				parseRoute(`[${json}]`);
				const answer = parseRoute(JSON.stringify([{dst: text, dev: text, gateway: text}]));
				if (answer.ok) expect(JSON.stringify(answer.value)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
				expect(parseRouteError(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
			}),
			{numRuns: 200},
		);
	});
});

describe("an error of ip route get has the kernel's words", () => {
	test.each([
		['-j route get 192.0.2.1', 'No route to host'],
		['-j route get 192.0.2.130', 'Permission denied'],
		['-j route get 198.51.100.7', 'Invalid argument'],
		['-j route get 203.0.113.9', 'Network is unreachable'],
		['-j route get 8.8.8.8 oif nosuch', 'Cannot find device "nosuch"'],
	])('ip %s', (command, words) => {
		expect(parseRouteError(`${answerTo(command).err.join('\n')}\nCommand failed -:12\n`)).toBe(words);
	});

	test('an empty answer is reported as one', () => {
		expect(parseRouteError('Command failed -:1\n')).toBe('ip refused without a reason');
	});
});

describe('the arguments of ip route get are checked', () => {
	test.each([
		['8.8.8.8', null, 'route get 8.8.8.8', '8.8.8.8'],
		['::ffff:10.0.0.1', null, 'route get 10.0.0.1', '10.0.0.1'],
		['fe80::1', 'eth0', 'route get fe80::1 oif eth0', 'fe80::1'],
		['fe80::1%eth0.7', null, 'route get fe80::1 oif eth0.7', 'fe80::1'],
		['10.0.0.1', 'br-9f@if_2', 'route get 10.0.0.1 oif br-9f@if_2', '10.0.0.1'],
	])('%s through %s', (address, device, line, bare) => {
		expect(buildRouteQuery(address, device)).toEqual({ok: true, value: {line, address: bare}});
	});

	test.each([
		['8.8.8.8', '10.0.0.5', null, 'route get 8.8.8.8 from 10.0.0.5'],
		['::ffff:8.8.8.8', '::ffff:10.0.0.5', 'eth0', 'route get 8.8.8.8 from 10.0.0.5 oif eth0'],
		['fe80::1%eth0', 'fe80::2%eth0', null, 'route get fe80::1 from fe80::2 oif eth0'],
	])('%s from %s through %s', (address, source, device, line) => {
		expect(buildRouteQuery(address, device, source)).toMatchObject({ok: true, value: {line}});
	});

	test.each(['', 'foo', '10.0.0.5/24', '10.0.0.5 oif lo', '10.0.0.5\nquit', '2001:db8::1', '*'])(
		'a route from %j is not asked for',
		source => {
			expect(buildRouteQuery('8.8.8.8', null, source)).toMatchObject({ok: false});
			expect(querySource('8.8.8.8', source)).toBeNull();
		},
	);

	test('a wildcard is not a source', () => {
		for (const [address, source] of [
			['8.8.8.8', '0.0.0.0'],
			['2001:db8::1', '::'],
		] as const) {
			expect(querySource(address, source)).toBeNull();
		}
	});

	test.each<[string, string | null]>([
		['', null],
		['foo', null],
		['8.8', null],
		['8.8.8.8/32', null],
		['8.8.8.8 from 1.1.1.1', null],
		['8.8.8.8\nroute flush table main', null],
		['8.8.8.8\n', null],
		['fe80::1%', null],
		['fe80::1%a%b c', null],
		['8.8.8.8', ''],
		['8.8.8.8', 'eth0\nx'],
		['8.8.8.8', 'eth0 mark 7'],
		['8.8.8.8', '$(reboot)'],
		['8.8.8.8', 'a-name-of-sixteen'],
	])('%j through %j is refused', (address, device) => {
		expect(buildRouteQuery(address, device)).toEqual({ok: false, reason: expect.stringMatching(/^not /)});
	});
});
