// The kernel's view of a listener, as its row shows it.
import {describe, expect, it, test} from 'vitest';
import type {SocketOwner} from '../../../../source/domain/events.ts';
import {type ListeningSocket, lookupListeners} from '../../../../source/domain/listening-socket.ts';
import type {AcceptQueueView, KernelSocket} from '../../../../source/domain/row.ts';
import {noCounters} from '../../../helpers/model/row.ts';
import {
	accepted,
	createSession,
	internet,
	kernelSocket,
	listening,
	moment,
	netns,
	processStart,
	type Session,
} from '../../../helpers/model/session.ts';

const accepting = (session: Session, id = '1.0.1'): AcceptQueueView => {
	const {acceptQueue: view} = session.row(id);
	if (view === null) throw new Error(`${id} has no accept queue`);
	return view;
};

/** The kernel's side of `listening(session, serial)`. */
const inListen = (local = '0.0.0.0:3000', overrides: Partial<KernelSocket> = {}): KernelSocket =>
	kernelSocket(local, null, {inode: 501, cookie: 'a1', sendQ: 511, drops: 0, ...overrides});

const halfOpen = (local: string, count: number, overrides: Partial<KernelSocket> = {}): KernelSocket[] =>
	Array.from({length: count}, (_, index) =>
		kernelSocket(local, `10.9.9.9:${1000 + index}`, {state: 'SYN-RECV', ...overrides}),
	);

describe('a listener', () => {
	it('shows the requested backlog before the first snapshot, and no value that was not observed', () => {
		const session = createSession();
		listening(session, 1);
		expect(accepting(session)).toEqual({
			backlog: 511,
			queueMax: null,
			queueMaxAt: null,
			halfOpen: null,
			accepted: 0,
			acceptedPerSecond: null,
			dropsPerSecond: null,
			takes: 'IPv4',
			others: [],
			moreOthers: 0,
		});
	});

	it.each([
		['the limit that came of it, below what caps it', 511, 4096, 511],
		['nothing, where its limit is the cap', 128, 128, null],
		['nothing, where the cap is not known', 511, null, null],
	])('without a reported backlog shows %s', (_, sendQ, somaxconn, backlog) => {
		const session = createSession();
		session.report(0, 1, 'listen', {local: internet('0.0.0.0:3000'), inode: 501, backlog: null});
		session.apply({type: 'counters', netns, at: moment(1), counters: {...noCounters, somaxconn}});
		session.snapshot(1, [inListen('0.0.0.0:3000', {sendQ})]);
		expect(accepting(session).backlog).toBe(backlog);
		// A limit that is raised later proves nothing about the earlier one.
		session.apply({type: 'counters', netns, at: moment(2), counters: {...noCounters, somaxconn: 65_535}});
		session.snapshot(2, [inListen('0.0.0.0:3000', {sendQ})]);
		expect(accepting(session).backlog).toBe(somaxconn === null ? sendQ : backlog);
	});

	it('has no requested backlog where the program gave none, and gets it from a later record', () => {
		const session = createSession();
		const local = internet('0.0.0.0:3000');
		session.report(0, 1, 'listen', {local, inode: 501, backlog: null});
		expect(accepting(session).backlog).toBeNull();
		session.report(1, 1, 'listen', {local, inode: 501, backlog: 8});
		session.report(2, 1, 'listen', {local, inode: 501, backlog: null});
		expect(accepting(session).backlog).toBe(8);
	});

	it('keeps the peak of its accept queue, with its time', () => {
		const session = createSession();
		listening(session, 1);
		for (const [seconds, recvQ] of [
			[1, 0],
			[2, 9],
			[3, 512],
			[4, 512],
			[5, 3],
		] as const) {
			session.snapshot(seconds, [inListen('0.0.0.0:3000', {recvQ})]);
		}

		expect(accepting(session)).toMatchObject({queueMax: 512, queueMaxAt: moment(3)});
		expect(session.row('1.0.1').kernel).toMatchObject({recvQ: 3, sendQ: 511});
	});

	it('is polled between two tables, which alone count half-open connections', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [inListen(), ...halfOpen('10.0.0.5:3000', 2)]);
		const other = inListen('127.0.0.1:3000', {inode: 9, cookie: 'b'});
		session.snapshot(1.25, [inListen('0.0.0.0:3000', {recvQ: 30}), other], {kind: 'listeners'});
		session.snapshot(1.5, [inListen('0.0.0.0:3000', {recvQ: 0, drops: 6}), other], {kind: 'listeners'});
		expect(accepting(session)).toMatchObject({queueMax: 30, queueMaxAt: moment(1.25), halfOpen: 2});
		expect(accepting(session).others).toHaveLength(1);
		session.snapshot(2, [inListen('0.0.0.0:3000', {drops: 6})]);
		expect(accepting(session)).toMatchObject({halfOpen: 0, dropsPerSecond: 6, others: []});
	});

	it('has no drop rate once snapshots have ceased', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [inListen()]);
		session.snapshot(2, [inListen('0.0.0.0:3000', {drops: 4})]);
		session.pass(11);
		expect(accepting(session).dropsPerSecond).toBe(4);
		session.pass(13);
		expect(accepting(session).dropsPerSecond).toBeNull();
	});

	it('starts again with empty counters when it listens again', () => {
		const session = createSession();
		listening(session, 1);
		accepted(session, 2, {at: 1, listener: 1});
		session.snapshot(1, [inListen('0.0.0.0:3000', {recvQ: 9, drops: 5})]);
		session.report(2, 1, 'unlisten', {});
		session.pass(2.5);
		session.report(3, 1, 'listen', {local: internet('0.0.0.0:3000'), inode: 502, backlog: 1});
		session.snapshot(4, [inListen('0.0.0.0:3000', {recvQ: 2, inode: 502, cookie: 'a2'})]);
		session.pass(4);
		expect(accepting(session)).toMatchObject({backlog: 1, queueMax: 2, accepted: 0, dropsPerSecond: null});
	});

	it('counts accepted connections in total and per second, including those closed at once', () => {
		const session = createSession();
		listening(session, 1);
		session.pass(0);
		for (let serial = 2; serial < 12; serial++) accepted(session, serial, {at: 0.5, listener: 1});
		session.pass(0.25);
		expect(accepting(session)).toMatchObject({accepted: 10, acceptedPerSecond: null});
		session.pass(2);
		expect(accepting(session).acceptedPerSecond).toBe(5);
		session.pass(2.25);
		expect(accepting(session).acceptedPerSecond).toBe(5);
		session.pass(3);
		expect(accepting(session)).toMatchObject({accepted: 10, acceptedPerSecond: 0});
	});

	it("counts the connections accepted by a cluster's workers, and each worker its own", () => {
		const session = createSession();
		listening(session, 1);
		for (const proc of [2, 3]) {
			const from = {proc, pid: 5000 + proc, thread: 0};
			session.apply(processStart({...from, ppid: 4711}));
			session.report(0, 1, 'listen', {local: internet('0.0.0.0:3000'), inode: null, backlog: null}, from);
			expect(session.row(`${proc}.0.1`).listener).toBe('1.0.1');
			for (let serial = 2; serial < 2 + proc; serial++) accepted(session, serial, {listener: 1, from});
		}

		session.pass(1);
		expect(accepting(session).accepted).toBe(5);
		expect(accepting(session, '2.0.1').accepted).toBe(2);
		expect(accepting(session, '3.0.1').accepted).toBe(3);
	});

	it('computes drops per second from its own counter, and no rate where the counter was reset', () => {
		const session = createSession();
		listening(session, 1);
		const rates = [
			[1, 10],
			[1.25, 11],
			[2, 30],
			[2.5, 30],
			[3, 30],
			[4, 2],
		].map(([seconds = 0, drops = 0]) => {
			session.snapshot(seconds, [inListen('0.0.0.0:3000', {drops})]);
			return accepting(session).dropsPerSecond;
		});
		expect(rates).toEqual([null, null, 20, 20, 0, null]);
	});

	it('keeps its sums and has no rates once it is closed', () => {
		const session = createSession();
		listening(session, 1);
		session.pass(0);
		accepted(session, 2, {at: 0.5, listener: 1});
		session.snapshot(1, [inListen('0.0.0.0:3000', {recvQ: 4})]);
		session.snapshot(2, [inListen('0.0.0.0:3000', {recvQ: 4, drops: 1})]);
		session.pass(2);
		expect(accepting(session)).toMatchObject({acceptedPerSecond: 0.5, dropsPerSecond: 1});
		session.report(3, 1, 'unlisten', {});
		session.pass(3.25);
		expect(accepting(session)).toMatchObject({
			accepted: 1,
			queueMax: 4,
			acceptedPerSecond: null,
			dropsPerSecond: null,
		});
	});

	it('changes its row only with new values', () => {
		const session = createSession();
		listening(session, 1);
		session.pass(0);
		for (const seconds of [1, 2, 3]) {
			session.snapshot(seconds, [inListen()]);
			session.pass(seconds + 0.1);
		}

		const {version} = session.row('1.0.1');
		session.snapshot(4, [inListen()]);
		session.pass(5);
		expect(session.row('1.0.1').version).toBe(version);
		accepted(session, 2, {at: 5, listener: 1});
		session.pass(5.5);
		expect(session.row('1.0.1').version).toBe(version + 1);
	});

	it('at a path counts accepted connections and has no port', () => {
		const session = createSession();
		session.report(0, 1, 'listen', {local: {path: '/run/a.sock'}, inode: 501, backlog: 5});
		session.snapshot(1, [inListen()]);
		expect(accepting(session)).toMatchObject({backlog: 5, takes: null, others: [], halfOpen: null});
	});

	it('that failed to bind names the owner of its port', () => {
		const session = createSession();
		const local = internet('0.0.0.0:3000');
		session.report(0, 1, 'bindError', {local, operation: 'listen', error: 'EADDRINUSE', message: ''});
		session.snapshot(1, [inListen()], {owners: new Map([[501, {proc: null, pid: 77, program: 'nginx'}]])});
		session.pass(2);
		expect(accepting(session)).toMatchObject({
			queueMax: null,
			halfOpen: null,
			others: [{address: '0.0.0.0', pid: 77, program: 'nginx'}],
		});
	});

	it('that failed to bind keeps the owner it had, and reports none once the port is free', () => {
		const session = createSession();
		const local = internet('0.0.0.0:3000');
		session.report(0, 1, 'bindError', {local, operation: 'listen', error: 'EADDRINUSE', message: ''});
		session.snapshot(1, []);
		session.pass(1.2);
		expect(session.row('1.0.1').acceptQueue).toBeNull();
		session.snapshot(2, [inListen()]);
		session.snapshot(3, []);
		session.pass(3.2);
		expect(accepting(session).others).toHaveLength(1);
	});

	it("of a process without a hook has the kernel's values, and no counter of its own", () => {
		const session = createSession();
		const owners = new Map<number, SocketOwner>([[501, {proc: 2, pid: 77, program: 'nginx'}]]);
		for (const [seconds, recvQ] of [
			[1, 5],
			[2, 1],
		] as const) {
			session.snapshot(seconds, [inListen('0.0.0.0:80', {recvQ}), ...halfOpen('10.0.0.5:80', 2)], {owners});
		}

		session.pass(3);
		expect(accepting(session, `k.${netns}.a1`)).toMatchObject({
			backlog: null,
			queueMax: 5,
			queueMaxAt: moment(1),
			halfOpen: 2,
			accepted: null,
			acceptedPerSecond: null,
			takes: 'IPv4',
		});
	});
});

describe('half-open connections', () => {
	it('are counted at their listener when the snapshot has ended, and again in each snapshot', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [inListen(), ...halfOpen('10.0.0.5:3000', 3), ...halfOpen('10.0.0.6:3000', 2)]);
		expect(accepting(session).halfOpen).toBe(5);
		session.snapshot(2, [inListen(), ...halfOpen('10.0.0.5:3001', 3)]);
		expect(accepting(session).halfOpen).toBe(0);
	});

	it('are counted for the listener on the exact address, before those on a wildcard', () => {
		const session = createSession();
		listening(session, 1);
		listening(session, 2, {local: '10.0.0.5:3000'});
		session.snapshot(1, [
			inListen(),
			inListen('10.0.0.5:3000', {inode: 502, cookie: 'a2'}),
			...halfOpen('10.0.0.5:3000', 3),
			...halfOpen('10.0.0.6:3000', 1),
		]);
		expect([accepting(session).halfOpen, accepting(session, '1.0.2').halfOpen]).toEqual([1, 3]);
	});

	it("are not counted where an unwatched process's listener takes them", () => {
		const session = createSession();
		listening(session, 1);
		const other = inListen('10.0.0.5:3000', {inode: 900, cookie: 'b'});
		session.snapshot(1, [inListen(), other, ...halfOpen('10.0.0.5:3000', 3)]);
		expect(accepting(session).halfOpen).toBe(0);
	});

	it('of an address with several listeners are all counted at each: the kernel does not report which one takes them', () => {
		const session = createSession();
		listening(session, 1);
		listening(session, 2);
		const sibling = inListen('0.0.0.0:3000', {inode: 502, cookie: 'a2'});
		session.snapshot(1, [inListen(), sibling, ...halfOpen('10.0.0.5:3000', 3)]);
		expect([accepting(session).halfOpen, accepting(session, '1.0.2').halfOpen]).toEqual([3, 3]);
	});

	it('of another namespace are not counted', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [inListen()]);
		session.snapshot(1, halfOpen('10.0.0.5:3000', 3), {netns: '7'});
		expect(accepting(session).halfOpen).toBe(0);
	});

	it('are counted by tens of thousands', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [...halfOpen('10.0.0.5:3000', 50_000), inListen()]);
		expect(accepting(session).halfOpen).toBe(50_000);
	});
});

describe('the listener that takes a connection', () => {
	const socket = (address: string, overrides: Partial<ListeningSocket> = {}): ListeningSocket => ({
		...{address, port: 80, inode: null, cookie: null, v6only: null, device: null},
		...overrides,
	});
	const sockets = {
		any4: socket('0.0.0.0'),
		any6: socket('::', {v6only: true}),
		both: socket('::', {v6only: false}),
		one4: socket('10.0.0.5'),
		one6: socket('fd00::5'),
		device: socket('0.0.0.0', {device: 'eth0'}),
	};
	type Name = keyof typeof sockets;

	test.for<{local: string; device?: string; listening: Name[]; by: Name[]}>([
		{local: '10.0.0.5:80', listening: ['any4', 'one4', 'both'], by: ['one4']},
		{local: '10.0.0.6:80', listening: ['one4', 'both', 'any4'], by: ['any4']},
		{local: '10.0.0.6:80', listening: ['one4', 'both'], by: ['both']},
		{local: '10.0.0.6:80', listening: ['one4', 'any6'], by: []},
		{local: '[::ffff:10.0.0.5]:80', listening: ['one4', 'any6'], by: ['one4']},
		{local: '[fd00::5]:80', listening: ['any4', 'any6', 'one6'], by: ['one6']},
		{local: '[fd00::6]:80', listening: ['any4', 'any6', 'one6'], by: ['any6']},
		{local: '[fd00::6]:80', listening: ['any4', 'both'], by: ['both']},
		{local: '[fd00::6]:80', listening: ['any4'], by: []},
		{local: '10.0.0.6:80', device: 'eth0', listening: ['any4', 'device'], by: ['device']},
		{local: '10.0.0.6:80', device: 'eth1', listening: ['any4', 'device'], by: ['any4']},
		{local: '10.0.0.6:80', listening: ['any4', 'any4'], by: ['any4', 'any4']},
		{local: '10.0.0.6:81', listening: ['any4'], by: []},
	])('to $local ($device): of $listening it is $by', ({local, device = null, listening: names, by}) => {
		const on = new Map([[80, {sockets: names.map(name => sockets[name]), count: names.length}]]);
		expect(lookupListeners(on, internet(local), device)).toEqual(by.map(name => sockets[name]));
	});
});

describe('the connections that a listener takes', () => {
	test.for<[local: string, v6only: boolean | null, takes: AcceptQueueView['takes']]>([
		['0.0.0.0:3000', null, 'IPv4'],
		['127.0.0.1:3000', null, 'IPv4'],
		['[::ffff:127.0.0.1]:3000', false, 'IPv4'],
		['[::]:3000', false, 'both'],
		['[::]:3000', true, 'IPv6'],
		['[::]:3000', null, null],
		['[::1]:3000', false, 'IPv6'],
	])('on %s, v6only %s: %s', ([local, v6only, takes]) => {
		const session = createSession();
		listening(session, 1, {local});
		session.snapshot(1, [inListen(local, {v6only})]);
		expect(accepting(session).takes).toBe(takes);
	});
});

describe('the other listeners of a port', () => {
	it('are reported with address, pid and program, of watched processes and of others', () => {
		const session = createSession();
		const second = {proc: 2, pid: 5000, thread: 0};
		session.apply(processStart({...second, program: 'worker.js'}));
		listening(session, 1, {local: '[::]:3000'});
		session.report(0, 1, 'listen', {local: internet('[::]:3000'), inode: 600, backlog: null}, second);
		const owners = new Map<number, SocketOwner>([[700, {proc: null, pid: 9, program: 'nginx'}]]);
		session.snapshot(
			1,
			[
				inListen('[::]:3000', {v6only: false}),
				inListen('[::]:3000', {inode: 600, cookie: 'a2', v6only: false}),
				inListen('0.0.0.0:3000', {inode: 700, cookie: 'a3', device: 'eth0'}),
				inListen('10.0.0.5:3000', {inode: 800, cookie: 'a4'}),
				inListen('10.0.0.5:3001', {inode: 801, cookie: 'a5'}),
			],
			{owners},
		);
		expect(accepting(session)).toMatchObject({
			others: [
				{address: '*', pid: 5000, program: 'worker.js'},
				{address: '0.0.0.0%eth0', pid: 9, program: 'nginx'},
				{address: '10.0.0.5', pid: null, program: null},
			],
			moreOthers: 0,
		});
		expect(accepting(session, '2.0.1').others[0]).toEqual({
			address: '*',
			pid: 4711,
			program: 'server.js',
		});
	});

	it('are no longer reported once they have stopped listening', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [inListen(), inListen('127.0.0.1:3000', {inode: 9, cookie: 'b'})]);
		expect(accepting(session).others).toHaveLength(1);
		session.snapshot(2, [inListen()]);
		expect(accepting(session).others).toEqual([]);
	});

	it('are named up to eight, and counted beyond', () => {
		const session = createSession();
		listening(session, 1);
		const others = Array.from({length: 500}, (_, index) =>
			inListen(`127.0.${index >> 8}.${index & 255}:3000`, {inode: 1000 + index, cookie: `c${index}`}),
		);
		session.snapshot(1, [inListen(), ...others]);
		expect(accepting(session).others).toHaveLength(8);
		expect(accepting(session).moreOthers).toBe(492);
	});
});
