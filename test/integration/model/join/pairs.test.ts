// Both ends of a connection on this host are joined, by addresses that mirror each other; nothing else does.
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {canLayCable, layCable} from '../../../helpers/network/cable.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {
	type Netwatch,
	type Row,
	type SocketFact,
	socketFact,
	startNetwatch,
} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {rowOf} from '../../../helpers/records/match-rows.ts';

const bothEnds = z.object({client: socketFact, server: socketFact});
const opened = z.object({pid: z.number(), clients: z.array(z.number()), client: socketFact});
const hasNamespaces = isRoot && canLayCable();

/** Waits until both rows of a connection are there and name each other. */
const paired = (netwatch: Netwatch, {local, peer}: Pick<SocketFact, 'local' | 'peer'>): Promise<[Row, Row]> =>
	netwatch.until(() => {
		const client = rowOf(netwatch, {local, peer});
		const server = rowOf(netwatch, {local: peer, peer: local});
		expect(client?.pair).toBe(server?.id);
		expect(server?.pair).toBe(client?.id);
		return client !== undefined && server !== undefined && [client, server];
	});

const portOf = (address: Row['local']): number | null =>
	address === null || 'path' in address ? null : address.port;

describe.concurrent('the peer of a connection is found', () => {
	test('two ends in one process are a pair', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('echo-pair'), '3']);
		const {pairs} = await netwatch.fact('ready', z.object({pairs: z.array(bothEnds)}));
		expect(pairs).toHaveLength(3);
		for (const {client} of pairs) await paired(netwatch, client);
		netwatch.write('end\n');
		await netwatch.summary();
		// Closed rows still name each other.
		for (const {client} of pairs) await paired(netwatch, client);
	});

	test('two ends in two processes are a pair', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('two-processes')]);
		const {pid} = await netwatch.fact('ready', z.object({pid: z.number()}));
		const {pid: child, client} = await netwatch.fact('open', opened);
		const [near, far] = await paired(netwatch, client);
		expect([near.pid, far.pid]).toEqual([child, pid]);
	});

	test('two ends in two processes are a pair where one has no hook', async context => {
		const words = ['1', 'env', '-u', 'NODE_OPTIONS'];
		const netwatch = startNetwatch(context, [targetNode, target('two-processes'), ...words]);
		const {client} = await netwatch.fact('open', opened);
		const server = await netwatch.until(() => {
			const row = rowOf(netwatch, {local: client.peer, peer: client.local});
			return row?.pair?.startsWith('k.') && row;
		});
		const its = await netwatch.until(() => netwatch.rows.get(server.pair ?? ''));
		expect(its).toMatchObject({pair: server.id, process: null, local: client.local, peer: client.peer});
	});

	test('two ends of TLS are a pair', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('tls-pair')]);
		const {client} = await netwatch.fact('ready', bothEnds);
		const rows = await paired(netwatch, client);
		// The accepted end is a row of TCP until TLS begins on it, and a row is written once a second at most.
		await netwatch.until(() => rows.every(({id}) => netwatch.rows.get(id)?.kind === 'tls'));
	});

	test('two ends over IPv4 are a pair where the server listens on every address of IPv6', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('dual-stack')]);
		const {v4, v6} = await netwatch.fact('ready', z.object({v4: bothEnds, v6: bothEnds}));
		for (const {client} of [v4, v6]) await paired(netwatch, client);
	});

	test('two ends of a unix socket are a pair', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('unix-socket')]);
		await netwatch.until(() => {
			const ends = [...netwatch.rows.values()].filter(
				({kind, role}) => kind === 'unix' && role !== 'listener',
			);
			expect(ends).toHaveLength(2);
			const [one, other] = ends;
			expect(one?.pair).toBe(other?.id);
			expect(other?.pair).toBe(one?.id);
			return true;
		});
	});

	test('two ends are a pair while the connection waits in the accept queue, and afterwards', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('accepts-late')]);
		await netwatch.until(() => {
			const waiting = [...netwatch.rows.values()].filter(({stage}) => stage === 'queued');
			expect(waiting).toHaveLength(3);
			for (const {pair, id} of waiting)
				expect(netwatch.rows.get(pair ?? '')).toMatchObject({role: 'client', pair: id});
			return true;
		});
		netwatch.write('accept\n');
		await netwatch.until(() => {
			const clients = [...netwatch.rows.values()].filter(({role}) => role === 'client');
			for (const {pair} of clients) expect(netwatch.rows.get(pair ?? '')?.process).not.toBeNull();
			return clients.length === 3;
		});
	});

	test('two ends of a connection shorter than the poll interval are a pair', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('short-pairs'), '40', 'server']);
		const ended = z.object({port: z.number(), clients: z.array(socketFact.shape.local)});
		const {port, clients} = await netwatch.fact('ended', ended);
		const peer = {address: '127.0.0.1', port, family: 4};
		const ids = new Set<string>();
		for (const local of clients) for (const {id} of await paired(netwatch, {local, peer})) ids.add(id);
		expect(ids.size).toBe(80);
	});
});

describe.concurrent('no peer is found', () => {
	test.skipIf(!hasNamespaces)(
		'an end with the same addresses in another network namespace is no peer (needs root)',
		async context => {
			const {near} = await layCable(context, {near: ['10.9.0.1/24'], far: ['10.9.0.2/24']});
			const netwatch = startNetwatch(context, [targetNode, target('twins'), near.enter.at(-1) ?? '']);
			const fact = bothEnds.extend({pid: z.number()});
			const here = await netwatch.fact('here', fact);
			const there = await netwatch.fact('there', fact);
			expect(there.client.local).toEqual(here.client.local);
			await netwatch.until(() => {
				const rows = [...netwatch.rows.values()].filter(({role}) => role !== 'listener');
				expect(rows).toHaveLength(4);
				for (const row of rows) {
					const other = netwatch.rows.get(row.pair ?? '');
					expect(other).toMatchObject({pair: row.id, pid: row.pid, netns: row.netns});
				}
				return true;
			});
		},
	);

	test.skipIf(!hasNamespaces)('an end behind address translation is no peer (needs root)', async context => {
		const {near} = await layCable(context, {near: ['10.9.0.1/24'], far: ['10.9.0.2/24']});
		near.run(
			'nft',
			'add table ip nat; add chain ip nat out { type nat hook output priority -100; }; add rule ip nat out tcp dport 7777 redirect to :7070',
		);
		const script = `
const net = require('net');
const server = net.createServer(s => s.resume()).listen(7070, '0.0.0.0', () => {
	net.connect(7777, '10.9.0.1').on('error', console.error).write('hello');
	net.connect(7070, '10.9.0.1').on('error', console.error).write('hello');
});
process.stdin.once('data', () => process.exit());`;
		const netwatch = startNetwatch(context, [...near.enter, targetNode, '-e', script]);
		await netwatch.until(() => {
			const rows = [...netwatch.rows.values()].filter(
				({role, kernel}) => role !== 'listener' && kernel !== null,
			);
			expect(rows).toHaveLength(4);
			const straight = rows.filter(({pair}) => pair !== null);
			expect(straight.map(({local, peer, role}) => portOf(role === 'client' ? peer : local))).toEqual([
				7070, 7070,
			]);
			expect(rows.find(({pair, role}) => pair === null && role === 'client')?.peer).toMatchObject({
				port: 7777,
			});
			return true;
		});
	});
});

/** A step's time, of the row that has it. */
const timesOf = (netwatch: Netwatch): ((row: Row | undefined, step: string) => number) => {
	const times = new Map<string, number>();
	for (const {id, step, at} of netwatch.all('step'))
		if (!times.has(`${id} ${step}`)) times.set(`${id} ${step}`, at);
	return (row, step) => times.get(`${row?.id} ${step}`) ?? Number.NaN;
};

/** The error of reading a clock: a few microseconds. */
const clockMs = 0.01;

const expectInOrder = (times: readonly number[]): void => {
	for (const [index, time] of times.slice(1).entries()) {
		expect(time, times.join(' ')).toBeGreaterThanOrEqual((times[index] ?? 0) - clockMs);
	}
};

describe.concurrent('the steps of two processes are in the order of their times', () => {
	const expectOrder = async (context: TestContext, through: readonly string[], count: number) => {
		const netwatch = startNetwatch(context, [targetNode, target('two-processes'), String(count), ...through]);
		const {clients, client} = await netwatch.fact('open', opened);
		expect(clients).toHaveLength(count);
		const complete = await netwatch.until(() => {
			const rows = [...netwatch.rows.values()];
			const near = rows.filter(({role, pair}) => role === 'client' && pair !== null);
			const timeOf = timesOf(netwatch);
			const whole = near.filter(
				row => timeOf(row, 'first-in') > 0 && timeOf(netwatch.rows.get(row.pair ?? ''), 'first-out') > 0,
			);
			return whole.length === count && whole;
		});
		const timeOf = timesOf(netwatch);
		for (const row of complete) {
			const server = netwatch.rows.get(row.pair ?? '');
			const order = [
				timeOf(row, 'attempt'),
				timeOf(server, 'accept'),
				timeOf(server, 'first-in'),
				timeOf(server, 'first-out'),
				timeOf(row, 'first-in'),
			];
			expectInOrder(order);
			const written = [
				timeOf(row, 'attempt'),
				timeOf(row, 'connect'),
				timeOf(row, 'first-out'),
				timeOf(server, 'first-in'),
			];
			expectInOrder(written);
		}
		expect(client.local).not.toBeNull();
		return netwatch;
	};

	test('the steps of 200 connections are in order, also on a busy machine', async context => {
		await expectOrder(context, [], 200);
	});

	test('the steps are in order where one process is in another time namespace', async context => {
		if (!isRoot) context.skip('only root can make a time namespace');
		const netwatch = await expectOrder(context, ['unshare', '--time', '--fork', '--monotonic', '100000'], 3);
		const first = netwatch.records[0]?.at ?? 0;
		for (const {at} of netwatch.all('step')) {
			expect(at).toBeGreaterThanOrEqual(first);
			expect(at).toBeLessThanOrEqual(Date.now() + 1000);
		}
	});
});
