// Programs that know their own sockets, under the built netwatch: each row is compared with the program's facts.
import {networkInterfaces} from 'node:os';
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {
	listenerFact,
	type Netwatch,
	type SocketFact,
	socketFact,
	startNetwatch,
} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {targetMajor} from '../../../helpers/process/target-version.ts';
import {agreedRow, expectAllClosed, names, plain, rowOf} from '../../../helpers/records/match-rows.ts';

/** Node 18 reports no attempts. */
const onItsWay = targetMajor < 20 ? ['create'] : ['create', 'attempt'];

const bothEnds = z.object({client: socketFact, server: socketFact});

const watch = (context: TestContext, name: string, ...args: string[]): Netwatch =>
	startNetwatch(context, [targetNode, target(name), ...args]);

const stepsOf = (netwatch: Netwatch, fact: SocketFact) => netwatch.stepsOf(rowOf(netwatch, fact)?.id ?? '');

/** The fact without its own two fields. */
const readersOf = ({fact: _fact, at: _at, ...readers}: Record<string, unknown>) => readers;

/** Waits until the listener's row matches the program's fact. */
const agreedListener = (netwatch: Netwatch, {local, inode}: z.infer<typeof listenerFact>) =>
	netwatch.until(() => {
		const row = rowOf(netwatch, {local, peer: null});
		expect(row).toMatchObject({
			role: 'listener',
			stage: 'listening',
			kernel: {state: 'LISTEN', inode, recvQ: 0},
			joinedBy: 'inode',
			route: null,
		});
		return row;
	});

describe.concurrent('a listener', () => {
	test('a listener with maxConnections 2 counts the dropped connections and has their addresses', async context => {
		const netwatch = watch(context, 'max-connections');
		const fact = z.object({listener: listenerFact, clients: z.array(socketFact.shape.peer)});
		const {listener, clients} = await netwatch.fact('ready', fact);
		const row = await netwatch.until(() => {
			const found = rowOf(netwatch, {local: listener.local, peer: null});
			expect(found?.connections).toEqual({connections: 2, maxConnections: 2, drops: 2});
			return found;
		});
		const listens = {local: listener.local, backlog: null, error: null, connections: 2};
		expect(netwatch.stepsOf(row?.id ?? '').filter(({step}) => step === 'drop')).toMatchObject([
			{...listens, peer: clients[2], drops: 1},
			{...listens, peer: clients[3], drops: 2},
		]);
	});
});

describe.concurrent('a connection and its three views', () => {
	test('both ends of an echo and their listener have addresses, bytes, inodes and route', async context => {
		const netwatch = watch(context, 'echo-pair');
		const fact = z.object({
			at: z.number(),
			pid: z.number(),
			listener: listenerFact,
			pairs: z.array(bothEnds),
		});
		const {at, pid, listener, pairs} = await netwatch.fact('ready', fact);
		const [{client, server} = expect.unreachable()] = pairs;
		const above = await agreedListener(netwatch, listener);
		const one = await agreedRow(netwatch, client, {kind: 'tcp', role: 'client', pid, thread: 0});
		const other = await agreedRow(netwatch, server, {kind: 'tcp', role: 'server', pid, thread: 0});
		expect(other.listener).toBe(above.id);
		expect(one).toMatchObject({program: 'echo-pair.cjs', listener: null, host: null, error: null});
		expect(one.route).toMatchObject({src: '127.0.0.1', gateway: null});

		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
		expect(names(stepsOf(netwatch, client))).toEqual([
			...onItsWay,
			...['connect', 'first-out', 'first-in', 'local-end', 'peer-end', 'close'],
		]);
		expect(names(stepsOf(netwatch, server))).toEqual([
			...['create', 'accept', 'first-in', 'first-out', 'peer-end', 'local-end', 'close'],
		]);
		const bytes = {bytesRead: 5, bytesWritten: 5, hadError: false};
		expect(stepsOf(netwatch, client).at(-1)).toMatchObject({...bytes, reason: 'local-end'});
		expect(stepsOf(netwatch, server).at(-1)).toMatchObject({...bytes, reason: 'peer-end'});
		expect(names(netwatch.stepsOf(above.id))).toEqual(['listen', 'unlisten']);
		// One clock for all: a step and the program's fact have nearly the same time.
		expect(Math.abs((stepsOf(netwatch, client)[4]?.at ?? 0) - at)).toBeLessThan(1000);
	});

	test('each row of twenty simultaneous pairs has the bytes and the inode of its own socket', async context => {
		const netwatch = watch(context, 'echo-pair', '20');
		const {pairs} = await netwatch.fact('ready', z.object({pairs: z.array(bothEnds)}));
		for (const {client, server} of pairs) {
			await agreedRow(netwatch, client, {role: 'client'});
			await agreedRow(netwatch, server, {role: 'server'});
		}

		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 41);
	});

	test('a dual-stack listener reports IPv4-mapped addresses as IPv4', async context => {
		const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
		if (!addresses.some(({address}) => address === '::1')) context.skip('this machine has no IPv6 loopback');
		const netwatch = watch(context, 'dual-stack');
		const fact = z.object({listener: listenerFact, v4: bothEnds, v6: bothEnds});
		const {listener, v4, v6} = await netwatch.fact('ready', fact);
		await agreedListener(netwatch, listener);
		for (const {client, server} of [v4, v6]) {
			await agreedRow(netwatch, client, {role: 'client'});
			const row = await agreedRow(netwatch, server, {role: 'server', stage: 'accepted'});
			expect(row.peer).toEqual(client.local);
		}

		expect(plain(v4.server.local)).toMatchObject({address: '127.0.0.1', family: 4});
	});

	test('a TLS pair has one row per side, of kind tls, in stage tls until the handshake is done', async context => {
		const netwatch = watch(context, 'tls-pair', 'held');
		const begun = await netwatch.fact('handshake', z.object({client: socketFact, at: z.number()}));
		await agreedRow(netwatch, begun.client, {kind: 'tls', role: 'client', stage: 'tls'});
		const heldMs = Date.now() - begun.at;
		netwatch.write('begin\n');
		const fact = bothEnds.extend({protocol: z.string(), authorized: z.boolean()});
		const {client, server, protocol, authorized} = await netwatch.fact('ready', fact);
		await agreedRow(netwatch, client, {kind: 'tls', role: 'client'});
		await agreedRow(netwatch, server, {kind: 'tls', role: 'server'});
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 3});

		const ofClient = stepsOf(netwatch, client);
		expect(names(ofClient)).toEqual([
			...onItsWay,
			...['connect', 'secure', 'first-out', 'first-in', 'local-end', 'peer-end', 'close'],
		]);
		const secure = ofClient.find(({step}) => step === 'secure');
		expect(secure).toMatchObject({protocol, authorized, servername: 'localhost', alpn: null});
		expect(secure?.ms).toBeGreaterThan(heldMs - 1);
		const ofServer = stepsOf(netwatch, server);
		expect(names(ofServer)).toEqual(
			expect.arrayContaining(['accept', 'secure', 'first-in', 'first-out', 'close']),
		);
		expect(ofServer.find(({step}) => step === 'secure')).toMatchObject({protocol, servername: 'localhost'});
	});

	test("a row names the way its socket is read: a socket without a reader or with 'readable' is not paused", async context => {
		const netwatch = watch(context, 'readers');
		const fact = await netwatch.fact('ready', z.looseObject({}));
		const clients = z.record(z.string(), socketFact).parse(readersOf(fact));
		const said = {
			data: {paused: false, reading: true, flowing: true},
			readable: {paused: false, reading: true, flowing: false},
			iterated: {paused: false, reading: true, flowing: false},
			pausedOne: {paused: true, reading: false, flowing: false},
			none: {paused: false, reading: false, flowing: null},
			intoBuffer: {paused: false, reading: true, flowing: null},
		};
		for (const [way, process] of Object.entries(said)) {
			const client = clients[way] ?? expect.unreachable(way);
			await netwatch.until(() => {
				expect(rowOf(netwatch, client)).toMatchObject({process: {...process, bytesRead: 5}});
				return true;
			});
			const paused = names(stepsOf(netwatch, client)).includes('pause');
			expect({way, paused}).toEqual({way, paused: way === 'pausedOne'});
		}

		const {none = expect.unreachable(), data = expect.unreachable()} = clients;
		expect(rowOf(netwatch, none)?.process).toMatchObject({errorListeners: 0});
		expect(rowOf(netwatch, data)?.process).toMatchObject({errorListeners: 1});
	});

	test('a pair over a unix socket has the path, the bytes, the kernel view by inode, and no route', async context => {
		const netwatch = watch(context, 'unix-socket');
		const {path} = await netwatch.fact('ready', z.object({path: z.string()}));
		const inKernel = {kernel: {state: 'ESTAB'}, route: null, joinedBy: 'inode', kind: 'unix'};
		const bytes = {bytesRead: 5, bytesWritten: 5};
		const listener = await netwatch.until(() => rowOf(netwatch, {local: {path}, peer: null}));
		await netwatch.until(() => {
			const rows = [...netwatch.rows.values()].filter(({role}) => role !== 'listener');
			expect(rows).toMatchObject([
				{...inKernel, role: 'client', stage: 'open', peer: targetMajor < 20 ? null : {path}, process: bytes},
				{...inKernel, role: 'server', stage: 'open', listener: listener.id, process: bytes},
			]);
			return true;
		});
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 3);
	});
});

describe.concurrent('a connection with waiting bytes', () => {
	test('a peer that does not read leaves the row draining, with the bytes in JavaScript and in the kernel', async context => {
		const netwatch = watch(context, 'many-writes');
		const fact = bothEnds.extend({bytes: z.number(), writes: z.number()});
		const {client, server, bytes, writes} = await netwatch.fact('queued', fact);
		const row = await netwatch.until(() => {
			const found = rowOf(netwatch, client);
			expect(found).toMatchObject({
				stage: 'draining',
				process: {writableLength: client.writableLength, needDrain: true},
				kernel: {state: 'ESTAB', inode: client.inode},
				joinedBy: 'inode',
			});
			expect(found?.kernel?.sendQ).toBeGreaterThan(0);
			return found;
		});
		// Handed to the kernel and waiting in JavaScript; the chunk under way is in both.
		const sum = Number(row.process?.bytesWritten) + Number(row.process?.writableLength);
		expect(sum).toBeGreaterThanOrEqual(bytes);
		expect(sum).toBeLessThanOrEqual(bytes + bytes / writes);
		await netwatch.until(() => {
			const found = rowOf(netwatch, server);
			expect(found).toMatchObject({
				process: {bytesRead: 0},
				kernel: {inode: server.inode},
				joinedBy: 'inode',
			});
			expect(found?.kernel?.recvQ).toBeGreaterThan(0);
			return found;
		});

		netwatch.write('read\n');
		await netwatch.summary();
		// The socket ends before its queue is empty: then Node emits no 'drain'.
		expect(names(stepsOf(netwatch, client))).toEqual([
			...onItsWay,
			...['connect', 'first-out', 'full', 'local-end', 'peer-end', 'close'],
		]);
		expect(stepsOf(netwatch, server).at(-1)).toMatchObject({step: 'close', bytesRead: bytes});
	});

	test("a row has the duration of the wait for 'drain'", async context => {
		const netwatch = watch(context, 'drain', '700');
		const {client} = await netwatch.fact('full', z.object({client: socketFact}));
		await netwatch.fact('drain', z.object({waitedMs: z.number()}));
		netwatch.write('end\n');
		await netwatch.summary();
		const steps = stepsOf(netwatch, client);
		expect(steps.find(({step}) => step === 'full')).toMatchObject({buffered: client.writableLength});
		const ms = Number(steps.find(({step}) => step === 'drain')?.ms);
		expect(ms).toBeGreaterThan(600);
	});

	test('a paused reader has counts of the unread bytes in JavaScript and in the kernel', async context => {
		const netwatch = watch(context, 'paused-reader');
		const fact = bothEnds.extend({total: z.number()});
		const {client, server, total} = await netwatch.fact('paused', fact);
		await agreedRow(netwatch, client, {stage: 'paused', role: 'client'});
		await netwatch.until(() => {
			const {process, kernel} = rowOf(netwatch, client) ?? {};
			expect(kernel?.recvQ).toBeGreaterThan(0);
			// The bytes read, and those that wait in the kernel at both ends, are no more than the bytes sent.
			return Number(process?.bytesRead) + Number(kernel?.recvQ) <= total;
		});
		netwatch.write('read\n');
		await netwatch.fact('read', z.object({bytesRead: z.literal(total)}));
		await netwatch.summary();
		expect(names(stepsOf(netwatch, client))).toEqual([
			...onItsWay,
			...['connect', 'first-in', 'pause', 'resume', 'peer-end', 'local-end', 'close'],
		]);
		expect(stepsOf(netwatch, client).at(-1)).toMatchObject({bytesRead: total});
		expect(stepsOf(netwatch, server).at(-1)).toMatchObject({bytesWritten: total});
	});

	test('a half-open connection is ended on one side and peer-ended on the other', async context => {
		const netwatch = watch(context, 'half-open');
		const {client, server} = await netwatch.fact('half-open', bothEnds);
		await agreedRow(netwatch, client, {stage: 'ended', state: 'FIN-WAIT-2'});
		await agreedRow(netwatch, server, {stage: 'peer-ended', state: 'CLOSE-WAIT'});
		netwatch.write('end\n');
		await netwatch.summary();
		expect(names(stepsOf(netwatch, client))).toEqual([
			...onItsWay,
			...['connect', 'first-out', 'local-end', 'peer-end', 'close'],
		]);
		expect(names(stepsOf(netwatch, server))).toEqual([
			...['create', 'accept', 'first-in', 'peer-end', 'local-end', 'close'],
		]);
	});

	test('a destroyed socket whose peer stays open is closed for JavaScript and lingers in the kernel', async context => {
		const netwatch = watch(context, 'lingering');
		const {client, server} = await netwatch.fact('lingering', bothEnds);
		const row = await netwatch.until(() => {
			const found = rowOf(netwatch, client);
			return found?.kernel?.state === 'FIN-WAIT-2' && found;
		});
		expect(row).toMatchObject({stage: 'lingering', kernel: {inode: null}});
		expect(row.closedAt).not.toBeNull();
		await agreedRow(netwatch, server, {stage: 'peer-ended', state: 'CLOSE-WAIT'});
	});

	test('connections in the accept queue of a blocked server are rows of the kernel, then its own', async context => {
		const netwatch = watch(context, 'accepts-late');
		const fact = z.object({port: z.number(), clients: z.array(socketFact)});
		const {port, clients} = await netwatch.fact('queued', fact);
		const local = {address: '127.0.0.1', port, family: 4};
		const listener = await netwatch.until(() => {
			const found = rowOf(netwatch, {local, peer: null});
			return found?.kernel?.recvQ === clients.length && found;
		});
		expect(listener).toMatchObject({stage: 'listening', thread: 0, kernel: {state: 'LISTEN'}});
		const waiting = await netwatch.until(() => {
			const rows = [...netwatch.rows.values()].filter(({id}) => id.startsWith('k.'));
			return rows.length === clients.length && rows;
		});
		for (const row of waiting) {
			expect(row).toMatchObject({
				...{stage: 'queued', role: 'server', local, listener: listener.id, pid: listener.pid},
				...{process: null, kernel: {state: 'ESTAB', inode: null}, joinedBy: null},
			});
			expect(clients.map(client => client.local)).toContainEqual(row.peer);
		}

		for (const client of clients) await agreedRow(netwatch, client, {role: 'client', thread: 1});

		netwatch.write('accept\n');
		const {servers} = await netwatch.fact('accepted', z.object({servers: z.array(socketFact)}));
		for (const server of servers) {
			const row = await agreedRow(netwatch, server, {role: 'server', stage: 'accepted', thread: 0});
			expect(row.listener).toBe(listener.id);
		}

		for (const {id} of waiting) await netwatch.until(() => netwatch.all('gone').some(gone => gone.id === id));
		netwatch.write('end\n');
		expectAllClosed(await netwatch.summary(), 7);
	});
});
