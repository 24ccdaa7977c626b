// UDP sockets under the built netwatch: the row of each, and its end.
import {execFileSync} from 'node:child_process';
import {closeSync, constants, openSync, readSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, type TestContext, test} from 'vitest';
import {z} from 'zod';
import {createFrameReader} from '../../../../source/wire/decode.ts';
import type {WireRecord} from '../../../../source/wire/records.ts';
import {ip, makeNamespace} from '../../../helpers/network/named-namespace.ts';
import {type Netwatch, type Row, startNetwatch} from '../../../helpers/process/netwatch.ts';
import {target, targetNode} from '../../../helpers/process/paths.ts';
import {start} from '../../../helpers/process/program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {names} from '../../../helpers/records/match-rows.ts';

const hook = fileURLToPath(new URL('../../../../dist/hook.cjs', import.meta.url));

const end = z.object({address: z.string(), port: z.number(), family: z.number()});
const receiver = z.object({local: end, inode: z.number()});
const ready = z.object({receiver, sender: receiver.extend({peer: end})});

const run = (context: TestContext, script: string): Netwatch =>
	startNetwatch(context, [targetNode, '-e', `const dgram = require('node:dgram');${script}`]);

const udpRows = (netwatch: Netwatch): Row[] =>
	[...netwatch.rows.values()].filter(({kind}) => kind === 'udp').sort((a, b) => a.openedAt - b.openedAt);

const loopback = {address: '127.0.0.1', port: expect.any(Number), family: 4};

describe.concurrent('UDP sockets', () => {
	test('a bound UDP socket and one connected to it have a row each', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('udp')]);
		const fact = await netwatch.fact('ready', ready);
		const [bound, connected] = await netwatch.until(() => {
			const rows = udpRows(netwatch);
			expect(rows).toMatchObject([{process: {writeQueueSize: 0}}, {process: {writeQueueSize: 0}}]);
			return rows;
		});
		expect(bound).toMatchObject({role: null, stage: 'open', peer: null, local: fact.receiver.local});
		const {local, peer} = fact.sender;
		expect(connected).toMatchObject({role: 'client', stage: 'open', local, peer});
		// Fields that Node does not know are null.
		const known = Object.entries(connected?.process ?? {}).filter(([, value]) => value !== null);
		expect(Object.fromEntries(known)).toEqual({
			...{writableLength: 0, writeQueueSize: 0, writeQueueCount: 0, referenced: true, errorListeners: 0},
			seenAt: expect.any(Number),
		});

		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({rows: 2, byStage: {closed: 2}, dropped: 0});
		expect(names(netwatch.stepsOf(bound?.id ?? ''))).toEqual(['create', 'bind', 'close']);
		const steps = netwatch.stepsOf(connected?.id ?? '');
		expect(names(steps)).toEqual(['create', 'bind', 'connect', 'close']);
		expect(steps.at(-1)).toMatchObject({hadError: false, bytesRead: null, reason: 'local-destroy'});
	});

	test('a UDP socket reports its inode with its address, and the kernel view is joined by it', async context => {
		const {records, fact} = await hooked(context, 'udp');
		const {receiver, sender} = ready.parse(fact);
		const reported = records.filter(record => record.type === 'bound' || record.type === 'connect');
		expect(reported).toMatchObject([
			{type: 'bound', local: receiver.local, inode: receiver.inode},
			{type: 'bound', inode: sender.inode},
			{type: 'connect', local: sender.local, peer: sender.peer, inode: sender.inode},
		]);
	});

	test('a UDP bind to a taken port fails in phase bind, and opens when another bind succeeds', async context => {
		const netwatch = run(
			context,
			`const one = dgram.createSocket('udp4').bind(0, '127.0.0.1', () => {
				const {port} = one.address();
				const two = dgram.createSocket('udp4').on('error', () => {}).bind(port, '127.0.0.1');
				process.stdin.once('data', () => two.bind(0, '127.0.0.1'));
			});
			setInterval(() => {}, 1000)`,
		);
		const taken = await netwatch.until(() => udpRows(netwatch).find(({stage}) => stage === 'failed'));
		expect(taken).toMatchObject({
			error: {operation: 'bind', phase: 'bind', code: 'EADDRINUSE'},
			closedAt: null,
			local: loopback,
		});
		netwatch.write('go on\n');
		await netwatch.until(() => netwatch.rows.get(taken.id)?.stage === 'open');
		expect(netwatch.rows.get(taken.id)).toMatchObject({error: null, local: loopback});
	});

	test('a refused datagram is reported in the row, which stays open', async context => {
		const netwatch = run(
			context,
			`const one = dgram.createSocket('udp4').on('error', () => {});
			one.connect(1, '127.0.0.1', () => one.send('unread'));
			process.stdin.once('data', () => process.exit())`,
		);
		const row = await netwatch.until(() => udpRows(netwatch).find(({error}) => error !== null));
		expect(row).toMatchObject({
			error: {operation: 'read', code: 'ECONNREFUSED'},
			stage: 'open',
			peer: {address: '127.0.0.1', port: 1, family: 4},
		});
		netwatch.write('end\n');
		await netwatch.summary();
		expect(netwatch.stepsOf(row.id).at(-1)).toMatchObject({step: 'close', reason: 'exit'});
	});

	test('thirty UDP sockets of a moment each have their bound address', async context => {
		const netwatch = run(
			context,
			`let left = 30;
			const once = () => {
				const socket = dgram.createSocket({type: 'udp4', reuseAddr: true});
				socket.bind(0, '127.0.0.1', () => socket.close(() => --left > 0 && once()));
			};
			once()`,
		);
		expect(await netwatch.summary()).toMatchObject({rows: 30, byStage: {closed: 30}});
		const rows = udpRows(netwatch);
		expect(rows.slice(0, 25).every(({local}) => local !== null && 'port' in local && local.port > 0)).toBe(
			true,
		);
		const ends = rows.map(({id}) => netwatch.stepsOf(id).at(-1));
		expect(ends.every(step => step?.step === 'close' && step.reason === 'local-destroy')).toBe(true);
	});

	test('disconnect() clears the peer and the role of a UDP socket', async context => {
		const netwatch = run(
			context,
			`const one = dgram.createSocket('udp4').bind(0, '127.0.0.1');
			one.connect(9, '127.0.0.1', () => one.disconnect());
			process.stdin.once('data', () => process.exit())`,
		);
		const row = await netwatch.until(() =>
			udpRows(netwatch).find(
				({id}) => names(netwatch.stepsOf(id)).filter(step => step === 'bind').length === 2,
			),
		);
		expect(row).toMatchObject({role: null, peer: null, stage: 'open'});
		expect(names(netwatch.stepsOf(row.id))).toEqual(['create', 'bind', 'connect', 'bind']);
	});

	test('a closed UDP socket is left to the garbage collector', async context => {
		const netwatch = run(
			context,
			`const socket = () => new WeakRef(dgram.createSocket('udp4').bind(0, function () { this.close(); }));
			require('node:v8').setFlagsFromString('--expose-gc');
			const gc = require('node:vm').runInNewContext('gc');
			const all = [socket(), socket(), socket()];
			setInterval(() => {
				gc();
				if (all.every(one => one.deref() === undefined)) process.exit(9);
			}, 100);`,
		);
		expect(await netwatch.summary()).toMatchObject({exitCode: 9, byStage: {closed: 3}});
	});

	test('each worker of a cluster has a row of the shared UDP socket', async context => {
		const netwatch = startNetwatch(context, [targetNode, target('udp-cluster')]);
		const {port, workers} = await netwatch.fact(
			'ready',
			z.object({port: z.number(), workers: z.array(z.number())}),
		);
		const rows = await netwatch.until(() => {
			const open = udpRows(netwatch).filter(({stage}) => stage === 'open');
			return open.length === 2 && open;
		});
		expect(rows.map(({pid}) => pid).sort()).toEqual([...workers].sort());
		for (const row of rows) expect(row.local).toEqual({address: '127.0.0.1', port, family: 4});
		netwatch.write('end\n');
		expect(await netwatch.summary()).toMatchObject({byStage: {closed: 2}});
	});

	test('datagrams that the kernel does not take are counted as waiting, in bytes and number', async context => {
		const name = makeSilentNetwork(context);
		// No neighbour has that address: datagrams wait for it, and the send buffer fills up.
		const script = `const socket = require('node:dgram').createSocket({type: 'udp4', sendBufferSize: 4608});
			socket.bind(() => {
				for (let count = 0; count < 50; count++) socket.send(Buffer.alloc(1000), 9, '10.213.8.9', () => {});
			});
			setInterval(() => {}, 1000)`;
		const netwatch = startNetwatch(context, ['ip', 'netns', 'exec', name, targetNode, '-e', script]);
		const row = await netwatch.until(() =>
			udpRows(netwatch).find(({process}) => (process?.writeQueueCount ?? 0) > 0),
		);
		const {writeQueueCount, writeQueueSize, writableLength} = row.process ?? {};
		expect(writeQueueSize).toBe((writeQueueCount ?? 0) * 1000);
		expect(writableLength).toBe(writeQueueSize);
	});
});

/** A network namespace in which packets to 10.213.8.9 leave by a device without a neighbour. */
const makeSilentNetwork = (context: TestContext): string => {
	const {name} = makeNamespace(context, 'udp');
	ip('-n', name, 'link', 'add', 'nwt0', 'type', 'veth', 'peer', 'name', 'nwt1');
	ip('-n', name, 'addr', 'add', '10.213.8.1/24', 'dev', 'nwt0');
	for (const device of ['nwt0', 'nwt1']) ip('-n', name, 'link', 'set', device, 'up');
	return name;
};

/** Runs a target with the hook alone, to its end. @returns its first fact, and the hook's records */
const hooked = async (
	context: TestContext,
	name: string,
): Promise<{fact: unknown; records: WireRecord[]}> => {
	const fifo = join(temporaryDirectory(context), 'fifo');
	execFileSync('mkfifo', ['-m', '600', fifo]);
	const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
	context.onTestFinished(() => closeSync(reader));
	const env = {NODE_OPTIONS: `--require "${hook}"`, NETWATCH_FIFO: fifo};
	const program = start(context, targetNode, [target(name)], {env});
	const fact: unknown = JSON.parse(await program.until(() => /^\{.*\}$/m.exec(program.stdout())?.[0]));
	program.write('end\n');
	await program.ended;
	const bytes = Buffer.alloc(65_536);
	const frames = createFrameReader().push(bytes.subarray(0, readSync(reader, bytes)));
	return {fact, records: frames.flatMap(frame => frame.records)};
};
