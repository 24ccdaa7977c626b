import {describe, expect, it} from 'vitest';
import type {LoadView} from '../../../../source/domain/row.ts';
import {
	closed,
	connectedClient,
	createSession,
	mainThread,
	moment,
	processStart,
} from '../../../helpers/model/session.ts';

const worker = {...mainThread, thread: 1};
const second = {proc: 2, pid: 5000, thread: 0};
const unknown: LoadView = {
	at: 0,
	loopDelayP50: null,
	loopDelayP99: null,
	loopDelayMax: null,
	cpu: null,
	cpuWait: null,
	rss: null,
	fds: null,
	fdLimit: null,
	sockets: null,
	sent: null,
	dropped: null,
	sitesNotTaken: null,
};

describe('a process', () => {
	it('is listed after its hello record, one row for each thread, with its open sockets', () => {
		const session = createSession();
		session.apply(processStart(worker));
		connectedClient(session, 1);
		connectedClient(session, 2);
		connectedClient(session, 1, {from: worker});
		session.report(1, 2, 'close', closed);
		session.pass(2);
		expect(session.model.processes.map(({proc, thread, state, rows}) => [proc, thread, state, rows])).toEqual(
			[
				[1, 0, 'running', 1],
				[1, 1, 'running', 1],
			],
		);
	});

	it('is running again where its hello came late and it was listed without a hook', () => {
		const session = createSession();
		session.apply(processStart({...second, event: 'unhooked', node: null}));
		expect(session.model.processes[1]).toMatchObject({state: 'unhooked', node: null});
		session.apply(processStart({...second, at: moment(1)}));
		expect(session.model.processes).toHaveLength(2);
		expect(session.model.processes[1]).toMatchObject({state: 'running', node: 'v20.20.0'});
	});

	const end = {type: 'process', at: moment(3), exitCode: null, signal: null} as const;

	it('ends its worker threads when it exits', () => {
		const session = createSession();
		session.apply(processStart(worker));
		session.apply({...end, ...mainThread, event: 'exit', exitCode: 3});
		expect(session.model.processes).toMatchObject([
			{state: 'exited', endedAt: moment(3), exitCode: 3},
			{state: 'exited', endedAt: moment(3)},
		]);
	});

	it('keeps its row when a worker thread exits', () => {
		const session = createSession();
		session.apply(processStart(worker));
		session.apply({...end, ...worker, event: 'exit', exitCode: 0});
		expect(session.model.processes.map(({state}) => state)).toEqual(['running', 'exited']);
	});

	it("has the exit code reported by its parent, where an 'exit' listener has changed it", () => {
		const session = createSession();
		session.apply(processStart(worker));
		session.apply({...end, ...worker, event: 'exit', exitCode: 7});
		session.apply({...end, ...mainThread, event: 'exit', exitCode: 0});
		session.apply({...end, ...mainThread, event: 'exit', at: moment(4), exitCode: 3});
		expect(session.model.processes).toMatchObject([{exitCode: 3, endedAt: moment(3)}, {exitCode: 7}]);
	});

	it('keeps the time at which it was lost, though its parent reports the exit code later', () => {
		const session = createSession();
		session.apply({...end, ...mainThread, event: 'lost'});
		expect(session.model.processes[0]).toMatchObject({state: 'lost', exitCode: null, signal: null});
		session.apply({...end, ...mainThread, event: 'exit', at: moment(4), signal: 'SIGKILL'});
		expect(session.model.processes[0]).toMatchObject({
			state: 'exited',
			endedAt: moment(3),
			signal: 'SIGKILL',
		});
	});
});

describe('the load of a process', () => {
	it("is merged from the hook's samples and /proc", () => {
		const session = createSession();
		const reportLoad = (seconds: number, load: Partial<LoadView>): void => {
			const at = moment(seconds);
			session.apply({type: 'load', ...mainThread, at, load: {...unknown, ...load, at}});
		};
		reportLoad(1, {loopDelayMax: 12, sockets: 3, sent: 10, dropped: 2});
		reportLoad(2, {cpu: 0.5, cpuWait: 0.1, rss: 4096, fds: 20, fdLimit: 1024});
		reportLoad(3, {loopDelayMax: 15, sockets: 0, sent: 12, dropped: 2});
		expect(session.model.processes[0]?.load).toEqual({
			...unknown,
			at: moment(3),
			loopDelayMax: 15,
			cpu: 0.5,
			cpuWait: 0.1,
			rss: 4096,
			fds: 20,
			fdLimit: 1024,
			sockets: 0,
			sent: 12,
			dropped: 2,
		});
		expect(session.model.dropped).toBe(2);
	});
});

describe('a session', () => {
	it("has its command, and the command's exit", () => {
		const session = createSession();
		expect(session.model.session).toMatchObject({command: ['node', 'server.js'], pid: 4711, ended: null});
		session.apply({type: 'ended', at: moment(9), exitCode: null, signal: 'SIGTERM'});
		expect(session.model.session.ended).toEqual({at: moment(9), exitCode: null, signal: 'SIGTERM'});
	});

	it('has the latest snapshot of each namespace, without its sockets', () => {
		const session = createSession();
		session.snapshot(1, []);
		session.snapshot(2, []);
		expect([...session.model.kernel.values()]).toMatchObject([{at: moment(2), sockets: 0, tookMs: 5}]);
	});
});
