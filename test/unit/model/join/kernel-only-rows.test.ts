import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import type {SocketOwner} from '../../../../source/domain/events.ts';
import type {KernelState, Stage} from '../../../../source/domain/row.ts';
import {createTableParser} from '../../../../source/kernel/ss/table-parser.ts';
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
} from '../../../helpers/model/session.ts';

const local = '10.0.0.5:50000';
const peer = '10.0.0.9:443';
const secondNetns = '4026532999';
const second = {proc: 2, pid: 5000, thread: 0};

describe('connections waiting for accept', () => {
	const output = readFileSync(new URL('../../../fixtures/ss/node-blocked-accept-queue.ss', import.meta.url));
	const sockets = createTableParser(output, {version: {major: 6, minor: 1}}).take(1000);
	const queued = (rows: ReadonlyMap<string, {stage: string}>): string[] =>
		[...rows].filter(([, {stage}]) => stage === 'queued').map(([name]) => name);

	it('are rows of their listener: nine of a queue of eight, as ss showed them', () => {
		const session = createSession();
		listening(session, 1, {local: '127.0.0.1:6000', inode: 13_252_403});
		session.snapshot(1, sockets);
		const names = queued(session.model.rows);
		expect(names).toHaveLength(9);
		expect(session.row('1.0.1').kernel).toMatchObject({state: 'LISTEN', recvQ: 9, sendQ: 8});
		expect(session.row(`k.${netns}.879fe`)).toMatchObject({
			stage: 'queued',
			role: 'server',
			listener: '1.0.1',
			proc: 1,
			pid: mainThread.pid,
			thread: null,
			program: 'server.js',
			local: internet('127.0.0.1:6000'),
			peer: internet('127.0.0.1:56374'),
			openedAt: moment(1),
			process: null,
			joinedBy: null,
			kernel: {state: 'ESTAB', inode: null, cookie: '879fe', info: {rttMs: 0.006}},
		});
		// The clients are python's: not watched.
		expect(session.model.rows.size).toBe(10);
	});

	it("are replaced by the process's rows, as soon as it has accepted them", () => {
		const session = createSession();
		listening(session, 1, {local: '127.0.0.1:6000', inode: 13_252_403});
		session.snapshot(1, sockets);
		accepted(session, 2, {at: 2, local: '127.0.0.1:6000', peer: '127.0.0.1:56374', listener: 1});
		expect(queued(session.model.rows)).toHaveLength(8);
		expect(session.model.rows.has(`k.${netns}.879fe`)).toBe(false);
		expect(session.row('1.0.2')).toMatchObject({stage: 'accepted', listener: '1.0.1'});
		expect(session.model.replacementOf(`k.${netns}.879fe`)).toBe('1.0.2');
		expect(session.model.replacementOf('1.0.2')).toBe(null);
	});

	it('are not added again by a snapshot that began before they were accepted', () => {
		const session = createSession();
		listening(session, 1, {local: '127.0.0.1:6000', inode: 13_252_403});
		accepted(session, 2, {at: 2, local: '127.0.0.1:6000', peer: '127.0.0.1:56374', listener: 1});
		session.snapshot(1, sockets);
		expect(queued(session.model.rows)).toHaveLength(8);
		expect(session.model.rows.has(`k.${netns}.879fe`)).toBe(false);
	});

	it('are replaced after two snapshots where the process did not report their addresses', () => {
		const session = createSession();
		listening(session, 1, {inode: 80});
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', peer, {cookie: 'a'})]);
		session.report(2, 2, 'create', {kind: 'tcp', role: 'server'});
		session.report(2, 2, 'accept', {local: null, peer: null, inode: 77, listener: 1});
		const socket = kernelSocket('10.0.0.5:3000', peer, {inode: 77, cookie: 'a'});
		session.snapshot(3, [socket]);
		session.snapshot(4, [socket]);
		expect(session.stages()).toEqual({'1.0.1': 'listening', '1.0.2': 'accepted'});
	});

	it('of equal tuples in two namespaces are each replaced by the row of their own namespace', () => {
		const session = createSession();
		session.apply(processStart({...second, netns: secondNetns}));
		const socket = kernelSocket('127.0.0.1:3000', '127.0.0.1:40000', {cookie: 'a'});
		listening(session, 1);
		listening(session, 1, {from: second});
		session.snapshot(1, [socket]);
		session.snapshot(1, [socket], {netns: secondNetns});
		expect(queued(session.model.rows)).toEqual([`k.${netns}.a`, `k.${secondNetns}.a`]);
		accepted(session, 2, {at: 2, local: '127.0.0.1:3000', peer: '127.0.0.1:40000'});
		expect(queued(session.model.rows)).toEqual([`k.${secondNetns}.a`]);
		accepted(session, 2, {at: 2, local: '127.0.0.1:3000', peer: '127.0.0.1:40000', from: second});
		expect(queued(session.model.rows)).toEqual([]);
	});

	it('include those that the client has closed, and leave when the kernel shows them no more', () => {
		const session = createSession();
		listening(session, 1);
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', peer, {state: 'CLOSE-WAIT', cookie: 'a', recvQ: 1})]);
		expect(session.row(`k.${netns}.a`)).toMatchObject({stage: 'queued', marks: ['peer-ended']});
		session.snapshot(2, []);
		expect(queued(session.model.rows)).toHaveLength(1);
		session.snapshot(3, []);
		expect(session.stages()).toEqual({'1.0.1': 'listening'});
	});

	it.each([
		[
			'the listener on the very address before the one on all',
			['0.0.0.0:3000', '10.0.0.5:3000'],
			'10.0.0.5:3000',
			'1.0.2',
		],
		['the one on all', ['0.0.0.0:3000', '10.0.0.6:3000'], '10.0.0.5:3000', '1.0.1'],
		['the one on all of both families', ['[::]:3000'], '10.0.0.5:3000', '1.0.1'],
		['the one of its family', ['0.0.0.0:3000', '[::]:3000'], '[fd00::5]:3000', '1.0.2'],
	])('belong to %s', (_, listeners, to, listener) => {
		const session = createSession();
		for (const [index, address] of listeners.entries()) listening(session, index + 1, {local: address});
		const from = to.startsWith('[') ? '[fd00::9]:40000' : '10.0.0.9:40000';
		session.snapshot(1, [kernelSocket(to, from, {cookie: 'a'})]);
		expect(session.row(`k.${netns}.a`).listener).toBe(listener);
	});

	it.each<[string, string, Partial<Parameters<typeof kernelSocket>[2]>]>([
		['another port', '10.0.0.5:3001', {cookie: 'a'}],
		['another address', '10.0.0.6:3000', {cookie: 'a'}],
		['a socket with an owner', '10.0.0.5:3000', {cookie: 'a', inode: 7}],
		['a handshake that is not complete', '10.0.0.5:3000', {cookie: 'a', state: 'SYN-RECV'}],
		['a socket without identity and queues', '10.0.0.5:3000', {recvQ: null}],
	])('are not added for those to %s', (_, to, overrides) => {
		const session = createSession();
		listening(session, 1, {local: '10.0.0.5:3000'});
		session.snapshot(1, [kernelSocket(to, peer, overrides)]);
		expect(Object.keys(session.stages())).toEqual(['1.0.1']);
	});
});

describe('a connection waiting for accept, without ss', () => {
	it('is identified by its tuple, until it is accepted', () => {
		const session = createSession();
		listening(session, 1, {local: '10.0.0.5:3000'});
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', '10.0.0.9:40000')]);
		session.snapshot(2, [kernelSocket('10.0.0.5:3000', '10.0.0.9:40000')]);
		const id = `k.${netns}.t.10.0.0.5-3000-10.0.0.9-40000`;
		expect(session.stages()).toEqual({'1.0.1': 'listening', [id]: 'queued'});
		accepted(session, 2, {at: 3, local: '10.0.0.5:3000', peer: '10.0.0.9:40000'});
		expect(Object.keys(session.stages())).toEqual(['1.0.1', '1.0.2']);
	});
});

describe('the sockets of a process without hook', () => {
	const owner: SocketOwner = {proc: 2, pid: 5000, program: 'curl'};
	const owners = new Map([[77, owner]]);

	it('are kernel-only rows, found by inode', () => {
		const session = createSession();
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'a', sendQ: 3})], {owners});
		expect(session.row(`k.${netns}.a`)).toMatchObject({
			...owner,
			stage: 'open',
			role: null,
			listener: null,
			process: null,
			kernel: {sendQ: 3},
		});
		session.snapshot(2, [kernelSocket(local, peer, {state: 'FIN-WAIT-1', cookie: 'a'})], {owners});
		expect(session.row(`k.${netns}.a`).stage).toBe('lingering');
		session.snapshot(3, []);
		session.snapshot(4, []);
		expect(session.row(`k.${netns}.a`)).toMatchObject({stage: 'closed', kernel: null});
	});

	it('are kept where a snapshot had only missed them', () => {
		const session = createSession();
		const socket = kernelSocket(local, peer, {inode: 77, cookie: 'a'});
		session.snapshot(1, [socket], {owners});
		session.snapshot(2, [], {owners});
		session.snapshot(3, [], {owners});
		session.snapshot(4, [socket], {owners});
		session.pass(60);
		expect(session.row(`k.${netns}.a`)).toMatchObject({
			stage: 'open',
			closedAt: null,
			openedAt: moment(1),
		});
	});

	it('are listeners, where they listen', () => {
		const session = createSession();
		session.snapshot(1, [kernelSocket('0.0.0.0:80', null, {inode: 77, cookie: 'a'})], {owners});
		expect(session.row(`k.${netns}.a`)).toMatchObject({stage: 'listening', role: 'listener', pid: 5000});
	});

	it('have no row where the process is not watched', () => {
		const session = createSession();
		session.snapshot(1, [kernelSocket(local, peer, {inode: 78, cookie: 'a'})], {owners});
		expect(session.model.rows.size).toBe(0);
	});

	it("are replaced by the process's rows when its hook reports after all", () => {
		const session = createSession();
		const socket = kernelSocket(local, peer, {inode: 77, cookie: 'a'});
		session.snapshot(1, [socket], {owners});
		connectedClient(session, 1, {inode: 77});
		session.snapshot(2, [socket]);
		session.snapshot(3, [socket]);
		expect(session.stages()).toEqual({'1.0.1': 'open'});
	});
});

describe('a socket that only the kernel has', () => {
	it.each<[KernelState, boolean, Stage]>([
		['ESTAB', true, 'queued'],
		['CLOSE-WAIT', true, 'queued'],
		['ESTAB', false, 'open'],
		['SYN-SENT', false, 'connect'],
		['SYN-RECV', false, 'connect'],
		['LISTEN', false, 'listening'],
		['CLOSE-WAIT', false, 'peer-ended'],
		['FIN-WAIT-1', false, 'lingering'],
		['FIN-WAIT-2', false, 'lingering'],
		['CLOSING', false, 'lingering'],
		['LAST-ACK', false, 'lingering'],
		['TIME-WAIT', false, 'lingering'],
	])('in %s, waiting for accept: %s, is %s', (kernelState, waiting, stage) => {
		const session = createSession();
		const owners = new Map([[77, {proc: 2, pid: 5000, program: 'curl'}]]);
		if (waiting) listening(session, 1, {local});
		const inode = waiting ? null : 77;
		const near = kernelState === 'LISTEN' ? null : peer;
		session.snapshot(1, [kernelSocket(local, near, {state: kernelState, inode, cookie: 'a'})], {owners});
		expect(session.row(`k.${netns}.a`).stage).toBe(stage);
	});
});

describe('a socket that native code of a hooked process holds', () => {
	const owner: SocketOwner = {...{proc: 1, pid: mainThread.pid, program: 'server.js'}, native: true};
	const owners = new Map([[77, owner]]);

	it('is a row of that process', () => {
		const session = createSession();
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77, cookie: 'n'})], {owners});
		expect(session.row(`k.${netns}.n`)).toMatchObject({pid: mainThread.pid, role: null, native: true});
	});

	it('has none where a watched listener has accepted it, which passes it on', () => {
		const session = createSession();
		listening(session, 9, {local: '0.0.0.0:443', inode: 9});
		const listener = kernelSocket('0.0.0.0:443', null, {inode: 9});
		const passedOn = kernelSocket('10.0.0.5:443', '10.0.0.9:50000', {inode: 77, cookie: 'n'});
		session.snapshot(1, [listener, passedOn], {owners});
		expect([...session.model.rows.keys()]).toEqual(['1.0.9']);
	});

	it('had a row of its process where its hook has reported the socket, also as closed', () => {
		const session = createSession();
		connectedClient(session, 1, {inode: 77});
		expect(session.model.hasSocket(netns, 77)).toBe(true);
		expect(session.model.hasSocket(netns, 78)).toBe(false);
		session.snapshot(1, [kernelSocket(local, peer, {inode: 77})]);
		session.report(2, 1, 'close', closed);
		expect(session.model.hasSocket(netns, 77)).toBe(true);
	});
});
