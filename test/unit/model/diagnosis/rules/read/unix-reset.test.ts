import {expect, test} from 'vitest';
import {closed, createSession, kernelSocket, type Session} from '../../../../../helpers/model/session.ts';

const path = '/run/app.sock';
const unixSocket = {kind: 'unix', local: {path}, peer: null, info: null} as const;

/** A listener, with two connections in its queue, whose process closes it; one client reads the reset. */
const endWithoutAccepting = (session: Session): void => {
	session.report(0, 1, 'listen', {local: {path}, inode: 501, backlog: 511});
	session.report(0.1, 2, 'create', {kind: 'unix', role: 'client'});
	session.report(0.1, 2, 'attempt', {address: {path}, index: 1, of: 1});
	session.report(0.1, 2, 'connect', {local: null, peer: {path}, inode: 502});
	session.snapshot(1, [
		{...kernelSocket('10.0.0.5:1', null, {state: 'LISTEN', inode: 501, recvQ: 2, sendQ: 511}), ...unixSocket},
	]);
	session.report(2, 1, 'close', closed);
	const error = {
		operation: 'read',
		error: 'ECONNRESET',
		message: 'read ECONNRESET',
		local: null,
		peer: {path},
	};
	session.report(2, 2, 'error', error);
	session.report(2, 2, 'close', {...closed, bytesRead: 0, hadError: true, reason: 'error'});
};

test.each([
	{looks: [], when: 'no look came after the end'},
	{looks: [2.1, 3.1, 3.15], when: 'looks after the end have cleared the kernel view of the listener'},
])('a unix listener that ended with connections in its queue is named: $when', ({looks}) => {
	const session = createSession();
	endWithoutAccepting(session);
	session.pass(2.05);
	for (const seconds of looks) session.snapshot(seconds, [], {kinds: ['unix']});
	expect(session.row('1.0.1').kernel === null).toBe(looks.length > 0);
	for (const seconds of [3.2, 3.4, 4]) session.pass(seconds);
	const [finding] = session.model.diagnoses.list.values();
	expect(finding).toMatchObject({
		rule: 'unix-reset',
		message: expect.stringMatching(/ended without accepting it$/),
	});
	expect(finding?.evidence.map(({fact}) => fact)).toContain(
		'2 connections waited at its listener of 511, and none had been accepted',
	);
});
