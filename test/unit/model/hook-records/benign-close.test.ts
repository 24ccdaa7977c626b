// An error that a client library passes to an ordinary close fails no row.
import {describe, expect, test} from 'vitest';
import {closed, connectedClient, createSession} from '../../../helpers/model/session.ts';

const label = (status: number) => ({method: 'GET', path: '/a', status, count: 1, inbound: false});

const endOf = (error: string, message: string, {open = 0, securing = false} = {}) => {
	const session = createSession();
	connectedClient(session, 1);
	if (securing) session.report(1, 1, 'secureStart', {});
	session.report(1, 1, 'label', label(0));
	session.report(1, 1, 'exchange', {protocol: null, open});
	session.report(2, 1, 'peerEnd', {});
	session.report(2, 1, 'error', {operation: '', error, message, local: null, peer: null});
	session.report(2, 1, 'close', {...closed, hadError: true});
	const {stage, error: failure, steps} = session.row('1.0.1');
	return {
		stage,
		code: failure?.code ?? null,
		step: steps.some(({step}) => step === 'error'),
		counted: session.model.totals.byCode.size,
	};
};

describe('an undici connection, as used by fetch()', () => {
	test.each([
		['the reset of a connection that it no longer needs', 'UND_ERR_INFO', 'reset'],
		['its idle timeout', 'UND_ERR_INFO', 'socket idle timeout'],
		['an abort by the program', 'UND_ERR_INFO', 'aborted'],
		['destroy() of its client or pool by the program', 'UND_ERR_DESTROYED', 'The client is destroyed'],
		['the end of the other side without an open request', 'UND_ERR_SOCKET', 'other side closed'],
	])('is closed and not failed by %s; the step has the error', (_what, code, message) => {
		expect(endOf(code, message)).toEqual({stage: 'closed', code: null, step: true, counted: 0});
	});

	test.each([
		[
			'the end of the other side while a request waits for its answer',
			'UND_ERR_SOCKET',
			'other side closed',
			{open: 1},
		],
		['the end of the other side before TLS is up', 'UND_ERR_SOCKET', 'other side closed', {securing: true}],
		['another reason', 'UND_ERR_INFO', 'bad upgrade', {}],
		['a system error', 'ECONNRESET', 'read ECONNRESET', {}],
	])('is failed by %s', (_what, code, message, facts) => {
		expect(endOf(code, message, facts)).toEqual({stage: 'failed', code, step: true, counted: 1});
	});

	test('is closed by the end of the other side where it was never used', () => {
		const session = createSession();
		connectedClient(session, 1);
		const error = {operation: '', error: 'UND_ERR_SOCKET', message: 'other side closed'};
		session.report(2, 1, 'error', {...error, local: null, peer: null});
		session.report(2, 1, 'close', {...closed, hadError: true});
		expect(session.row('1.0.1')).toMatchObject({stage: 'closed', error: null});
	});
});

test('an abort by the program closes a socket that is not connected yet', () => {
	const session = createSession();
	session.report(1, 1, 'create', {kind: 'tcp', role: 'client'});
	const error = {operation: '', error: 'ABORT_ERR', message: 'The operation was aborted'};
	session.report(2, 1, 'error', {...error, local: null, peer: null});
	session.report(2, 1, 'close', {...closed, hadError: true, reason: 'error'});
	const {stage, error: failure, steps} = session.row('1.0.1');
	expect([stage, failure]).toEqual(['closed', null]);
	expect(steps.at(-1)?.fields.reason).toBe('local-destroy');
});

describe("a reset that answers this side's end", () => {
	const resetOf = (before: (session: ReturnType<typeof createSession>) => void) => {
		const session = createSession();
		connectedClient(session, 1);
		before(session);
		const error = {operation: 'read', error: 'ECONNRESET', message: 'read ECONNRESET'};
		session.report(4, 1, 'error', {...error, local: null, peer: null});
		session.report(4, 1, 'close', {...closed, hadError: true, reason: 'reset'});
		const {stage, steps} = session.row('1.0.1');
		return [stage, steps.findLast(({step}) => step === 'close')?.fields.reason];
	};

	test('closes a connection that has had an answer', () => {
		expect(
			resetOf(session => {
				session.report(2, 1, 'firstOut', {bytes: 3});
				session.report(2, 1, 'firstIn', {bytes: 3});
				session.report(3, 1, 'localEnd', {});
			}),
		).toEqual(['closed', 'local-end']);
	});

	test.each<[title: string, steps: readonly ('firstOut' | 'firstIn' | 'localEnd' | 'peerEnd')[]]>([
		['without an answer', ['firstOut', 'localEnd']],
		['without this side having ended', ['firstOut', 'firstIn']],
		["behind the other side's end", ['firstOut', 'firstIn', 'peerEnd', 'localEnd']],
	])('fails one %s', (_title, steps) => {
		expect(
			resetOf(session => {
				for (const [index, step] of steps.entries()) {
					const at = 2 + index / 10;
					if (step === 'firstOut' || step === 'firstIn') session.report(at, 1, step, {bytes: 3});
					else session.report(at, 1, step, {});
				}
			}),
		).toEqual(['failed', 'reset']);
	});
});
