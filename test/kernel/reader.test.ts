import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import net from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import {namespaceOf} from '../../source/kernel/namespace.ts';
import {watchForeign} from '../../source/kernel/namespace-watch.ts';
import {
	createKernelReader,
	type KernelEvents,
	type KernelReader,
	type KernelReaderOptions,
} from '../../source/kernel/reader.ts';
import type {KernelSocket, KernelWanted, LookKind} from '../../source/model/kernel-types.ts';
import type {KernelCounters, Notice} from '../../source/model/types.ts';
import {descriptorOf, fixture, inNamespace, isRoot, startNamespace, until} from './support.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const now = () => performance.timeOrigin + performance.now();
const own = namespaceOf('self');
const ownNetns = own.ok ? own.value : '';

const nothingWanted: KernelWanted = {
	udp: false,
	unix: false,
	all: false,
	infoPorts: null,
	timeWaitPorts: null,
};

/** A look that has ended, with the sockets of all its parts. */
type Look = {netns: string; look: LookKind; at: number; sockets: KernelSocket[]; notUnderstood: number};

/** Puts the parts of looks together. */
const collect = () => {
	const looks: Look[] = [];
	const coming = new Map<string, KernelSocket[]>();
	const counters = new Map<string, KernelCounters>();
	const events: KernelEvents = {
		onPart: ({netns, look, at, sockets}) => {
			const key = `${netns} ${look} ${at}`;
			coming.set(key, [...(coming.get(key) ?? []), ...sockets]);
		},
		onLookEnd: ({netns, look, at, notUnderstood: {count}}) => {
			const key = `${netns} ${look} ${at}`;
			looks.push({netns, look, at, sockets: coming.get(key) ?? [], notUnderstood: count});
			coming.delete(key);
		},
		onCounters: (netns, _at, seen) => void counters.set(netns, seen),
		onInterfaces: () => {},
	};
	const tables = () => looks.filter(({look}) => look === 'table');
	return {events, looks, tables, counters};
};

const read = (options: Partial<KernelReaderOptions> = {}) => {
	const seen = collect();
	const notices: Notice[] = [];
	const reader: KernelReader = createKernelReader({
		...seen.events,
		wanted: () => nothingWanted,
		onNotice: notice => notices.push(notice),
		intervalMs: 20,
		now,
		...options,
	});
	cleanUps.push(reader.close);
	return {reader, notices, said: () => notices.map(({message}) => message), ...seen};
};

const listen = async () => {
	const server = net.createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	cleanUps.push(() => server.close());
	return fstatSync(descriptorOf(server)).ino;
};

const namespace = async () => {
	const holder = await startNamespace('ip route add default via 10.203.0.9');
	cleanUps.push(holder.end);
	const netns = namespaceOf(holder.pid);
	if (!netns.ok) throw new Error(netns.reason);
	return {pid: holder.pid, netns: netns.value, end: holder.end};
};

describe('a reader', () => {
	test('looks again and again, and sees what opened meanwhile', async () => {
		const {reader, tables, notices} = read();
		reader.watchNamespace(ownNetns, process.pid);
		reader.watchNamespace(ownNetns, process.pid);
		await until('two looks', () => tables().length >= 2);
		const inode = await listen();
		const seen = await until('the listener', () =>
			tables().find(({sockets}) => sockets.some(socket => socket.inode === inode)),
		);
		expect(seen.netns).toBe(ownNetns);
		expect(notices).toEqual([]);
	});

	test('tells routes of a namespace that it watches', async () => {
		const {reader} = read();
		expect(await reader.route(ownNetns, '127.0.0.1')).toBeNull();
		reader.watchNamespace(ownNetns, process.pid);
		expect(reader.knownRoute(ownNetns, '127.0.0.1')).toBeUndefined();
		expect(await reader.route(ownNetns, '127.0.0.1')).toMatchObject({dev: 'lo'});
		expect(reader.knownRoute(ownNetns, '127.0.0.1')).toMatchObject({dev: 'lo'});
		expect(await reader.route('1', '127.0.0.1')).toBeNull();
	});

	test('says nothing more after it was closed', async () => {
		const {reader, looks} = read();
		reader.watchNamespace(ownNetns, process.pid);
		await until('a look', () => looks.length > 0);
		await reader.close();
		const count = looks.length;
		reader.watchNamespace(ownNetns, process.pid);
		expect(await reader.route(ownNetns, '127.0.0.1')).toBeNull();
		expect(looks).toHaveLength(count);
	});
});

describe('what cannot be had is said once, with what to do', () => {
	test('no ss and no ip', async () => {
		const {reader, looks, said} = read({path: '/nowhere'});
		reader.watchNamespace(ownNetns, process.pid);
		expect(await reader.route(ownNetns, '127.0.0.1')).toBeNull();
		await until('both notices', () => said().length === 2);
		expect(said().toSorted()).toEqual([
			'ip not found: install iproute2 (Debian: apt-get install iproute2); the route view is off',
			'ss not found: install iproute2 (Debian: apt-get install iproute2); the kernel view is off',
		]);
		expect(looks).toEqual([]);
	});

	test('a process that is gone', async () => {
		const {reader, notices} = read();
		reader.watchNamespace('12345', 4_194_305);
		reader.watchNamespace('12345', 4_194_305);
		expect(notices).toMatchObject([
			{
				level: 'warn',
				source: 'kernel',
				message: 'no kernel view of network namespace 12345: process 4194305 is gone',
			},
		]);
	});

	test('more than eight namespaces', async () => {
		const {reader, said} = read();
		for (let index = 0; index < 10; index++) reader.watchNamespace(`${index}`, 4_194_305);
		expect(said().filter(message => message.includes('8 network namespaces'))).toHaveLength(1);
		await reader.unwatchNamespace('0');
		reader.watchNamespace('10', 4_194_305);
		expect(said().at(-1)).toContain('namespace 10:');
	});
});

describe.skipIf(!isRoot)('another network namespace (needs root)', () => {
	test('is looked at beside our own, each with its own sockets, counters and routes', async () => {
		const {pid, netns} = await namespace();
		await inNamespace(pid, 'echo "40000 40099" > /proc/sys/net/ipv4/ip_local_port_range');
		const inode = await listen();
		const {reader, tables, counters, notices} = read();
		reader.watchNamespace(ownNetns, process.pid);
		reader.watchNamespace(netns, pid);
		const other = await until('a look there', () => tables().find(look => look.netns === netns));
		const here = await until('a look here', () => tables().find(look => look.netns === ownNetns));
		const there = await until('the counters there', () => counters.get(netns));
		expect(here.sockets.some(socket => socket.inode === inode)).toBe(true);
		expect(other.sockets).toEqual([]);
		expect(there).toMatchObject({ephemeralLow: 40_000, ephemeralHigh: 40_099, timeWait: 0});
		expect(await reader.route(netns, '8.8.8.8')).toMatchObject({gateway: '10.203.0.9', src: '10.203.0.1'});
		expect(notices).toEqual([]);
	});

	test('goes on when the process that led there has ended', async () => {
		const {pid, netns, end} = await namespace();
		const {reader, tables, notices} = read();
		reader.watchNamespace(netns, pid);
		await until('a look', () => tables().length > 0);
		await end();
		const count = tables().length;
		await until('two more looks', () => tables().length >= count + 2);
		expect(notices).toEqual([]);
	});

	test('cannot be entered without nsenter, and that is said', async () => {
		const {pid, netns} = await namespace();
		const {reader, said} = read({path: '/nowhere'});
		reader.watchNamespace(netns, pid);
		await until('a notice', () => said().length > 0);
		expect(said()).toEqual([
			'nsenter not found: install util-linux (Debian: apt-get install util-linux); the kernel view is off',
		]);
	});
});

test('a platform without ss has snapshots of what it tells, and a notice', async () => {
	const {events, tables} = collect();
	const said: string[] = [];
	const watch = watchForeign(
		{
			netns: 'host',
			pid: process.pid,
			intervalMs: 20,
			now,
			path: '',
			readText: () => Promise.resolve(''),
			wanted: () => nothingWanted,
			events,
			onRoutesStale: () => {},
			say: (_level, message) => said.push(message),
		},
		async () => JSON.parse(fixture('network-connections.json')),
	);
	cleanUps.push(watch.close);
	const table = await until('a look', () => tables()[0]);
	expect(table).toMatchObject({netns: 'host', notUnderstood: 0});
	expect(table.sockets.every(({recvQ}) => recvQ === null)).toBe(true);
	expect(said).toEqual([expect.stringContaining('this platform has no ss')]);
});
