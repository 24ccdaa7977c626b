import {createSocket} from 'node:dgram';
import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import net, {type AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import type {KernelQuery, SnapshotEnd, SnapshotPart} from '../../../../source/domain/kernel.ts';
import {unknownLimits} from '../../../../source/kernel/counters/counters.ts';
import {openProcNet, type ProcNetIo} from '../../../../source/kernel/procnet/source.ts';
import {readNamespace} from '../../../../source/procfs/namespace.ts';
import {startNamespace} from '../../../helpers/network/namespace.ts';
import {descriptorOf} from '../../../helpers/process/descriptors.ts';
import {isRoot} from '../../../helpers/process/is-root.ts';
import {startReady} from '../../../helpers/process/ready-process.ts';
import {until} from '../../../helpers/process/until.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const now = () => performance.timeOrigin + performance.now();
const own = readNamespace('self');
const ownNetns = own.ok ? own.value : '';
const wantsTcp: KernelQuery = {udp: false, unix: false, all: false, infoPorts: null, timeWaitPorts: null};
const inodeOf = (socket: object) => fstatSync(descriptorOf(socket)).ino;

const openSource = async (
	wanted: Partial<KernelQuery> = {},
	netns = ownNetns,
	pid: number | 'self' = 'self',
	options: Partial<ProcNetIo> = {},
) => {
	const parts: SnapshotPart[] = [];
	const ends: SnapshotEnd[] = [];
	const opened = await openProcNet(netns, pid, {
		now,
		kernelQuery: () => ({...wantsTcp, ...wanted}),
		events: {onSnapshotPart: part => parts.push(part), onSnapshotEnd: end => ends.push(end)},
		limits: async () => unknownLimits,
		isStopped: () => false,
		...options,
	});
	if (!opened.ok) throw new Error(opened.reason);
	const {source, close} = opened.value;
	cleanUps.push(close);
	const found = (inode: number) =>
		parts
			.flatMap(({kind: snapshot, sockets}) => sockets.map(socket => ({snapshot, ...socket})))
			.findLast(socket => socket.inode === inode);
	return {source, parts, ends, found, close};
};

const listen = async (backlog?: number) => {
	const server = net.createServer({pauseOnConnect: true}).listen({port: 0, host: '127.0.0.1', backlog});
	await once(server, 'listening');
	cleanUps.push(() => server.close());
	const {port} = server.address() as AddressInfo;
	return {server, port};
};

const connect = async ({server, port}: {server: net.Server; port: number}) => {
	const client = net.connect(port, '127.0.0.1');
	cleanUps.push(() => client.destroy());
	const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
	if (!(accepted instanceof net.Socket)) throw new Error('no socket was accepted');
	cleanUps.push(() => accepted.destroy());
	return {client, accepted};
};

describe('a snapshot of the own namespace by /proc/self/net', () => {
	test('a snapshot by /proc has listeners and both ends under their inodes, with the unread bytes', async () => {
		const listener = await listen();
		const {client, accepted} = await connect(listener);
		await new Promise(resolve => client.write('x'.repeat(777), resolve));
		const {source, ends, found} = await openSource();
		await until('unread bytes', async () => {
			expect(await source.table()).toMatchObject({ok: true});
			return found(inodeOf(accepted))?.recvQ === 777;
		});
		expect(found(inodeOf(listener.server))).toMatchObject({
			snapshot: 'table',
			state: 'LISTEN',
			recvQ: 0,
			sendQ: null,
		});
		expect(found(inodeOf(client))).toMatchObject({
			...{state: 'ESTAB', peer: {address: '127.0.0.1', port: listener.port, family: 4}},
			local: {address: '127.0.0.1', port: client.localPort, family: 4},
		});
		expect(ends.at(-1)).toMatchObject({
			...{netns: ownNetns, kind: 'table', socketKinds: new Set(['tcp'])},
			notUnderstood: {count: 0},
		});
	});

	test('a snapshot by /proc can have the listeners alone', async () => {
		const {server} = await listen();
		const {source, parts, ends, found} = await openSource();
		expect(await source.listeners?.()).toMatchObject({ok: true});
		expect(found(inodeOf(server))).toMatchObject({snapshot: 'listeners', state: 'LISTEN'});
		expect(parts.flatMap(({sockets}) => sockets).every(({state}) => state === 'LISTEN')).toBe(true);
		expect(ends).toMatchObject([{kind: 'listeners'}]);
	});

	test('a snapshot by /proc has UDP and unix sockets on request', async () => {
		const udp = createSocket('udp4');
		await new Promise<void>(resolve => udp.bind(0, '127.0.0.1', resolve));
		cleanUps.push(() => udp.close());
		const directory = await mkdtemp(join(tmpdir(), 'netwatch-test-'));
		const path = join(directory, 'a b.sock');
		const server = net.createServer().listen(path);
		await once(server, 'listening');
		cleanUps.push(
			() => rm(directory, {recursive: true}),
			() => server.close(),
		);

		const without = await openSource();
		await without.source.table();
		expect(without.parts.flatMap(({sockets}) => sockets).every(({kind}) => kind === 'tcp')).toBe(true);

		const {source, parts, ends} = await openSource({udp: true, unix: true});
		await source.table();
		const sockets = parts.flatMap(part => part.sockets);
		expect(sockets).toContainEqual(
			expect.objectContaining({
				...{kind: 'udp', state: 'UNCONN', local: {address: '127.0.0.1', port: udp.address().port, family: 4}},
			}),
		);
		expect(sockets).toContainEqual(
			expect.objectContaining({kind: 'unix', state: 'LISTEN', local: {path}, inode: expect.any(Number)}),
		);
		expect(ends).toMatchObject([{socketKinds: new Set(['tcp', 'udp', 'unix']), socketCount: sockets.length}]);
	});

	test('sockets in TIME-WAIT are outside of the table, and are reported for the queried ports', async () => {
		const listener = await listen();
		const {client, accepted} = await connect(listener);
		accepted.resume();
		// The end that closes first keeps the connection in TIME-WAIT.
		client.end();
		await Promise.all([once(client, 'close'), once(accepted, 'close')]);
		const {source, parts, ends} = await openSource({timeWaitPorts: {local: [], peer: [listener.port]}});
		const waiting = await until('TIME-WAIT', async () => {
			await source.table();
			return parts.find(({kind}) => kind === 'time-wait')?.sockets;
		});
		expect(waiting).toMatchObject([{state: 'TIME-WAIT', inode: null, peer: {port: listener.port}}]);
		const table = parts.filter(({kind}) => kind === 'table').flatMap(({sockets}) => sockets);
		expect(table.every(({state}) => state !== 'TIME-WAIT')).toBe(true);
		expect(ends.slice(-2)).toMatchObject([{kind: 'table'}, {kind: 'time-wait', socketCount: 1}]);

		const elsewhere = await openSource({timeWaitPorts: {local: [1], peer: []}});
		await elsewhere.source.table();
		expect(elsewhere.parts.filter(({kind}) => kind === 'time-wait')).toEqual([]);
	});

	test('a large table by /proc comes whole, in parts', async () => {
		const listeners = await Promise.all(Array.from({length: 40}, () => listen()));
		const {source, parts, ends, found} = await openSource({}, ownNetns, 'self', {maxPartSockets: 10});
		await source.table();
		expect(parts.length).toBeGreaterThanOrEqual(4);
		expect(new Set(parts.map(({at}) => at)).size).toBe(1);
		for (const {server} of listeners) expect(found(inodeOf(server))).toBeDefined();
		expect(ends).toMatchObject([{socketCount: parts.reduce((sum, {sockets}) => sum + sockets.length, 0)}]);
	});

	test('a table beyond the limit has a reason and no end', async () => {
		const {source, ends} = await openSource({}, ownNetns, 'self', {maxFileBytes: 100});
		await listen();
		expect(await source.table()).toMatchObject({
			ok: false,
			permanent: false,
			reason: expect.stringContaining('100 bytes'),
		});
		expect(ends).toEqual([]);
	});

	test('simultaneous snapshots by /proc do not mix', async () => {
		await listen();
		const {source, ends} = await openSource();
		const answers = await Promise.all([
			source.table(),
			source.listeners?.(),
			source.table(),
			source.listeners?.(),
		]);
		expect(answers.every(answer => answer?.ok)).toBe(true);
		expect(ends.map(({kind}) => kind)).toEqual(['table', 'listeners', 'table', 'listeners']);
	});

	test('the counters are read by /proc too', async () => {
		const {source} = await openSource();
		expect(await source.counters()).toMatchObject({
			...{listenOverflows: expect.any(Number), retransSegs: expect.any(Number), timeWait: expect.any(Number)},
			...{somaxconn: null, ephemeralLow: null},
		});
	});
});

test('a process that has exited, or is of another namespace, is refused', async () => {
	const io = {now, kernelQuery: () => wantsTcp, limits: async () => unknownLimits, isStopped: () => false};
	const events = {onSnapshotPart: () => {}, onSnapshotEnd: () => {}};
	expect(await openProcNet(ownNetns, 4_194_305, {...io, events})).toEqual({
		...{ok: false, reason: 'process 4194305 is gone'},
	});
	expect(await openProcNet('12345', process.pid, {...io, events})).toEqual({
		...{ok: false, reason: `process ${process.pid} is not in network namespace 12345`},
	});
});

describe.skipIf(!isRoot)('another network namespace (needs root)', () => {
	test('another namespace is read from outside, also after the process that led there has exited', async () => {
		const holder = await startNamespace();
		cleanUps.push(holder.end);
		const netns = readNamespace(holder.pid);
		if (!netns.ok) throw new Error(netns.reason);
		const here = await listen();
		const there = await startListener(holder.pid);
		const {source, parts, found} = await openSource({}, netns.value, holder.pid);
		await source.table();
		const ofOthers = parts.flatMap(({sockets}) => sockets);
		expect(ofOthers).toMatchObject([{state: 'LISTEN', local: {port: there.port}}]);
		expect(found(inodeOf(here.server))).toBeUndefined();

		await there.end();
		await holder.end();
		parts.length = 0;
		expect(await source.table()).toMatchObject({ok: true});
		expect(parts).toEqual([]);
	});
});

/** A listener in another namespace, on a port that is its own. */
const startListener = async (pid: number) => {
	const port = 8123;
	const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('ready'))`;
	const {end} = await startReady('nsenter', ['-t', String(pid), '-n', process.execPath, '-e', script]);
	cleanUps.push(end);
	return {port, end};
};
