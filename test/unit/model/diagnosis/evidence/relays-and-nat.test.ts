// Rows that belong together although their addresses do not mirror each other, and the cases without a match.
import {describe, expect, test} from 'vitest';
import type {RuleFacts} from '../../../../../source/domain/diagnosis/diagnosis.ts';
import type {Address, Row} from '../../../../../source/domain/row.ts';
import type {InterfaceView} from '../../../../../source/domain/view/namespace.ts';
import {
	hostVirtualNetworkOf,
	relaySourceOf,
	translatedConnectionOf,
} from '../../../../../source/model/diagnosis/evidence/relays-and-nat.ts';
import {
	makeKernelView,
	makeProcessView,
	makeRow,
	makeTcpInfo,
	openedAt,
} from '../../../../helpers/model/row.ts';
import {makeWorld} from '../../../../helpers/model/rule-engine.ts';

const at = (text: string): Address => {
	const [address = '', port] = text.split(' ');
	return {address, port: Number(port), family: address.includes(':') ? 6 : 4};
};

const worldOf = (rows: readonly Row[], interfaces: readonly InterfaceView[] = []): RuleFacts =>
	makeWorld({
		rows: new Map(rows.map(row => [row.id, row])),
		interfaces: new Map([['4026531840', interfaces]]),
	});

const bytes = (bytesRead: number | null, bytesWritten: number | null) =>
	makeProcessView({bytesRead, bytesWritten});

const http = (requests: number, protocol: string | null = null): Row['http'] => ({
	protocol,
	requests,
	open: 0,
});

describe('the far end of a connection whose addresses were translated', () => {
	const asked = {process: bytes(200, 100)};
	const client = makeRow({id: 'client', local: at('10.0.0.5 41234'), peer: at('10.1.0.9 443'), ...asked});
	const accepted = (local: string, peer: string, more: Partial<Row> = {}): Row =>
		makeRow({
			...{id: `${local} ${peer}`, role: 'server', netns: '2', local: at(local), peer: at(peer)},
			...{openedAt: openedAt + 5, process: bytes(100, 200), ...more},
		});

	test.each<[string, Row[], string | null]>([
		['another source', [accepted('10.1.0.9 443', '192.168.0.1 41234')], 'source'],
		['another source, mapped', [accepted('::ffff:10.1.0.9 443', '::ffff:192.168.0.1 41234')], 'source'],
		['another port', [accepted('10.1.0.9 8443', '10.0.0.5 41234')], 'destination'],
		['another address', [accepted('172.17.0.2 443', '10.0.0.5 41234')], 'destination'],
		['the same at both ends', [accepted('10.1.0.9 443', '10.0.0.5 41234')], null],
		['another port of the client', [accepted('10.1.0.9 443', '192.168.0.1 50000')], null],
		['all is another', [accepted('172.17.0.2 8443', '192.168.0.1 41234')], null],
		['other bytes', [accepted('10.1.0.9 8443', '10.0.0.5 41234', {process: bytes(90, 200)})], null],
		['unknown bytes', [accepted('10.1.0.9 8443', '10.0.0.5 41234', {process: bytes(null, 200)})], null],
		['no process view', [accepted('10.1.0.9 8443', '10.0.0.5 41234', {process: null})], null],
		['it has its pair', [accepted('10.1.0.9 443', '192.168.0.1 41234', {pair: 'x'})], null],
		['before the client', [accepted('10.1.0.9 443', '192.168.0.1 41234', {openedAt: openedAt - 50})], null],
		['long after', [accepted('10.1.0.9 443', '192.168.0.1 41234', {openedAt: openedAt + 11_000})], null],
		[
			'two that fit',
			[accepted('10.1.0.9 443', '1.1.1.1 41234'), accepted('10.1.0.9 443', '1.1.1.2 41234')],
			null,
		],
	])('%s', (_title, rows, changed) => {
		expect(translatedConnectionOf(client, worldOf([client, ...rows]))?.changed ?? null).toBe(changed);
	});

	test.each<[title: string, near: Row['http'], far: Row['http'], changed: string | null]>([
		['the same requests', http(2), http(2), 'source'],
		['requests that only one end shows', http(2), null, 'source'],
		['one more at the client, which asked a proxy for a tunnel', http(2), http(1), null],
		['a tunnel at the client alone', http(1, 'tunnel'), http(1), null],
	])('with %s', (_title, near, far, changed) => {
		const own = {...client, http: near};
		const other = accepted('10.1.0.9 443', '192.168.0.1 41234', {http: far});
		expect(translatedConnectionOf(own, worldOf([own, other]))?.changed ?? null).toBe(changed);
	});

	const carried = (bytesAcked: number, bytesReceived: number): Row['kernel'] =>
		makeKernelView({info: makeTcpInfo({bytesAcked, bytesReceived})});
	test.each<[title: string, near: Row['kernel'], far: Row['kernel'], changed: string | null]>([
		['the kernel has counted the same', carried(518, 3001), carried(3000, 517), 'source'],
		['the client asked a proxy for a tunnel first', carried(598, 3040), carried(3000, 517), null],
		['the kernel has counted nothing yet', carried(1, 0), carried(1, 0), null],
		['of the far end the kernel knows nothing', carried(518, 3001), null, null],
	])('of TLS is known where %s', (_title, near, far, changed) => {
		const own: Row = {...client, kind: 'tls', kernel: near};
		const other = accepted('10.1.0.9 443', '192.168.0.1 41234', {kind: 'tls', kernel: far});
		expect(translatedConnectionOf(own, worldOf([own, other]))?.changed ?? null).toBe(changed);
	});

	test('none is known before bytes have passed', () => {
		const silent = {process: bytes(0, 0)};
		const own = {...client, ...silent};
		const far = accepted('10.1.0.9 8443', '10.0.0.5 41234', silent);
		expect(translatedConnectionOf(own, worldOf([own, far]))).toBeNull();
	});

	test('127.0.0.1 of another namespace is a different address', () => {
		const own = makeRow({local: at('127.0.0.1 41234'), peer: at('127.0.0.1 80'), ...asked});
		const far = accepted('127.0.0.1 8080', '127.0.0.1 41234');
		expect(translatedConnectionOf(own, worldOf([own, far]))).toBeNull();
		const near = {...far, netns: own.netns};
		expect(translatedConnectionOf(own, worldOf([own, near]))).toEqual({
			accepted: near,
			changed: 'destination',
		});
	});
});

describe('the connection that a relay forwards to', () => {
	const out = makeRow({id: 'out', process: bytes(200, 100), openedAt: openedAt + 3});
	const into = (id: string, read: number, written: number, more: Partial<Row> = {}): Row =>
		makeRow({id, role: 'server', process: bytes(read, written), ...more});

	test.each<[string, Row[], string | null]>([
		['the same bytes', [into('in', 100, 200)], 'in'],
		['other bytes', [into('in', 100, 201)], null],
		['the same, but both ways alike', [into('in', 200, 100)], null],
		['in another process', [into('in', 100, 200, {proc: 2})], null],
		['several', [into('in', 100, 200), into('in 2', 100, 200)], null],
		['long before', [into('in', 100, 200, {openedAt: openedAt - 9000})], null],
		['after it', [into('in', 100, 200, {openedAt: openedAt + 500})], null],
		['of an HTTP server, as the far end of a tunnel is', [into('in', 100, 200, {http: http(1)})], null],
	])('%s', (_title, rows, found) => {
		expect(relaySourceOf(out, worldOf([out, ...rows]))?.id ?? null).toBe(found);
	});

	test('both ends of one connection within a process are not a relay', () => {
		const client = {...out, pair: 'in'};
		expect(relaySourceOf(client, worldOf([client, into('in', 100, 200, {pair: 'out'})]))).toBeNull();
	});

	test('a process connected to itself is not a relay, even after its pair is lost', () => {
		const peer = at('127.0.0.1 8080');
		const client = {...out, peer, pair: 'gone'};
		expect(relaySourceOf(client, worldOf([client, into('in', 100, 200, {local: peer})]))).toBeNull();
		const elsewhere = into('in', 100, 200, {local: at('127.0.0.1 9090')});
		expect(relaySourceOf(client, worldOf([client, elsewhere]))?.id).toBe('in');
		const listener = makeRow({id: 'listener', role: 'listener', local: peer});
		const world = {...worldOf([client, elsewhere]), listenerRowsOn: () => [listener]};
		expect(relaySourceOf(client, world)).toBeNull();
		expect(relaySourceOf(client, {...world, listenerRowsOn: () => [{...listener, proc: 2}]})?.id).toBe('in');
	});

	test('an HTTP client carries on nothing that it does not read', () => {
		const asking = {...out, http: http(2)};
		expect(relaySourceOf(asking, worldOf([asking, into('in', 100, 200)]))).toBeNull();
	});

	test('equal small byte counts do not make a relay', () => {
		const short = {...out, process: bytes(4, 4)};
		expect(relaySourceOf(short, worldOf([short, into('in', 4, 4)]))).toBeNull();
	});
});

describe('the virtual network of a peer', () => {
	const device = (name: string, kind: string | null, master: string | null = null): InterfaceView => ({
		...{name, index: 1, state: 'UP', mtu: 1500, kind, master, addresses: []},
		...{inBytes: 0, outBytes: 0, inDropped: 0, outDropped: 0, inErrors: 0, outErrors: 0},
		...{inBps: null, outBps: null, seenAt: openedAt},
	});
	const route = {
		dst: '172.17.0.2',
		from: null,
		dev: 'd',
		src: null,
		gateway: null,
		table: null,
		mtu: null,
		error: null,
	};
	const row = makeRow({peer: at('172.17.0.2 80'), route});

	test.each<[string, InterfaceView[], Row, string | null]>([
		['a veth', [device('d', 'veth')], row, 'a veth device'],
		[
			'a bridge of veths',
			[device('d', 'bridge'), device('v', 'veth', 'd')],
			row,
			'a bridge of virtual devices alone',
		],
		[
			'a bridge with a card',
			[device('d', 'bridge'), device('v', 'veth', 'd'), device('eth0', null, 'd')],
			row,
			null,
		],
		['an empty bridge', [device('d', 'bridge')], row, null],
		['a card', [device('d', null)], row, null],
		['loopback', [device('d', 'loopback')], row, null],
		['a gateway', [device('d', 'veth')], {...row, route: {...route, gateway: '172.17.0.1'}}, null],
		['an unknown device', [], row, null],
	])('%s', (_title, interfaces, its, what) => {
		expect(hostVirtualNetworkOf(its, worldOf([its], interfaces))?.description ?? null).toBe(what);
	});
});
