import {describe, expect, test} from 'vitest';
import type {KernelSocket, TcpInfo} from '../../../../../source/domain/row.ts';
import {parseSocket} from '../../../../../source/kernel/ss/parse/socket.ts';
import type {SsVersion} from '../../../../../source/kernel/ss/parse/version.ts';
import {fixtureBytes} from '../../../../helpers/kernel/fixtures.ts';
import {hasPort, readTable, version} from '../../../../helpers/kernel/read-table.ts';

/** The fields that a test expects of a socket. */
type Fields = Partial<Omit<KernelSocket, 'info'>> & {info?: Partial<TcpInfo> | null};

const parse = (line: string, printedBy: SsVersion | null = version): KernelSocket => {
	const {sockets, notUnderstood} = readTable(line, {version: printedBy});
	const [socket] = sockets;
	if (socket === undefined || sockets.length > 1) throw new Error(`not understood: ${notUnderstood.samples}`);
	return socket;
};

const captured = readTable(fixtureBytes('all-states-1.nwt1.tu-full.ss')).sockets;

const find = (port: number, state?: KernelSocket['state']): KernelSocket => {
	const socket = captured.find(found => hasPort(found, port) && (!state || found.state === state));
	if (!socket) throw new Error(`no socket of port ${port}`);
	return socket;
};

describe('each scenario of the capture is parsed as it was set up', () => {
	test.each<[string, number, KernelSocket['state'], Fields]>([
		['the full accept queue', 8001, 'LISTEN', {recvQ: 3, sendQ: 2, drops: 27, inode: 32_393, cookie: '14'}],
		['one in it, not accepted', 8001, 'ESTAB', {inode: null, uid: null, cookie: '18'}],
		[
			'a listener on all of IPv4',
			8002,
			'LISTEN',
			{local: {address: '0.0.0.0', port: 8002, family: 4}, v6only: null, peer: null},
		],
		[
			'a listener on both families',
			8004,
			'LISTEN',
			{local: {address: '::', port: 8004, family: 6}, v6only: false, peer: null},
		],
		[
			'a listener on IPv6 alone',
			8005,
			'LISTEN',
			{local: {address: '::', port: 8005, family: 6}, v6only: true},
		],
		['a listener on ::1', 8006, 'LISTEN', {local: {address: '::1', port: 8006, family: 6}, v6only: true}],
		[
			'a SYN to a port that drops',
			8012,
			'SYN-SENT',
			{
				sendQ: 1,
				info: {retransNow: 1, retransTotal: 8, peerWindow: null, rttMs: null},
				timer: {name: 'on', ms: 3316, count: 8},
			},
		],
		[
			'a handshake without its last step',
			8011,
			'SYN-RECV',
			{inode: null, uid: null, info: null, timer: {name: 'on', ms: 3320, count: 12}},
		],
		[
			'an idle connection with keepalive',
			8020,
			'ESTAB',
			{
				timer: {name: 'keepalive', ms: 12_000, count: 0},
				info: {rttMs: 0.021, cwnd: 14, retransNow: 0, retransTotal: 0},
				uid: 0,
			},
		],
		['unread bytes', 8022, 'ESTAB', {recvQ: 12_345, sendQ: 0}],
		[
			'a peer with a zero window',
			8023,
			'ESTAB',
			{sendQ: 713_864, info: {peerWindow: 0, rttMs: 10.15}, timer: {name: 'persist', ms: 22_000, count: 0}},
		],
		['FIN sent, and owned', 8030, 'FIN-WAIT-2', {inode: 31_730, cookie: '2d'}],
		['FIN received', 8031, 'CLOSE-WAIT', {recvQ: 1, inode: 31_733}],
		['FIN received behind unread bytes', 8032, 'CLOSE-WAIT', {recvQ: 778}],
		[
			'FIN sent, an orphan',
			8033,
			'FIN-WAIT-2',
			{inode: null, cookie: '1c', timer: {name: 'timewait', ms: 29_000, count: 0}},
		],
		[
			'TIME-WAIT',
			8034,
			'TIME-WAIT',
			{inode: null, uid: null, cookie: '2e', timer: {name: 'timewait', ms: 29_000, count: 0}},
		],
		['FIN not acknowledged, and owned', 8040, 'FIN-WAIT-1', {inode: 32_769, sendQ: 1}],
		['FIN not acknowledged, an orphan', 8041, 'FIN-WAIT-1', {inode: null, sendQ: 3001}],
		['both closed at once', 8042, 'CLOSING', {inode: 32_789, recvQ: 1, sendQ: 1}],
		['the last FIN, an orphan', 8043, 'LAST-ACK', {inode: null, timer: {name: 'on', ms: 21_000, count: 7}}],
		['the last FIN, owned', 8044, 'LAST-ACK', {inode: 32_809}],
		['retransmission', 8045, 'ESTAB', {sendQ: 2000, timer: {name: 'on', ms: 21_000, count: 7}}],
		[
			'IPv6',
			8050,
			'ESTAB',
			{
				local: {address: 'fd77::1', port: 8050, family: 6},
				peer: {address: 'fd77::2', port: 45_022, family: 6},
			},
		],
		[
			'an IPv4 client of a listener of both families',
			8051,
			'ESTAB',
			{
				local: {address: '10.77.0.1', port: 8051, family: 4},
				peer: {address: '10.77.0.2', port: 37_824, family: 4},
			},
		],
		[
			'a link-local pair',
			8052,
			'ESTAB',
			{device: 'nv1', peer: {address: 'fe80::cc9b:e8ff:fe9a:3353', port: 52_204, family: 6}},
		],
		[
			'bound to a device',
			8053,
			'LISTEN',
			{device: 'nv1', local: {address: '0.0.0.0', port: 8053, family: 4}},
		],
		[
			'with a mark, which stands before cgroup',
			8054,
			'ESTAB',
			{inode: 32_843, cookie: '1b', info: {rttMs: 0.01}},
		],
		['over loopback', 8060, 'ESTAB', {inode: 32_846, cookie: '1f', info: {rttMs: 0.05}}],
	])('%s (%i %s)', (_what, port, state, fields) => {
		expect(find(port, state)).toMatchObject({state, ...fields});
	});

	test('a lost packet and a delivery rate are read where TCP info has them', () => {
		const {info} = find(8046);
		expect(info?.retransNow).toBe(0);
		expect(info?.retransTotal).toBeGreaterThan(100);
		expect(info?.deliveryBps).toBeGreaterThan(1e6);
		expect(info?.peerWindow).toBeGreaterThan(10_000);
	});

	test('both ends of a loopback pair mirror each other, mapped or not', () => {
		for (const [port, client] of [
			[8062, 53_996],
			[8062, 54_012],
		] as const) {
			const ends = captured.filter(found => hasPort(found, client));
			expect(ends).toHaveLength(2);
			expect(ends[0]?.local).toEqual(ends[1]?.peer);
			expect(ends[0]?.peer).toEqual(ends[1]?.local);
			expect(ends.every(end => hasPort(end, port))).toBe(true);
		}
	});
});

describe('any subset of the flags is parsed', () => {
	const line = 'ESTAB 0 5 10.0.0.1:80 10.0.0.2:4000';
	const unknown = {
		inode: null,
		cookie: null,
		uid: null,
		timer: null,
		info: null,
	};
	test.each<[string, string, Fields]>([
		['none', '', unknown],
		['padding', '        ', unknown],
		['-o', ' timer:(on,200ms,2)', {timer: {name: 'on', ms: 200, count: 2}, inode: null}],
		['-e', ' uid:33 ino:7 sk:ff cgroup:/x <->', {uid: 33, inode: 7, cookie: 'ff', timer: null}],
		['-e without cgroup', ' ino:7 sk:ff <->   ', {uid: 0, inode: 7, cookie: 'ff'}],
		[
			'-e of an old ss, with its longer cookie',
			' ino:7 sk:ffff8800deadbeef <->',
			{cookie: 'ffff8800deadbeef'},
		],
		// On a connection they are keepalive probes.
		['-m', ' skmem:(r0,rb1,t0,tb1,f0,w0,o0,bl0,d9)', {drops: null, info: null}],
		[
			'-i',
			' ts sack cubic rto:200 rtt:1.5/0.75 cwnd:10 retrans:1/3 rcv_rtt:9 minrtt:8',
			{info: {rttMs: 1.5, minRttMs: 8, cwnd: 10, retransNow: 1, retransTotal: 3}},
		],
		['-p', ' users:(("node",pid=1,fd=2))', unknown],
		['-p -e', ' users:(("node",pid=1,fd=2),("a b",pid=3,fd=4)) ino:7 sk:1 <->', {inode: 7, cookie: '1'}],
		[
			'-o -i',
			' timer:(keepalive,1min,0) cubic cwnd:3',
			{info: {cwnd: 3}, timer: {name: 'keepalive', ms: 60_000, count: 0}},
		],
	])('%s', (_flags, rest, fields) => {
		expect(parse(line + rest)).toMatchObject({state: 'ESTAB', recvQ: 0, sendQ: 5, ...fields});
		expect(parse(`tcp ${line}${rest}`)).toEqual(parse(line + rest));
	});

	test.each([
		[
			'LISTEN 0 0 127.0.0.1:37969 0.0.0.0:* ino:6775862 sk:9a946798 rto:1 cwnd:10 reordering:0',
			{inode: 6_775_862, cookie: null, sendQ: null},
		],
		[
			'ESTAB 0 7 127.0.0.1:37969 127.0.0.1:4000 ino:6775863 sk:c4d939e3 rto:1 cwnd:10 reordering:0',
			{inode: 6_775_863, cookie: null, sendQ: 7},
		],
		[
			'LISTEN 0 0 127.0.0.1:37969 0.0.0.0:* ino:6775862 sk:9a cgroup:/ <-> rto:1 cwnd:10',
			{cookie: '9a', sendQ: 0},
		],
	])('a line that ss made of /proc/net/tcp has no cookie and no limit: %s', (line, fields) => {
		expect(parse(line)).toMatchObject(fields);
	});

	test.each([
		['SYN-SENT 0 -1', {recvQ: 0, sendQ: null}],
		['SYN-SENT 0 1835008769', {recvQ: 0, sendQ: null}],
		['SYN-SENT 0 1', {recvQ: 0, sendQ: 1}],
		['UNCONN -832 0', {recvQ: null, sendQ: 0}],
	])('a queue that can be no count of bytes is not known: %s', (beginning, queues) => {
		expect(parse(`${beginning} 10.0.0.1:4000 10.0.0.2:80`)).toMatchObject(queues);
	});

	test('-m shows the drops of a listener', () => {
		expect(parse('LISTEN 0 5 0.0.0.0:80 0.0.0.0:* skmem:(r0,rb1,d27) cubic cwnd:10').drops).toBe(27);
		expect(parse('LISTEN 0 5 0.0.0.0:80 0.0.0.0:* skmem:(r0,rb1,d27)').drops).toBe(27);
		expect(parse('LISTEN 0 5 0.0.0.0:80 0.0.0.0:*').drops).toBeNull();
	});
});

describe('a timer is parsed in the format of the ss that printed it', () => {
	test.each<[string, SsVersion | null, number | null]>([
		['3.316ms', {major: 6, minor: 1}, 3316],
		['3.316ms', {major: 6, minor: 11}, 3316],
		['3.316ms', null, 3316],
		['3.316ms', {major: 6, minor: 12}, 3],
		['3.316sec', {major: 6, minor: 12}, 3316],
		['816ms', {major: 6, minor: 1}, 816],
		['098ms', {major: 6, minor: 1}, 98],
		['21sec', {major: 6, minor: 1}, 21_000],
		['2min12sec', {major: 6, minor: 1}, 132_000],
		['119min', {major: 6, minor: 1}, 7_140_000],
		['', {major: 6, minor: 1}, null],
		['soon', {major: 6, minor: 1}, null],
	])('%j by %j is %j ms', (expires, printedBy, ms) => {
		const {timer} = parse(`ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 timer:(on,${expires},4)`, printedBy);
		expect(timer).toEqual({name: 'on', ms, count: 4});
	});

	test('a timer of an unknown kind keeps its time', () => {
		expect(parse('ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 timer:(pacing,1sec,0)').timer).toEqual({
			name: 'unknown',
			ms: 1000,
			count: 0,
		});
	});
});

describe('text from outside cannot forge a field', () => {
	const real =
		'timer:(on,200ms,2) uid:33 ino:7 sk:ff cgroup:/ <-> skmem:(r0,d1) cubic rtt:1.5/1 cwnd:10 snd_wnd:5';
	const expected = parse(`ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 ${real}`);

	test.each([
		'node',
		'a b',
		'my (app',
		'")) ino:1 sk:2 ',
		'",pid=1,fd=1)) ',
		'"),("x",pid=1,f',
		'",pid=1,fd=1),(',
		')) timer:(on,1,',
		'\\"',
		'',
		'("("("("("("("(',
		'ino:9 sk:9 <-> ',
		'\u001b[31m\u0007',
	])('a process called %j', name => {
		const users = `users:(("${name}",pid=4711,fd=3),("${name}",pid=4712,fd=3))`;
		expect(parse(`ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 ${users} ${real}`)).toEqual(expected);
	});

	test.each([
		'/system.slice/x.service',
		'/a b',
		'/ <-> rtt:9/9 cwnd:99 snd_wnd:99',
		'/ ino:1 sk:2 uid:0',
		'/ v6only:1 <-> cubic cwnd:99',
		'/",pid=1,fd=1)) ino:1 sk:2 <->',
	])('a cgroup with the path %j', path => {
		const line = `ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 ${real.replace('cgroup:/', `cgroup:${path}`)}`;
		expect(parse(line)).toEqual(expected);
		const users = 'users:(("node",pid=4711,fd=3))';
		expect(parse(line.replace('timer:', `${users} timer:`))).toEqual(expected);
	});

	test('an unterminated list of processes leaves the later fields unknown, and keeps the socket', () => {
		expect(parse('ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000 users:(("x",pid=1,fd= ino:9 sk:9 <->')).toMatchObject({
			inode: null,
			cookie: null,
			peer: {port: 4000},
		});
	});
});

describe('an invalid line is refused with a reason', () => {
	test.each([
		['', /state/],
		['ESTAB', /queue/],
		['ESTAB 0', /queue/],
		['ESTAB x 0 10.0.0.1:80 10.0.0.2:4000', /queue/],
		['ESTAB 0 - 10.0.0.1:80 10.0.0.2:4000', /queue/],
		['ESTAB 0 0 10.0.0.1:80', /peer address/],
		['ESTAB 0 0 10.0.0.1:* 10.0.0.2:4000', /local address/],
		['ESTAB 0 0 host:80 10.0.0.2:4000', /local address/],
		['ESTAB 0 0 10.0.0.256:80 10.0.0.2:4000', /local address/],
		['ESTAB 0 0 10.0.0.1:80 [fe80::1::2]:4000', /peer address/],
		['ESTAB 0 0 10.0.0.1:80 10.0.0.2:65536', /peer address/],
		['tcp tcp ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000', /state/],
		['tpc ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000', /state/],
		['ESTABX 0 0 10.0.0.1:80 10.0.0.2:4000', /state/],
		['sctp ESTAB 0 0 10.0.0.1:80 10.0.0.2:4000', /neither TCP, UDP nor unix/],
		['u_str ESTAB 0 0 /x 12 *', /unix socket/],
		['State Recv-Q Send-Q Local Address:Port Peer Address:Port', /state/],
	])('%j', (line, reason) => {
		const bytes = Buffer.from(line);
		const output = {bytes, version, kind: 'tcp', peerWindowReported: () => false} as const;
		const answer = parseSocket(output, 0, bytes.length, bytes.length);
		expect(answer).toEqual({ok: false, reason: expect.stringMatching(reason)});
	});
});
