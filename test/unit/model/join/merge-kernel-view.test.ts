import {describe, expect, it} from 'vitest';
import type {KernelState} from '../../../../source/domain/row.ts';
import {makeTcpInfo} from '../../../helpers/model/row.ts';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	mainThread,
	moment,
	netns,
	processStart,
	type Session,
} from '../../../helpers/model/session.ts';

const local = '10.0.0.5:50000';
const peer = '10.0.0.9:443';
const id = '1.0.1';
const second = {proc: 2, pid: 5000, thread: 0};
const secondNetns = '4026532999';

describe('a snapshot of the listeners', () => {
	it('refreshes their queues, and marks no other socket as missed', () => {
		const session = createSession();
		listening(session, 1);
		connectedClient(session, 2);
		session.snapshot(1, [
			kernelSocket('0.0.0.0:3000', null, {inode: 501, cookie: 'a', sendQ: 511}),
			kernelSocket(local, peer, {inode: 1002, cookie: 'b'}),
		]);
		for (const seconds of [1.25, 1.5, 1.75]) {
			const now = kernelSocket('0.0.0.0:3000', null, {
				inode: 501,
				cookie: 'a',
				recvQ: 4,
				sendQ: 511,
				drops: 2,
			});
			session.snapshot(seconds, [now], {kind: 'listeners'});
		}

		expect(session.row(id).kernel).toMatchObject({recvQ: 4, drops: 2, seenAt: moment(1.75)});
		expect(session.row('1.0.2').kernel).toMatchObject({state: 'ESTAB', seenAt: moment(1)});
	});

	it('joins a new listener by inode or by its address', () => {
		const session = createSession();
		listening(session, 1);
		session.report(0, 2, 'listen', {local: internet('0.0.0.0:4000'), inode: null, backlog: null});
		session.snapshot(
			0.25,
			[kernelSocket('0.0.0.0:3000', null, {inode: 501}), kernelSocket('0.0.0.0:4000', null, {inode: 81})],
			{kind: 'listeners'},
		);
		expect(session.row(id).joinedBy).toBe('inode');
		expect(session.row('1.0.2')).toMatchObject({joinedBy: 'tuple', kernel: {inode: 81}});
	});

	it('wins over a large table that began earlier and arrives later', () => {
		const session = createSession();
		listening(session, 1);
		const socket = kernelSocket('0.0.0.0:3000', null, {inode: 501, cookie: 'a'});
		session.snapshot(1, [{...socket, recvQ: 9}], {kind: 'listeners'});
		session.snapshot(0.9, [{...socket, recvQ: 1}]);
		expect(session.row(id).kernel).toMatchObject({recvQ: 9, seenAt: moment(1)});
		session.snapshot(2, []);
		expect(session.row(id).kernel).not.toBeNull();
	});
});

describe('TCP info', () => {
	it('is polled separately, and keeps its own age', () => {
		const session = createSession();
		connectedClient(session, 1);
		const socket = kernelSocket(local, peer, {inode: 1001, cookie: 'a', info: null});
		session.snapshot(1, [socket]);
		expect(session.row(id).kernel).toMatchObject({info: null, infoSeenAt: null});
		session.snapshot(2, [{...socket, info: makeTcpInfo({rttMs: 7})}], {kind: 'info'});
		expect(session.row(id).kernel).toMatchObject({info: {rttMs: 7}, infoSeenAt: moment(2)});
		session.snapshot(3, [socket]);
		expect(session.row(id).kernel).toMatchObject({
			info: {rttMs: 7},
			infoSeenAt: moment(2),
			seenAt: moment(3),
		});
	});

	it('adds no rows for other sockets, and its absence proves nothing', () => {
		const session = createSession();
		listening(session, 1);
		connectedClient(session, 2);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1002, cookie: 'a'})]);
		const waiting = kernelSocket('10.0.0.5:3000', '10.0.0.9:1', {cookie: 'b'});
		for (const seconds of [2, 3, 4]) session.snapshot(seconds, [waiting], {kind: 'info'});
		expect(Object.keys(session.stages())).toEqual(['1.0.1', '1.0.2']);
		expect(session.row('1.0.2').kernel?.state).toBe('ESTAB');
	});
});

describe('TIME-WAIT', () => {
	const timeWait = (cookie: string | null, seconds = 59) =>
		kernelSocket(local, peer, {
			...{state: 'TIME-WAIT', cookie, info: null},
			timer: {name: 'timewait', ms: seconds * 1000, count: 0},
		});
	const show = (session: Session, seconds: number, sockets = [timeWait('a')]): void =>
		session.snapshot(seconds, sockets, {kind: 'time-wait'});

	it('keeps the row of a closed connection lingering, by cookie, until two TIME-WAIT snapshots lack it', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a'})]);
		session.report(2, 1, 'close', closed);
		show(session, 3);
		expect(session.row(id)).toMatchObject({
			stage: 'lingering',
			joinedBy: 'cookie',
			kernel: {state: 'TIME-WAIT', inode: null, cookie: 'a', timer: {name: 'timewait', ms: 59_000}},
		});
		// Tables leave TIME-WAIT out.
		for (const seconds of [4, 5, 6]) session.snapshot(seconds, []);
		show(session, 7, [timeWait('a', 55)]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', kernel: {timer: {ms: 55_000}}});
		show(session, 8, []);
		expect(session.row(id).stage).toBe('lingering');
		show(session, 9, []);
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: null});
	});

	it.each([
		['a snapshot that took as long', 2500, 'lingering'],
		['a short snapshot', 5, 'closed'],
	])('older than the connection by its timer is joined only in %s', (_, tookMs, stage) => {
		const session = createSession();
		session.report(10, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(10, 1, 'connect', {local: internet(local), peer: internet(peer), inode: 1001});
		session.report(10.01, 1, 'close', closed);
		// ss has read 2 s after the snapshot began: by then a second and a half of the 60 were gone.
		session.snapshot(10.02, [timeWait(null, 58)], {kind: 'time-wait', tookMs});
		expect(session.row(id).stage).toBe(stage);
	});

	it('is joined by tuple and time, where no snapshot has shown the connection open', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(2, 1, 'close', closed);
		show(session, 3, [timeWait('z', 58)]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', joinedBy: 'tuple', kernel: {cookie: 'z'}});
	});

	it.each([
		['began before the row', 5, 50],
		['began long after the end of the row', 30, 59],
	])('is not joined by tuple where it %s', (_, seconds, left) => {
		const session = createSession();
		connectedClient(session, 1, {at: 1});
		session.report(2, 1, 'close', closed);
		show(session, seconds, [timeWait('z', left)]);
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: null});
	});

	it('of a tuple used twice is joined to the row that closed when it began', () => {
		const session = createSession();
		connectedClient(session, 1, {at: 0});
		session.report(1, 1, 'close', closed);
		connectedClient(session, 2, {at: 6});
		session.report(7, 2, 'close', closed);
		show(session, 8, [timeWait('z', 59)]);
		expect(session.row('1.0.1').stage).toBe('closed');
		expect(session.row('1.0.2').stage).toBe('lingering');
	});

	it('of an unwatched process has no row', () => {
		const session = createSession();
		listening(session, 1);
		show(session, 1);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
	});

	it('does not keep a row for longer than a minute', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a'})]);
		session.report(2, 1, 'close', closed);
		for (let seconds = 3; seconds < 70; seconds++) {
			show(session, seconds, [timeWait('a', 62 - (seconds % 2))]);
			session.pass(seconds);
			if (seconds === 50) expect(session.row(id).stage).toBe('lingering');
		}

		expect(session.model.rows.size).toBe(0);
	});
});

describe('a destroyed socket', () => {
	const last = makeTcpInfo({bytesAcked: 1234, bytesReceived: 5678});
	const ended = (cookie: string | null, near = local, far: string | null = peer) =>
		kernelSocket(near, far, {state: 'UNCONN', cookie, info: last});
	const reportEnds = (session: Session, seconds: number, sockets = [ended('a')]): void =>
		session.snapshot(seconds, sockets, {kind: 'destroyed'});
	const final = {final: true, info: {bytesAcked: 1234, bytesReceived: 5678}};

	it.each([
		['after the report of the process', [2, 2.01]],
		['before the report of the process', [2.01, 2]],
	])('reports its last counters, by cookie, %s', (_, [processAt = 0, kernelAt = 0]) => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a', sendQ: 5})]);
		const both: [number, () => void][] = [
			[processAt, () => session.report(processAt, 1, 'close', closed)],
			[kernelAt, () => reportEnds(session, kernelAt)],
		];
		for (const [, happen] of both.sort(([one], [other]) => one - other)) happen();
		expect(session.row(id)).toMatchObject({
			stage: 'closed',
			joinedBy: 'inode',
			kernel: {...final, state: 'UNCONN', sendQ: null, shutdown: null, infoSeenAt: moment(kernelAt)},
		});
		// Its last values stay: no snapshot will show it again.
		for (const seconds of [3, 4, 5]) session.snapshot(seconds, []);
		expect(session.row(id).kernel).toMatchObject(final);
	});

	it.each<[string, number, number, number | null]>([
		['after the row has closed', 1.2, 1.3, 1001],
		['before the row has closed', 1.3, 1.2, 1001],
		['before any report of the process about it', 1.3, 0.5, null],
	])('of a connection in no snapshot is joined by tuple: reported %s', (_, processAt, kernelAt, inode) => {
		const session = createSession();
		listening(session, 1);
		const live = (): void => {
			accepted(session, 2, {at: kernelAt - 0.1, local: '10.0.0.5:3000', peer: '10.0.0.9:40000', inode});
			session.report(processAt, 2, 'close', closed);
		};
		const end = (): void => reportEnds(session, kernelAt, [ended('z', '10.0.0.5:3000', '10.0.0.9:40000')]);
		if (processAt < kernelAt) {
			live();
			end();
		} else {
			end();
			live();
		}

		expect(session.row('1.0.2')).toMatchObject({stage: 'closed', joinedBy: 'tuple', kernel: final});
	});

	it('of a connection that waited for accept is kept until its process reports the brief accept', () => {
		const session = createSession();
		listening(session, 1);
		const [near, far] = ['10.0.0.5:3000', '10.0.0.9:40000'];
		session.snapshot(1, [kernelSocket(near, far, {cookie: 'z'})]);
		expect(session.row(`k.${netns}.z`).stage).toBe('queued');
		reportEnds(session, 2, [ended('z', near, far)]);
		expect(session.model.rows.has(`k.${netns}.z`)).toBe(false);
		accepted(session, 2, {at: 1.9, local: near, peer: far, inode: null});
		session.report(2.1, 2, 'close', closed);
		expect(session.row('1.0.2')).toMatchObject({stage: 'closed', joinedBy: 'tuple', kernel: final});
		expect(session.model.replacementOf(`k.${netns}.z`)).toBe('1.0.2');
	});

	it('before TIME-WAIT leaves its counters beside that state', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		reportEnds(session, 1, [ended('y')]);
		// A socket that was never polled while open has another cookie there.
		const timer = {name: 'timewait', ms: 59_000, count: 0} as const;
		const waiting = kernelSocket(local, peer, {state: 'TIME-WAIT', cookie: 'z', info: null, timer});
		session.snapshot(2, [waiting], {kind: 'time-wait'});
		expect(session.row(id)).toMatchObject({
			stage: 'lingering',
			kernel: {...final, state: 'TIME-WAIT', cookie: 'z'},
		});
		for (const seconds of [3, 4]) session.snapshot(seconds, [], {kind: 'time-wait'});
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: {...final, state: 'UNCONN'}});
	});

	it('reported after its TIME-WAIT, which has another cookie, is joined to that row', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		const timer = {name: 'timewait', ms: 59_000, count: 0} as const;
		const waiting = kernelSocket(local, peer, {state: 'TIME-WAIT', cookie: 'z', info: null, timer});
		for (const seconds of [1.5, 2.5]) session.snapshot(seconds, [waiting], {kind: 'time-wait'});
		reportEnds(session, 2.6, [ended('y')]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', joinedBy: 'tuple', kernel: final});
		expect(session.row(id).kernel?.state).toBe('TIME-WAIT');
	});

	it("is not the end of the kernel's remains: FIN-WAIT-2 lingers, until it is gone", () => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a'})]);
		session.report(2, 1, 'close', closed);
		reportEnds(session, 2);
		// This snapshot began before that, and proves nothing of later events.
		session.snapshot(1.9, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: {...final, state: 'UNCONN'}});
		const rest = kernelSocket(local, peer, {state: 'FIN-WAIT-2', cookie: 'a', info: null});
		session.snapshot(3, [rest]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', kernel: {...final, state: 'FIN-WAIT-2'}});
		for (const seconds of [4, 5]) session.snapshot(seconds, []);
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: final});
	});

	it.each([
		['an earlier connection with this tuple, whose row is gone', 0.5],
		['a later connection of another process', 8],
	])('of %s is not joined to the row', (_, at) => {
		const session = createSession();
		const live = (): void => {
			connectedClient(session, 1, {at: 1});
			session.report(2, 1, 'close', closed);
		};
		if (at > 1) live();
		for (let seconds = 3; seconds < at; seconds++) session.snapshot(seconds, []);
		reportEnds(session, at);
		if (at < 1) live();
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: null});
	});

	it('of a tuple used twice is joined to the first row, and the next one to the next row', () => {
		const session = createSession();
		connectedClient(session, 1, {at: 1});
		session.report(1.1, 1, 'close', closed);
		connectedClient(session, 2, {at: 1.2, inode: 2000});
		reportEnds(session, 1.21, [ended('x')]);
		expect(session.row('1.0.1').kernel).toMatchObject({final: true, cookie: 'x'});
		expect(session.row('1.0.2').kernel).toBeNull();
		session.report(1.4, 2, 'close', closed);
		reportEnds(session, 1.5, [ended('y')]);
		expect(session.row('1.0.2').kernel).toMatchObject({final: true, cookie: 'y'});
	});

	it('in another network namespace is that of another connection', () => {
		const session = createSession();
		session.apply(processStart({...second, netns: secondNetns}));
		connectedClient(session, 1);
		connectedClient(session, 1, {from: second});
		session.report(1, 1, 'close', closed);
		session.report(1, 1, 'close', closed, second);
		session.snapshot(1.1, [ended('z')], {kind: 'destroyed', netns: secondNetns});
		expect(session.row('1.0.1').kernel).toBeNull();
		expect(session.row('2.0.1').kernel).toMatchObject(final);
	});

	it('expires where no process reports it in time', () => {
		const session = createSession();
		listening(session, 1);
		reportEnds(session, 1, [ended('z', '10.0.0.5:3000', '10.0.0.9:40000')]);
		reportEnds(session, 4, [ended('q', '10.0.0.5:3000', '10.0.0.9:40001')]);
		accepted(session, 2, {at: 1, inode: null});
		session.report(1, 2, 'close', closed);
		expect(session.row('1.0.2').kernel).toBeNull();
	});

	it('after a local reset, reported without counters, keeps the known counters', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a', info: last})]);
		const blank = kernelSocket(local, peer, {
			state: 'UNCONN',
			cookie: 'a',
			info: makeTcpInfo({bytesAcked: 0}),
		});
		reportEnds(session, 2, [{...blank, peer: null}]);
		session.report(2, 1, 'close', closed);
		expect(session.row(id)).toMatchObject({
			stage: 'closed',
			kernel: {final: false, state: 'UNCONN', info: {bytesAcked: 1234}},
		});
	});

	it.each<[string, KernelState]>([
		['waited for accept', 'ESTAB'],
		['waited for accept, given up', 'CLOSE-WAIT'],
	])('of a connection that %s removes its row', (_, state) => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', '10.0.0.9:1', {state, cookie: 'a'})]);
		expect(session.model.rows.size).toBe(2);
		reportEnds(session, 2, [ended('a', '10.0.0.5:3000', '10.0.0.9:1')]);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
	});

	it('of a process without a hook closes its row', () => {
		const session = createSession();
		const owners = new Map([[77, {proc: 2, pid: 5000, program: 'curl'}]]);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})], {owners});
		reportEnds(session, 2);
		expect(session.row(`k.${netns}.a`)).toMatchObject({stage: 'closed', closedAt: moment(2), kernel: final});
	});

	it('may arrive before the exit of its process is known', () => {
		const session = createSession();
		connectedClient(session, 1);
		reportEnds(session, 1, [ended('z')]);
		session.apply({
			type: 'process',
			event: 'lost',
			...mainThread,
			at: moment(1.5),
			exitCode: null,
			signal: null,
		});
		expect(session.row(id)).toMatchObject({stage: 'closed', kernel: final});
	});

	it('delays the removal of rows beyond the bound of closed ones for a moment, and no longer', () => {
		const session = createSession({closedRows: 2, rowsAwaitingDestroy: 3});
		const live = (serial: number, at: number): void => {
			connectedClient(session, serial, {at, local: `10.0.0.5:${serial}`});
			session.report(at, serial, 'close', closed);
		};
		for (const serial of [1, 2, 3]) live(serial, 1);
		expect(session.model.rows.size).toBe(2);
		// From here on the kernel reports destroyed sockets.
		reportEnds(session, 1, [ended('q', '10.0.0.7:1', '10.0.0.8:2')]);
		for (let serial = 4; serial < 20; serial++) live(serial, 1.5);
		expect([...session.model.rows.keys()]).toEqual(['1.0.15', '1.0.16', '1.0.17', '1.0.18', '1.0.19']);
		reportEnds(session, 2, [ended('r', '10.0.0.5:15')]);
		expect(session.row('1.0.15').kernel).toMatchObject(final);
		session.pass(2.1);
		expect([...session.model.rows.keys()]).toEqual(['1.0.16', '1.0.17', '1.0.18', '1.0.19']);
		session.pass(3.6);
		expect([...session.model.rows.keys()]).toEqual(['1.0.18', '1.0.19']);
	});

	it('is kept up to a bound, and the others are counted', () => {
		const session = createSession();
		listening(session, 1);
		const many = Array.from({length: 40_000}, (_, index) =>
			ended(`${index}`, '10.0.0.5:3000', `10.1.${index >> 8}.${index & 255}:40000`),
		);
		reportEnds(session, 1, many);
		expect(session.model.pendingDropped).toBe(40_000 - 12_288);
	});
});

it('a namespace that is no longer polled drops the rows that only snapshots have shown', () => {
	const session = createSession({rows: 3});
	session.apply({type: 'all', at: moment(0), on: true});
	connectedClient(session, 1, {inode: 77});
	const its = kernelSocket(local, peer, {inode: 77, cookie: 'a'});
	const strangers = [1, 2, 3].map(port => kernelSocket(`10.0.0.5:${port}`, peer, {cookie: `k${port}`}));
	session.snapshot(1, [its, ...strangers]);
	expect(session.model.notShown).toBe(1);
	session.apply({type: 'unwatched', at: moment(2), netns});
	expect(session.model.notShown).toBe(0);
	expect(session.stages()).toEqual({[id]: 'open'});
	expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null});
	session.snapshot(3, [its, ...strangers]);
	expect(session.row(id)).toMatchObject({joinedBy: 'inode', kernel: {cookie: 'a'}});
});
