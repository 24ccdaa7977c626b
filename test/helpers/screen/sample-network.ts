/** A model of a host with several listeners, destinations and interfaces, as a staging machine has them. */

import type {AcceptQueueView, RouteView, Row} from '../../../source/domain/row.ts';
import type {InterfaceView, KernelSummary} from '../../../source/domain/view/namespace.ts';
import {makeAccepting, makeKernelView, makeProcessView, makeRow, noCounters, openedAt} from '../model/row.ts';
import {address, makeModel, makeProcess, type SampleModel, sampleNow} from './sample-model.ts';

export const sampleNetns = '4026531840';

const makeListener = (overrides: Partial<Row>, accepting: Partial<AcceptQueueView> = {}): Row =>
	makeRow({
		pid: 4712,
		role: 'listener',
		stage: 'listening',
		stageSince: openedAt,
		kernel: makeKernelView({state: 'LISTEN', recvQ: 0, sendQ: 511, drops: 0, seenAt: sampleNow - 200}),
		joinedBy: 'inode',
		connections: {connections: 0, maxConnections: null, drops: 0},
		acceptQueue: makeAccepting(accepting),
		...overrides,
	});

/** A busy listener, one with a full queue, one without a hook, one that failed, and a unix one. */
export const listenerRows = (): Row[] => [
	makeListener(
		{
			id: 'busy',
			local: address('::', 3000),
			kernel: makeKernelView({
				state: 'LISTEN',
				local: address('::', 3000),
				recvQ: 2,
				sendQ: 511,
				drops: 0,
				seenAt: sampleNow - 200,
			}),
			connections: {connections: 118, maxConnections: 1000, drops: 0},
		},
		{
			queueMax: 37,
			queueMaxAt: sampleNow - 12_000,
			halfOpen: 3,
			accepted: 18_234,
			acceptedPerSecond: 412,
		},
	),
	makeListener(
		{
			id: 'full',
			pid: 4720,
			program: 'api.js',
			local: address('0.0.0.0', 8080),
			kernel: makeKernelView({
				state: 'LISTEN',
				local: address('0.0.0.0', 8080),
				recvQ: 129,
				sendQ: 128,
				drops: 96,
				seenAt: sampleNow - 200,
			}),
			connections: {connections: 100, maxConnections: 100, drops: 7},
			site: 'api.js:12:8',
		},
		{
			takes: 'IPv4',
			queueMax: 129,
			queueMaxAt: sampleNow - 400,
			halfOpen: 12,
			accepted: 900,
			dropsPerSecond: 4.25,
			others: [
				{address: '::', pid: 812, program: 'nginx'},
				{address: '127.0.0.1', pid: null, program: null},
			],
		},
	),
	makeListener(
		{
			id: `k.${sampleNetns}.3a`,
			proc: null,
			pid: null,
			program: '',
			local: address('127.0.0.1', 5432),
			kernel: makeKernelView({state: 'LISTEN', recvQ: 0, sendQ: 200, inode: 777}),
			connections: null,
		},
		{
			backlog: null,
			takes: 'IPv4',
			accepted: null,
			acceptedPerSecond: null,
			dropsPerSecond: null,
			queueMaxAt: null,
		},
	),
	makeListener({
		id: 'failed',
		pid: 4720,
		program: 'api.js',
		local: address('::', 3000),
		stage: 'failed',
		closedAt: sampleNow - 3000,
		kernel: null,
		acceptQueue: null,
		connections: null,
		error: {operation: 'listen', phase: 'bind', code: 'EADDRINUSE', message: 'listen EADDRINUSE :::3000'},
	}),
	makeListener({id: 'unix', kind: 'unix', local: {path: '/run/app.sock'}}, {takes: null, halfOpen: null}),
];

const route = (overrides: Partial<RouteView>): RouteView => ({
	dst: '10.0.0.9',
	from: null,
	dev: 'eth0',
	src: '10.0.0.5',
	gateway: '10.0.0.1',
	table: 'main',
	mtu: null,
	error: null,
	...overrides,
});

const refused = {dev: null, src: null, gateway: null, table: null, mtu: null};

const makeClient = (peer: string, overrides: Partial<Row>): Row =>
	makeRow({pid: 4712, peer: address(peer, 443), local: address('10.0.0.5', 50_000), ...overrides});

/** Rows that lead to six destinations; of one the source is not what the route would choose, to one there is no way. */
export const clientRows = (): Row[] => [
	makeClient('10.0.0.9', {route: route({}), joinedBy: 'inode'}),
	makeClient('10.0.0.9', {route: route({})}),
	makeClient('::ffff:10.0.0.9', {route: route({}), local: address('::ffff:10.0.0.5', 50_002)}),
	makeClient('127.0.0.1', {
		local: address('127.0.0.1', 50_003),
		route: route({dst: '127.0.0.1', dev: 'lo', src: '127.0.0.1', gateway: null, table: 'local'}),
	}),
	makeClient('203.0.113.5', {
		id: 'pinned',
		local: address('10.8.0.2', 50_004),
		process: makeProcessView(),
		route: route({
			dst: '203.0.113.5',
			from: '10.8.0.2',
			dev: 'wg0',
			gateway: null,
			table: '51820',
			mtu: 1420,
		}),
	}),
	makeClient('192.0.2.7', {
		local: null,
		stage: 'connect',
		route: route({dst: '192.0.2.7', ...refused, error: 'Network is unreachable'}),
	}),
	makeClient('2001:db8:10:20:30:40:50:6000', {
		local: address('2001:db8:1::5', 50_005),
		route: route({
			dst: '2001:db8:10:20:30:40:50:6000',
			src: '2001:db8:1::5',
			gateway: 'fe80::1',
			table: null,
		}),
	}),
	makeClient('10.9.9.9', {id: 'unasked'}),
];

export const makeInterface = (overrides: Partial<InterfaceView> = {}): InterfaceView => ({
	name: 'eth0',
	index: 2,
	state: 'UP',
	mtu: 1500,
	kind: null,
	master: null,
	addresses: ['10.0.0.5/24', 'fe80::5054:ff:fe12:3456/64'],
	inBytes: 3_400_000,
	outBytes: 812_000,
	inDropped: 0,
	outDropped: 0,
	inErrors: 0,
	outErrors: 0,
	inBps: 12_000,
	outBps: 48_000,
	seenAt: sampleNow - 500,
	...overrides,
});

export const sampleInterfaces = (): InterfaceView[] => [
	makeInterface({
		name: 'lo',
		index: 1,
		state: 'UNKNOWN',
		mtu: 65_536,
		kind: 'loopback',
		addresses: ['127.0.0.1/8', '::1/128'],
		inBps: 0,
		outBps: 0,
	}),
	makeInterface(),
	makeInterface({
		name: 'wg0',
		index: 3,
		state: 'UNKNOWN',
		mtu: 1420,
		kind: 'wireguard',
		addresses: ['10.8.0.2/32'],
		inBps: null,
		outBps: null,
	}),
	makeInterface({name: 'br-4c1f', index: 4, kind: 'bridge', addresses: ['172.18.0.1/16'], inDropped: 14}),
	makeInterface({name: 'veth9a01', index: 5, kind: 'veth', master: 'br-4c1f', addresses: []}),
	makeInterface({name: 'eth1', index: 6, state: 'DOWN', addresses: [], inBytes: 0, outBytes: 0}),
];

export const makeSummary = (overrides: Partial<KernelSummary> = {}): KernelSummary => ({
	netns: sampleNetns,
	at: sampleNow - 900,
	tookMs: 7,
	sockets: 812,
	notUnderstood: 0,
	counters: {
		...noCounters,
		listenOverflows: 96,
		listenDrops: 98,
		retransSegs: 310,
		synDrops: 0,
		timeWait: 12,
		timeWaitLimit: 8192,
		orphans: 0,
		orphanLimit: 8192,
		ephemeralLow: 32_768,
		ephemeralHigh: 60_999,
		somaxconn: 4096,
	},
	rates: {
		listenOverflows: 0,
		listenDrops: 0,
		synDrops: 0,
		retransSegs: 0,
		activeOpens: 3,
		passiveOpens: 412,
		attemptFails: 0,
		resets: 0,
	},
	ephemeral: null,
	...overrides,
});

/** All of it, in one namespace. */
export const networkModel = (): SampleModel =>
	makeModel([...listenerRows(), ...clientRows()], {
		processes: [
			makeProcess({proc: 1}),
			makeProcess({proc: 2, pid: 4720, program: 'api.js', argv: ['node', 'api.js']}),
		],
		kernel: new Map([[sampleNetns, makeSummary()]]),
		interfaces: new Map([[sampleNetns, sampleInterfaces()]]),
	});
