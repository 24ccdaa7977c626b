// Two consecutive snapshots against the reports of a process; a single snapshot proves nothing.
import {describe, expect, it} from 'vitest';
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
	type Session,
} from '../../../helpers/model/session.ts';

const said = (session: Session, id = '1.0.1'): string | null => session.row(id).disagreement;
const other = kernelSocket('10.0.0.5:1', '10.0.0.9:2', {inode: 999, cookie: 'z'});

describe('the disagreement of a destroyed socket', () => {
	const kernel = (state: 'ESTAB' | 'CLOSE-WAIT' | 'FIN-WAIT-2', inode: number | null = 1001) =>
		kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state, inode, cookie: 'a'});
	const destroyed = (): Session => {
		const session = createSession();
		connectedClient(session, 1);
		session.snapshot(1, [kernel('ESTAB')]);
		session.report(1.5, 1, 'close', closed);
		return session;
	};

	it('is set after two snapshots with the socket open in the kernel, with its descriptor, and cleared when it is gone', () => {
		const session = destroyed();
		session.snapshot(2, [kernel('ESTAB')]);
		expect(said(session)).toBeNull();
		session.snapshot(3, [kernel('CLOSE-WAIT')]);
		expect(said(session)).toBe('destroyed in JavaScript, CLOSE-WAIT in the kernel');
		session.snapshot(4, [other]);
		expect(said(session)).toBeNull();
	});

	it('is not set while the kernel closes the socket', () => {
		const session = destroyed();
		for (const seconds of [2, 3, 4]) session.snapshot(seconds, [kernel('FIN-WAIT-2', null)]);
		expect(said(session)).toBeNull();
	});

	it('is not set when the snapshot began before the socket closed, or another process holds the socket', () => {
		const session = destroyed();
		session.snapshot(1.2, [kernel('ESTAB')]);
		session.snapshot(1.4, [kernel('ESTAB')]);
		expect(said(session)).toBeNull();
		const origin = {proc: 2, pid: 5000, thread: 0};
		session.apply({
			...origin,
			type: 'process',
			event: 'start',
			at: moment(1.6),
			ppid: 4711,
			netns,
			node: 'v20',
			title: '',
			argv: [],
			program: 'child.js',
			wrapper: false,
		});
		connectedClient(session, 1, {at: 1.7, inode: 1001, from: origin});
		for (const seconds of [2, 3, 4]) session.snapshot(seconds, [kernel('ESTAB')]);
		expect(said(session)).toBeNull();
		expect(session.row('2.0.1').kernel?.state).toBe('ESTAB');
	});
});

describe('an unowned connection on a watched port', () => {
	const stray = kernelSocket('10.0.0.5:3000', '10.0.0.9:40000', {inode: 77, cookie: 'b'});
	const id = `k.${netns}.b`;

	it('has a row from the second snapshot on', () => {
		const session = createSession();
		listening(session, 9, {local: '0.0.0.0:3000'});
		session.snapshot(1, [stray]);
		expect(session.model.rows.has(id)).toBe(false);
		session.snapshot(2, [stray]);
		expect(said(session, id)).toBe('ESTAB in the kernel with inode 77, no socket in JavaScript');
		session.snapshot(3, [stray]);
		session.snapshot(4, [other]);
		session.snapshot(5, [other]);
		expect(session.row(id)).toMatchObject({stage: 'closed', disagreement: null});
	});

	it('has no row where its record arrives late', () => {
		const session = createSession();
		listening(session, 9, {local: '0.0.0.0:3000'});
		for (const seconds of [1, 2, 3]) session.snapshot(seconds, [stray]);
		accepted(session, 1, {at: 0.9, inode: 77, listener: 9});
		session.snapshot(4, [stray]);
		expect(said(session)).toBeNull();
		expect(session.model.rows.has(id)).toBe(false);
	});

	it('has no row where it belongs to a process that is not watched', () => {
		const session = createSession();
		listening(session, 9, {local: '0.0.0.0:3000'});
		for (const seconds of [1, 2]) session.snapshot(seconds, [stray]);
		const owners = new Map([[77, {proc: null, pid: 1, program: 'old-server'}]]);
		session.snapshot(3, [stray], {owners});
		expect(session.model.rows.has(id)).toBe(false);
		for (const seconds of [4, 5, 6]) session.snapshot(seconds, [stray]);
		expect(session.model.rows.has(id)).toBe(false);
	});

	it('has no row on other ports, nor while it waits to be accepted', () => {
		const session = createSession();
		listening(session, 9, {local: '10.0.0.6:3000'});
		listening(session, 8, {local: '0.0.0.0:4000', inode: 80});
		const listener = kernelSocket('0.0.0.0:4000', null, {inode: 80});
		const waiting = kernelSocket('10.0.0.5:4000', '10.0.0.9:40000', {inode: null, cookie: 'c'});
		for (const seconds of [1, 2, 3]) session.snapshot(seconds, [stray, listener, waiting]);
		expect(session.model.rows.has(id)).toBe(false);
		expect(session.row(`k.${netns}.c`)).toMatchObject({stage: 'queued', disagreement: null});
	});
});

describe('the disagreement of a connecting socket', () => {
	const connecting = (): Session => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: internet('10.0.0.9:443'), index: 1, of: 1});
		session.report(0.1, 1, 'handle', {local: internet('10.0.0.5:50000'), inode: 1001});
		return session;
	};
	const synSent = kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {
		state: 'SYN-SENT',
		inode: 1001,
		cookie: 'a',
	});

	it('is set after two snapshots without a kernel socket', () => {
		const session = connecting();
		session.snapshot(1, [other, synSent]);
		session.snapshot(2, [other]);
		expect(said(session)).toBeNull();
		session.snapshot(3, []);
		expect(said(session)).toBe('connecting in JavaScript, no socket in the kernel');
		session.report(4, 1, 'error', {
			operation: 'connect',
			error: 'ECONNREFUSED',
			message: '',
			local: null,
			peer: null,
		});
		session.report(4, 1, 'close', {...closed, hadError: true});
		expect(said(session)).toBeNull();
	});

	it('is not set when a kernel socket exists, or the snapshots have no inodes or are incomplete', () => {
		const session = connecting();
		for (const seconds of [1, 2, 3]) session.snapshot(seconds, [other, synSent]);
		expect(said(session)).toBeNull();
		const blind = connecting();
		for (const seconds of [1, 2, 3]) blind.snapshot(seconds, [{...other, inode: null}]);
		expect(said(blind)).toBeNull();
		const partly = connecting();
		for (const seconds of [1, 2, 3]) partly.snapshot(seconds, [other], {kind: 'info'});
		expect(said(partly)).toBeNull();
	});
});

it('a source that the route would not choose is reported for an open client', () => {
	const session = createSession();
	connectedClient(session, 1, {local: '10.0.0.6:50000'});
	const route = {
		dst: '10.0.0.9',
		from: '10.0.0.6',
		dev: 'eth0',
		src: '10.0.0.5',
		gateway: null,
		table: null,
		mtu: null,
		error: null,
	};
	for (const question of session.model.takeRouteQueries()) {
		session.apply({type: 'routes', at: moment(1), netns, answers: [{...question, route}]});
	}
	session.pass(2);
	expect(said(session)).toBe("the route's source is 10.0.0.5, the socket's 10.0.0.6");
	expect(session.row('1.0.1').thread).toBe(mainThread.thread);
});
