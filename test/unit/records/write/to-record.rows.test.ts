import {describe, expect, it} from 'vitest';
import {makeTcpInfo} from '../../../helpers/model/row.ts';
import {
	accepted,
	closed,
	connectedClient,
	internet,
	kernelSocket,
	listening,
	moment,
	netns,
	quietSample,
} from '../../../helpers/model/session.ts';
import {flushed, type Line, recordedSession} from '../../../helpers/records/recording.ts';

const types = (lines: readonly Line[]): string[] => lines.map(({type}) => type);
const rows = (lines: readonly Line[]): unknown[] =>
	lines.filter(({type}) => type === 'row').map(({id, stage}) => `${id} ${stage}`);

describe('a row', () => {
	it('is written whole, with its three views', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		session.report(1, 1, 'sample', {...quietSample, bytesRead: 5, writableLength: 7});
		const socket = kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {
			inode: 1001,
			cookie: '1f',
			timer: {name: 'persist', ms: 22_000, count: 1},
		});
		session.snapshot(1, [socket]);
		const route = {
			dst: '10.0.0.9',
			from: null,
			dev: 'eth0',
			src: '10.0.0.5',
			gateway: null,
			table: 'main',
			mtu: null,
			error: null,
		};
		session.apply({
			type: 'routes',
			at: moment(1),
			netns,
			answers: [{netns, address: '10.0.0.9', source: null, device: null, route}],
		});
		session.pass(1.25);
		const line = flushed(session, 2).find(({type}) => type === 'row');
		expect(line).toEqual({
			type: 'row',
			at: moment(2),
			id: '1.0.1',
			proc: 1,
			pid: 4711,
			thread: 0,
			program: 'server.js',
			netns,
			kind: 'tcp',
			role: 'client',
			stage: 'open',
			stageSince: moment(0),
			marks: [],
			host: null,
			attempt: {n: 1, of: 1},
			listener: null,
			local: internet('10.0.0.5:50000'),
			peer: internet('10.0.0.9:443'),
			label: null,
			http: null,
			connections: null,
			acceptQueue: null,
			site: null,
			openedAt: moment(0),
			lastActivityAt: null,
			closedAt: null,
			error: null,
			process: {
				bytesRead: 5,
				bytesWritten: 0,
				writableLength: 7,
				writableHighWaterMark: 16_384,
				needDrain: false,
				readableLength: 0,
				flowing: true,
				paused: false,
				reading: true,
				timeoutMs: 0,
				readyState: 'open',
				pending: false,
				writeQueueSize: 0,
				writeQueueCount: null,
				referenced: true,
				errorListeners: 1,
				seenAt: moment(1),
			},
			kernel: {
				state: 'ESTAB',
				local: internet('10.0.0.5:50000'),
				peer: internet('10.0.0.9:443'),
				recvQ: 0,
				sendQ: 0,
				inode: 1001,
				cookie: '1f',
				uid: 0,
				timer: {name: 'persist', ms: 22_000, count: 1},
				device: null,
				v6only: null,
				shutdown: '<->',
				drops: null,
				...makeTcpInfo(),
				infoSeenAt: moment(1),
				final: false,
				seenAt: moment(1),
			},
			route: {...route, nextHops: null, rule: null},
			joinedBy: 'inode',
			pair: null,
			disagreement: null,
			diagnoses: [],
			severity: null,
			stageMs: null,
		});
	});

	it("of a listener has the kernel's view of it", () => {
		const session = recordedSession();
		listening(session, 1);
		const socket = kernelSocket('0.0.0.0:3000', null, {inode: 501, cookie: 'a', recvQ: 3, sendQ: 128});
		session.snapshot(1, [socket, {...socket, inode: 900, cookie: 'b'}]);
		const row = flushed(session, 2).find(({type}) => type === 'row');
		expect(row?.acceptQueue).toEqual({
			backlog: 511,
			queueMax: 3,
			queueMaxAt: moment(1),
			halfOpen: 0,
			accepted: 0,
			acceptedPerSecond: null,
			dropsPerSecond: null,
			takes: 'IPv4',
			others: [{address: '0.0.0.0', pid: null, program: null}],
			moreOthers: 0,
		});
	});

	it('is written when it is new, and then at most once an interval', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		expect(rows(flushed(session, 0.1))).toEqual(['1.0.1 open']);
		session.report(0.2, 1, 'full', {buffered: 9});
		expect(rows(flushed(session, 0.3))).toEqual([]);
		expect(rows(flushed(session, 0.9))).toEqual([]);
		expect(rows(flushed(session, 1.1))).toEqual(['1.0.1 draining']);
		expect(rows(flushed(session, 5))).toEqual([]);
		session.report(6, 1, 'drain', {});
		expect(rows(flushed(session, 6))).toEqual(['1.0.1 open']);
	});

	it('that closes is written at once, and later changes not more often than before', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		flushed(session, 0.1);
		session.report(0.2, 1, 'close', closed);
		expect(rows(flushed(session, 0.3))).toEqual(['1.0.1 closed']);
		for (const [seconds, recvQ] of [
			[0.4, 0],
			[0.6, 1],
			[0.8, 2],
		] as const) {
			const state = 'FIN-WAIT-1';
			session.snapshot(seconds, [
				kernelSocket('10.0.0.5:50000', '10.0.0.9:443', {state, cookie: 'a', recvQ}),
			]);
			expect(rows(flushed(session, seconds))).toEqual([]);
		}

		expect(rows(flushed(session, 1.3))).toEqual(['1.0.1 lingering']);
	});

	it('that is removed is written once, after its last changes', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		flushed(session, 0.1);
		session.report(0.2, 1, 'close', closed);
		session.pass(20);
		const lines = flushed(session, 20.1);
		expect(types(lines).slice(-2)).toEqual(['row', 'gone']);
		expect(lines.at(-1)).toEqual({type: 'gone', at: moment(20.1), id: '1.0.1'});
		expect(flushed(session, 30)).toEqual([]);
	});

	it('that was added and removed between two flushes is written all the same', () => {
		const session = recordedSession();
		session.recorder.take();
		connectedClient(session, 1);
		session.report(0.01, 1, 'close', closed);
		session.pass(20);
		expect(types(flushed(session, 20))).toEqual(['step', 'step', 'step', 'step', 'row', 'gone']);
	});

	it('of a connection waiting for accept is removed when it is accepted', () => {
		const session = recordedSession();
		listening(session, 1);
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', '10.0.0.9:40000', {cookie: 'a'})]);
		expect(rows(flushed(session, 1))).toContain(`k.${netns}.a queued`);
		accepted(session, 2, {at: 2, listener: 1});
		const lines = flushed(session, 2);
		expect(rows(lines)).toEqual(['1.0.2 accepted']);
		expect(lines.at(-1)).toMatchObject({type: 'gone', id: `k.${netns}.a`});
	});

	it('of a connection accepted before the first flush leaves no record', () => {
		const session = recordedSession();
		listening(session, 1);
		session.snapshot(1, [kernelSocket('10.0.0.5:3000', '10.0.0.9:40000', {cookie: 'a'})]);
		accepted(session, 2, {at: 2, listener: 1});
		expect(JSON.stringify(flushed(session, 2))).not.toContain('k.');
	});

	it('with a pending change is written at the end', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		flushed(session, 0.1);
		session.report(0.2, 1, 'full', {buffered: 9});
		flushed(session, 0.3);
		session.recorder.end(moment(0.4));
		expect(rows(session.recorder.take())).toEqual(['1.0.1 draining']);
	});
});
