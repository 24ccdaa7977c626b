// The two ends of one connection are paired by their addresses and lifetimes.
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Origin} from '../../../../source/domain/events.ts';
import {
	accepted,
	closed,
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	mainThread,
	netns,
	processStart,
	type Session,
} from '../../../helpers/model/session.ts';

const other: Origin = {proc: 2, pid: 5000, thread: 0};
const client = {local: '10.0.0.5:50000', peer: '10.0.0.9:443'};
const server = {local: client.peer, peer: client.local};

const withOther = (itsNetns = netns): Session => {
	const session = createSession();
	session.apply(processStart({...other, netns: itsNetns}));
	return session;
};

const pairsOf = ({model}: Session): Record<string, string> =>
	Object.fromEntries([...model.rows.values()].flatMap(({id, pair}) => (pair === null ? [] : [[id, pair]])));
const both = (one: string, another: string) => ({[one]: another, [another]: one});

describe('two rows are paired', () => {
	it('within a process', () => {
		const session = createSession();
		connectedClient(session, 1, client);
		accepted(session, 2, server);
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
	});

	it('of two processes, whichever reports first', () => {
		const session = withOther();
		accepted(session, 1, {...server, from: other, at: 1});
		connectedClient(session, 1, client);
		expect(pairsOf(session)).toEqual(both('1.0.1', '2.0.1'));
	});

	it('where one of them writes IPv4 as mapped IPv6', () => {
		const session = createSession();
		connectedClient(session, 1, client);
		accepted(session, 2, {local: '[::ffff:10.0.0.9]:443', peer: '[::ffff:10.0.0.5]:50000'});
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
	});

	it('as UDP sockets that are connected to each other', () => {
		const session = createSession();
		for (const [serial, {local, peer}] of [client, server].entries()) {
			session.report(0, serial, 'create', {kind: 'udp', role: 'client'});
			session.report(0, serial, 'connect', {local: internet(local), peer: internet(peer), inode: serial + 1});
		}
		expect(pairsOf(session)).toEqual(both('1.0.0', '1.0.1'));
	});

	it('where one of them, or both, are known from the kernel alone', () => {
		const session = withOther();
		const owner = {proc: 2, pid: other.pid, program: 'curl'};
		connectedClient(session, 1, {...client, inode: 71});
		const theirs = kernelSocket(server.local, server.peer, {inode: 72, cookie: 'b'});
		const ours = kernelSocket(client.local, client.peer, {inode: 71, cookie: 'a'});
		session.snapshot(1, [theirs, ours], {owners: new Map([[72, owner]])});
		expect(pairsOf(session)).toEqual(both('1.0.1', `k.${netns}.b`));
		const more = [
			kernelSocket('127.0.0.1:1', '127.0.0.1:2', {inode: 73, cookie: 'c'}),
			kernelSocket('127.0.0.1:2', '127.0.0.1:1', {inode: 74, cookie: 'd'}),
		];
		const owners = new Map([72, 73, 74].map(inode => [inode, owner]));
		session.snapshot(2, [theirs, ours, ...more], {owners});
		expect(pairsOf(session)).toMatchObject(both(`k.${netns}.c`, `k.${netns}.d`));
	});

	it('while one end waits to be accepted, and then with the row that accepted it', () => {
		const session = createSession();
		listening(session, 9, {local: '10.0.0.9:443', inode: 70});
		connectedClient(session, 1, {...client, inode: 71, at: 1});
		session.snapshot(2, [
			kernelSocket(client.local, client.peer, {inode: 71, cookie: 'a'}),
			kernelSocket(server.local, server.peer, {inode: null, cookie: 'b'}),
		]);
		expect(session.row(`k.${netns}.b`).stage).toBe('queued');
		expect(pairsOf(session)).toEqual(both('1.0.1', `k.${netns}.b`));
		accepted(session, 2, {...server, at: 3, inode: 72, listener: 9});
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
		// The snapshot began before it was accepted, and its record comes after.
		accepted(session, 3, {...server, at: 1.5, inode: 73, listener: 9});
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
	});

	it('as unix sockets, by the inode of the peer, if both ends report it', () => {
		const session = createSession();
		for (const serial of [1, 2, 3]) {
			session.report(0, serial, 'create', {kind: 'unix', role: 'client'});
			session.report(0, serial, 'connect', {local: null, peer: {path: '/run/x'}, inode: 100 + serial});
		}
		const unix = (inode: number, peerInode: number) => ({
			...kernelSocket('0.0.0.0:0', '0.0.0.0:0', {kind: 'unix', info: null, inode, peerInode}),
			...{local: null, peer: null},
		});
		session.snapshot(1, [unix(101, 102), unix(102, 101), unix(103, 101)]);
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
	});

	it('after both were closed before the first snapshot', () => {
		const session = createSession();
		connectedClient(session, 1, {...client, at: 1});
		session.report(1.01, 1, 'close', closed);
		accepted(session, 2, {...server, at: 1.005});
		session.report(1.006, 2, 'close', closed);
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
	});

	it('even though the server accepted the connection after its client had closed', () => {
		const session = createSession();
		connectedClient(session, 1, {...client, at: 1});
		session.report(1.5, 1, 'close', closed);
		accepted(session, 2, {...server, at: 4});
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
	});
});

describe('two rows are not paired', () => {
	it('in two network namespaces', () => {
		const session = withOther('4026532000');
		connectedClient(session, 1, client);
		accepted(session, 1, {...server, from: other});
		expect(pairsOf(session)).toEqual({});
	});

	it('where a NAT has changed an address between them', () => {
		const session = createSession();
		connectedClient(session, 1, client);
		accepted(session, 2, {local: client.peer, peer: '10.0.0.1:50000'});
		expect(pairsOf(session)).toEqual({});
	});

	it('where one is TCP and the other UDP', () => {
		const session = createSession();
		connectedClient(session, 1, client);
		session.report(0, 2, 'create', {kind: 'udp', role: 'client'});
		const {local, peer} = server;
		session.report(0, 2, 'connect', {local: internet(local), peer: internet(peer), inode: 5});
		expect(pairsOf(session)).toEqual({});
	});

	it('where a single socket is connected to itself', () => {
		const session = createSession();
		connectedClient(session, 1, {local: '127.0.0.1:4000', peer: '127.0.0.1:4000'});
		connectedClient(session, 2, {local: '127.0.0.1:4000', peer: '127.0.0.1:4000', from: mainThread});
		expect(pairsOf(session)).toEqual({});
	});

	it('where one opened after the other had closed', () => {
		const session = createSession();
		accepted(session, 1, {...server, at: 1});
		session.report(2, 1, 'close', closed);
		connectedClient(session, 2, {...client, at: 3});
		expect(pairsOf(session)).toEqual({});
	});

	it('where a paired client was followed by another one with its addresses', () => {
		const session = withOther();
		connectedClient(session, 1, {...client, at: 1, inode: 11});
		accepted(session, 2, {...server, at: 1, inode: 12});
		for (const serial of [1, 2]) session.report(2, serial, 'close', closed);
		connectedClient(session, 1, {...client, at: 3, inode: 13, from: other});
		accepted(session, 3, {...server, at: 3, inode: 14});
		const second = both('2.0.1', '1.0.3');
		expect(pairsOf(session)).toEqual({...both('1.0.1', '1.0.2'), ...second});
		// The client of a third one was not watched.
		session.report(4, 3, 'close', closed);
		session.report(4, 1, 'close', closed, other);
		accepted(session, 4, {...server, at: 5, inode: 15});
		expect(pairsOf(session)).toEqual({...both('1.0.1', '1.0.2'), ...second});
	});

	it('where an unaccepted client closed long ago', () => {
		const session = createSession();
		connectedClient(session, 1, {...client, at: 1});
		session.report(2, 1, 'close', closed);
		accepted(session, 2, {...server, at: 13});
		expect(pairsOf(session)).toEqual({});
	});
});

describe('a pair', () => {
	it('takes the younger of two rows with the same addresses', () => {
		const session = withOther();
		connectedClient(session, 1, client);
		accepted(session, 2, {...server, at: 1, inode: 12});
		// The socket was handed over to another process, which still holds it.
		accepted(session, 1, {...server, at: 2, inode: 12, from: other});
		expect(pairsOf(session)).toEqual(both('1.0.1', '2.0.1'));
	});

	it('stays when its ends close, and is dropped when an open end is left alone', () => {
		const session = createSession({closedForMs: 5000});
		connectedClient(session, 1, client);
		accepted(session, 2, server);
		session.report(1, 2, 'close', closed);
		session.pass(2);
		session.model.takeChanges();
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.2'));
		session.pass(8);
		expect(session.model.rows.has('1.0.2')).toBe(false);
		expect(pairsOf(session)).toEqual({});
		expect([...session.model.takeChanges().changed].map(({id}) => id)).toEqual(['1.0.1']);
	});

	it('changes both of its rows when it is found', () => {
		const session = createSession();
		connectedClient(session, 1, client);
		session.model.takeChanges();
		accepted(session, 2, server);
		expect([...session.model.takeChanges().changed].map(({id}) => id).toSorted()).toEqual(['1.0.1', '1.0.2']);
	});

	it('is dropped when a socket connects again', () => {
		const session = createSession();
		connectedClient(session, 1, client);
		accepted(session, 2, server);
		const peer = internet('10.0.0.9:443');
		session.report(2, 1, 'attempt', {address: peer, index: 1, of: 1});
		expect(pairsOf(session)).toEqual({});
		session.report(2, 1, 'connect', {local: internet('10.0.0.5:50001'), peer, inode: 20});
		accepted(session, 3, {local: '10.0.0.9:443', peer: '10.0.0.5:50001', at: 2});
		expect(pairsOf(session)).toEqual(both('1.0.1', '1.0.3'));
	});

	it('always has two rows that name each other, after any events', () => {
		const step = fc.record({
			serial: fc.integer({min: 1, max: 8}),
			port: fc.integer({min: 1, max: 2}),
			what: fc.constantFrom('client', 'server', 'close', 'snapshot', 'pass' as const),
			origin: fc.constantFrom(mainThread, other),
		});
		fc.assert(
			fc.property(fc.array(step, {maxLength: 60}), steps => {
				const session = createSession({closedForMs: 5000, rows: 6});
				session.apply(processStart(other));
				for (const [at, {serial, port, what, origin}] of steps.entries()) {
					const [local, peer] = [`10.0.0.5:${port}`, '10.0.0.9:443'];
					if (what === 'client') connectedClient(session, serial, {at, local, peer, from: origin});
					else if (what === 'server') accepted(session, serial, {at, local: peer, peer: local, from: origin});
					else if (what === 'close') session.report(at, serial, 'close', closed, origin);
					else if (what === 'pass') session.pass(at);
					else session.snapshot(at, [kernelSocket(local, peer, {inode: 1000 + serial, cookie: `${serial}`})]);
				}
				for (const {id, pair, closedAt} of session.model.rows.values()) {
					const its = pair === null ? undefined : session.model.rows.get(pair);
					if (its !== undefined) expect(its.pair).toBe(id);
					// An unpaired closed row remembers its peer.
					else if (pair !== null) expect(closedAt).not.toBeNull();
				}
			}),
		);
	});
});
