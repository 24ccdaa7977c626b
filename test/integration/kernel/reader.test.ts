import {once} from 'node:events';
import {fstatSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {join} from 'node:path';
import {afterEach, describe, expect, test} from 'vitest';
import type {KernelQuery, KernelSocket, SnapshotKind} from '../../../source/domain/kernel.ts';
import type {KernelCounters, Notice} from '../../../source/domain/row.ts';
import {watchPortable} from '../../../source/kernel/namespace-watch.ts';
import type {KernelEvents} from '../../../source/kernel/poll/events.ts';
import {type PreparedSs, type PrepareOptions, prepareSs} from '../../../source/kernel/prepare.ts';
import {
	createKernelReader,
	type KernelReader,
	type KernelReaderOptions,
} from '../../../source/kernel/reader.ts';
import {readNamespace} from '../../../source/procfs/namespace.ts';
import {parseStat} from '../../../source/procfs/proc-file.ts';
import {fixture} from '../../helpers/kernel/fixtures.ts';
import {stubs} from '../../helpers/kernel/stub-programs.ts';
import {inNamespace, startNamespace} from '../../helpers/network/namespace.ts';
import {descriptorOf} from '../../helpers/process/descriptors.ts';
import {isRoot} from '../../helpers/process/is-root.ts';
import {startReady} from '../../helpers/process/ready-process.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {until} from '../../helpers/process/until.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const now = () => performance.timeOrigin + performance.now();
const own = readNamespace('self');
const ownNetns = own.ok ? own.value : '';

const nothingWanted: KernelQuery = {
	udp: false,
	unix: false,
	all: false,
	infoPorts: null,
	timeWaitPorts: null,
};

/** A complete snapshot, with the sockets of all its parts. */
type Snapshot = {
	netns: string;
	kind: SnapshotKind;
	at: number;
	sockets: KernelSocket[];
	notUnderstood: number;
};

/** Joins the parts of snapshots. */
const collect = () => {
	const snapshots: Snapshot[] = [];
	const coming = new Map<string, KernelSocket[]>();
	const counters = new Map<string, KernelCounters>();
	const events: KernelEvents = {
		onSnapshotPart: ({netns, kind, at, sockets}) => {
			const key = `${netns} ${kind} ${at}`;
			coming.set(key, [...(coming.get(key) ?? []), ...sockets]);
		},
		onSnapshotEnd: ({netns, kind, at, notUnderstood: {count}}) => {
			const key = `${netns} ${kind} ${at}`;
			snapshots.push({netns, kind, at, sockets: coming.get(key) ?? [], notUnderstood: count});
			coming.delete(key);
		},
		onCounters: (netns, _at, seen) => void counters.set(netns, seen),
		onInterfaces: () => {},
	};
	const tables = () => snapshots.filter(({kind}) => kind === 'table');
	return {events, snapshots, tables, counters};
};

const ready = async (options: PrepareOptions): Promise<PreparedSs | null> => {
	const prepared = prepareSs(options);
	await prepared?.ready();
	return prepared;
};

const read = (options: Partial<KernelReaderOptions> = {}) => {
	const seen = collect();
	const notices: Notice[] = [];
	const reader: KernelReader = createKernelReader({
		...seen.events,
		kernelQuery: () => nothingWanted,
		onNotice: notice => notices.push(notice),
		intervalMs: 20,
		now,
		...options,
	});
	cleanUps.push(reader.close);
	return {reader, notices, said: () => notices.map(({message}) => message), ...seen};
};

/** The children of this process that are ss, or a shell that runs it. */
const helpers = (): string[] =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(name => {
			try {
				const stat = parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'));
				return stat?.ppid === process.pid && ['ss', 'sh', 'stdbuf'].includes(stat.comm) ? [stat.comm] : [];
			} catch {
				return [];
			}
		});

const listen = async () => {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	cleanUps.push(() => server.close());
	return fstatSync(descriptorOf(server)).ino;
};

/** Two connections that their server has closed first. Returns its port, at which they are in TIME-WAIT. */
const endedConnections = async () => {
	const server = net.createServer(socket => socket.end()).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	for (let index = 0; index < 2; index++) {
		const client = net.connect(port, '127.0.0.1').resume();
		await once(client, 'close');
	}
	server.close();
	await once(server, 'close');
	return port;
};

const namespace = async () => {
	const holder = await startNamespace('ip route add default via 10.203.0.9');
	cleanUps.push(holder.end);
	const netns = readNamespace(holder.pid);
	if (!netns.ok) throw new Error(netns.reason);
	return {pid: holder.pid, netns: netns.value, end: holder.end};
};

describe('the kernel reader', () => {
	test('the kernel reader polls again and again, and reports sockets opened in between', async () => {
		const {reader, tables, notices} = read();
		reader.watchNamespace(ownNetns, process.pid);
		reader.watchNamespace(ownNetns, process.pid);
		await until('two snapshots', () => tables().length >= 2);
		const inode = await listen();
		const seen = await until('the listener', () =>
			tables().find(({sockets}) => sockets.some(socket => socket.inode === inode)),
		);
		expect(seen.netns).toBe(ownNetns);
		expect(notices).toEqual([]);
	});

	test('the kernel reader reports the accept queue of a listener between two snapshots of the table', async () => {
		// An address of no other socket.
		const host = `127.9.${(process.pid >> 8) & 255}.${process.pid & 255}`;
		const server = await startReady(process.execPath, [
			'-e',
			`require('net').createServer().listen(7777, '${host}', () => {
				require('fs').writeSync(1, 'ready\\n');
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
			});`,
		]);
		cleanUps.push(server.end);
		const {reader, snapshots, tables} = read({intervalMs: 60_000});
		reader.watchNamespace(ownNetns, process.pid);
		await until('the only snapshot of the table', () => tables().length > 0);
		for (let index = 0; index < 3; index++) {
			const client = net.connect(7777, host);
			cleanUps.push(() => client.destroy());
			await once(client, 'connect');
		}
		const queue = () =>
			snapshots
				.findLast(({kind}) => kind === 'listeners')
				?.sockets.find(({local}) => local !== null && 'port' in local && local.address === host)?.recvQ;
		await until('the queue', () => queue() === 3);
		expect(tables()).toHaveLength(1);
	});

	test('the kernel reader reports sockets in TIME-WAIT on the queried ports, and no others', async () => {
		const [ours, others] = [await endedConnections(), await endedConnections()];
		const wanted: KernelQuery = {...nothingWanted, timeWaitPorts: {local: [ours], peer: []}};
		const {reader, snapshots} = read({kernelQuery: () => wanted});
		reader.watchNamespace(ownNetns, process.pid);
		const snapshot = await until('a snapshot with them', () =>
			snapshots.find(({kind, sockets}) => kind === 'time-wait' && sockets.length >= 2),
		);
		expect(
			snapshot.sockets.map(({state, local}) => ({state, port: local && 'port' in local && local.port})),
		).toEqual(Array(2).fill({state: 'TIME-WAIT', port: ours}));
		expect(others).not.toBe(ours);
		wanted.timeWaitPorts = null;
		const count = () => snapshots.filter(({kind}) => kind === 'time-wait').length;
		await until('snapshots without one', async () => {
			const [before, of] = [count(), snapshots.length];
			await until('other snapshots', () => snapshots.length >= of + 4);
			return count() === before;
		});
	});

	test('the kernel reader reports destroyed sockets, and their number', async () => {
		const {reader, snapshots} = read();
		reader.watchNamespace(ownNetns, process.pid);
		await until('the end of one', async () => {
			await endedConnections();
			return snapshots.some(({kind, sockets}) => kind === 'destroyed' && sockets.length > 0);
		});
		expect(reader.destroyed(ownNetns)).toMatchObject({lines: expect.any(Number), dropped: 0});
	});

	test('the kernel reader reports the very first destroyed socket after its preparation', async () => {
		const {reader, snapshots} = read({prepared: await ready({now, forMs: 15_000})});
		const port = await endedConnections();
		reader.watchNamespace(ownNetns, process.pid);
		await until('its end', () =>
			snapshots.some(
				({kind, sockets}) =>
					kind === 'destroyed' &&
					sockets.some(({local}) => local !== null && 'port' in local && local.port === port),
			),
		);
	});

	test('the preparation ends at its deadline with an ss that does not answer, and reports nothing before the watch', async () => {
		const path = stubs(cleanUp => cleanUps.push(cleanUp), {ss: 'exec sleep 600'});
		const {reader, said, snapshots} = read({path, prepared: await ready({now, path, forMs: 100})});
		expect(reader.destroyed(ownNetns)).toBeNull();
		expect([said(), snapshots]).toEqual([[], []]);
	});

	test('the prepared ss is ended where another namespace or none is watched', async () => {
		const prepared = await Promise.all([ready({now, forMs: 15_000}), ready({now, forMs: 15_000})]);
		const [first, second] = [read({prepared: prepared[0]}).reader, read({prepared: prepared[1]}).reader];
		expect(helpers()).toHaveLength(4);
		// The namespace has no process: it is not polled.
		first.watchNamespace('1', 2 ** 22 + 1);
		await Promise.all([first.close(), second.close()]);
		expect(helpers()).toEqual([]);
	});

	test('the kernel reader reports routes of a watched namespace', async () => {
		const {reader} = read();
		expect(await reader.lookupRoute(ownNetns, '127.0.0.1')).toBeNull();
		reader.watchNamespace(ownNetns, process.pid);
		expect(await reader.lookupRoute(ownNetns, '127.0.0.1')).toMatchObject({dev: 'lo'});
		expect(await reader.lookupRoute('1', '127.0.0.1')).toBeNull();
	});

	test('the kernel reader reports nothing after it was closed', async () => {
		const {reader, snapshots} = read();
		reader.watchNamespace(ownNetns, process.pid);
		await until('a snapshot', () => snapshots.length > 0);
		await reader.close();
		const count = snapshots.length;
		reader.watchNamespace(ownNetns, process.pid);
		expect(await reader.lookupRoute(ownNetns, '127.0.0.1')).toBeNull();
		expect(snapshots).toHaveLength(count);
	});
});

describe('a missing view has one notice, with the fix', () => {
	test('without ss and ip, the notice is raised and sockets are still read', async () => {
		const {reader, tables, said} = read({path: '/nowhere'});
		reader.watchNamespace(ownNetns, process.pid);
		expect(await reader.lookupRoute(ownNetns, '127.0.0.1')).toBeNull();
		await until('both notices', () => said().length === 2);
		expect(said().toSorted()).toEqual([
			'ip not found: install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2); the route view is off',
			'ss not found: install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2); sockets are read from /proc/net/tcp, without TCP info, backlogs and cookies',
		]);
		const inode = await listen();
		await until('the listener', () =>
			tables().find(({sockets}) => sockets.some(socket => socket.inode === inode)),
		);
	});

	test("the notice about BusyBox's ip, as on Alpine, has the package to install and not the usage of ip", async context => {
		const directory = temporaryDirectory(context);
		const usage =
			'BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary. Usage: ip [OPTIONS] address|route';
		writeFileSync(join(directory, 'ip'), `#!/bin/sh\necho "${usage}" >&2\nexit 1\n`, {mode: 0o755});
		const {reader, said} = read({path: `${directory}:${process.env.PATH}`});
		reader.watchNamespace(ownNetns, process.pid);
		expect(await reader.lookupRoute(ownNetns, '127.0.0.1')).toBeNull();
		await until('the notice', () => said().some(text => text.startsWith('the route view')));
		expect(said()).toContain(
			'the route view is off: BusyBox has an ip that cannot answer; install iproute2 (Debian: apt-get install iproute2, Alpine: apk add iproute2)',
		);
	});

	test('a process that has exited has a notice', async () => {
		const {reader, notices} = read();
		reader.watchNamespace('12345', 4_194_305);
		reader.watchNamespace('12345', 4_194_305);
		await until('a notice', () => notices.length > 0);
		expect(notices).toMatchObject([
			{
				level: 'warn',
				source: 'kernel',
				message: expect.stringMatching(/^no kernel view of network namespace 12345: process 4194305 is gone/),
			},
		]);
	});

	test('more than eight exited processes leave all places for namespaces free', async () => {
		const {reader, notices, said} = read();
		for (let index = 0; index < 20; index++) {
			reader.watchNamespace(`${index}`, 4_194_305);
			await until('a notice', () => notices.length > index);
		}
		expect(said().filter(message => message.includes('8 network namespaces'))).toEqual([]);
	});

	test('a ninth namespace has a notice', async () => {
		const {reader, said} = read();
		for (let index = 0; index < 10; index++) reader.watchNamespace(`${index}`, 4_194_305);
		expect(said().filter(message => message.includes('8 network namespaces'))).toHaveLength(1);
		await reader.unwatchNamespace('0');
		reader.watchNamespace('10', 4_194_305);
		await until('a try', () => said().some(message => message.includes('namespace 10:')));
	});

	test('an empty namespace gives its place to a waiting one, one at a time', async () => {
		let seconds = 0;
		const {reader, said} = read({now: () => now() + seconds * 1000});
		for (let index = 0; index < 8; index++) reader.watchNamespace(`${index}`, 4_194_305);
		seconds = 4;
		reader.watchNamespace('10', 4_194_305);
		expect(reader.expireNamespaces(new Set(['0']))).toEqual([]);
		seconds = 6;
		expect(reader.expireNamespaces(new Set())).toEqual([]);
		reader.watchNamespace('10', 4_194_305);
		expect(reader.expireNamespaces(new Set())).toEqual(['1']);
		expect(reader.expireNamespaces(new Set())).toEqual([]);
		reader.watchNamespace('10', 4_194_305);
		await until('a try', () => said().some(message => message.includes('namespace 10:')));
	});

	test('a namespace empty for a minute gives up its place', async () => {
		let minutes = 0;
		const {reader, said} = read({now: () => now() + minutes * 60_000});
		for (let index = 0; index < 8; index++) reader.watchNamespace(`${index}`, 4_194_305);
		minutes = 0.9;
		expect(reader.expireNamespaces(new Set(['3']))).toEqual([]);
		reader.watchNamespace('5', 4_194_305);
		minutes = 1.1;
		expect(reader.expireNamespaces(new Set())).toEqual(['0', '1', '2', '4', '6', '7']);
		reader.watchNamespace('10', 4_194_305);
		await until('a try', () => said().some(message => message.includes('namespace 10:')));
		expect(said().filter(message => message.includes('8 network namespaces'))).toEqual([]);
	});
});

describe.skipIf(!isRoot)('another network namespace (needs root)', () => {
	test('another namespace is polled beside the own one, each with its own sockets, counters and routes', async () => {
		const {pid, netns} = await namespace();
		await inNamespace(pid, 'echo "40000 40099" > /proc/sys/net/ipv4/ip_local_port_range');
		const inode = await listen();
		const {reader, tables, counters, notices} = read();
		reader.watchNamespace(ownNetns, process.pid);
		reader.watchNamespace(netns, pid);
		const other = await until('a snapshot there', () => tables().find(each => each.netns === netns));
		const here = await until('a snapshot here', () => tables().find(each => each.netns === ownNetns));
		const there = await until('the counters there', () => counters.get(netns));
		expect(here.sockets.some(socket => socket.inode === inode)).toBe(true);
		expect(other.sockets).toEqual([]);
		expect(there).toMatchObject({ephemeralLow: 40_000, ephemeralHigh: 40_099, timeWait: 0});
		expect(await reader.lookupRoute(netns, '8.8.8.8')).toMatchObject({
			gateway: '10.203.0.9',
			src: '10.203.0.1',
		});
		expect(notices).toEqual([]);
	});

	test('another namespace is still polled after the process that led there has exited', async () => {
		const {pid, netns, end} = await namespace();
		const {reader, tables, notices} = read();
		reader.watchNamespace(netns, pid);
		await until('a snapshot', () => tables().length > 0);
		await end();
		const count = tables().length;
		await until('two more snapshots', () => tables().length >= count + 2);
		expect(notices).toEqual([]);
	});

	test('another namespace is entered by a later process where the first has exited before', async () => {
		const {pid, netns} = await namespace();
		const {reader, tables, notices} = read();
		reader.watchNamespace(netns, 4_194_305);
		await until('a notice', () => notices.length > 0);
		reader.watchNamespace(netns, pid);
		await until('a snapshot', () => tables().length > 0);
		expect(await reader.lookupRoute(netns, '8.8.8.8')).toMatchObject({src: '10.203.0.1'});
	});

	test('another namespace is read from outside without nsenter, with a notice', async () => {
		const {pid, netns} = await namespace();
		const {reader, said} = read({path: '/nowhere'});
		reader.watchNamespace(netns, pid);
		await until('a notice', () => said().length > 0);
		expect(said()).toEqual([
			`nsenter not found: install util-linux (Debian: apt-get install util-linux, Alpine: apk add util-linux); sockets are read from /proc/${pid}/net/tcp, without TCP info, backlogs and cookies, and there are no routes`,
		]);
	});
});

test('a platform without ss has snapshots of its own source, and a notice', async () => {
	const {events, tables} = collect();
	const said: string[] = [];
	const watch = watchPortable(
		{
			netns: 'host',
			pid: process.pid,
			intervalMs: 20,
			now,
			path: '',
			readText: () => Promise.resolve(''),
			kernelQuery: () => nothingWanted,
			events,
			onRoutesStale: () => {},
			onNamespaceGone: () => {},
			notify: (_level, message) => said.push(message),
		},
		async () => JSON.parse(fixture('network-connections.json')),
	);
	cleanUps.push(watch.close);
	const table = await until('a snapshot', () => tables()[0]);
	expect(table).toMatchObject({netns: 'host', notUnderstood: 0});
	expect(table.sockets.every(({recvQ}) => recvQ === null)).toBe(true);
	expect(said).toEqual([expect.stringContaining('this platform has no ss')]);
});
