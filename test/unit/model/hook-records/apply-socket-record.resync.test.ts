import {describe, expect, it} from 'vitest';
import {
	connectedClient,
	createSession,
	internet,
	kernelSocket,
	listening,
	mainThread,
	moment,
	netns,
	quietSample,
} from '../../../helpers/model/session.ts';

const worker = {...mainThread, thread: 1};

describe('a resync after lost records', () => {
	const alive = {
		kind: 'tcp',
		role: 'client',
		host: null,
		local: internet('10.0.0.5:50000'),
		peer: internet('10.0.0.9:443'),
		inode: 70,
		listener: null,
		connecting: false,
		securing: false,
	} as const;

	it('closes the sockets it does not name, without a reason, and keeps the named ones', () => {
		const session = createSession();
		for (const serial of [1, 2]) connectedClient(session, serial);
		connectedClient(session, 1, {from: worker});
		session.resync(3, 'begin');
		session.report(0, 2, 'alive', alive);
		session.resync(4, 'end');
		expect(session.stages()).toEqual({'1.0.1': 'closed', '1.0.2': 'open', '1.1.1': 'open'});
		expect(session.row('1.0.1').steps.at(-1)).toMatchObject({
			at: moment(4),
			step: 'close',
			fields: {reason: null},
		});
	});

	it.each([
		['a new connection', {...alive}, {stage: 'open', role: 'client', peer: alive.peer, local: alive.local}],
		['one under way', {...alive, local: null, connecting: true}, {stage: 'connect', host: null}],
		['an inbound one', {...alive, role: 'server', listener: 9}, {stage: 'accepted', listener: '1.0.9'}],
		['one by name', {...alive, host: 'api.internal'}, {host: 'api.internal'}],
	] as const)('%s without an earlier report has a row', (_, fields, row) => {
		const session = createSession();
		session.resync(3, 'begin');
		session.report(1, 7, 'alive', fields);
		session.resync(4, 'end');
		expect(session.row('1.0.7')).toMatchObject({...row, openedAt: moment(1), netns, program: 'server.js'});
		session.snapshot(5, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {inode: 70})]);
		expect(session.row('1.0.7').joinedBy).toBe('inode');
	});

	it('ends the connecting stage of a connection whose connect record was lost', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tcp', role: 'client'});
		session.report(0, 1, 'attempt', {address: alive.peer, index: 1, of: 1});
		session.report(0, 1, 'alive', alive);
		expect(session.row('1.0.1').stage).toBe('open');
	});

	it.each([
		['is done', false, 'open'],
		['is not done', true, 'tls'],
	] as const)('a TLS handshake that %s is known, whatever was lost of it', (_, securing, stage) => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tls', role: 'client'});
		session.report(0, 1, 'connect', {local: alive.local, peer: alive.peer, inode: 70});
		expect(session.row('1.0.1').stage).toBe('tls');
		session.report(0, 1, 'alive', {...alive, kind: 'tls', securing});
		expect(session.row('1.0.1').stage).toBe(stage);
		session.report(0, 2, 'alive', {...alive, kind: 'tls', securing});
		expect(session.row('1.0.2').stage).toBe(stage);
	});

	it('takes a lost end from the next sample', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'sample', {...quietSample, flags: 4 | 128});
		expect(session.row('1.0.1').stage).toBe('peer-ended');
		session.report(2, 1, 'sample', {...quietSample, flags: 4 | 128 | 256});
		expect(session.row('1.0.1').stage).toBe('closing');
	});

	it('reopens a row that was closed as missing and is named later', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.resync(3, 'begin');
		session.resync(4, 'end');
		expect(session.row('1.0.1').stage).toBe('closed');
		session.resync(5, 'begin');
		session.report(0, 1, 'alive', alive);
		session.resync(6, 'end');
		expect(session.row('1.0.1')).toMatchObject({stage: 'open', closedAt: null});
		session.pass(60);
		expect(session.row('1.0.1').stage).toBe('open');
	});

	it('does not add a second listener when one is named again', () => {
		const session = createSession();
		listening(session, 1);
		session.resync(3, 'begin');
		listening(session, 1, {at: 3});
		session.resync(4, 'end');
		expect(session.row('1.0.1').stage).toBe('listening');
		expect(session.steps('1.0.1')).toEqual(['listen']);
	});
});
