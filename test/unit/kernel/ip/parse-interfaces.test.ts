import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseInterfaces} from '../../../../source/kernel/ip/parse-interfaces.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';
import {hostileText} from '../../../helpers/kernel/hostile-text.ts';

/** An entry of ip 6.1, without the fields that are not parsed. */
const entry = (fields: object): string =>
	JSON.stringify([
		{
			...{ifindex: 2, ifname: 'eth0', flags: ['UP'], mtu: 1500, operstate: 'UP', link_type: 'ether'},
			...{
				addr_info: [],
				stats64: {rx: {bytes: 1, errors: 2, dropped: 3}, tx: {bytes: 4, errors: 5, dropped: 6}},
			},
			...fields,
		},
	]);

const one = (text: string) => {
	const answer = parseInterfaces(text);
	return answer.ok ? answer.value.interfaces[0] : answer;
};

describe("the parser of ip's interfaces", () => {
	test('reads addresses, states and kinds of real output', () => {
		const answer = parseInterfaces(fixture('all-states-1.nwt1.ip-j-addr.json'));
		expect(answer).toMatchObject({
			ok: true,
			value: {
				omittedCount: 0,
				interfaces: [
					{
						...{name: 'lo', index: 1, state: 'UNKNOWN', mtu: 65_536, kind: 'loopback', master: null},
						addresses: ['127.0.0.1/8', '::1/128'],
						inBytes: null,
					},
					{
						...{name: 'nv1', index: 2, state: 'UP', mtu: 1500, kind: null},
						addresses: ['10.77.0.1/24', 'fd77::1/64', 'fe80::ecf9:46ff:fe1b:76cd/64'],
					},
				],
			},
		});
	});

	test('reads the counters of real output', () => {
		const answer = parseInterfaces(fixture('all-states-1.nwt1.ip-j-s-link.json'));
		expect(answer).toMatchObject({
			value: {
				interfaces: [
					{name: 'lo', inBytes: 748, outBytes: 748, inDropped: 0},
					{name: 'nv1', inBytes: 96_332, outBytes: 16_611_970, outErrors: 0},
				],
			},
		});
	});

	test('reads each counter from its own field', () => {
		expect(one(entry({}))).toMatchObject({
			...{inBytes: 1, inErrors: 2, inDropped: 3},
			...{outBytes: 4, outErrors: 5, outDropped: 6},
		});
	});

	test.each<[string, object, object]>([
		['a bridge', {linkinfo: {info_kind: 'bridge'}}, {kind: 'bridge'}],
		[
			'a port of a bridge',
			{linkinfo: {info_kind: 'veth', info_slave_kind: 'bridge'}, master: 'br0'},
			{kind: 'veth', master: 'br0'},
		],
		['a tunnel without details', {link_type: 'sit'}, {kind: 'sit'}],
		['hardware', {}, {kind: null, master: null}],
		['one without counters', {stats64: undefined}, {inBytes: null, outErrors: null}],
		['one without a state', {operstate: undefined}, {state: 'UNKNOWN'}],
		['an address without prefix', {addr_info: [{local: '10.0.0.5'}]}, {addresses: ['10.0.0.5']}],
	])('%s', (_, fields, expected) => {
		expect(one(entry(fields))).toMatchObject(expected);
	});

	test('skips the empty entry that ip leaves', () => {
		expect(parseInterfaces('[{},{}]')).toEqual({ok: true, value: {interfaces: [], omittedCount: 0}});
	});
});

describe('an invalid output of ip', () => {
	test.each(['', '{}', 'null', '"x"', '[', '1: lo: <LOOPBACK> mtu 65536'])('%j is refused', text => {
		expect(parseInterfaces(text)).toEqual({ok: false, reason: expect.stringContaining('ip answered')});
	});

	test('entries that are no interface are counted, and the others are kept', () => {
		const [good] = JSON.parse(entry({}));
		const text = JSON.stringify([null, 7, {ifname: 'x'}, {ifindex: 1}, good, {ifname: '', ifindex: 1}]);
		expect(parseInterfaces(text)).toMatchObject({value: {interfaces: [{name: 'eth0'}], omittedCount: 5}});
	});

	test('interfaces beyond the limit are counted', () => {
		const [good] = JSON.parse(entry({}));
		expect(parseInterfaces(JSON.stringify([good, good, good]), 2)).toMatchObject({
			value: {interfaces: [{}, {}], omittedCount: 1},
		});
	});

	test('control characters in a name are made printable', () => {
		expect(one(entry({ifname: 'a\u001b[2J\u202e\n b', master: '\u0007'}))).toMatchObject({
			name: 'a?[2J???b',
			master: '?',
		});
		expect(one(entry({operstate: 'UP\u001b[2J', linkinfo: {info_kind: 'a b'}}))).toMatchObject({
			state: 'UNKNOWN',
			kind: null,
		});
		expect(one(entry({addr_info: [{local: 'fe80::1%\u001b[2J'}, {local: 'no'}, null, {}]}))).toMatchObject({
			addresses: [],
		});
	});

	test('any output is parsed without an exception or control characters', () => {
		fc.assert(
			fc.property(hostileText, fc.json({maxDepth: 2}), fc.jsonValue({maxDepth: 2}), (text, json, value) => {
				parseInterfaces(text);
				parseInterfaces(`[${json}]`);
				const fields = {
					ifname: text,
					operstate: text,
					master: text,
					addr_info: value,
					stats64: value,
					mtu: value,
				};
				expect(JSON.stringify(parseInterfaces(entry(fields)))).not.toMatch(/[\u0000-\u001f\u007f-\uffff]/);
				parseInterfaces(entry({linkinfo: value, stats64: {rx: value}, addr_info: [value]}));
			}),
			{numRuns: 200},
		);
	});
});
