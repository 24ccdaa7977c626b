// Thresholds of the rules about reading and writing, without sockets.
import {describe, expect, test} from 'vitest';
import type {KernelView, ProcessView, Row} from '../../../../../../source/domain/row.ts';
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
import {internet, moment} from '../../../../../helpers/model/session.ts';

describe('not-reading', () => {
	const paused = (seconds: number, bytesRead: number, more: Partial<ProcessView> = {}): Partial<Row> => ({
		stage: 'paused',
		...process(seconds, {
			bytesRead,
			readableLength: 100,
			paused: true,
			reading: false,
			flowing: false,
			...more,
		}),
	});

	test('is raised after two seconds in which nothing was read, and cleared by the next read', () => {
		expect(
			raisedOverTime([
				[1, paused(1, 500)],
				[2.9, paused(1, 500)],
				[3.1, paused(1, 500)],
				[3.5, paused(3.5, 600)],
				[5, paused(3.5, 600)],
			]),
		).toEqual([[], [], ['warn not-reading'], ['warn not-reading'], []]);
	});

	test("is for information where the program's own writes wait for drain", () => {
		expect(
			raisedOverTime([
				[1, paused(1, 500)],
				[4, paused(1, 500, {needDrain: true})],
			])[1],
		).toEqual(['info not-reading']);
	});

	test('counts bytes that only the kernel has once a second snapshot shows them', () => {
		const queued = (seen: number): Partial<Row> => ({
			...process(1, {bytesRead: 500}),
			...kernel(seen, {recvQ: 1000}),
		});
		expect(
			raisedOverTime([
				[1, queued(1)],
				[6, queued(1)],
				[6.1, queued(6)],
			]),
		).toEqual([[], [], ['warn not-reading']]);
	});

	test('is raised for a program without a hook, from the bytes that the kernel has received', () => {
		const received = (seconds: number, bytesReceived: number): Partial<Row> => ({
			...{process: null, proc: 2},
			...kernel(seconds, {recvQ: 1000, info: makeTcpInfo({bytesReceived})}),
		});
		const begin = [1, received(1, 5000)] as const;
		expect(raisedOverTime([begin, [4, received(4, 5000)]])[1]).toEqual(['warn not-reading']);
		expect(raisedOverTime([begin, [4, received(4, 9000)]])[1]).toEqual([]);
	});

	test("does not count the peer's FIN as a byte to read", () => {
		const ended = kernel(1, {state: 'CLOSE-WAIT', recvQ: 1});
		expect(
			raisedOverTime([
				[1, {...process(1, {}), ...ended}],
				[3.5, {...process(1, {}), ...kernel(3.5, ended.kernel)}],
			]),
		).toEqual([[], []]);
	});
});

describe('a reset', () => {
	const reset = (lastAt: number, more: Partial<Row> = {}): Partial<Row> => ({
		stage: 'failed',
		steps: [...up, step(10, 'error')],
		lastActivityAt: moment(lastAt),
		closedAt: moment(10),
		error: {operation: 'read', phase: 'read', code: 'ECONNRESET', message: 'read ECONNRESET'},
		...more,
	});
	const http = (open: number) => ({protocol: null, requests: 3, open});

	test.each<[title: string, row: Partial<Row>, expected: string[]]>([
		['two seconds after the last byte', reset(8), ['warn reset-after-idle']],
		['less than that', reset(8.1), ['warn reset-under-load']],
		['in a pool', reset(5, {http: http(0)}), ['info reset-after-idle']],
		['while a request waits for its answer', reset(5, {http: http(1)}), ['error reset-after-idle']],
		['in the middle of an answer', reset(9.9, {http: http(1)}), ['error reset-under-load']],
		['at an HTTP server', reset(9.9, {http: http(1), role: 'server'}), ['info reset-under-load']],
		[
			"with Node's own message for an end",
			reset(5, {error: {operation: 'read', phase: 'read', code: 'ECONNRESET', message: 'aborted'}}),
			[],
		],
		[
			'in the handshake',
			reset(5, {error: {operation: 'read', phase: 'tls', code: 'ECONNRESET', message: 'read ECONNRESET'}}),
			[],
		],
	])('%s', (_, row, expected) => {
		expect(
			raisedOverTime([
				[10, row],
				[10.6, row],
			])[1],
		).toEqual(expected);
	});

	test('that answers the first bytes after a silence is classified as a reset after a silence', () => {
		const engine = createEngine(rules);
		const entry = engine.row('1.0.1', null, {...ends, ...reset(9.9)});
		entry.lastIdleGap = {from: moment(2), to: moment(9.9)};
		engine.tick(10);
		engine.tick(10.6);
		expect(engine.holds()).toEqual([expect.stringContaining('as it was used again after 7.900 s')]);
	});

	/** An HTTP server's row, all bytes acknowledged. */
	const answered = (open: number): Partial<Row> => ({
		...{http: http(open), role: 'server'},
		...process(9.9, {bytesWritten: 1000}),
		...kernel(9.9, {final: true, info: makeTcpInfo({bytesSent: 1000, bytesAcked: 1000})}),
	});

	test('at an HTTP server between two requests loses none of them', () => {
		const engine = createEngine(rules);
		engine.row('1.0.1', null, {...ends, ...reset(5, answered(0))});
		engine.tick(10);
		engine.tick(10.6);
		expect([...engine.list.values()]).toMatchObject([
			{
				severity: 'info',
				message: expect.stringMatching(/it rested between two requests, and none was under way$/),
				next: {advice: expect.stringMatching(/^no answer is lost/)},
			},
		]);
	});

	test('at an HTTP server with an answer that has not arrived is not called a rest', () => {
		const engine = createEngine(rules);
		const cut = kernel(9.9, {final: true, info: makeTcpInfo({bytesSent: 1000, bytesAcked: 400})});
		engine.row('1.0.1', null, {...ends, ...reset(5, {...answered(0), ...cut})});
		engine.tick(10);
		engine.tick(10.6);
		expect(engine.holds()).toEqual([
			expect.stringMatching(/whether its last answer has arrived is not known$/),
		]);
	});

	test.each([
		['has answered', 0, 9.9, /was reset right after the last bytes, with no request under way$/],
		['has answered a while ago', 0, 9.4, /was reset 600 ms after the last bytes, with no request under way$/],
		['has not answered', 1, 9.9, /was reset while bytes passed$/],
	])('at an HTTP server that %s after a silence is no end of that silence', (_, open, lastAt, message) => {
		const engine = createEngine(rules);
		const entry = engine.row('1.0.1', null, {...ends, ...reset(lastAt, answered(open))});
		entry.lastIdleGap = {from: moment(2), to: moment(lastAt)};
		engine.tick(10);
		engine.tick(10.6);
		expect(engine.holds()).toEqual([expect.stringMatching(message)]);
		expect([...engine.list.values()]).toMatchObject([{rule: 'reset-under-load', severity: 'info'}]);
	});
});

describe('no answer in the kernel', () => {
	const timer = (name: 'on' | 'persist' | 'keepalive', count: number): Partial<Row> => ({
		...process(1, {}),
		...kernel(1, {sendQ: 10, timer: {name, ms: 200, count}, info: makeTcpInfo({unacked: 1, retransNow: 1})}),
	});
	test.each<[name: 'on' | 'persist' | 'keepalive', count: number, expected: string[]]>([
		['on', 2, []],
		['on', 3, ['warn half-open']],
		['persist', 2, []],
		['persist', 3, ['warn half-open']],
		['keepalive', 1, []],
		['keepalive', 2, ['warn keepalive-unanswered']],
	])('timer %s, count %i', (name, count, expected) => {
		expect(raisedOverTime([[1, timer(name, count)]])).toEqual([expected]);
	});

	test.each<[title: string, view: Partial<KernelView>, expected: string[]]>([
		[
			'no segment counts as sent again',
			{timer: {name: 'on', ms: 200, count: 3}, info: makeTcpInfo({unacked: 1, retransTotal: 3})},
			['warn output-dropped'],
		],
		[
			'the window is open and nothing is on its way',
			{timer: {name: 'persist', ms: 200, count: 3}, info: makeTcpInfo({peerWindow: 65_536})},
			['warn output-dropped'],
		],
		[
			'the window takes less than the next segment',
			{timer: {name: 'persist', ms: 200, count: 3}, info: makeTcpInfo({peerWindow: 9})},
			['warn half-open'],
		],
		['a first attempt failed', {timer: {name: 'on', ms: 200, count: 1}, info: makeTcpInfo({unacked: 1})}, []],
	])('is within this host where %s', (_title, view, expected) => {
		const row = {...process(1, {}), ...kernel(1, {sendQ: 10, ...view})};
		expect(
			raisedOverTime([
				[1, row],
				[1.6, row],
			])[1],
		).toEqual(expected);
	});

	test.each<[title: string, bytesAcked: number, expected: string[]]>([
		['with data that was not acknowledged', 901, ['error half-open']],
		['with all acknowledged, so that only probes were unanswered', 1001, ['error keepalive-unanswered']],
	])('ETIMEDOUT %s', (_, bytesAcked, expected) => {
		const row: Partial<Row> = {
			stage: 'failed',
			steps: [...up, step(10, 'error')],
			error: {operation: 'read', phase: 'read', code: 'ETIMEDOUT', message: 'read ETIMEDOUT'},
			...kernel(10, {final: true, info: makeTcpInfo({bytesSent: 1000, bytesAcked})}),
		};
		expect(raisedOverTime([[10, row]])).toEqual([expected]);
	});
});

describe('write-ignored-false', () => {
	const megabyte = 1024 * 1024;
	const full = (
		seconds: number,
		length: number,
		{left = 0, drainedAt = null}: {left?: number; drainedAt?: number | null} = {},
	): [number, Partial<Row>] => [
		seconds,
		{
			stage: 'draining',
			steps: [...up, step(0.5, 'full'), ...(drainedAt === null ? [] : [step(drainedAt, 'drain')])],
			...process(seconds, {
				needDrain: true,
				writableLength: length * megabyte,
				bytesWritten: left * megabyte,
			}),
		},
	];

	test('is raised for a buffer that grows without a drain', () => {
		expect(raisedOverTime([full(1, 2), full(1.25, 3), full(1.5, 80)])).toEqual([
			[],
			['warn write-ignored-false'],
			['error write-ignored-false'],
		]);
	});

	test('is rated for larger and larger chunks, each after a drain', () => {
		expect(
			raisedOverTime([full(1, 2), full(1.25, 3, {drainedAt: 1.2}), full(1.5, 5, {drainedAt: 1.4})]),
		).toEqual([[], [], []]);
	});

	test('is rated for larger chunks where no drain was reported, but the buffer was empty', () => {
		expect(raisedOverTime([full(1, 2), full(1.25, 3, {left: 2}), full(1.5, 5, {left: 6})])).toEqual([
			[],
			[],
			[],
		]);
	});

	test('is for information for one large chunk, after a while', () => {
		expect(raisedOverTime([full(1, 30), full(2, 30), full(3.1, 30)])).toEqual([
			[],
			[],
			['info write-ignored-false'],
		]);
	});
});

describe('data-retransmits', () => {
	const sent = (
		seconds: number,
		bytesSent: number,
		bytesRetrans: number,
		more = {},
	): [number, Partial<Row>] => [
		seconds,
		{
			...process(seconds, {}),
			...kernel(seconds, {
				info: makeTcpInfo({bytesSent, bytesRetrans, retransTotal: bytesRetrans / 1000, ...more}),
			}),
		},
	];
	test.each<[title: string, moments: [number, Partial<Row>][], expected: string[]]>([
		['one segment', [sent(1, 50_000, 1000)], []],
		['a percent', [sent(1, 1_000_000, 10_000)], ['info data-retransmits']],
		['a tenth', [sent(1, 100_000, 10_000)], ['warn data-retransmits']],
		[
			'a tenth, into a buffer that is full',
			[sent(1, 100_000, 10_000, {rwndLimitedMs: 50})],
			['info data-retransmits'],
		],
		[
			'a tenth, a long time ago',
			[sent(1, 100_000, 10_000), sent(20, 1_100_000, 10_000), sent(31, 2_000_000, 10_000)],
			[],
		],
	])('%s', (_, moments, expected) => {
		expect(raisedOverTime(moments).at(-1)).toEqual(expected);
	});

	test('is not raised within one host', () => {
		const [seconds, row] = sent(1, 100_000, 10_000);
		expect(raisedOverTime([[seconds, {...row, peer: internet('10.0.0.5:443')}]])).toEqual([[]]);
	});
});
