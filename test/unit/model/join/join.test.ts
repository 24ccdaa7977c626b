import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {KernelSocket, KernelState} from '../../../../source/domain/row.ts';
import {
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	moment,
	netns,
	processStart,
} from '../../../helpers/model/session.ts';

const local = '10.0.0.5:50000';
const peer = '10.0.0.9:443';
const id = '1.0.1';
const secondNetns = '4026532999';
const second = {proc: 2, pid: 5000, thread: 0};
const unixAt = (path: string, more: Partial<KernelSocket> = {}): KernelSocket => ({
	...kernelSocket(local, peer, {kind: 'unix', inode: 77, info: null, ...more}),
	local: {path},
	peer: null,
});

describe('a row is joined to its socket', () => {
	it('by inode, whatever the addresses', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket('10.9.9.9:1', peer, {inode: 77, cookie: 'a', sendQ: 5})]);
		expect(session.row(id)).toMatchObject({
			joinedBy: 'inode',
			kernel: {state: 'ESTAB', inode: 77, cookie: 'a', sendQ: 5, seenAt: moment(1)},
		});
	});

	it('by cookie, once its inode is gone', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		session.snapshot(2, [kernelSocket(local, peer, {state: 'FIN-WAIT-2', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'cookie', kernel: {state: 'FIN-WAIT-2', inode: null}});
	});

	it.each([
		['as it is', local, peer],
		['IPv4 in IPv6', '[::ffff:10.0.0.5]:50000', '[::ffff:10.0.0.9]:443'],
		['IPv4 in IPv6, in capitals', '[::FFFF:10.0.0.5]:50000', '[::FFFF:10.0.0.9]:443'],
	])('by tuple, where no inode is known: %s', (_, near, far) => {
		const session = createSession();
		connectedClient(session, 1, {inode: null});
		session.snapshot(1, [kernelSocket(near, far, {inode: 77})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'tuple', kernel: {inode: 77}});
	});

	it('only within its protocol: a name server listens by UDP and by TCP on one address', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'udp', role: 'unknown'});
		session.report(0, 1, 'bound', {local: internet('0.0.0.0:53'), inode: 77});
		session.snapshot(1, [kernelSocket('0.0.0.0:53', null, {inode: 78})]);
		expect(session.row(id)).toMatchObject({kind: 'udp', stage: 'open', kernel: null, joinedBy: null});
	});

	it('within its protocol: UDP by inode, a unix socket by inode alone, MPTCP as TCP', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'udp', role: 'unknown'});
		session.report(0, 1, 'bound', {local: internet('0.0.0.0:53'), inode: 77});
		session.report(0, 2, 'create', {kind: 'unix', role: 'client'});
		session.report(0, 2, 'connect', {local: null, peer: {path: '/run/x.sock'}, inode: 78});
		connectedClient(session, 3, {inode: 79});
		session.snapshot(1, [
			kernelSocket('0.0.0.0:53', null, {kind: 'udp', state: 'UNCONN', inode: 77, recvQ: 10, drops: 3}),
			{
				...kernelSocket(local, peer, {kind: 'unix', inode: 78, sendQ: 4}),
				local: {path: '/run/x.sock'},
				peer: null,
			},
			kernelSocket(local, peer, {kind: 'mptcp', inode: 79, cookie: 'm'}),
		]);
		expect(session.row('1.0.1')).toMatchObject({
			stage: 'open',
			joinedBy: 'inode',
			kernel: {state: 'UNCONN', recvQ: 10, drops: 3},
		});
		expect(session.row('1.0.2')).toMatchObject({joinedBy: 'inode', kernel: {sendQ: 4}, local: null});
		// Its cookie is its listener's: no identity.
		expect(session.row('1.0.3')).toMatchObject({joinedBy: 'inode', kernel: {state: 'ESTAB', cookie: null}});
	});

	it('with MPTCP to one socket of those with its inode, and never to its listener', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 79});
		const listening = {state: 'LISTEN', inode: 80, cookie: 'listener'} as const;
		const tables = (seconds: number) =>
			session.snapshot(seconds, [
				kernelSocket(local.replace('10.', '11.'), peer, {inode: 79, cookie: `other${seconds}`, recvQ: 2}),
				kernelSocket(local, peer, {inode: 79, cookie: 'own', recvQ: 1}),
				kernelSocket('0.0.0.0:8080', null, {...listening, cookie: 'below'}),
				kernelSocket(local, peer, {kind: 'mptcp', inode: 79, cookie: 'listener'}),
				kernelSocket('0.0.0.0:8080', null, {kind: 'mptcp', ...listening}),
				kernelSocket('0.0.0.0:8080', '10.0.0.9:7', {kind: 'mptcp', cookie: 'listener'}),
			]);
		session.model.apply({type: 'all', at: moment(0), on: true});
		tables(1);
		tables(2);
		expect(session.row('1.0.1')).toMatchObject({joinedBy: 'inode', kernel: {state: 'ESTAB', inode: 79}});
		tables(3);
		expect(session.row('1.0.1').kernel).toMatchObject({state: 'ESTAB', cookie: 'own', recvQ: 1});
		const others = [...session.model.rows.values()].filter(row => row.id !== '1.0.1');
		expect(others.map(row => row.kernel)).toMatchObject([{state: 'LISTEN', cookie: 'below'}]);
	});

	it('and gets the peer path of an accepted unix socket, which Node does not report', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'unix', role: 'server'});
		session.report(0, 1, 'accept', {local: null, peer: null, inode: 77, listener: null});
		session.snapshot(1, [unixAt('/run/x.sock', {})]);
		expect(session.row(id)).toMatchObject({local: {path: '/run/x.sock'}, peer: null});
	});

	it('but never to a unix socket by an inode that a path can forge', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		const its = kernelSocket(local, peer, {inode: 77, cookie: 'c'});
		const forged = unixAt('/forged', {state: 'LISTEN', recvQ: 9});
		session.snapshot(1, [its, forged]);
		session.snapshot(2, [forged, its]);
		session.snapshot(3, [forged]);
		expect(session.row(id)).toMatchObject({stage: 'open', kernel: {state: 'ESTAB', recvQ: 0}});
	});

	it.each([0, 1])('but to neither of two unix sockets with one inode, first is %i', first => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'unix', role: 'client'});
		session.report(0, 1, 'connect', {local: null, peer: {path: '/run/x.sock'}, inode: 77});
		const its = unixAt('/run/x.sock');
		const forged = unixAt('/forged', {state: 'LISTEN', recvQ: 9});
		const both = first === 0 ? [its, forged] : [forged, its];
		session.snapshot(1, both);
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null});
		session.snapshot(2, [its]);
		expect(session.row(id)).toMatchObject({joinedBy: 'inode', kernel: {state: 'ESTAB', recvQ: 0}});
		for (const seconds of [3, 4]) session.snapshot(seconds, both);
		expect(session.row(id)).toMatchObject({stage: 'open', kernel: null, joinedBy: null});
	});

	it.each([true, false])('two unix sockets with one inode get no row, all sockets: %s', all => {
		const session = createSession();
		session.apply({type: 'all', at: moment(0), on: all});
		const owners = new Map([[77, {proc: 2, pid: 5000, program: 'other'}]]);
		const one = unixAt('/run/x.sock');
		session.snapshot(1, [one, unixAt('/forged')], {owners});
		expect(session.model.rows.size).toBe(0);
		session.snapshot(2, [one], {owners});
		expect(session.row(`k.${netns}.i.77`)).toMatchObject({kind: 'unix', local: {path: '/run/x.sock'}});
	});

	it('and is not missed by a table that did not include its protocol', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'udp', role: 'unknown'});
		session.report(0, 1, 'bound', {local: internet('0.0.0.0:53'), inode: 77});
		session.snapshot(1, [kernelSocket('0.0.0.0:53', null, {kind: 'udp', state: 'UNCONN', inode: 77})]);
		for (const seconds of [2, 3, 4]) session.snapshot(seconds, [], {kinds: ['tcp']});
		expect(session.row(id).kernel).not.toBeNull();
		for (const seconds of [5, 6]) session.snapshot(seconds, [], {kinds: ['tcp', 'udp']});
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'open'});
	});

	it('by tuple on a platform without ss, where snapshots have neither inode nor cookie', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer)]);
		expect(session.row(id)).toMatchObject({joinedBy: 'tuple', kernel: {state: 'ESTAB'}});
	});

	it('and takes its addresses from the socket where the process has reported none', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: internet(peer), index: 1, of: 1});
		session.report(0, 1, 'handle', {local: null, inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, {state: 'SYN-SENT', inode: 77})]);
		expect(session.row(id)).toMatchObject({stage: 'connect', local: internet(local), peer: internet(peer)});
	});

	it('by inode for its own listener, and by address for one that another process holds for it', () => {
		const session = createSession();
		listening(session, 1, {local: '0.0.0.0:3000', inode: 80});
		session.report(0, 2, 'listen', {local: internet('0.0.0.0:4000'), inode: null, backlog: null});
		session.snapshot(1, [
			kernelSocket('0.0.0.0:3000', null, {inode: 80, recvQ: 3, sendQ: 511}),
			kernelSocket('0.0.0.0:4000', null, {inode: 81, sendQ: 128}),
		]);
		expect(session.row('1.0.1')).toMatchObject({joinedBy: 'inode', kernel: {recvQ: 3, sendQ: 511}});
		expect(session.row('1.0.2')).toMatchObject({joinedBy: 'tuple', kernel: {inode: 81, sendQ: 128}});
	});

	it('in each of two processes that hold one socket', () => {
		const session = createSession();
		session.apply(processStart(second));
		connectedClient(session, 1, {inode: 77});
		connectedClient(session, 1, {inode: 77, from: second});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		expect(session.row('1.0.1').kernel?.inode).toBe(77);
		expect(session.row('2.0.1').kernel?.inode).toBe(77);
	});

	it('but not where it has closed a socket that another process still holds', () => {
		const session = createSession();
		session.apply(processStart(second));
		connectedClient(session, 1, {inode: 77});
		connectedClient(session, 1, {inode: 77, from: second, at: 1});
		session.report(1, 1, 'close', closed);
		session.snapshot(2, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		expect(session.row('1.0.1')).toMatchObject({kernel: null, stage: 'closed'});
		expect(session.row('2.0.1')).toMatchObject({joinedBy: 'inode', stage: 'open'});
	});
});

describe('the join in any order of a snapshot', () => {
	it('does not take a socket by tuple that belongs to another row by inode', () => {
		const session = createSession();
		session.apply(processStart(second));
		// The first process has lost the connection to the second one, and has not reported that yet.
		connectedClient(session, 1, {inode: null});
		connectedClient(session, 1, {inode: 77, from: second, at: 0.5});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		expect(session.row('1.0.1').kernel).toBeNull();
		expect(session.row('2.0.1')).toMatchObject({joinedBy: 'inode', kernel: {cookie: 'a'}});
	});

	it.each(['first', 'last'])("prefers the row's own socket, where a likely one comes %s", order => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		session.report(2, 1, 'close', closed);
		const own = kernelSocket(local, peer, {state: 'FIN-WAIT-2', cookie: 'a'});
		const others = kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'b'});
		session.snapshot(3, order === 'last' ? [own, others] : [others, own]);
		expect(session.row(id)).toMatchObject({joinedBy: 'cookie', kernel: {state: 'FIN-WAIT-2', cookie: 'a'}});
	});

	it('joins by inode where the process reports the inode between two parts', () => {
		const session = createSession();
		session.apply(processStart(second));
		connectedClient(session, 1, {inode: null});
		const of = {netns, kind: 'table', at: moment(1)} as const;
		const sockets = [kernelSocket(local, peer, {inode: 77})];
		session.apply({type: 'kernel', at: moment(1), part: {...of, sockets}, owners: new Map()});
		expect(session.row('1.0.1').kernel).toBeNull();
		connectedClient(session, 1, {inode: 77, from: second, at: 0.9});
		const end = {...of, tookMs: 1, socketCount: 1, notUnderstood: {count: 0, samples: []}};
		session.apply({
			type: 'kernel-end',
			at: moment(1),
			end: {...end, socketKinds: new Set(['tcp'])},
			owners: new Map(),
		});
		expect(session.row('1.0.1').kernel).toBeNull();
		expect(session.row('2.0.1').joinedBy).toBe('inode');
	});

	it('is not affected by an earlier snapshot that was never ended', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: null});
		const sockets = [kernelSocket(local, peer, {inode: 77})];
		session.apply({
			type: 'kernel',
			at: moment(1),
			part: {netns, kind: 'table', at: moment(1), sockets},
			owners: new Map(),
		});
		session.snapshot(2, []);
		expect(session.row(id).kernel).toBeNull();
	});

	const socketsOf = (count: number) =>
		Array.from({length: count}, (_, index) => index).flatMap(index => [
			kernelSocket(`10.0.0.5:${50_000 + index}`, peer, {inode: 1000 + index, cookie: `a${index}`}),
			kernelSocket(`10.0.0.6:${50_000 + index}`, peer, {inode: 5000 + index, cookie: `b${index}`}),
			kernelSocket('10.0.0.5:3000', `10.0.0.9:${40_000 + index}`, {cookie: `c${index}`}),
		]);

	it('gives each row the same socket for any order and any parts', () => {
		const sockets = [...socketsOf(8), kernelSocket('0.0.0.0:3000', null, {inode: 9000})];
		const shuffled = fc.shuffledSubarray(sockets, {minLength: sockets.length, maxLength: sockets.length});
		const fill = (order: readonly KernelSocket[]) => {
			const session = createSession();
			listening(session, 100, {inode: 9000});
			for (let index = 0; index < 8; index++) {
				// Every second one has an inode, some are closed.
				const inode = index % 2 === 0 ? 1000 + index : null;
				connectedClient(session, index, {local: `10.0.0.5:${50_000 + index}`, inode});
				if (index % 3 === 0) session.report(0.5, index, 'close', closed);
			}

			session.snapshot(1, order);
			session.snapshot(2, order);
			return [...session.model.rows.values()]
				.map(({id: name, stage, joinedBy, kernel}) => ({name, stage, joinedBy, cookie: kernel?.cookie}))
				.sort((one, other) => (one.name < other.name ? -1 : 1));
		};
		const expected = fill(sockets);
		expect(expected.filter(({cookie}) => cookie?.startsWith('a'))).toHaveLength(5);
		expect(expected.filter(({stage}) => stage === 'queued')).toHaveLength(8);
		fc.assert(
			fc.property(shuffled, order => {
				expect(fill(order)).toEqual(expected);
			}),
			{numRuns: 60},
		);
	});
});

describe('a reused inode', () => {
	it('of another process, whose socket has another cookie, is not joined to the row', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		const others = kernelSocket('10.0.0.7:1', '10.0.0.8:2', {inode: 77, cookie: 'b', sendQ: 9});
		session.snapshot(2, [others]);
		expect(session.row(id).kernel).toMatchObject({cookie: 'a', sendQ: 0});
	});

	it('is not joined to a row closed before its reuse', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.report(1, 1, 'close', closed);
		connectedClient(session, 2, {inode: 77, local: '10.0.0.5:50001', at: 1.5});
		session.snapshot(2, [kernelSocket('10.0.0.5:50001', peer, {inode: 77, cookie: 'b'})]);
		expect(session.row('1.0.1')).toMatchObject({kernel: null, stage: 'closed'});
		expect(session.row('1.0.2').joinedBy).toBe('inode');
	});

	it('is joined to the row that still holds it after missed snapshots', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		session.snapshot(2, []);
		session.snapshot(3, []);
		session.snapshot(4, [kernelSocket(local, peer, {inode: 77, cookie: 'b'})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'inode', kernel: {cookie: 'b'}});
	});
});

describe('a reused tuple', () => {
	it.each([
		['belongs to another process', {inode: 78, cookie: 'b'}],
		['waits to be accepted', {inode: null, cookie: 'b'}],
	])('is not joined to a row whose inode is known, when it %s', (_, socket) => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, socket)]);
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null});
	});

	it.each<[string, {state?: KernelState; inode: number | null; cookie: string}]>([
		['is open in another process', {inode: 78, cookie: 'b'}],
		['waits to be accepted', {inode: null, cookie: 'b'}],
		['is being closed by another process', {state: 'FIN-WAIT-1', inode: 78, cookie: 'b'}],
	])('is not joined to a closed row as its remains, when it %s', (_, socket) => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.report(1, 1, 'close', closed);
		session.snapshot(2, [kernelSocket(local, peer, socket)]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'closed'});
	});

	it('is not joined to a row with another cookie', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a'})]);
		session.report(2, 1, 'close', closed);
		session.snapshot(3, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'b'})]);
		session.snapshot(4, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'b'})]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'closed'});
	});

	it('is not joined to a row that was missing in two snapshots', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		session.snapshot(2, []);
		session.snapshot(3, []);
		session.snapshot(4, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'b'})]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'closed'});
	});

	it('is not joined where a process without a hook is known to hold its socket', () => {
		const session = createSession();
		const owners = new Map([[78, {proc: 2, pid: 5000, program: 'curl'}]]);
		connectedClient(session, 1, {inode: null});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 78, cookie: 'b'})], {owners});
		expect(session.row(id).kernel).toBeNull();
		expect(session.row(`k.${netns}.b`)).toMatchObject({pid: 5000, program: 'curl'});
	});

	it('is joined to the row that has it now, by its inode', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		session.report(1, 1, 'close', closed);
		connectedClient(session, 2, {inode: 78, at: 2});
		session.snapshot(3, [kernelSocket(local, peer, {inode: 78})]);
		expect(session.row('1.0.1').kernel).toBeNull();
		expect(session.row('1.0.2').kernel?.inode).toBe(78);
	});

	it('in another network namespace is another connection', () => {
		const session = createSession();
		session.apply(processStart({...second, netns: secondNetns}));
		connectedClient(session, 1, {inode: null});
		connectedClient(session, 1, {inode: null, from: second});
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77})]);
		session.snapshot(2, [kernelSocket(local, peer, {inode: 88})], {netns: secondNetns});
		expect(session.row('1.0.1').kernel?.inode).toBe(77);
		expect(session.row('2.0.1').kernel?.inode).toBe(88);
		session.snapshot(3, [], {netns: secondNetns});
		session.snapshot(4, [], {netns: secondNetns});
		expect(session.row('1.0.1').kernel?.inode).toBe(77);
		expect(session.row('2.0.1').kernel).toBeNull();
	});
});

describe('a socket missing from snapshots', () => {
	const seen = kernelSocket(local, peer, {inode: 1001, cookie: 'a'});

	it('is gone after two snapshots without it, since a snapshot is not atomic', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [seen]);
		session.snapshot(2, []);
		expect(session.row(id).kernel?.state).toBe('ESTAB');
		session.snapshot(3, [seen]);
		session.snapshot(4, []);
		expect(session.row(id).kernel?.state).toBe('ESTAB');
		session.snapshot(5, []);
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null, stage: 'open'});
	});

	it('is not gone where it is younger than the snapshot', () => {
		const session = createSession();
		connectedClient(session, 1, {at: 2, inode: null});
		// The snapshot began before the connection, and shows the tuple's former socket.
		session.snapshot(1, [kernelSocket(local, peer, {inode: 66})]);
		expect(session.row(id)).toMatchObject({kernel: null, stage: 'open'});
		session.snapshot(3, [kernelSocket(local, peer, {inode: 77})]);
		expect(session.row(id).kernel?.inode).toBe(77);
	});

	it('belonged to an attempt: the next attempt has another socket', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: internet('10.0.0.8:443'), index: 1, of: 2});
		session.report(0.1, 1, 'handle', {local: internet(local), inode: 70});
		session.snapshot(0.2, [kernelSocket(local, '10.0.0.8:443', {state: 'SYN-SENT', inode: 70, cookie: 'a'})]);
		expect(session.row(id).kernel?.inode).toBe(70);
		session.report(0.3, 1, 'attemptTimeout', {address: internet('10.0.0.8:443'), index: 1});
		session.report(0.3, 1, 'attempt', {address: internet(peer), index: 2, of: 2});
		expect(session.row(id)).toMatchObject({kernel: null, joinedBy: null, local: null, peer: internet(peer)});
		session.report(0.4, 1, 'handle', {local: internet('10.0.0.5:50001'), inode: 71});
		session.snapshot(0.5, [
			kernelSocket('10.0.0.5:50001', peer, {state: 'SYN-SENT', inode: 71, cookie: 'b'}),
		]);
		expect(session.row(id)).toMatchObject({kernel: {inode: 71}, attempt: {n: 2, of: 2}});
	});

	it('leaves its inode in the attempt, where the connection closed before the inode was read again', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: internet(peer), index: 1, of: 1});
		session.report(0.1, 1, 'handle', {local: internet(local), inode: 70});
		session.report(0.2, 1, 'connect', {local: null, peer: null, inode: null});
		session.snapshot(0.3, [kernelSocket(local, peer, {inode: 70})]);
		expect(session.row(id)).toMatchObject({joinedBy: 'inode', local: internet(local), peer: internet(peer)});
	});
});

describe("the kernel's remains of a closed connection", () => {
	it.each<KernelState>(['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'LAST-ACK', 'TIME-WAIT'])(
		'keep its row lingering in %s, until they are gone',
		state => {
			const session = createSession();
			connectedClient(session, 1);
			session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, cookie: 'a'})]);
			session.report(2, 1, 'close', closed);
			expect(session.row(id).stage).toBe('closed');
			session.snapshot(3, [kernelSocket(local, peer, {state, cookie: 'a'})]);
			expect(session.row(id)).toMatchObject({stage: 'lingering', kernel: {state}, joinedBy: 'cookie'});
			session.snapshot(4, []);
			session.snapshot(5, []);
			expect(session.row(id)).toMatchObject({stage: 'closed', kernel: null});
		},
	);

	it('are found by tuple, where no snapshot has shown the connection', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', closed);
		session.snapshot(2, [kernelSocket(local, peer, {state: 'FIN-WAIT-2', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({stage: 'lingering', joinedBy: 'tuple'});
	});

	it('mark a failed row', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', {...closed, hadError: true, reason: 'error'});
		session.snapshot(2, [kernelSocket(local, peer, {state: 'LAST-ACK', cookie: 'a'})]);
		expect(session.row(id)).toMatchObject({stage: 'failed', marks: ['lingering']});
	});
});

describe('a snapshot without a change', () => {
	it('changes no row except its last-seen time', () => {
		const session = createSession();
		connectedClient(session, 1);
		const timer = {name: 'keepalive', ms: 5000, count: 0} as const;
		session.snapshot(1, [kernelSocket(local, peer, {inode: 1001, timer})]);
		session.model.takeChanges();
		session.snapshot(2, [kernelSocket(local, peer, {inode: 1001, timer: {...timer, ms: 4000}})]);
		expect(session.model.takeChanges().changed.size).toBe(0);
		expect(session.row(id).kernel).toMatchObject({seenAt: moment(2), timer: {ms: 4000}});
		session.snapshot(3, [kernelSocket(local, peer, {inode: 1001, timer, sendQ: 1})]);
		expect(session.model.takeChanges().changed.size).toBe(1);
	});
});
