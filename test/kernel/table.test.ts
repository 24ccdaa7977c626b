import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import net, {type AddressInfo} from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import {helperPath} from '../../source/kernel/helper.ts';
import {createShell, type ShellAnswer} from '../../source/kernel/shell.ts';
import {createTable, type TableCommand} from '../../source/kernel/table.ts';
import {descriptorOf, fixture, until} from './support.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const now = () => performance.timeOrigin + performance.now();
const readText = (path: string) => readFile(path, 'latin1');
const inodeOf = (socket: object) => fstatSync(descriptorOf(socket)).ino;

const realTable = (path = helperPath(process.env.PATH)) => {
	const shell = createShell<TableCommand>({prefix: [], path});
	cleanUps.push(() => shell.close());
	return createTable('4026531840', {shell, readText, now});
};

const listen = async (host: string) => {
	const server = net.createServer({allowHalfOpen: true, pauseOnConnect: true}).listen(0, host);
	await once(server, 'listening');
	cleanUps.push(() => server.close());
	const {port} = server.address() as AddressInfo;
	return {server, port};
};

const connect = async (server: net.Server, host: string, port: number) => {
	const client = net.connect(port, host);
	cleanUps.push(() => client.destroy());
	const [[accepted]] = await Promise.all([once(server, 'connection'), once(client, 'connect')]);
	if (!(accepted instanceof net.Socket)) throw new Error('no socket was accepted');
	cleanUps.push(() => accepted.destroy());
	return {client, accepted};
};

describe('a look at the real table', () => {
	test.each([
		['127.0.0.1', '127.0.0.1', 4, null],
		['::1', '::1', 6, null],
		['::', '127.0.0.1', 4, false],
	] as const)('on %s from %s has every socket under its inode', async (on, from, family, v6only) => {
		const {server, port} = await listen(on);
		const {client, accepted} = await connect(server, from, port);
		await new Promise(resolve => client.write('x'.repeat(777), resolve));
		client.end();
		await once(client, 'finish');

		const table = realTable();
		// The kernel acknowledges a FIN behind unread bytes a moment later.
		const {snapshot, find} = await until('the acknowledged FIN', async () => {
			const answer = await table.read();
			if (!answer.ok) throw new Error(answer.reason);
			const found = (inode: number) => answer.snapshot.sockets.find(socket => socket.inode === inode);
			const acknowledged = found(inodeOf(client))?.state !== 'FIN-WAIT-1';
			return acknowledged ? {snapshot: answer.snapshot, find: found} : null;
		});
		const ends = {
			client: {address: from, port: client.localPort, family},
			server: {address: from, port, family},
		};
		expect(find(inodeOf(server))).toMatchObject({
			state: 'LISTEN',
			local: {address: on, port},
			peer: null,
			recvQ: 0,
		});
		if (v6only !== null) expect(find(inodeOf(server))).toMatchObject({v6only});
		expect(find(inodeOf(client))).toMatchObject({state: 'FIN-WAIT-2', local: ends.client, peer: ends.server});
		expect(find(inodeOf(accepted))).toMatchObject({
			state: 'CLOSE-WAIT',
			local: ends.server,
			peer: ends.client,
			// 777 unread bytes and the FIN.
			recvQ: 778,
			sendQ: 0,
			uid: process.getuid?.(),
			cookie: expect.stringMatching(/^[0-9a-f]+$/),
			rttMs: expect.any(Number),
			retransTotal: 0,
		});
		expect(snapshot.notUnderstood).toBe(0);
	});

	test('knows the time it began and how long it took, and the counters', async () => {
		const before = now();
		const answer = await realTable().read();
		if (!answer.ok) throw new Error(answer.reason);
		const {at, tookMs, netns, counters} = answer.snapshot;
		expect(at).toBeGreaterThanOrEqual(before);
		expect(at + tookMs).toBeLessThanOrEqual(now());
		expect(tookMs).toBeGreaterThan(0);
		expect(netns).toBe('4026531840');
		const [low, high] = (await readText('/proc/sys/net/ipv4/ip_local_port_range')).split(/\s+/).map(Number);
		expect(counters).toEqual({
			listenOverflows: expect.any(Number),
			listenDrops: expect.any(Number),
			retransSegs: expect.any(Number),
			timeWait: expect.any(Number),
			ephemeralLow: low,
			ephemeralHigh: high,
		});
	});

	test('without ss names what is missing', async () => {
		expect(await realTable('/nowhere').read()).toEqual({
			ok: false,
			reason: 'ss not found',
			final: true,
			missing: 'ss',
		});
	});
});

describe('what is asked', () => {
	/** A shell that gives the texts of captures, and notes what it was asked. */
	const scripted = (texts: {version: string; table: () => string}) => {
		const asked: TableCommand[] = [];
		const run = async (command: TableCommand): Promise<ShellAnswer> => {
			asked.push(command);
			const text = command === 'ss -V' ? texts.version : command.startsWith('ss') ? texts.table() : '';
			return {ok: true, stdout: Buffer.from(text), stderr: '', exitCode: 0, tookMs: 1};
		};
		const table = createTable('1', {
			shell: {run, pid: 1},
			readText: () => Promise.reject(new Error('not readable')),
			now: () => 0,
		});
		return {table, looks: () => asked.filter(command => command.startsWith('ss -H'))};
	};

	test('is TCP info while the table is small, and not again before it is clearly smaller', async () => {
		let count = 0;
		const line = (index: number) =>
			`ESTAB 0 0 10.0.0.1:80 10.0.${index >> 8}.${index & 255}:4000 ino:1 sk:1 <->`;
		const {table, looks} = scripted({
			version: 'ss utility, iproute2-6.1.0',
			table: () => Array.from({length: count}, (_, index) => line(index)).join('\n'),
		});
		for (const sockets of [0, 1999, 2000, 1500, 1499, 10]) {
			count = sockets;
			await table.read();
		}
		const [detailed, plain] = ['ss -HOtaneim exclude time-wait', 'ss -HOtane exclude time-wait'];
		expect(looks()).toEqual([detailed, detailed, detailed, plain, plain, detailed]);
	});

	test('is several lines a socket of an ss that knows no other way', async () => {
		const text = fixture('all-states-1.nwt1.multiline-header.ss');
		const {table, looks} = scripted({version: 'ss utility, iproute2-ss190107', table: () => text});
		const answer = await table.read();
		expect(looks()).toEqual(['ss -Htaneim exclude time-wait']);
		expect(answer.ok && answer.snapshot.sockets).toHaveLength(45);
		expect(answer.ok && answer.snapshot.notUnderstood).toBe(0);
	});

	test('and what could not be read of /proc is unknown, not zero', async () => {
		const {table} = scripted({version: '', table: () => ''});
		const answer = await table.read();
		expect(answer.ok && Object.values(answer.snapshot.counters)).toEqual(Array(6).fill(null));
	});
});
