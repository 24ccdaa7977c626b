import {hostname} from 'node:os';
import {describe, expect, it} from 'vitest';
import {closed, connectedClient, mainThread, moment, netns, processStart} from '../model/support.ts';
import {noCounters} from '../support/row.ts';
import {recordedSession} from './support.ts';

describe('a recording', () => {
	it('begins with the session and ends with a summary', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		session.tell(1, 1, 'close', {...closed, hadError: true, reason: 'reset'});
		session.apply({type: 'ended', at: moment(2), exitCode: 3, signal: null});
		session.recorder.end(moment(2));
		const lines = session.recorder.take();
		expect(lines[0]).toEqual({
			type: 'session',
			at: moment(0),
			v: 1,
			netwatch: '1.2.3',
			mode: 'run',
			command: ['node', 'server.js'],
			pid: 4711,
			host: hostname(),
			platform: process.platform,
		});
		expect(lines.at(-1)).toEqual({
			type: 'summary',
			at: moment(2),
			byStage: {failed: 1},
			byCode: {},
			rows: 1,
			steps: 4,
			dropped: 0,
			exitCode: 3,
			signal: null,
			durationMs: 2000,
		});
	});

	it('tells processes, their load, looks at the kernel and notices as they come', () => {
		const session = recordedSession();
		expect(session.recorder.take().map(({type}) => type)).toEqual(['session', 'process']);
		const at = moment(1);
		const load = {loopDelayP50: 1, loopDelayP99: 2, loopDelayMax: 3, cpu: 0.5, rss: 4096, fds: 20};
		session.apply({
			type: 'load',
			...mainThread,
			at,
			load: {at, ...load, fdLimit: 1024, sockets: 3, sent: 10, dropped: 0, sitesNotTaken: 0},
		});
		session.apply({type: 'notice', at, level: 'warn', source: 'kernel', message: 'no ip'});
		const counters = {listenOverflows: 6, listenDrops: 6, timeWait: 0, retransSegs: 1};
		session.look(2, []);
		session.apply({type: 'counters', netns, at, counters: {...noCounters, ...counters}});
		session.look(3, []);
		session.apply({type: 'process', event: 'lost', ...mainThread, at, exitCode: null, signal: 'SIGKILL'});
		const [first, second, third, fourth] = session.recorder.take();
		const thread = {proc: 1, pid: 4711, thread: 0};
		expect(first).toEqual({
			type: 'load',
			at,
			...thread,
			...load,
			fdLimit: 1024,
			sockets: 3,
			sent: 10,
			dropped: 0,
			sitesNotTaken: 0,
		});
		expect(second).toEqual({type: 'notice', at, level: 'warn', source: 'kernel', message: 'no ip'});
		expect(third).toEqual({
			type: 'kernel',
			at,
			netns,
			tookMs: 5.5,
			sockets: 0,
			...counters,
			ephemeralLow: null,
			ephemeralHigh: null,
		});
		expect(fourth).toMatchObject({type: 'process', event: 'lost', ...thread, argv: null, signal: 'SIGKILL'});
	});

	it('tells a process with what it runs', () => {
		const session = recordedSession();
		session.recorder.take();
		session.apply(processStart({proc: 2, pid: 5, wrapper: true, program: 'npm run dev'}));
		expect(session.recorder.take()).toEqual([
			{
				type: 'process',
				at: moment(0),
				event: 'start',
				proc: 2,
				pid: 5,
				thread: 0,
				ppid: 1,
				netns,
				node: 'v20.20.0',
				title: 'node',
				argv: ['node', '/app/server.js'],
				program: 'npm run dev',
				wrapper: true,
				exitCode: null,
				signal: null,
			},
		]);
	});
});
