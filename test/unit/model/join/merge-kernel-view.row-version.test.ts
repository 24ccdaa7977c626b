import {describe, expect, it} from 'vitest';
import type {KernelSocket} from '../../../../source/domain/row.ts';
import {makeTcpInfo} from '../../../helpers/model/row.ts';
import {
	closed,
	connectedClient,
	createSession,
	kernelSocket,
	type Session,
} from '../../../helpers/model/session.ts';

const local = '10.0.0.5:50000';
const peer = '10.0.0.9:443';
const id = '1.0.1';
const info = makeTcpInfo({rttMs: 1});
const keepalive = {name: 'keepalive', ms: 900, count: 0} as const;

/** A client whose socket was in one snapshot. */
const joined = (overrides: Partial<KernelSocket>): Session => {
	const session = createSession();
	connectedClient(session, 1, {inode: 77});
	session.snapshot(1, [kernelSocket(local, peer, overrides)]);
	return session;
};

describe('the version of a row', () => {
	const before = {inode: 77, cookie: 'c', info, timer: keepalive};

	it.each<[string, Partial<KernelSocket>]>([
		['the state', {state: 'CLOSE-WAIT'}],
		['the Recv-Q', {recvQ: 5}],
		['the Send-Q', {sendQ: 5}],
		['the round-trip time', {info: makeTcpInfo({rttMs: 20})}],
		['the bytes acknowledged', {info: {...info, bytesAcked: (info.bytesAcked ?? 0) + 1}}],
		['a retransmit', {info: {...info, retransTotal: (info.retransTotal ?? 0) + 1}}],
		['the kind of the timer', {timer: {name: 'persist', ms: 900, count: 0}}],
		['the count of the timer', {timer: {...keepalive, count: 1}}],
	])('grows where a snapshot has %s changed', (_, change) => {
		const session = joined(before);
		const {version} = session.row(id);
		session.snapshot(2, [kernelSocket(local, peer, {...before, ...change})]);
		expect(session.row(id).kernel).toMatchObject(change);
		expect(session.row(id).version).toBeGreaterThan(version);
	});

	it('grows with the round-trip time also among very many sockets', () => {
		const session = joined(before);
		const others = Array.from({length: 5000}, (_, index) =>
			kernelSocket(`10.1.${index >> 8}.${index & 255}:80`, '10.2.0.1:1', {inode: 1000 + index}),
		);
		session.snapshot(2, [...others, kernelSocket(local, peer, before)]);
		const {version} = session.row(id);
		session.snapshot(3, [...others, kernelSocket(local, peer, {...before, info: makeTcpInfo({rttMs: 20})})]);
		expect(session.row(id).kernel?.info?.rttMs).toBe(20);
		expect(session.row(id).version).toBeGreaterThan(version);
	});

	it('stays where a timer has only run down', () => {
		const session = joined(before);
		const {version} = session.row(id);
		session.snapshot(2, [kernelSocket(local, peer, {...before, timer: {...keepalive, ms: 100}})]);
		expect(session.row(id).kernel?.timer?.ms).toBe(100);
		expect(session.row(id).version).toBe(version);
	});

	it.each<[string, Partial<KernelSocket>]>([
		['the Recv-Q', {recvQ: 1}],
		['the Send-Q', {sendQ: 1}],
		['the timer', {timer: {name: 'timewait', ms: 900, count: 2}}],
	])("grows where %s changes in the kernel's remains of a closed socket", (_, change) => {
		const rest = {state: 'TIME-WAIT', cookie: 'c', info: null, shutdown: null} as const;
		const session = joined(before);
		session.report(1.2, 1, 'close', closed);
		session.snapshot(2, [kernelSocket(local, peer, rest)]);
		const {version, kernel} = session.row(id);
		expect(kernel).toMatchObject({state: 'TIME-WAIT'});
		session.snapshot(3, [kernelSocket(local, peer, {...rest, ...change})]);
		expect(session.row(id).kernel).toMatchObject(change);
		expect(session.row(id).version).toBeGreaterThan(version);
	});
});
