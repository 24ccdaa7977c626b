import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {tupleKey} from '../../../../source/domain/address.ts';
import type {KernelSocket} from '../../../../source/domain/kernel.ts';
import {createProcNetParser, type ProcNetKind} from '../../../../source/kernel/procnet/parse.ts';
import {createTableParser} from '../../../../source/kernel/ss/table-parser.ts';
import {fixture} from '../../../helpers/kernel/fixtures.ts';

const parse = (text: string, kind: ProcNetKind = 'tcp', littleEndian = true) => {
	const parser = createProcNetParser(kind, littleEndian);
	const sockets = [...parser.push(Buffer.from(text, 'latin1')), ...parser.end()];
	return {sockets, notUnderstood: parser.notUnderstood};
};

const header =
	'  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (local: string, peer: string, state: string, rest = '00000000:00000000 00:00000000 00000000') =>
	`   0: ${local} ${peer} ${state} ${rest}     0        0 448 1 000000005aef44ae 100 0 0 10 0`;

/** The fields of both sources, and the key of each socket. */
const comparable = ({kind, state, local, peer, recvQ, sendQ, inode, timer}: KernelSocket) => ({
	...{kind, state, local, peer, recvQ, inode, timer: timer?.name ?? null},
	sendQ: state === 'LISTEN' ? null : sendQ,
});
const nameOf = ({local, peer, inode}: KernelSocket) =>
	`${tupleKey(local, peer)} ${endpointKey(local)} ${inode}`;
const endpointKey = (address: KernelSocket['local']) =>
	address !== null && 'port' in address ? `${address.address} ${address.port}` : '';

describe('/proc/net/tcp and tcp6 against ss', () => {
	const output = Buffer.from(fixture('all-states-1.nwt1.t-eo.ss'), 'latin1');
	const ss = createTableParser(output, {version: {major: 6, minor: 1}}).take(1000);
	const files = ['tcp', 'tcp6'].map(name => parse(fixture(`all-states-1.nwt1.proc_net_${name}`)));
	const sockets = files.flatMap(file => file.sockets);

	test('every line is parsed', () => {
		expect(files.map(({notUnderstood}) => notUnderstood.count)).toEqual([0, 0]);
	});

	test('each state has the same sockets, with the same queues, inodes and timers', () => {
		expect(sockets).toHaveLength(ss.length);
		for (const socket of ss) {
			const same = sockets.find(other => nameOf(other) === nameOf(socket));
			expect(same && comparable(same)).toEqual(comparable(socket));
		}
		const states = new Set(sockets.map(({state}) => state));
		expect(states.size).toBe(10);
	});

	test('the time of a timer is in ms, and its count that of the retransmits', () => {
		expect(sockets.find(({state}) => state === 'LAST-ACK')?.timer).toEqual({
			name: 'on',
			ms: 21_310,
			count: 7,
		});
		const persist = sockets.find(({timer}) => timer?.name === 'persist');
		expect(persist).toMatchObject({sendQ: 713_864, timer: {ms: 22_590, count: 0}});
	});

	test('a send queue of an unsent Fast Open connect is not known, be it negative or huge', () => {
		const queues = ['FFFFFFF0', '6B49D200', '00000001'].map(sent =>
			line('0100000A:D64C', '0200000A:0050', '02', `${sent}:00000000 01:00000146 00000008`),
		);
		const {sockets} = parse(header + queues.join('\n'));
		expect(sockets.map(({sendQ}) => sendQ)).toEqual([null, null, 1]);
	});

	test('a full accept queue belongs to its listener, whose backlog is unknown', () => {
		const listener = sockets.find(({local}) => local !== null && 'port' in local && local.port === 8001);
		expect(listener).toMatchObject({state: 'LISTEN', recvQ: 3, sendQ: null, peer: null});
	});

	test('fields missing from these files are null', () => {
		for (const socket of sockets) {
			expect(socket).toMatchObject({
				...{cookie: null, info: null, shutdown: null, device: null, v6only: null, drops: null},
			});
			if (socket.inode === null) expect(socket.uid).toBeNull();
		}
	});
});

describe('addresses', () => {
	test.each([
		['0100007F:1F90', '127.0.0.1', 8080, 4],
		['00000000:0050', '0.0.0.0', 80, 4],
		['00000000000000000000000000000000:0050', '::', 80, 6],
		['00000000000000000000000001000000:0050', '::1', 80, 6],
		['0000000000000000FFFF00000100007F:0050', '127.0.0.1', 80, 4],
		['000080FE00000000FF46F9ECCD761BFE:1F74', 'fe80::ecf9:46ff:fe1b:76cd', 8052, 6],
		['B80D0120000000000000000001000000:FFFF', '2001:db8::1', 65_535, 6],
		// The first of two longest runs of zeros; a single zero is no run.
		['B80D0120000000000000010001000000:0001', '2001:db8::1:0:0:1', 1, 6],
		['B80D0120000001000100010001000100:0001', '2001:db8:1:0:1:1:1:1', 1, 6],
	])('%s is %s', (text, address, port, family) => {
		const zero = text.length > 20 ? `${'0'.repeat(32)}:0000` : '00000000:0000';
		expect(parse(header + line(text, zero, '0A')).sockets).toMatchObject([
			{local: {address, port, family}, peer: null},
		]);
	});

	test('on a big-endian machine the bytes stand in their own order', () => {
		const [socket] = parse(header + line('7F000001:1F90', '0A4D0002:0050', '01'), 'tcp', false).sockets;
		expect(socket).toMatchObject({
			local: {address: '127.0.0.1', port: 8080},
			peer: {address: '10.77.0.2', port: 80},
		});
	});
});

test('UDP: unconnected and connected sockets, with their drops', () => {
	const text = `${header}${[
		' 4013: 0100007F:0035 00000000:0000 07 00000000:00000300 00:00000000 00000000   101        0 25511 2 00000000aa 17',
		' 4014: 0100007F:8235 0100007F:0035 01 00000000:00000000 00:00000000 00000000  1000        0 25512 2 00000000aa 0',
	].join('\n')}\n`;
	expect(parse(text, 'udp')).toMatchObject({
		sockets: [
			{
				...{kind: 'udp', state: 'UNCONN', peer: null},
				...{recvQ: 768, sendQ: 0, uid: 101, inode: 25_511, drops: 17},
			},
			{kind: 'udp', state: 'ESTAB', peer: {address: '127.0.0.1', port: 53}, timer: null, drops: 0},
		],
		notUnderstood: {count: 0},
	});
});

test('unix: listening, connected and unnamed, with any path', () => {
	const text = `Num       RefCount Protocol Flags    Type St Inode Path\n${[
		'00000000d1cf2e76: 00000002 00000000 00010000 0001 01 31479809 /run/a b:c.sock',
		'00000000d1cf2e77: 00000003 00000000 00000000 0001 03    17 @/tmp/.X11-unix/X0',
		'0000000000000000: 00000003 00000000 00000000 0005 03 31479811',
		'0000000000000000: 00000002 00000000 00000000 0002 01 31479812 /run/\xc3\xa9',
	].join('\n')}\n`;
	expect(parse(text, 'unix')).toMatchObject({
		sockets: [
			{kind: 'unix', state: 'LISTEN', inode: 31_479_809, local: {path: '/run/a b:c.sock'}, recvQ: null},
			{state: 'ESTAB', inode: 17, local: {path: '@/tmp/.X11-unix/X0'}},
			{state: 'ESTAB', inode: 31_479_811, local: null},
			{state: 'UNCONN', inode: 31_479_812, local: {path: '/run/é'}},
		],
		notUnderstood: {count: 0},
	});
});

describe('unparsed lines', () => {
	const good = fixture('all-states-1.nwt1.proc_net_tcp').split('\n').slice(1, -1);

	test('leave the others alone, and are counted and kept, cut', () => {
		const bad = [
			'',
			'x'.repeat(9000),
			'  7: 0100007F:1F90',
			line('0100007F:1F90', `${'0'.repeat(32)}:0000`, '0A'),
		];
		const {sockets, notUnderstood} = parse(`${header}${[good[0], ...bad, good[1]].join('\n')}\n`);
		expect(sockets).toHaveLength(2);
		expect(notUnderstood.count).toBe(3);
		expect(notUnderstood.samples.every(sample => sample.length <= 200)).toBe(true);
	});

	test('are the same wherever the file is cut into chunks', () => {
		const bytes = Buffer.from(fixture('all-states-1.nwt1.proc_net_tcp'), 'latin1');
		const whole = parse(bytes.toString('latin1')).sockets;
		fc.assert(
			fc.property(fc.array(fc.nat(bytes.length), {maxLength: 20}), cuts => {
				const parser = createProcNetParser('tcp', true);
				const ends = [...cuts.toSorted((one, other) => one - other), bytes.length];
				const sockets = ends.flatMap((end, index) => parser.push(bytes.subarray(ends[index - 1] ?? 0, end)));
				expect([...sockets, ...parser.end()]).toEqual(whole);
			}),
		);
	});

	test('throw no exception, and lose none of the good ones', () => {
		fc.assert(
			fc.property(
				fc.constantFrom<ProcNetKind>('tcp', 'udp', 'unix'),
				fc.array(fc.uint8Array({maxLength: 300}), {maxLength: 10}),
				(kind, noise) => {
					const text = noise
						.map(bytes => Buffer.from(bytes).toString('latin1').replaceAll('\n', ' '))
						.flatMap((bytes, index) => [bytes, good[index] ?? ''])
						.join('\n');
					const {sockets} = parse(text, kind);
					if (kind === 'tcp')
						expect(sockets.length).toBeGreaterThanOrEqual(Math.min(noise.length, good.length));
				},
			),
		);
	});
});
