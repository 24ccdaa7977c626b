import {describe, expect, it} from 'vitest';
import {
	broadcastAddressOf,
	isListeningOn,
	isMulticast,
	isWildcard,
	netnsTupleKey,
	normalizeAddress,
	tupleKey,
} from '../../../source/domain/address.ts';
import type {Address} from '../../../source/domain/row.ts';
import {internet} from '../../helpers/model/session.ts';

const path: Address = {path: '/run/app.sock'};

describe('an address is normalized to one form for kernel and process', () => {
	it.each([
		['10.0.0.1', '10.0.0.1'],
		['::1', '::1'],
		['::ffff:10.0.0.1', '10.0.0.1'],
		['::FFFF:10.0.0.1', '10.0.0.1'],
		['::ffff:0:1', '::ffff:0:1'],
		['2001:DB8::A', '2001:db8::a'],
		['fe80::1%eth0', 'fe80::1'],
		['10.0.0.1%eth0', '10.0.0.1'],
		['fe80::1%eth0\nx', 'fe80::1'],
		['', ''],
	])('%s is %s', (address, plain) => expect(normalizeAddress(address)).toBe(plain));
});

describe('the key of a connection', () => {
	const local = internet('10.0.0.5:50000');
	const peer = internet('10.0.0.9:443');

	it('is equal for both forms of an address', () => {
		const key = tupleKey(local, peer);
		expect(tupleKey(internet('[::ffff:10.0.0.5]:50000'), internet('[::ffff:10.0.0.9]:443'))).toBe(key);
	});

	it('distinguishes both ends, both ports and the namespace', () => {
		const keys = [
			tupleKey(local, peer),
			tupleKey(peer, local),
			tupleKey(internet('10.0.0.5:50001'), peer),
			tupleKey(local, internet('10.0.0.9:444')),
			netnsTupleKey('1', local, peer),
			netnsTupleKey('2', local, peer),
		];
		expect(new Set(keys).size).toBe(keys.length);
	});

	it.each<[string, Address | null, Address | null]>([
		['the local end', null, peer],
		['the peer', local, null],
		['a port: it has a path', path, path],
	])('is null without %s', (_, near, far) => {
		expect(tupleKey(near, far)).toBeNull();
		expect(netnsTupleKey('1', near, far)).toBeNull();
	});

	it('is null among namespaces without the namespace', () => {
		expect(netnsTupleKey(null, local, peer)).toBeNull();
	});
});

describe('a listener takes connections', () => {
	it.each([
		['0.0.0.0:80', '10.0.0.5:80', true],
		['0.0.0.0:80', '[::1]:80', false],
		['0.0.0.0:80', '[::ffff:10.0.0.5]:80', true],
		['[::]:80', '[::1]:80', true],
		['[::]:80', '10.0.0.5:80', true],
		['10.0.0.5:80', '10.0.0.5:80', true],
		['[::ffff:10.0.0.5]:80', '10.0.0.5:80', true],
		['10.0.0.5:80', '10.0.0.6:80', false],
		['10.0.0.5:80', '10.0.0.5:81', false],
		['0.0.0.0:80', '10.0.0.5:81', false],
		['[::1]:80', '127.0.0.1:80', false],
	])('on %s to %s: %s', (listener, local, takes) => {
		expect(isListeningOn(internet(listener), internet(local))).toBe(takes);
	});

	it('never where an address is unknown, or is a path', () => {
		const local = internet('10.0.0.5:80');
		expect(isListeningOn(null, local)).toBe(false);
		expect(isListeningOn(local, null)).toBe(false);
		expect(isListeningOn(path, path)).toBe(false);
	});

	it.each([
		['0.0.0.0:80', true],
		['[::]:80', true],
		['*:80', true],
		['127.0.0.1:80', false],
		['[::1]:80', false],
	])('%s is on every address: %s', (listener, wildcard) => {
		expect(isWildcard(internet(listener))).toBe(wildcard);
		expect(isWildcard(null)).toBe(false);
		expect(isWildcard(path)).toBe(false);
	});
});

it.each([
	['10.77.0.5/24', '10.77.0.255'],
	['172.16.9.1/12', '172.31.255.255'],
	['192.168.1.9/30', '192.168.1.11'],
	['10.0.0.1/31', null],
	['10.0.0.1/32', null],
	['fd77::1/64', null],
])('the broadcast address of %s is %s', (withPrefix, expected) => {
	expect(broadcastAddressOf(withPrefix)).toBe(expected);
});

it.each([
	['224.0.0.1', true],
	['239.255.255.250', true],
	['223.255.255.255', false],
	['240.0.0.1', false],
	['ff02::1', true],
	['fe80::1', false],
])('%s is a multicast address: %s', (address, expected) => {
	expect(isMulticast(address)).toBe(expected);
});
