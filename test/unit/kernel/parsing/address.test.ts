import {describe, expect, test} from 'vitest';
import {parseAddress} from '../../../../source/kernel/parsing/address.ts';

describe('the address parser reads', () => {
	test.each([
		['10.77.0.1:8020', '10.77.0.1', 4, 8020, null, false],
		['0.0.0.0:*', '0.0.0.0', 4, null, null, false],
		['0.0.0.0%nv1:8053', '0.0.0.0', 4, 8053, 'nv1', false],
		['*:8004', '::', 6, 8004, null, true],
		['*%eth0:80', '::', 6, 80, 'eth0', true],
		['*:*', '::', 6, null, null, true],
		['[::]:8005', '::', 6, 8005, null, false],
		['[::1]:8006', '::1', 6, 8006, null, false],
		['[fd77::1]:8050', 'fd77::1', 6, 8050, null, false],
		['[::ffff:10.77.0.1]:8051', '10.77.0.1', 4, 8051, null, false],
		['[::ffff:0.0.0.0]:80', '0.0.0.0', 4, 80, null, false],
		['[fe80::ecf9:46ff:fe1b:76cd]%nv1:8052', 'fe80::ecf9:46ff:fe1b:76cd', 6, 8052, 'nv1', false],
		['[fe80::1%nv1]:8052', 'fe80::1', 6, 8052, 'nv1', false],
		[':::22', '::', 6, 22, null, false],
		['::1:8061', '::1', 6, 8061, null, false],
		['127.0.0.1:0', '127.0.0.1', 4, 0, null, false],
		['127.0.0.1:65535', '127.0.0.1', 4, 65_535, null, false],
	])('%s', (text, address, family, port, device, dualStack) => {
		expect(parseAddress(text)).toEqual({ok: true, value: {host: {address, family, device, dualStack}, port}});
	});

	test('the name of a device without its control characters', () => {
		expect(parseAddress('0.0.0.0%e\u001b[2J\u009b:80')).toMatchObject({
			value: {host: {device: 'e?[2J?'}},
		});
	});
});

describe('the address parser refuses with a reason', () => {
	test.each([
		'',
		':',
		'80',
		'10.0.0.1',
		'10.0.0.1:',
		'10.0.0.1:http',
		'10.0.0.1:65536',
		'10.0.0.1:-1',
		'10.0.0.1:123456',
		'10.0.0.256:80',
		'10.0.0:80',
		'[::g]:80',
		'example.com:80',
		'users:80',
		'[]:80',
		'%eth0:80',
	])('%j', text => {
		expect(parseAddress(text)).toEqual({ok: false, reason: expect.stringMatching(/^it(s port)? /)});
	});
});
