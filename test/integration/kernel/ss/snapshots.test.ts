import dgram from 'node:dgram';
import {once} from 'node:events';
import {fstatSync} from 'node:fs';
import net, {type AddressInfo} from 'node:net';
import {afterEach, describe, expect, test} from 'vitest';
import type {KernelQuery, SnapshotEnd, SnapshotKind, SnapshotPart} from '../../../../source/domain/kernel.ts';
import {childSearchPath} from '../../../../source/kernel/child/child.ts';
import {createShell, type ShellFailure, type ShellResult} from '../../../../source/kernel/child/shell.ts';
import {buildPortCommand, type ShellCommand} from '../../../../source/kernel/ss/commands.ts';
import {createSsSnapshots} from '../../../../source/kernel/ss/snapshots.ts';
import {createSs} from '../../../../source/kernel/ss/ss.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';
import {stubs} from '../../../helpers/kernel/stub-programs.ts';
import {descriptorOf} from '../../../helpers/process/descriptors.ts';
import {pathOf} from '../../../helpers/process/missing-tools.ts';
import {until} from '../../../helpers/process/until.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
	for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const now = () => performance.timeOrigin + performance.now();
const inodeOf = (socket: object) => fstatSync(descriptorOf(socket)).ino;

/** A table's snapshots and its notices. */
const collect = () => {
	const parts: SnapshotPart[] = [];
	const ends: SnapshotEnd[] = [];
	const troubles: string[] = [];
	return {
		...{parts, ends, troubles},
		/** The sockets of the last complete snapshot of this kind. */
		sockets: (kind: SnapshotKind) => {
			const end = ends.findLast(one => one.kind === kind);
			return parts.filter(part => part.kind === kind && part.at === end?.at).flatMap(part => part.sockets);
		},
		events: {
			onSnapshotPart: (part: SnapshotPart) => void parts.push(part),
			onSnapshotEnd: (end: SnapshotEnd) => void ends.push(end),
		},
		onKindUnavailable: (reason: string) => void troubles.push(reason),
	};
};

const nothingWanted: KernelQuery = {
	udp: false,
	unix: false,
	all: false,
	infoPorts: null,
	timeWaitPorts: null,
};

const netns = '4026531840';

const realTable = (
	wanted: Partial<KernelQuery> = {},
	{prefix = [], ss = null}: {prefix?: readonly string[]; ss?: string | null} = {},
) => {
	const places = ss === null ? '' : `${stubs(cleanUp => cleanUps.push(cleanUp), {ss})}:`;
	const shell = createShell<ShellCommand>({prefix, path: `${places}${childSearchPath(process.env.PATH)}`});
	cleanUps.push(() => shell.close());
	const seen = collect();
	const table = createSsSnapshots(netns, {
		ss: createSs(shell),
		kernelQuery: () => ({...nothingWanted, ...wanted}),
		isMptcpInUse: async () => false,
		isStopped: () => false,
		now,
		...seen,
	});
	return {table, ...seen};
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

describe('a snapshot of the real table', () => {
	test('an ss that reads /proc shows no limit, no cookie and no TCP info, which is reported once', async () => {
		const {server, port} = await listen('127.0.0.1');
		const {client} = await connect(server, '127.0.0.1', port);
		// iproute2 reads below PROC_ROOT where it is set, as it reads /proc where the kernel has no tcp_diag.
		const {table, sockets, troubles} = realTable({}, {ss: `PROC_ROOT=/proc exec ${pathOf('ss')} "$@"`});
		for (let round = 0; round < 2; round++) {
			expect(await table.table()).toMatchObject({ok: true});
			expect(await table.listeners?.()).toMatchObject({ok: true});
		}

		const unknown = {cookie: null, info: null};
		const find = (inode: number) => sockets('table').find(socket => socket.inode === inode);
		expect(find(inodeOf(server))).toMatchObject({state: 'LISTEN', recvQ: 0, sendQ: null, ...unknown});
		expect(find(inodeOf(client))).toMatchObject({state: 'ESTAB', recvQ: 0, sendQ: 0, ...unknown});
		expect(troubles).toEqual([expect.stringMatching(/^ss reads \/proc here/)]);
	});

	test.each([
		['127.0.0.1', '127.0.0.1', 4, null],
		['::1', '::1', 6, null],
		['::', '127.0.0.1', 4, false],
	] as const)(
		'a snapshot on %s from %s has every socket under its inode',
		async (on, from, family, v6only) => {
			const {server, port} = await listen(on);
			const {client, accepted} = await connect(server, from, port);
			await new Promise(resolve => client.write('x'.repeat(777), resolve));
			client.end();
			await once(client, 'finish');

			const {table, sockets, ends: snapshotEnds} = realTable();
			const find = (inode: number) => sockets('table').find(socket => socket.inode === inode);
			// The kernel acknowledges a FIN behind unread bytes a moment later.
			await until('the acknowledged FIN', async () => {
				expect(await table.table()).toMatchObject({ok: true});
				return find(inodeOf(client))?.state !== 'FIN-WAIT-1';
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
			expect(find(inodeOf(client))).toMatchObject({
				state: 'FIN-WAIT-2',
				local: ends.client,
				peer: ends.server,
			});
			expect(find(inodeOf(accepted))).toMatchObject({
				state: 'CLOSE-WAIT',
				local: ends.server,
				peer: ends.client,
				// 777 unread bytes and the FIN.
				recvQ: 778,
				sendQ: 0,
				uid: process.getuid?.(),
				cookie: expect.stringMatching(/^[0-9a-f]+$/),
				info: {rttMs: expect.any(Number), retransTotal: 0},
			});
			expect(snapshotEnds.at(-1)?.notUnderstood).toEqual({count: 0, samples: []});
		},
	);

	test('a snapshot has its start time, its duration and its query', async () => {
		const before = now();
		const {table, parts, ends, sockets} = realTable();
		await listen('127.0.0.1');
		await table.table();
		expect(ends).toHaveLength(1);
		const [{at, tookMs, socketCount: count, ...end}] = ends as [SnapshotEnd];
		expect(at).toBeGreaterThanOrEqual(before);
		expect(at + tookMs).toBeLessThanOrEqual(now());
		expect(tookMs).toBeGreaterThan(0);
		expect(count).toBe(sockets('table').length);
		expect(parts.every(part => part.at === at && part.netns === netns)).toBe(true);
		expect(end).toMatchObject({netns, kind: 'table', socketKinds: new Set(['tcp'])});
	});

	test('a snapshot has UDP and unix sockets on request', async () => {
		const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
		cleanUps.push(() => socket.close());
		await once(socket, 'listening');
		const path = `\0netwatch test ${process.pid}`;
		const server = net.createServer().listen(path);
		cleanUps.push(() => server.close());
		await once(server, 'listening');
		const {table, ends, sockets, troubles} = realTable({udp: true, unix: true});
		await table.table();
		expect(ends.at(-1)?.socketKinds).toEqual(new Set(['tcp', 'udp', 'unix']));
		expect(troubles).toEqual([]);
		const found = (kind: string) => sockets('table').filter(one => one.kind === kind);
		expect(found('udp')).toContainEqual(
			expect.objectContaining({
				state: 'UNCONN',
				local: {address: '127.0.0.1', port: socket.address().port, family: 4},
				drops: 0,
			}),
		);
		expect(found('unix').find(({inode}) => inode === inodeOf(server))).toMatchObject({state: 'LISTEN'});
	});
});

describe('a snapshot of listeners', () => {
	test('a snapshot of listeners has each queue and its limit, and no other socket', async () => {
		const {server, port} = await listen('127.0.0.1');
		await connect(server, '127.0.0.1', port);
		const {table, ends, sockets} = realTable();
		expect(await table.listeners?.()).toMatchObject({ok: true});
		expect(ends).toMatchObject([{kind: 'listeners'}]);
		expect(sockets('listeners').every(({state}) => state === 'LISTEN')).toBe(true);
		expect(sockets('listeners').find(({inode}) => inode === inodeOf(server))).toMatchObject({
			recvQ: 0,
			sendQ: expect.any(Number),
			drops: 0,
		});
	});
});

describe('the query to ss', () => {
	/** An ss that prints given texts and records its arguments. */
	const scripted = (
		version: string,
		answer: (command: ShellCommand) => string | ShellFailure,
		given: {wanted?: Partial<KernelQuery>; mptcp?: boolean} = {},
	) => {
		const asked: ShellCommand[] = [];
		const run = async (command: ShellCommand): Promise<ShellResult> => {
			const text = command === 'ss -V' ? version : answer(command);
			if (command !== 'ss -V') asked.push(command);
			if (typeof text !== 'string') return text;
			return {ok: true, stdout: Buffer.from(text, 'latin1'), stderr: '', exitCode: 0, tookMs: 1};
		};
		const seen = collect();
		let over = false;
		let clock = 0;
		const table = createSsSnapshots('1', {
			ss: createSs({run}),
			kernelQuery: () => ({...nothingWanted, ...given.wanted}),
			isMptcpInUse: async () => given.mptcp ?? false,
			now: () => clock++,
			isStopped: () => over,
			...seen,
		});
		return {table, asked, ...seen, close: () => (over = true)};
	};
	const line = (index: number) =>
		`ESTAB 0 0 10.0.0.1:80 10.0.${index >> 8}.${index & 255}:4000 ino:${index + 1} sk:${(index + 1).toString(16)} <->`;
	const lines = (count: number) => Array.from({length: count}, (_, index) => `${line(index)}\n`).join('');
	const [detailed, plain] = ['ss -HOtaneim exclude time-wait', 'ss -HOtane exclude time-wait'];
	const current = 'ss utility, iproute2-6.1.0';

	test('the query has TCP info while the table is small, and again only once it is clearly smaller', async () => {
		let count = 0;
		const {table, asked} = scripted(current, () => lines(count));
		for (const sockets of [0, 1999, 2000, 1500, 1499, 10]) {
			count = sockets;
			await table.table();
		}
		expect(asked).toEqual([detailed, detailed, detailed, plain, plain, detailed]);
	});

	test('the query on a large table has TCP info of wanted ports only', async () => {
		let count = 3000;
		const wanted = {infoPorts: {local: [3000, 8080], peer: [5432]}};
		const {table, asked, ends} = scripted(current, () => lines(count), {wanted});
		await table.info?.();
		expect(asked).toEqual([]);
		await table.table();
		count = 7;
		await table.info?.();
		expect(asked.slice(1)).toEqual([
			expect.stringContaining(
				"{ ss -HOtaneim exclude time-wait '( sport = :3000 or sport = :8080 or dport = :5432 )'; echo $? >&3; } | head -n 50000",
			),
		]);
		expect(ends.at(-1)).toMatchObject({kind: 'info', socketCount: 7});
	});

	test('the query has sockets in TIME-WAIT on wanted ports, and those of a cut answer have no end', async () => {
		let count = 4999;
		const wanted: Partial<KernelQuery> = {timeWaitPorts: {local: [], peer: [443]}};
		const {table, asked, ends, parts} = scripted(current, () => lines(count), {wanted});
		await table.timeWait?.();
		expect(asked).toEqual([
			expect.stringContaining(
				"{ ss -HOtane state time-wait '( dport = :443 )'; echo $? >&3; } | head -n 5000",
			),
		]);
		expect(ends).toMatchObject([{kind: 'time-wait', socketCount: 4999}]);
		count = 5000;
		const before = parts.length;
		await table.timeWait?.();
		expect(ends).toHaveLength(1);
		expect(parts.length).toBeGreaterThan(before);
		wanted.timeWaitPorts = null;
		expect(await table.timeWait?.()).toEqual({ok: true, busyMs: 0});
		expect(asked).toHaveLength(2);
	});

	test('the query for all sockets has every kind, and MPTCP where the kernel has any', async () => {
		const {table, asked, ends} = scripted(current, () => '', {wanted: {all: true}, mptcp: true});
		await table.table();
		expect(asked).toEqual([detailed, 'ss -HOMane', 'ss -HOuanem', 'ss -HOxane']);
		expect(ends).toMatchObject([{socketKinds: new Set(['tcp', 'mptcp', 'udp', 'unix'])}]);
	});

	test('the query omits a kind that ss does not know, with a notice, and the snapshot is still complete', async () => {
		const refusal = {
			ok: false,
			reason: "ss: invalid option -- 'M'",
			permanent: false,
			missingTool: null,
		} as const;
		const {table, troubles, ends} = scripted(
			current,
			command => (command.startsWith('ss -HOM') ? refusal : ''),
			{mptcp: true},
		);
		expect(await table.table()).toMatchObject({ok: true});
		expect(ends).toMatchObject([{socketKinds: new Set(['tcp'])}]);
		expect(troubles).toEqual([`mptcp sockets are not in the kernel view: ${refusal.reason}`]);
	});

	test('an ss without -O has several lines per socket parsed', async () => {
		const text = fixture('all-states-1.nwt1.multiline-header.ss');
		const {table, asked, ends} = scripted('ss utility, iproute2-ss190107', () => text);
		await table.table();
		expect(asked).toEqual(['ss -Htaneim exclude time-wait']);
		expect(ends).toMatchObject([{socketCount: 45, notUnderstood: {count: 0}}]);
	});

	test('an ss that always prints its header has it skipped', async () => {
		const header = 'State      Recv-Q Send-Q Local Address:Port               Peer Address:Port\n';
		const texts: Partial<Record<ShellCommand, string>> = {
			'ss -taneim exclude time-wait': `${header}${line(1)}\n\t cubic rto:204\n`,
			'ss -tnem state listening':
				'Recv-Q Send-Q Local Address:Port  Peer Address:Port\n0 511 *:80 *:* ino:7 sk:7\n',
		};
		const {table, ends, sockets} = scripted('ss utility, iproute2-ss160111', command => texts[command] ?? '');
		await table.table();
		await table.listeners?.();
		expect(ends).toMatchObject([
			{kind: 'table', socketCount: 1, notUnderstood: {count: 0}},
			{kind: 'listeners', socketCount: 1, notUnderstood: {count: 0}},
		]);
		expect(sockets('listeners')).toMatchObject([{state: 'LISTEN', sendQ: 511}]);
	});

	test('the query has no MPTCP on an ss without it', async () => {
		const {table, asked} = scripted('ss utility, iproute2-5.8.0', () => '', {mptcp: true});
		await table.table();
		expect(asked).toEqual([detailed]);
	});

	test('a snapshot comes in parts with the same time, and yields to the event loop between them', async () => {
		const {table, parts, ends, sockets} = scripted(current, () => lines(20_000));
		let turns = 0;
		const count = () => {
			turns++;
			if (ends.length === 0) setImmediate(count);
		};
		setImmediate(count);
		await table.table();
		expect(sockets('table')).toHaveLength(20_000);
		expect(parts.length).toBeGreaterThan(10);
		expect(turns).toBeGreaterThan(2);
		expect(new Set(parts.map(({at}) => at))).toEqual(new Set([ends[0]?.at]));
	});

	test('the rest of a cancelled snapshot is dropped', async () => {
		const {table, parts, ends, close} = scripted(current, () => lines(50_000));
		const pending = table.table();
		await until('the first part', () => parts.length > 0);
		close();
		await pending;
		expect(parts.length).toBeLessThan(150);
		expect(ends).toEqual([]);
	});

	test('a failed snapshot has no end', async () => {
		const refusal = {
			ok: false,
			reason: 'no answer within 10 s',
			permanent: false,
			missingTool: null,
		} as const;
		const {table, ends} = scripted(current, () => refusal, {
			wanted: {infoPorts: {local: [1], peer: []}, timeWaitPorts: {local: [1], peer: []}},
		});
		expect(await table.table()).toEqual(refusal);
		expect(await table.listeners?.()).toEqual(refusal);
		expect(await table.timeWait?.()).toEqual(refusal);
		expect(ends).toEqual([]);
	});
});

describe('a snapshot by ports', () => {
	const wanted: Partial<KernelQuery> = {timeWaitPorts: {local: [80], peer: []}};
	const line = '0 0 10.0.0.1:80 10.0.0.2:4000 timer:(timewait,1sec,0) ino:0 sk:1';
	const ss = (script: string): string =>
		`[ "$1" = -V ] && { echo 'ss utility, iproute2-6.1.0'; exit; }; ${script}`;

	test('a snapshot by ports broken off by ss has no end, and is a failure', async () => {
		const {table, ends} = realTable(wanted, {ss: ss(`echo '${line}'; kill -9 $$`)});
		expect(await table.timeWait?.()).toMatchObject({
			ok: false,
			reason: expect.stringContaining('exit code 137'),
		});
		expect(ends).toEqual([]);
	});

	test('a snapshot by ports that was cut has no end, and is no failure', async () => {
		const {table, parts, ends} = realTable(wanted, {ss: ss(`yes '${line}'`)});
		expect(await table.timeWait?.()).toMatchObject({ok: true});
		expect(parts.reduce((sum, {sockets}) => sum + sockets.length, 0)).toBe(5000);
		expect(ends).toEqual([]);
	});

	test('an empty snapshot by ports has an end', async () => {
		const {table, ends} = realTable(wanted, {ss: ss('exit 0')});
		expect(await table.timeWait?.()).toMatchObject({ok: true});
		expect(ends).toMatchObject([{kind: 'time-wait', socketCount: 0}]);
	});
});

describe('a command with ports', () => {
	test.each([
		['no ports', {local: [], peer: []}],
		['what are no ports', {local: [0, -1, 65_536, 1.5, Number.NaN], peer: [1e21, Number.POSITIVE_INFINITY]}],
		['too many ports', {local: Array.from({length: 129}, (_, index) => index + 1), peer: []}],
		// Values from outside may be of other types.
		['words', JSON.parse('{"local": ["1 ); reboot #"], "peer": ["$(reboot)", null, {}]}')],
	])('a command with ports is not made of %s', (_what, ports) => {
		expect(buildPortCommand('tane state time-wait', ports, 'HO', 10)).toBeNull();
	});
});
