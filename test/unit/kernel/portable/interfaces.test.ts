import {describe, expect, test} from 'vitest';
import {parseSystemInfoInterfaces} from '../../../../source/kernel/portable/interfaces.ts';

/** An entry of systeminformation 5. */
const eth0 = {
	...{iface: 'eth0', operstate: 'up', mtu: 1500, internal: false, virtual: false},
	...{ip4: '10.0.0.5', ip4subnet: '255.255.252.0', ip6: 'fe80::5%eth0', ip6subnet: 'ffff:ffff:ffff:ffff::'},
};
const traffic = {
	...{iface: 'eth0', rx_bytes: 1, rx_errors: 2, rx_dropped: 3, tx_bytes: 4, tx_errors: 5, tx_dropped: 6},
};

describe('interfaces from systeminformation, on a platform without ip', () => {
	test('have addresses, state and counters', () => {
		expect(parseSystemInfoInterfaces([eth0], [traffic])).toEqual([
			{
				...{name: 'eth0', index: 1, state: 'UP', mtu: 1500, kind: null, master: null},
				addresses: ['10.0.0.5/22', 'fe80::5/64'],
				...{inBytes: 1, inErrors: 2, inDropped: 3, outBytes: 4, outErrors: 5, outDropped: 6},
			},
		]);
	});

	test.each([
		['one that only this host reaches', {internal: true, virtual: true}, {kind: 'loopback'}],
		['a virtual one', {virtual: true}, {kind: 'virtual'}],
		['one without addresses', {ip4: '', ip6: ''}, {addresses: []}],
		['masks that are none', {ip4subnet: '', ip6subnet: 7}, {addresses: ['10.0.0.5', 'fe80::5']}],
		[
			'hostile text',
			{iface: 'a\u001b[2J', operstate: '\u001b', ip4: '10.0.0.5\n'},
			{name: 'a?[2J', state: 'UNKNOWN', addresses: ['fe80::5/64']},
		],
		['missing fields', {mtu: null, operstate: undefined}, {mtu: null, state: 'UNKNOWN', inBytes: null}],
	])('%s', (_, fields, expected) => {
		expect(parseSystemInfoInterfaces([{...eth0, ...fields}], [])).toMatchObject([expected]);
	});
});
