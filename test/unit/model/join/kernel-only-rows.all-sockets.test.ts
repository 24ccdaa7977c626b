import {describe, expect, it} from 'vitest';
import type {SocketOwner} from '../../../../source/domain/events.ts';
import type {KernelSocket} from '../../../../source/domain/row.ts';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	moment,
	netns,
	type Session,
} from '../../../helpers/model/session.ts';

const local = '10.0.0.7:60000';
const peer = '10.0.0.9:443';
const none = new Map<number, SocketOwner>();
const strangers = new Map<number, SocketOwner>([[900, {proc: null, pid: 77, program: 'sshd'}]]);
const all = (session: Session, seconds: number, on = true): void =>
	session.apply({type: 'all', at: moment(seconds), on});
const unix = (inode: number, path: string | null): KernelSocket => ({
	...kernelSocket(local, peer, {kind: 'unix', state: 'ESTAB', inode, peerInode: inode + 1}),
	local: path === null ? null : {path},
	peer: null,
});

describe('sockets of unwatched processes', () => {
	const sockets = [
		kernelSocket('0.0.0.0:22', null, {inode: 900, cookie: 'a'}),
		kernelSocket(local, peer, {inode: 901, cookie: 'b'}),
		kernelSocket('0.0.0.0:53', null, {kind: 'udp', state: 'UNCONN', inode: 902, cookie: 'c'}),
		unix(903, '/run/x.sock'),
		kernelSocket('10.0.0.7:22', '10.0.0.9:5', {state: 'SYN-RECV', cookie: 'd'}),
		kernelSocket('10.0.0.7:22', '10.0.0.9:6', {state: 'FIN-WAIT-1', cookie: 'e'}),
	];

	it('have rows only where they are requested', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, sockets);
		expect(session.model.rows.size).toBe(1);
		expect(session.model.showsAll).toBe(false);
		all(session, 2);
		expect(session.model.showsAll).toBe(true);
		session.snapshot(3, sockets, {owners: strangers});
		expect(session.stages()).toEqual({
			'1.0.1': 'open',
			[`k.${netns}.a`]: 'listening',
			[`k.${netns}.b`]: 'open',
			[`k.${netns}.c`]: 'open',
			[`k.${netns}.i.903`]: 'open',
			[`k.${netns}.d`]: 'connect',
			[`k.${netns}.e`]: 'lingering',
		});
		expect(session.row(`k.${netns}.a`)).toMatchObject({
			proc: null,
			pid: 77,
			program: 'sshd',
			role: 'listener',
		});
		expect(session.row(`k.${netns}.b`)).toMatchObject({
			pid: null,
			program: '',
			joinedBy: null,
			process: null,
		});
		expect(session.row(`k.${netns}.c`).kind).toBe('udp');
		expect(session.row(`k.${netns}.i.903`)).toMatchObject({kind: 'unix', local: {path: '/run/x.sock'}});
		all(session, 4, false);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
		expect(session.model.takeChanges().removedIds).toHaveLength(6);
	});

	it('have no row without a name at either end, unless a watched process holds them', () => {
		const session = createSession();
		connectedClient(session, 1);
		all(session, 0);
		const watched = new Map<number, SocketOwner>([[905, {proc: 2, pid: 78, program: 'python3'}]]);
		session.snapshot(1, [unix(904, null), unix(905, null)], {owners: watched});
		expect(session.stages()).toEqual({'1.0.1': 'open', [`k.${netns}.i.905`]: 'open'});
	});

	it('leave with their sockets, and add neither closed rows nor totals to the session', () => {
		const session = createSession();
		connectedClient(session, 1);
		all(session, 0);
		session.snapshot(1, sockets);
		session.snapshot(2, []);
		expect(session.model.rows.size).toBe(7);
		expect(session.model.totals.rows).toBe(1);
		session.snapshot(3, []);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
		expect(session.model.totals.rows).toBe(1);
	});

	it('leave at once where the kernel reports their end', () => {
		const session = createSession();
		connectedClient(session, 1);
		all(session, 0);
		session.snapshot(1, sockets);
		session.snapshot(1.1, [kernelSocket(local, peer, {state: 'UNCONN', cookie: 'b'})], {kind: 'destroyed'});
		expect(session.model.rows.has(`k.${netns}.b`)).toBe(false);
	});

	it('do not include a TIME-WAIT of a watched process that has not reported its close yet', () => {
		const session = createSession();
		connectedClient(session, 1);
		all(session, 0);
		const timer = {name: 'timewait', ms: 59_000, count: 0} as const;
		const waiting = kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state: 'TIME-WAIT', cookie: 'f', timer});
		session.snapshot(1, [waiting], {kind: 'time-wait'});
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
		session.report(1.2, 1, 'close', closed);
		session.snapshot(2, [{...waiting, timer: {...timer, ms: 58_000}}], {kind: 'time-wait'});
		expect(session.stages()).toEqual({'1.0.1': 'lingering'});
	});

	it('include those in TIME-WAIT, where they are shown', () => {
		const session = createSession();
		connectedClient(session, 1);
		all(session, 0);
		const waiting = kernelSocket(local, peer, {state: 'TIME-WAIT', cookie: 'f'});
		session.snapshot(1, [waiting], {kind: 'time-wait'});
		session.snapshot(2, []);
		session.snapshot(3, []);
		expect(session.row(`k.${netns}.f`).stage).toBe('lingering');
		session.snapshot(4, [], {kind: 'time-wait'});
		session.snapshot(5, [], {kind: 'time-wait'});
		expect(session.model.rows.size).toBe(1);
	});

	it('have rows also before a watched process has a socket', () => {
		const session = createSession();
		all(session, 0);
		session.snapshot(1, sockets);
		expect(session.model.rows.size).toBe(6);
	});

	it("get their process as soon as it is known, and become the command's own where it is a descendant", () => {
		const session = createSession();
		all(session, 0);
		session.snapshot(1, sockets);
		const owners = new Map([[901, {proc: 3, pid: 5, program: 'curl'}]]);
		session.snapshot(2, sockets, {owners});
		expect(session.row(`k.${netns}.b`)).toMatchObject({proc: 3, pid: 5, program: 'curl'});
		all(session, 3, false);
		expect(Object.keys(session.stages())).toEqual([`k.${netns}.b`]);
	});

	it('are replaced by the row of a watched process as soon as its hook reports the socket', () => {
		const session = createSession();
		all(session, 0);
		session.snapshot(1, [...sockets, kernelSocket('10.0.0.5:3000', '10.0.0.9:7', {inode: 905, cookie: 'g'})]);
		connectedClient(session, 1, {local, peer, inode: 901, at: 0.9});
		accepted(session, 2, {local: '10.0.0.5:3000', peer: '10.0.0.9:7', inode: null, at: 0.9});
		expect(session.model.rows.has(`k.${netns}.b`)).toBe(false);
		expect(session.model.rows.has(`k.${netns}.g`)).toBe(false);
		session.snapshot(2, [kernelSocket('10.0.0.5:3000', '10.0.0.9:7', {inode: 905, cookie: 'g'})]);
		expect(session.row('1.0.2')).toMatchObject({joinedBy: 'tuple', kernel: {cookie: 'g'}});
		expect(session.model.rows.has(`k.${netns}.g`)).toBe(false);
	});

	it('do not include those of a row closed while the snapshot was taken', () => {
		const session = createSession();
		all(session, 0);
		connectedClient(session, 1);
		session.snapshot(1, [kernelSocket('10.0.0.5:50000', peer, {inode: 1001, cookie: 'h'})]);
		connectedClient(session, 2, {local: '10.0.0.5:50001'});
		session.report(2.1, 1, 'close', closed);
		session.report(2.1, 2, 'close', closed);
		session.snapshot(2, [
			kernelSocket('10.0.0.5:50000', peer, {inode: 1001, cookie: 'h'}),
			kernelSocket('10.0.0.5:50001', peer, {inode: 1002, cookie: 'i'}),
		]);
		expect(Object.keys(session.stages())).toEqual(['1.0.1', '1.0.2']);
	});

	it('never displace a watched row, and count the sockets left out', () => {
		const session = createSession({rows: 4});
		all(session, 0);
		session.snapshot(1, sockets);
		session.snapshot(2, sockets);
		expect(session.model.rows.size).toBe(4);
		expect(session.model.notShown).toBe(2);
		for (const serial of [1, 2, 3]) connectedClient(session, serial, {local: `10.0.0.5:${serial}`});
		expect([...session.model.rows.keys()].filter(id => id.startsWith('1.'))).toHaveLength(3);
		expect(session.model.rows.size).toBe(4);
		session.snapshot(3, sockets);
		expect(session.model.rows.size).toBe(4);
	});

	it('of another network namespace with the same cookie have other rows', () => {
		const session = createSession();
		all(session, 0);
		const socket = kernelSocket(local, peer, {inode: 901, cookie: 'b'});
		session.snapshot(1, [socket]);
		session.snapshot(1, [{...socket, inode: 44}], {netns: '7'});
		expect(Object.keys(session.stages())).toEqual([`k.${netns}.b`, 'k.7.b']);
	});
});

describe('the kernel queries of a namespace', () => {
	const wants = (session: Session) => session.model.kernelQuery(netns);

	it('are the table alone, where there is no row', () => {
		const session = createSession();
		expect(wants(session)).toEqual({
			udp: false,
			unix: false,
			all: false,
			infoPorts: null,
			timeWaitPorts: null,
		});
		all(session, 1);
		expect(wants(session)).toMatchObject({udp: true, unix: true, all: true});
	});

	it.each(['udp', 'unix'] as const)('include sockets of kind %s as long as a process has one', kind => {
		const session = createSession();
		session.report(0, 1, 'create', {kind, role: 'client'});
		expect(wants(session)[kind]).toBe(true);
		session.report(1, 1, 'close', closed);
		expect(wants(session)[kind]).toBe(false);
	});

	it("filter by the ports of its connections: a server's own, a client's peer's", () => {
		const session = createSession();
		listening(session, 1);
		accepted(session, 2);
		connectedClient(session, 3);
		connectedClient(session, 4, {peer: '10.0.0.8:443', local: '10.0.0.5:1'});
		expect(wants(session)).toMatchObject({infoPorts: {local: [3000], peer: [443]}, timeWaitPorts: null});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 901, cookie: 'b'})], {owners: none});
		expect(wants(session).infoPorts).toEqual({local: [3000], peer: [443]});
	});

	it('have no port filter where there are too many ports', () => {
		const session = createSession();
		for (let serial = 1; serial <= 65; serial++) {
			connectedClient(session, serial, {peer: `10.0.0.9:${serial}`, local: `10.0.0.5:${serial}`});
			expect(wants(session).infoPorts === null).toBe(serial > 64);
		}
	});

	it('filter TIME-WAIT by the ports of connections closed a short time ago without an error', () => {
		const session = createSession({closedForMs: 600_000});
		listening(session, 1);
		accepted(session, 2);
		connectedClient(session, 3);
		session.report(1, 3, 'close', {...closed, hadError: true});
		expect(wants(session).timeWaitPorts).toBeNull();
		session.report(2, 2, 'close', closed);
		expect(wants(session).timeWaitPorts).toEqual({local: [3000], peer: []});
		connectedClient(session, 4);
		session.report(3, 4, 'close', closed);
		expect(wants(session).timeWaitPorts).toEqual({local: [3000], peer: [443]});
		session.pass(70);
		expect(wants(session).timeWaitPorts).toBeNull();
	});

	it('include no ports of unwatched processes, nor of another namespace', () => {
		const session = createSession();
		connectedClient(session, 1);
		all(session, 0);
		session.snapshot(1, [kernelSocket(local, '10.0.0.9:99', {inode: 901, cookie: 'b'})]);
		expect(wants(session).infoPorts).toEqual({local: [], peer: [443]});
		expect(session.model.kernelQuery('7').infoPorts).toBeNull();
	});

	it('include no port for a unix socket', () => {
		const session = createSession();
		session.report(0, 1, 'listen', {local: {path: '/run/x.sock'}, inode: 5, backlog: null});
		session.report(0, 2, 'listen', {local: internet('0.0.0.0:80'), inode: 6, backlog: null});
		expect(wants(session)).toMatchObject({unix: true, infoPorts: {local: [80], peer: []}});
	});
});
