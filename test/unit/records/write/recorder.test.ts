import {hostname} from 'node:os';
import {describe, expect, it} from 'vitest';
import type {NetworkInterface} from '../../../../source/domain/kernel.ts';
import type {KernelCounters} from '../../../../source/domain/row.ts';
import {type RecordOf, record} from '../../../../source/records/format/schema.ts';
import {diagnosisRecord} from '../../../../source/records/write/to-record.ts';
import {noCounters} from '../../../helpers/model/row.ts';
import {
	closed,
	connectedClient,
	kernelSocket,
	mainThread,
	moment,
	netns,
	processStart,
} from '../../../helpers/model/session.ts';
import {checkLine, type Line, recordedSession} from '../../../helpers/records/recording.ts';

const unread: Omit<NetworkInterface, 'name' | 'index' | 'state' | 'kind' | 'addresses'> = {
	mtu: 1500,
	master: null,
	inBytes: null,
	outBytes: null,
	inDropped: null,
	outDropped: null,
	inErrors: null,
	outErrors: null,
};

describe('a recording', () => {
	it('begins with the session and ends with a summary', () => {
		const session = recordedSession();
		connectedClient(session, 1);
		session.report(1, 1, 'close', {...closed, hadError: true, reason: 'reset'});
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
			byRule: {},
			diagnoses: 0,
			rows: 1,
			steps: 4,
			dropped: 0,
			endsUnreported: 0,
			exitCode: 3,
			signal: null,
			durationMs: 2000,
		});
	});

	it('has processes, their load, kernel snapshots and notices as they arrive', () => {
		const session = recordedSession();
		expect(session.recorder.take().map(({type}) => type)).toEqual(['session', 'process']);
		const at = moment(1);
		const load = {
			loopDelayP50: 1,
			loopDelayP99: 2,
			loopDelayMax: 3,
			cpu: 0.5,
			cpuWait: 0.1,
			rss: 4096,
			fds: 20,
		};
		session.apply({
			type: 'load',
			...mainThread,
			at,
			load: {at, ...load, fdLimit: 1024, sockets: 3, sent: 10, dropped: 0, sitesNotTaken: 0},
		});
		session.apply({type: 'notice', at, level: 'warn', source: 'kernel', message: 'no ip'});
		session.snapshot(2, []);
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
		expect(third).toMatchObject({type: 'kernel', at: moment(2), netns, tookMs: 5, sockets: 0});
		expect(fourth).toMatchObject({type: 'process', event: 'lost', ...thread, argv: null, signal: 'SIGKILL'});
	});

	it('has counters with their rates, and the destination with the most ephemeral ports in use', () => {
		const session = recordedSession();
		connectedClient(session, 1, {local: '10.0.0.5:50000', peer: '10.0.0.9:443'});
		const count = (seconds: number, more: Partial<KernelCounters>): void =>
			session.apply({
				type: 'counters',
				netns,
				at: moment(seconds),
				counters: {...noCounters, ephemeralLow: 50_000, ephemeralHigh: 50_099, ...more},
			});
		count(1, {listenDrops: 6, retransSegs: 1, timeWait: 0});
		count(2, {listenDrops: 8, retransSegs: 1, timeWait: 4});
		session.recorder.take();
		session.snapshot(3, [kernelSocket('10.0.0.5:50000', '10.0.0.9:443')]);
		const rates = {
			listenOverflowsPerSecond: null,
			listenDropsPerSecond: 2,
			synDropsPerSecond: null,
			retransSegsPerSecond: 0,
			activeOpensPerSecond: null,
			passiveOpensPerSecond: null,
			attemptFailsPerSecond: null,
			resetsPerSecond: null,
		};
		expect(session.recorder.take()).toEqual([
			{
				type: 'kernel',
				at: moment(3),
				netns,
				tookMs: 5,
				sockets: 1,
				notUnderstood: 0,
				...noCounters,
				listenDrops: 8,
				retransSegs: 1,
				timeWait: 4,
				ephemeralLow: 50_000,
				ephemeralHigh: 50_099,
				...rates,
				ephemeral: {local: '10.0.0.5', peer: '10.0.0.9', peerPort: 443, used: 1, range: 100},
			},
		]);
		session.snapshot(3.25, [], {kind: 'listeners'});
		expect(session.recorder.take()).toEqual([]);
	});

	it('has an interface when it is new, has changed, or is gone', () => {
		const session = recordedSession();
		session.recorder.take();
		const poll = (seconds: number, ...interfaces: NetworkInterface[]): Line[] => {
			session.apply({type: 'interfaces', netns, at: moment(seconds), interfaces});
			return session.recorder.take();
		};
		const lo = {
			name: 'lo',
			index: 1,
			state: 'UNKNOWN',
			kind: 'loopback',
			addresses: ['127.0.0.1/8', '::1/128'],
		};
		const eth0 = {name: 'eth0', index: 2, state: 'UP', kind: null, addresses: ['10.0.0.5/24']};
		expect(poll(1, {...unread, ...lo}, {...unread, ...eth0, inBytes: 10})).toEqual([
			{type: 'interface', at: moment(1), netns, gone: false, ...unread, ...lo},
			{type: 'interface', at: moment(1), netns, gone: false, ...unread, ...eth0, inBytes: 10},
		]);
		expect(poll(3, {...unread, ...lo}, {...unread, ...eth0, inBytes: 10})).toEqual([]);
		expect(poll(5, {...unread, ...eth0, inBytes: 30}, {...unread, ...lo})).toMatchObject([
			{name: 'eth0', inBytes: 30, gone: false},
		]);
		expect(poll(7, {...unread, ...lo})).toMatchObject([{name: 'eth0', inBytes: 30, gone: true}]);
		expect(poll(9, {...unread, ...lo}, {...unread, ...eth0})).toMatchObject([{name: 'eth0', gone: false}]);
	});

	it('has interfaces in bounded lines without control characters', () => {
		const session = recordedSession();
		session.recorder.take();
		const addresses = Array.from({length: 5000}, (_, index) => `fd00::${index.toString(16)}/128`);
		const odd = {name: 'a\x1b[2J', index: 1, state: 'UP\u202e', kind: '\x07', master: '\x9b', addresses};
		session.apply({type: 'interfaces', netns, at: moment(1), interfaces: [{...unread, ...odd}]});
		const [line] = session.recorder.take();
		expect(line).toMatchObject({name: 'a\\x1b[2J', state: 'UP\\u202e', kind: '\\x07', master: '\\x9b'});
		expect(JSON.stringify(line?.addresses)).toMatch(/"… 4744 more"\]$/);
	});

	it('has a process with its command', () => {
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
				exe: null,
				cwd: null,
				program: 'npm run dev',
				wrapper: true,
				exitCode: null,
				signal: null,
			},
		]);
	});

	it('has a finding in a bounded line, however long its texts are', () => {
		const long = '…'.repeat(100_000);
		const line = JSON.stringify(
			diagnosisRecord({
				...{event: 'raised', at: moment(1)},
				diagnosis: {
					...{key: 1, rule: 'connect-refused', severity: 'error', phase: 'connect', operation: 'connect'},
					...{local: null, peer: null, message: long, id: null, pid: 1, program: 'a.js', netns},
					evidence: Array.from({length: 100}, () => ({source: 'kernel', fact: long, at: moment(0)})),
					next: {argv: ['ss', long]},
					...{raisedAt: moment(1), clearedAt: null},
				},
			}),
		);
		const {message, evidence} = record.parse(checkLine(line)) as RecordOf<'diagnosis'>;
		expect([message.length, evidence.length, evidence[0]?.fact.length]).toEqual([500, 16, 500]);
	});
});
