import {describe, expect, it} from 'vitest';
import {connectedClient, createSession, moment, quietSample} from '../../../helpers/model/session.ts';

const id = '1.0.1';

describe('buffers', () => {
	const flags = {flowing: 4, notStarted: 8, needDrain: 2, open: 16 | 32 | 64, readableListener: 1024};

	it('fill and drain', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'full', {buffered: 70_000});
		session.report(1.1, 1, 'sample', {
			...quietSample,
			writableLength: 70_000,
			flags: flags.open | flags.flowing | flags.needDrain,
		});
		expect(session.row(id)).toMatchObject({
			stage: 'draining',
			process: {writableLength: 70_000, needDrain: true},
		});
		session.report(1.5, 1, 'drain', {});
		expect(session.row(id).stage).toBe('open');
		expect(session.row(id).steps.slice(-2)).toEqual([
			{at: moment(1), step: 'full', fields: {buffered: 70_000, ms: null}},
			{at: moment(1.5), step: 'drain', fields: {buffered: null, ms: 500}},
		]);
	});

	it('are stopped and resumed', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'pause', {buffered: 500});
		session.report(1, 1, 'sample', {...quietSample, readableLength: 500, flags: flags.open});
		expect(session.row(id)).toMatchObject({stage: 'paused', process: {paused: true, flowing: false}});
		session.report(2, 1, 'resume', {});
		expect(session.row(id).stage).toBe('open');
		expect(session.steps(id).slice(-2)).toEqual(['pause', 'resume']);
	});

	it('are not paused before the first read', () => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'sample', {
			...quietSample,
			readableLength: 500,
			flags: flags.open | flags.notStarted,
		});
		expect(session.row(id)).toMatchObject({stage: 'open', process: {paused: false, flowing: null}});
	});

	it.each([
		['data listeners', {flags: flags.open | flags.flowing}, true],
		['a readable listener', {flags: flags.open | flags.readableListener, readableLength: 500}, true],
		['HTTP/2 or a buffer of its own', {flags: flags.open | flags.notStarted, bytesRead: 500}, true],
		['no listener', {flags: flags.open | flags.notStarted, bytesRead: 500, readableLength: 500}, false],
	])('are read by %s', (_what, given, reading) => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'sample', {...quietSample, ...given});
		expect(session.row(id)).toMatchObject({stage: 'open', process: {paused: false, reading}});
	});

	it.each([
		['opening', 1 | 16 | 32],
		['open', 16 | 32],
		['readOnly', 16],
		['writeOnly', 32],
		['closed', 0],
	])('say %s as Node does', (readyState, given) => {
		const session = createSession();
		connectedClient(session, 1);
		session.report(1, 1, 'sample', {...quietSample, flags: given | flags.flowing});
		expect(session.row(id).process?.readyState).toBe(readyState);
	});
});

describe('rates', () => {
	const sampleAt = (session: ReturnType<typeof createSession>, seconds: number, bytes: number): void =>
		session.report(seconds, 1, 'sample', {...quietSample, bytesRead: bytes, bytesWritten: bytes * 2});

	it('are unknown before two samples about a second apart', () => {
		const session = createSession();
		connectedClient(session, 1);
		sampleAt(session, 1, 1000);
		sampleAt(session, 1.25, 2000);
		expect(session.row(id)).toMatchObject({inBps: null, outBps: null});
		sampleAt(session, 2, 3000);
		expect(session.row(id)).toMatchObject({inBps: 2000, outBps: 4000});
	});

	it('fall to zero when samples cease, since a hook reports only changes', () => {
		const session = createSession();
		const load = {
			loopDelayP50: 1,
			loopDelayP99: 1,
			loopDelayMax: 1,
			cpu: null,
			cpuWait: null,
			rss: null,
			fds: null,
		};
		connectedClient(session, 1);
		sampleAt(session, 1, 1000);
		sampleAt(session, 2, 2000);
		for (const seconds of [3, 4]) {
			const at = moment(seconds);
			session.apply({
				type: 'load',
				proc: 1,
				pid: 4711,
				thread: 0,
				at,
				load: {at, ...load, fdLimit: null, sockets: 1, sent: 1, dropped: 0, sitesNotTaken: 0},
			});
		}

		expect(session.row(id)).toMatchObject({inBps: 0, outBps: 0, process: {seenAt: moment(4)}});
	});
});
