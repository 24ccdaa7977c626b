// The time of a row in each of its stages: no moment is lost, and none counts twice.
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {SocketRecord} from '../../../../source/domain/events.ts';
import type {KernelState} from '../../../../source/domain/row.ts';
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
import {recordOf, socketRecordNames} from '../../../helpers/wire/arbitrary-records.ts';

const peer = internet('10.0.0.9:443');

/** Stage times of a row, in seconds. */
const dwellOf = (session: Session, id = '1.0.1'): Record<string, number> =>
	Object.fromEntries(Object.entries(session.row(id).stageMs ?? {}).map(([stage, ms]) => [stage, ms / 1000]));

describe('the stage times of a row', () => {
	it('cover the way to an open connection, and through it', () => {
		const session = createSession();
		session.report(0, 1, 'create', {kind: 'tls', role: 'client'});
		session.report(1, 1, 'lookupStart', {host: 'api.internal'});
		session.report(3, 1, 'attempt', {address: peer, index: 1, of: 2});
		session.report(6, 1, 'attempt', {address: peer, index: 2, of: 2});
		session.report(7, 1, 'connect', {local: internet('10.0.0.5:50000'), peer, inode: 1});
		session.report(12, 1, 'secure', {protocol: null, alpn: null, servername: null, authorized: null});
		session.report(18, 1, 'full', {buffered: 20_000});
		session.report(25, 1, 'drain', {});
		session.report(33, 1, 'full', {buffered: 20_000});
		session.report(42, 1, 'drain', {});
		session.report(52, 1, 'close', closed);
		expect(dwellOf(session)).toEqual({created: 1, lookup: 2, connect: 4, tls: 5, open: 24, draining: 16});
		expect(session.row('1.0.1')).toMatchObject({stage: 'closed', stageSince: moment(52)});
	});

	it('are not reset by a late record', () => {
		const session = createSession();
		accepted(session, 1, {at: 1});
		session.report(4, 1, 'firstIn', {bytes: 5});
		session.report(3, 1, 'localEnd', {});
		session.report(9, 1, 'close', closed);
		expect(dwellOf(session)).toEqual({accepted: 3, ended: 5});
	});

	it('start again for a server that listens again', () => {
		const session = createSession();
		listening(session, 1, {at: 1});
		session.report(3, 1, 'unlisten', {});
		listening(session, 1, {at: 7});
		expect(session.row('1.0.1')).toMatchObject({stage: 'listening', stageSince: moment(7), stageMs: null});
		session.report(9, 1, 'unlisten', {});
		expect(dwellOf(session)).toEqual({listening: 2});
	});

	it('start with the first snapshot for a kernel-only row', () => {
		const session = createSession();
		listening(session, 9);
		const waits = (state: KernelState) =>
			kernelSocket('10.0.0.5:3000', '10.0.0.9:40000', {state, cookie: 'a1'});
		session.snapshot(2, [waits('ESTAB')]);
		expect(session.row(`k.${netns}.a1`)).toMatchObject({
			stage: 'queued',
			stageMs: null,
			stageSince: moment(2),
		});
		const owner = {proc: 2, pid: 5000, program: 'curl'};
		const its = (seconds: number, state: KernelState) =>
			session.snapshot(
				seconds,
				[kernelSocket('10.0.0.5:1', '10.0.0.9:2', {state, cookie: 'b', inode: 7}), waits('ESTAB')],
				{owners: new Map([[7, owner]])},
			);
		its(3, 'SYN-SENT');
		its(5, 'ESTAB');
		its(9, 'CLOSE-WAIT');
		expect(dwellOf(session, `k.${netns}.b`)).toEqual({connect: 2, open: 4});
		expect(session.row(`k.${netns}.b`).stage).toBe('peer-ended');
	});

	it('continue where a row was only closed as missing', () => {
		const session = createSession();
		connectedClient(session, 1, {at: 1});
		session.resync(4, 'begin');
		session.resync(4, 'end');
		expect(session.row('1.0.1').stage).toBe('closed');
		session.report(6, 1, 'alive', {
			...{kind: 'tcp', role: 'client', host: null, local: null, peer, inode: 1001, listener: null},
			...{connecting: false, securing: false},
		});
		expect(dwellOf(session)).toEqual({open: 3, closed: 2});
		expect(session.row('1.0.1')).toMatchObject({stage: 'open', stageSince: moment(6)});
	});
});

it('add up to the age of the row, with the time in the present stage, after any records', () => {
	const input = fc.record({
		seconds: fc.integer({min: 0, max: 30}),
		serial: fc.integer({min: 1, max: 3}),
		reported: fc.oneof(...socketRecordNames.map(name => recordOf(name))),
		state: fc.option(
			fc.constantFrom<KernelState>('ESTAB', 'CLOSE-WAIT', 'FIN-WAIT-2', 'TIME-WAIT', 'LISTEN'),
		),
	});
	fc.assert(
		fc.property(fc.array(input, {maxLength: 40}), inputs => {
			const session = createSession();
			let newest = 0;
			for (const {seconds, serial, reported, state} of inputs) {
				const at = moment(seconds);
				newest = Math.max(newest, seconds);
				// The generator makes records of sockets only.
				const record = {...reported, id: serial, at} as SocketRecord;
				session.apply({type: 'hook', ...mainThread, at, record});
				if (state === null) continue;
				session.snapshot(seconds, [kernelSocket('10.0.0.5:1', '10.0.0.9:2', {state, inode: serial})]);
			}
			for (const {stageMs: times, stageSince, openedAt} of session.model.rows.values()) {
				const before = Object.values(times ?? {}).reduce((sum, ms) => sum + ms, 0);
				expect(before + moment(newest) - stageSince).toBeCloseTo(moment(newest) - openedAt, 6);
				expect(stageSince).toBeLessThanOrEqual(moment(newest));
			}
		}),
	);
});
