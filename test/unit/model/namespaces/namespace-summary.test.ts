// Counters of a namespace as rates, and the ports used towards the destinations of its watched clients.
import {describe, expect, it} from 'vitest';
import type {KernelCounters, KernelSocket} from '../../../../source/domain/row.ts';
import {noCounters} from '../../../helpers/model/row.ts';
import {
	closed,
	connectedClient,
	createSession,
	kernelSocket,
	moment,
	netns,
	type Session,
} from '../../../helpers/model/session.ts';

const count = (session: Session, seconds: number, counters: Partial<KernelCounters>, of = netns): void =>
	session.apply({type: 'counters', netns: of, at: moment(seconds), counters: {...noCounters, ...counters}});

const summary = (session: Session, of = netns) => {
	const found = session.model.kernel.get(of);
	if (found === undefined) throw new Error(`nothing is known of ${of}`);
	return found;
};

describe('counters of a namespace', () => {
	it('are in the summary after the first table, and are renewed between two snapshots', () => {
		const session = createSession();
		count(session, 0.5, {listenDrops: 7, somaxconn: 4096});
		expect(session.model.kernel.size).toBe(0);
		session.snapshot(1, [kernelSocket('10.0.0.5:1', '10.0.0.9:2')]);
		expect(summary(session)).toMatchObject({at: moment(1), sockets: 1, tookMs: 5});
		expect(summary(session).counters).toMatchObject({listenDrops: 7, somaxconn: 4096, timeWait: null});
		count(session, 1.25, {listenDrops: 8});
		expect(summary(session).counters.listenDrops).toBe(8);
	});

	it('become rates after two reports about a second apart', () => {
		const session = createSession();
		session.snapshot(0, []);
		for (const [seconds, retransSegs] of [
			[0, 100],
			[0.25, 110],
			[0.5, 140],
			[0.75, 200],
		] as const) {
			count(session, seconds, {retransSegs, listenDrops: 3});
			expect(summary(session).rates).toBeNull();
		}

		count(session, 1, {retransSegs: 300, listenDrops: 3});
		expect(summary(session).rates).toMatchObject({retransSegs: 200, listenDrops: 0, synDrops: null});
		count(session, 1.25, {retransSegs: 900, listenDrops: 3});
		expect(summary(session).rates?.retransSegs).toBe(200);
		count(session, 3, {retransSegs: 400, listenDrops: 4});
		// 900 and then 400: it went backwards.
		expect(summary(session).rates).toMatchObject({retransSegs: null, listenDrops: 0.5});
		count(session, 4, {retransSegs: 450, listenDrops: 4});
		expect(summary(session).rates).toMatchObject({retransSegs: 50, listenDrops: 0});
	});

	it.each([
		['a counter that is not readable any more', 1, {retransSegs: null}],
		['counters that were not reported for long', 20, null],
	])('have no rate for %s', (_, seconds, later) => {
		const session = createSession();
		session.snapshot(0, []);
		count(session, 0, {retransSegs: 1});
		count(session, 1, {retransSegs: 2});
		expect(summary(session).rates?.retransSegs).toBe(1);
		if (later !== null) count(session, 1.25, later);
		session.snapshot(seconds + 1, []);
		expect(summary(session).rates).toBeNull();
	});

	it('have no rate once snapshots have ceased', () => {
		const session = createSession();
		session.snapshot(0, []);
		count(session, 0, {listenDrops: 1});
		count(session, 1, {listenDrops: 2});
		session.pass(10);
		expect(summary(session).rates?.listenDrops).toBe(1);
		session.pass(12);
		expect(summary(session)).toMatchObject({rates: null, counters: {listenDrops: 2}});
	});

	it('of two namespaces are kept apart', () => {
		const session = createSession();
		for (const of of [netns, '7']) session.snapshot(0, [], {netns: of});
		count(session, 0, {resets: 1});
		count(session, 1, {resets: 5});
		expect(summary(session).rates?.resets).toBe(4);
		expect(summary(session, '7')).toMatchObject({rates: null, counters: noCounters});
	});

	it("are summed over the run for the listeners' drops, and not counted twice", () => {
		const session = createSession();
		expect(session.model.totals.kernel.listenDrops).toBeNull();
		count(session, 0, {listenDrops: 100});
		expect(session.model.totals.kernel.listenDrops).toBe(0);
		count(session, 1, {listenDrops: 103});
		count(session, 1, {listenDrops: 10}, '7');
		count(session, 2, {listenDrops: 1}, '7');
		count(session, 3, {listenDrops: null});
		count(session, 4, {listenDrops: 105});
		count(session, 5, {listenDrops: 3}, '7');
		expect(session.model.totals.kernel.listenDrops).toBe(7);
	});

	it('are dropped for namespaces no longer polled, when there are too many', () => {
		const session = createSession();
		for (let name = 0; name < 200; name++) {
			session.snapshot(1, [], {netns: String(name)});
			session.snapshot(1, []);
		}

		expect(session.model.kernel.size).toBeLessThanOrEqual(64);
		expect(session.model.kernel.has(netns)).toBe(true);
		expect(session.model.kernel.has('199')).toBe(true);
	});
});

describe('ephemeral ports', () => {
	const range = {ephemeralLow: 50_000, ephemeralHigh: 50_009};
	const to = (peer: string, ...ports: number[]): KernelSocket[] =>
		ports.map(port => kernelSocket(`10.0.0.5:${port}`, peer, {cookie: `${peer}${port}`}));
	const timeWait = (sockets: readonly KernelSocket[]): KernelSocket[] =>
		sockets.map(socket => ({...socket, state: 'TIME-WAIT' as const}));

	/** A session with these clients. */
	const clients = (...peers: string[]): Session => {
		const session = createSession();
		count(session, 0, range);
		for (const [index, peer] of peers.entries()) {
			connectedClient(session, index + 1, {local: `10.0.0.5:${50_000 + index}`, peer});
		}

		return session;
	};

	it('are counted for the destination and source with the most of them, whichever process holds them', () => {
		const session = clients('10.0.0.9:443', '10.0.0.8:80');
		session.snapshot(1, [
			...to('10.0.0.9:443', 50_000, 50_003, 50_004),
			...to('10.0.0.8:80', 50_001, 50_005),
			kernelSocket('10.0.0.6:50003', '10.0.0.9:443'),
		]);
		expect(summary(session).ephemeral).toEqual({
			local: '10.0.0.5',
			peer: '10.0.0.9',
			peerPort: 443,
			used: 3,
			range: 10,
		});
	});

	it('are counted within the port range only, for TCP, and to destinations of watched clients', () => {
		const session = clients('10.0.0.9:443');
		session.snapshot(1, [
			...to('10.0.0.9:443', 50_000, 49_999, 50_010),
			...to('10.0.0.9:444', 50_001, 50_002),
			...to('10.0.0.10:443', 50_003, 50_004),
			kernelSocket('10.0.0.5:50006', '10.0.0.9:443', {kind: 'udp'}),
			kernelSocket('10.0.0.5:50007', '10.0.0.9:443', {kind: 'mptcp'}),
			kernelSocket('0.0.0.0:50008', null),
		]);
		expect(summary(session).ephemeral).toMatchObject({peer: '10.0.0.9', peerPort: 443, used: 1});
	});

	it('include those in TIME-WAIT, while TIME-WAIT is polled', () => {
		const session = clients('10.0.0.9:443', '10.0.0.8:80');
		session.snapshot(0.9, timeWait(to('10.0.0.8:80', 50_002, 50_003, 50_004)), {kind: 'time-wait'});
		session.snapshot(1, to('10.0.0.8:80', 50_005));
		expect(summary(session).ephemeral).toMatchObject({peer: '10.0.0.8', used: 4});
		session.snapshot(10, to('10.0.0.9:443', 50_000));
		expect(summary(session).ephemeral).toMatchObject({peer: '10.0.0.8', used: 3});
		session.snapshot(16, to('10.0.0.9:443', 50_000));
		expect(summary(session).ephemeral).toMatchObject({peer: '10.0.0.9', used: 1});
	});

	it('are not counted twice where a connection moves to TIME-WAIT between two snapshots', () => {
		const session = clients('10.0.0.9:443');
		const all = to('10.0.0.9:443', ...Array.from({length: 10}, (_, index) => 50_000 + index));
		session.snapshot(1, timeWait(all), {kind: 'time-wait'});
		session.snapshot(1.1, all);
		expect(summary(session).ephemeral).toMatchObject({used: 10, range: 10});
	});

	it('of IPv4 are counted together with those of mapped IPv6 sockets', () => {
		const session = clients('[::ffff:10.0.0.9]:443');
		session.snapshot(1, [
			...to('10.0.0.9:443', 50_000),
			kernelSocket('[::ffff:10.0.0.5]:50001', '[::ffff:10.0.0.9]:443'),
		]);
		expect(summary(session).ephemeral).toMatchObject({local: '10.0.0.5', peer: '10.0.0.9', used: 2});
	});

	it('are not observed without a range, without a client, or once the last client has left the table', () => {
		const without = createSession();
		connectedClient(without, 1, {local: '10.0.0.5:50000'});
		without.snapshot(1, to('10.0.0.9:443', 50_000));
		expect(summary(without).ephemeral).toBeNull();

		const session = clients();
		session.snapshot(1, to('10.0.0.9:443', 50_000));
		expect(summary(session).ephemeral).toBeNull();

		const left = clients('10.0.0.9:443');
		left.report(1, 1, 'close', closed);
		left.snapshot(2, to('10.0.0.9:443', 50_000));
		expect(summary(left).ephemeral?.used).toBe(1);
		left.pass(20);
		left.snapshot(21, to('10.0.0.9:443', 50_000));
		left.snapshot(22, to('10.0.0.9:443', 50_000));
		expect(summary(left).ephemeral).toBeNull();
	});

	it('of a snapshot that was never ended are dropped', () => {
		const session = clients('10.0.0.9:443');
		const part = {netns, kind: 'table', at: moment(1), sockets: to('10.0.0.9:443', 50_000, 50_001)} as const;
		session.apply({type: 'kernel', at: moment(1), part, owners: new Map()});
		session.snapshot(2, to('10.0.0.9:443', 50_002));
		expect(summary(session).ephemeral?.used).toBe(1);
	});
});

it('unparsed lines are counted for the newest table, and as the maximum of all snapshots in the totals', () => {
	const session = createSession();
	const end = (seconds: number, kind: 'table' | 'listeners', lines: number): void => {
		const at = moment(seconds);
		const notUnderstood = {count: lines, samples: []};
		session.apply({
			type: 'kernel-end',
			at,
			end: {netns, kind, at, tookMs: 1, socketCount: 0, notUnderstood, socketKinds: new Set()},
			owners: new Map(),
		});
	};

	end(1, 'table', 2);
	end(1.5, 'listeners', 5);
	expect(summary(session).notUnderstood).toBe(2);
	end(2, 'table', 0);
	expect(summary(session).notUnderstood).toBe(0);
	expect(session.model.totals.kernel.notUnderstood).toBe(5);
});
