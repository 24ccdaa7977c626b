import {describe, expect, test} from 'vitest';
import type {KernelSocket} from '../../../../source/domain/row.ts';
import {fixtureBytes} from '../../../helpers/kernel/fixtures.ts';
import {hasPort, portOf, readTable} from '../../../helpers/kernel/read-table.ts';

const read = (file: string, multiline = false) => {
	const [major = 0, minor = 0] = file.split('.').map(Number);
	return readTable(fixtureBytes(`versions/${file}`), {version: {major, minor}, multiline});
};

/** The fields that stay the same from one second to the next, and that every version prints. */
const lasting = (sockets: readonly KernelSocket[]) =>
	sockets
		.map(
			({
				kind,
				state,
				local,
				peer,
				recvQ,
				sendQ,
				inode,
				cookie,
				uid,
				device,
				v6only,
				shutdown,
				timer,
				info,
			}) => ({
				...{kind, state, local, peer, recvQ, sendQ, inode, cookie, uid, device, v6only, shutdown},
				timer: timer && {name: timer.name, count: timer.count},
				info: info && {
					congestion: info.congestion,
					cwnd: info.cwnd,
					rttMs: info.rttMs,
					rtoMs: info.rtoMs,
					backoff: info.backoff,
					mss: info.mss,
					unacked: info.unacked,
					retransTotal: info.retransTotal,
					bytesAcked: info.bytesAcked,
					bytesReceived: info.bytesReceived,
				},
			}),
		)
		.sort((a, b) => String(a.cookie).localeCompare(String(b.cookie)));

describe('the same sockets, printed by ss of different versions, are parsed the same', () => {
	const newest = read('7.1.0.tu.ss');
	// TCP sockets that are bound and neither listen nor connect are shown from 6.8 on.
	const shared = newest.sockets.filter(({kind, state}) => kind !== 'tcp' || state !== 'UNCONN');

	test.each([
		['4.4.0.tu-lines.ss', true],
		['4.9.0.tu-lines.ss', true],
		['4.20.0.tu-lines.ss', true],
		['5.10.0.tu.ss', false],
		['6.12.0.tu.ss', false],
	])('%s', (file, multiline) => {
		const {sockets, notUnderstood} = read(file, multiline);
		expect(notUnderstood.count).toBe(0);
		const wanted = file.startsWith('6.12') ? newest.sockets : shared;
		expect(lasting(sockets)).toEqual(lasting(wanted));
		for (const socket of sockets) {
			const other = wanted.find(({kind, cookie}) => kind === socket.kind && cookie === socket.cookie);
			// The versions ran one after the other, within two seconds; one timer is so long that it shows minutes alone.
			if (socket.timer === null || (socket.timer.ms ?? 0) > 3_600_000) continue;
			expect(Math.abs((socket.timer.ms ?? 0) - (other?.timer?.ms ?? 0))).toBeLessThan(2500);
		}
	});

	test('all states are among them, and the wildcards are parsed as wildcards', () => {
		const states = newest.sockets.filter(({kind}) => kind === 'tcp').map(({state}) => state);
		expect(new Set(states).size).toBe(11);
		const listener = (file: string, port: number) =>
			read(file, file.startsWith('4')).sockets.find(socket => portOf(socket.local) === port);
		for (const file of ['4.4.0.tu-lines.ss', '4.9.0.tu-lines.ss', '4.20.0.tu-lines.ss', '7.1.0.tu.ss']) {
			expect(listener(file, 9002)).toMatchObject({
				local: {address: '0.0.0.0', family: 4},
				v6only: null,
				peer: null,
			});
			expect(listener(file, 9004)).toMatchObject({
				local: {address: '::', family: 6},
				v6only: false,
				peer: null,
			});
			expect(listener(file, 9005)).toMatchObject({local: {address: '::', family: 6}, v6only: true});
			expect(listener(file, 9053)).toMatchObject({local: {address: '0.0.0.0'}, device: 'nwk0'});
			expect(listener(file, 9082)).toMatchObject({kind: 'udp', local: {address: '::'}, v6only: false});
		}
	});

	test('a window is printed from 6.0 on, and zero where it is missing', () => {
		expect(read('5.10.0.tu.ss').windowsShown).toBe(false);
		const stalled = ({sockets}: {sockets: readonly KernelSocket[]}) =>
			sockets.find(socket => hasPort(socket, 9023))?.info?.peerWindow;
		expect(stalled(read('5.10.0.tu.ss'))).toBeNull();
		expect(newest.windowsShown).toBe(true);
		expect(stalled(newest)).toBe(0);
	});
});

describe('MPTCP', () => {
	test.each([
		['7.1.0.M.ss', false],
		['5.10.0.M-lines.ss', true],
	])(
		'%s: the socket has the inode of the process, and its TCP connections have the same',
		(file, multiline) => {
			const [major = 0, minor = 0] = file.split('.').map(Number);
			const {sockets, notUnderstood} = readTable(fixtureBytes(`versions/${file}`), {
				...{version: {major, minor}, multiline, kind: 'mptcp'},
			});
			expect(notUnderstood.count).toBe(0);
			expect(sockets.map(({state}) => state).sort()).toEqual(['ESTAB', 'ESTAB', 'LISTEN']);
			const tcp = read('7.1.0.tu.ss').sockets.filter(({kind}) => kind === 'tcp');
			for (const {kind, inode, cookie, info} of sockets) {
				expect({kind, info}).toEqual({kind: 'mptcp', info: null});
				const subflow = tcp.find(socket => socket.inode === inode);
				expect(subflow).toBeDefined();
				expect(subflow?.cookie).not.toBe(cookie);
			}
		},
	);
});

describe('destroyed sockets, as printed by ss -E', () => {
	test.each([
		['4.9.0.E-lines.ss', true],
		['7.1.0.E.ss', false],
	])('%s: a closed one has its last counters, and one that was reset has none left', (file, multiline) => {
		const {sockets, notUnderstood} = read(file, multiline);
		expect(notUnderstood.count).toBe(0);
		expect(sockets).toHaveLength(8);
		expect(sockets.every(({inode, cookie}) => inode === null && cookie !== null)).toBe(true);
		const [client, server, reset, served] = sockets;
		// A byte more for the SYN, and one for the FIN of each side.
		expect(client?.info).toMatchObject({
			bytesAcked: 1002,
			bytesReceived: 51,
			congestion: null,
		});
		expect(server?.info).toMatchObject({bytesAcked: 51, bytesReceived: 1001});
		expect(client?.peer).toEqual(server?.local);
		expect(served?.info).toMatchObject({bytesReceived: 1000});
		// The kernel has taken its own address from it and its peer's port: its cookie alone identifies it.
		expect(reset).toMatchObject({
			local: {address: '0.0.0.0', port: portOf(served?.peer ?? null)},
			peer: {address: '127.0.0.1', port: 0},
			info: null,
		});
	});
});
