// A closed listener is kept until its last connection has closed.
import {expect, it} from 'vitest';
import {accepted, closed, createSession, listening} from '../../../helpers/model/session.ts';

const limits = {closedForMs: 10_000, closedRows: 1};

it('a closed listener stays as long as a connection that it has accepted is open', () => {
	const session = createSession(limits);
	listening(session, 1);
	accepted(session, 2, {at: 1, listener: 1});
	session.report(2, 1, 'unlisten', {});
	session.pass(60);
	expect(session.stages()).toEqual({'1.0.1': 'closed', '1.0.2': 'accepted'});
	session.report(61, 2, 'close', closed);
	session.pass(62);
	expect(session.stages()).toEqual({'1.0.2': 'closed'});
});

it('a closed listener without a connection is removed when its time is over', () => {
	const session = createSession(limits);
	listening(session, 1);
	session.report(2, 1, 'unlisten', {});
	session.pass(11);
	expect(session.stages()).toEqual({'1.0.1': 'closed'});
	session.pass(13);
	expect(session.stages()).toEqual({});
});

it('connections that open and close do not push a closed listener out', () => {
	const session = createSession(limits);
	listening(session, 1);
	accepted(session, 2, {at: 1, listener: 1});
	session.report(2, 1, 'unlisten', {});
	for (let serial = 10; serial < 20; serial++) {
		accepted(session, serial, {at: 3});
		session.report(3, serial, 'close', closed);
	}

	session.pass(3.1);
	expect(session.stages()).toMatchObject({'1.0.1': 'closed', '1.0.2': 'accepted'});
});

it('a server that listens again is open', () => {
	const session = createSession(limits);
	listening(session, 1);
	session.report(2, 1, 'unlisten', {});
	listening(session, 1, {at: 3});
	session.pass(60);
	expect(session.stages()).toEqual({'1.0.1': 'listening'});
});
