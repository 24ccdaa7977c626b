// Thresholds of the rules about closing and idle connections, without sockets.
import {describe, expect, test} from 'vitest';
import type {KernelView, Row} from '../../../../../../source/domain/row.ts';
import {makeTcpInfo} from '../../../../../helpers/model/row.ts';
import {
	ends,
	kernel,
	process,
	raisedOverTime,
	rules,
	step,
	up,
} from '../../../../../helpers/model/row-over-time.ts';
import {createEngine} from '../../../../../helpers/model/rule-engine.ts';
import {moment} from '../../../../../helpers/model/session.ts';

describe('half-closed connections', () => {
	const ended = (seconds: number, more: Partial<Row> = {}): [number, Partial<Row>] => [
		seconds,
		{
			stage: 'peer-ended',
			steps: [...up, step(1, 'peer-end')],
			...process(1, {}),
			...kernel(seconds, {state: 'CLOSE-WAIT', recvQ: 1, shutdown: '-->'}),
			...more,
		},
	];
	test('close-wait-leak is raised after five seconds without bytes', () => {
		expect(raisedOverTime([ended(1), ended(5.9), ended(6.1)])).toEqual([[], [], ['warn close-wait-leak']]);
		expect(raisedOverTime([ended(6.1, {lastActivityAt: moment(3)})])).toEqual([[]]);
	});
	test('close-wait-leak is not raised during an HTTP response', () => {
		expect(raisedOverTime([ended(60, {http: {protocol: null, requests: 1, open: 1}})])).toEqual([[]]);
	});
	test('fin-wait-stuck is raised where the kernel has received the acknowledgement of its FIN', () => {
		const stuck = (state: KernelView['state']): Partial<Row> => ({
			stage: 'ended',
			steps: [...up, step(1, 'local-end')],
			...process(1, {}),
			...kernel(6.1, {state}),
		});
		expect(raisedOverTime([[6.1, stuck('FIN-WAIT-2')]])).toEqual([['warn fin-wait-stuck']]);
		expect(raisedOverTime([[6.1, stuck('FIN-WAIT-1')]])).toEqual([[]]);
	});
});

describe('unsent-destroyed', () => {
	const destroyed = (reason: string, steps = up): Partial<Row> => ({
		stage: 'closed',
		closedAt: moment(2),
		steps: [...steps, step(2, 'close', {reason})],
		...process(2, {writableLength: 1000}),
	});
	test.each<[title: string, row: Partial<Row>, expected: string[]]>([
		['by the program', destroyed('local-destroy'), ['warn unsent-destroyed']],
		[
			'by the program, of bytes that TLS has and has not confirmed yet',
			{...destroyed('local-destroy'), kind: 'tls', ...process(2, {writableLength: 1000, bytesWritten: 1000})},
			[],
		],
		[
			'by the program, of bytes that TLS has never got',
			{...destroyed('local-destroy'), kind: 'tls', ...process(2, {writableLength: 1000, bytesWritten: 400})},
			['warn unsent-destroyed'],
		],
		[
			'by the program, of bytes that the kernel has not got from TLS',
			{
				...destroyed('local-destroy'),
				...{kind: 'tls', role: 'client'},
				...process(2, {writableLength: 1000, bytesWritten: 1000}),
				...kernel(2, {final: true, info: makeTcpInfo({bytesSent: 600, bytesAcked: 601})}),
			},
			['warn unsent-destroyed'],
		],
		[
			'by the program, of bytes that had all been acknowledged',
			{
				...destroyed('local-destroy'),
				...process(2, {writableLength: 1000, bytesWritten: 1000}),
				...kernel(2, {final: true, info: makeTcpInfo({bytesSent: 1000, bytesAcked: 1001})}),
			},
			[],
		],
		['after the other side has ended', destroyed('peer-end'), []],
		['before the connection was open', destroyed('local-destroy', []), []],
		['by the exit of the process', destroyed('exit'), []],
	])('%s', (_, row, expected) => {
		expect(
			raisedOverTime([
				[2, row],
				[2.6, row],
			])[1],
		).toEqual(expected);
	});
});

describe('keepalive-off', () => {
	const route = {
		...{dst: '10.0.0.9', from: null, dev: 'eth0', src: '10.0.0.5', gateway: '10.0.0.1'},
		...{table: 'main', mtu: null, error: null},
	};
	const idle = (more: Partial<Row> = {}): Partial<Row> => ({
		lastActivityAt: moment(1),
		route,
		...process(1, {}),
		...kernel(1, {}),
		...more,
	});
	test.each<[title: string, seconds: number, row: Partial<Row>, expected: string[]]>([
		['after a rest', 12, idle(), ['info keepalive-off']],
		['before', 10, idle(), []],
		['without a gateway', 12, idle({route: {...route, gateway: null}}), []],
		['with a timer', 12, idle(kernel(1, {timer: {name: 'keepalive', ms: 1000, count: 0}})), []],
	])('%s', (_, seconds, row, expected) => {
		expect(raisedOverTime([[seconds, row]])).toEqual([expected]);
	});
});

describe('inactivity-timeout', () => {
	const fired = (row: Partial<Row>): string[] => {
		const engine = createEngine(rules);
		engine.row('1.0.1', null, {...ends, role: 'client', ...row});
		engine.tick(6);
		return engine.holds();
	};
	const http = {protocol: null, requests: 1, open: 1};
	const timeout = step(5, 'timeout', {ms: 5000});

	test('says that the connection was not there yet, and what sets such a timer', () => {
		const [text] = fired({stage: 'connect', http, steps: [step(0, 'attempt'), timeout]});
		expect(text).toMatch(/connect: the inactivity timer .* and before it was connected, the attempt goes on/);
	});

	test('says of an open connection that it goes on', () => {
		const [text] = fired({stage: 'open', http, steps: [...up, timeout], ...process(5, {})});
		expect(text).toMatch(
			/read: the inactivity timer .* fired after 5\.000 s without a byte, the connection goes on/,
		);
	});
});
