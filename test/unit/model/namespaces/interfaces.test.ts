import {describe, expect, test} from 'vitest';
import type {NetworkInterface} from '../../../../source/domain/kernel.ts';
import {createInterfaces} from '../../../../source/model/namespaces/interfaces.ts';
import {moment, netns} from '../../../helpers/model/session.ts';

const eth0: NetworkInterface = {
	name: 'eth0',
	index: 2,
	state: 'UP',
	mtu: 1500,
	kind: null,
	master: null,
	addresses: ['10.0.0.5/24'],
	inBytes: 1000,
	outBytes: 2000,
	inDropped: 0,
	outDropped: 0,
	inErrors: 0,
	outErrors: 0,
};

/** The rates after each snapshot. */
const ratesAfter = (polls: readonly (readonly [seconds: number, fields: Partial<NetworkInterface>])[]) => {
	const interfaces = createInterfaces();
	return polls.map(([seconds, fields]) => {
		interfaces.update({netns, at: moment(seconds), interfaces: [{...eth0, ...fields}]});
		const [one] = interfaces.view.get(netns) ?? [];
		return [one?.inBps, one?.outBps];
	});
};

describe('the rates of an interface', () => {
	test('are unknown at the first snapshot, and then computed from the difference', () => {
		expect(
			ratesAfter([
				[0, {}],
				[2, {inBytes: 3000, outBytes: 2000}],
				[4, {inBytes: 3000, outBytes: 2500}],
			]),
		).toEqual([
			[null, null],
			[1000, 0],
			[0, 250],
		]);
	});

	test.each<[string, Partial<NetworkInterface>]>([
		['counts less than before', {inBytes: 10, outBytes: 10}],
		['has become another of the same name', {index: 9, inBytes: 9000, outBytes: 9000}],
		['does not count', {inBytes: null, outBytes: null}],
	])('are unknown for one that %s', (_, fields) => {
		expect(
			ratesAfter([
				[0, {}],
				[2, fields],
			])[1],
		).toEqual([null, null]);
	});

	test('are not computed over two snapshots in quick succession', () => {
		expect(
			ratesAfter([
				[0, {}],
				[2, {inBytes: 3000}],
				[2.01, {inBytes: 4000}],
				[3, {inBytes: 5000}],
			]).map(([inBps]) => inBps),
		).toEqual([null, 1000, 1000, 2000]);
	});
});

test('are dropped with their interface, and each namespace has its own', () => {
	const interfaces = createInterfaces();
	interfaces.update({netns, at: moment(0), interfaces: [{...eth0, name: 'lo', index: 1}, eth0]});
	interfaces.update({netns: '7', at: moment(1), interfaces: [{...eth0, name: 'eth1'}]});
	interfaces.update({netns, at: moment(2), interfaces: [eth0]});
	expect(
		[...interfaces.view].map(([its, list]) => [its, list.map(({name, seenAt}) => [name, seenAt])]),
	).toEqual([
		[netns, [['eth0', moment(2)]]],
		['7', [['eth1', moment(1)]]],
	]);
});
