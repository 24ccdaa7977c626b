import {describe, expect, it} from 'vitest';
import type {ProcessRow, Row, Step} from '../../../../source/domain/row.ts';
import {makeKernelView, makeProcessView, makeRow, makeTcpInfo} from '../../../helpers/model/row.ts';
import {makeThread} from '../../../helpers/model/thread-row.ts';
import {
	address,
	at,
	client,
	clientSteps,
	eventNames,
	lane,
	lanes,
	server,
	span,
	step,
	timeline,
} from '../../../helpers/model/timeline.ts';

describe('the events of both ends', () => {
	it('are merged in the order of time, from either end', () => {
		const ends = {
			client: client([step(4, 'first-out'), step(8, 'first-in'), step(9, 'close')], {closedAt: at(9)}),
			server: server(3, [step(5, 'first-in'), step(7, 'first-out'), step(10, 'close')], {closedAt: at(10)}),
		};
		const expected = [
			'client create',
			'client attempt',
			'client connect',
			'server create',
			'server accept',
			'kernel queued',
			'client first-out',
			'server first-in',
			'server first-out',
			'client first-in',
			'client close',
			'server close',
		];
		expect(eventNames(timeline(ends.client, {pair: ends.server}))).toEqual(expected);
		expect(eventNames(timeline(ends.server, {pair: ends.client}))).toEqual(expected);
	});

	it('of the same time are ordered: the requesting end, the answering end, then explanations', () => {
		const thread = makeThread({blocked: [{from: at(2), to: at(60)}]});
		const of = timeline(client(), {pair: server(2), pairThread: thread});
		expect(eventNames(of).slice(2)).toEqual([
			'client connect',
			'server create',
			'server accept',
			'loop blocked',
		]);
	});

	it("are the row's own alone where the other end is not in the table", () => {
		expect(eventNames(timeline(client()))).toEqual(['client create', 'client attempt', 'client connect']);
		expect(eventNames(timeline(makeRow({role: null, kind: 'udp', steps: [step(0, 'bind')]})))).toEqual([
			'null bind',
		]);
	});

	it('name the end whose steps are missing', () => {
		const of = timeline(client([], {stepsDropped: 3}), {pair: server(3, [], {stepsDropped: 9})});
		expect(of.missing).toEqual([
			{side: 'client', steps: 3},
			{side: 'server', steps: 9},
		]);
	});
});

describe('bytes that no read or write has shown', () => {
	it('leave out the lane of the answer where one look has shown both directions', () => {
		const of = timeline(server(3, [step(250, 'first-in'), step(250, 'first-out')]));
		expect(lane(of, 'answer')).toBeUndefined();
	});

	it('are not shown as bytes that never came', () => {
		const process = makeProcessView({bytesRead: 96, bytesWritten: 101});
		const closed = [step(4, 'request'), step(900, 'close')];
		for (const row of [
			client([step(3, 'first-out'), ...closed], {process, closedAt: at(900)}),
			server(3, closed, {process, closedAt: at(900)}),
		]) {
			expect(lane(timeline(row), 'first byte')).toBeUndefined();
			expect(lane(timeline(row), 'answer')).toBeUndefined();
		}
	});
});

describe('the race', () => {
	it('has a lane for each candidate, with its outcome', () => {
		const row = makeRow({
			steps: [
				step(0, 'lookup-start', {host: 'a.test'}),
				step(5, 'lookup', {host: 'a.test', candidates: ['::1', '10.0.0.7', '10.0.0.8'], error: null}),
				step(6, 'attempt', address('::1')),
				step(7, 'attempt-failed', {...address('::1'), error: 'ECONNREFUSED'}),
				step(8, 'attempt', address('10.0.0.7')),
				step(258, 'attempt-timeout', address('10.0.0.7')),
				step(259, 'attempt', address('10.0.0.8')),
				step(261, 'connect'),
			],
		});
		const of = timeline(row);
		expect(lane(of, 'lookup')).toMatchObject({outcome: 'ok', note: '3 addresses', spans: [span(0, 5)]});
		expect(lanes(of, 'connect')).toMatchObject([
			{...address('::1'), outcome: 'failed', note: 'ECONNREFUSED', spans: [span(6, 7)]},
			{...address('10.0.0.7'), outcome: 'failed', note: 'timed out', spans: [span(8, 258)]},
			{...address('10.0.0.8'), outcome: 'ok', note: null, spans: [span(259, 261)]},
		]);
	});

	it.each<[what: string, steps: Step[], overrides: Partial<Row>, expected: Record<string, unknown>]>([
		['goes on', [], {}, {outcome: null, note: null, spans: [span(1, null)]}],
		[
			'goes on with SYN sent again',
			[],
			{kernel: makeKernelView({state: 'SYN-SENT', info: makeTcpInfo({retransTotal: 2})})},
			{outcome: null, note: '2 SYN retransmits', spans: [span(1, null)]},
		],
		[
			'failed after them',
			[step(7000, 'error', {code: 'ETIMEDOUT'}), step(7001, 'close')],
			{closedAt: at(7001), kernel: makeKernelView({info: makeTcpInfo({retransTotal: 1})})},
			{outcome: 'failed', note: 'ETIMEDOUT, 1 SYN retransmit', spans: [span(1, 7000)]},
		],
		[
			'was given up by the program',
			[step(90, 'close')],
			{closedAt: at(90)},
			{outcome: 'failed', note: 'given up', spans: [span(1, 90)]},
		],
	])('an attempt that %s', (_what, steps, overrides, expected) => {
		const row = client([], overrides);
		row.steps = [...clientSteps.slice(0, 2), ...steps];
		expect(lane(timeline(row), 'connect')).toMatchObject(expected);
	});

	it('a failed or pending lookup is shown as such', () => {
		const start = step(0, 'lookup-start', {host: 'a.test'});
		const failed = step(9, 'lookup', {host: 'a.test', candidates: [], error: 'ENOTFOUND'});
		expect(lane(timeline(makeRow({steps: [start, failed]})), 'lookup')).toMatchObject({
			outcome: 'failed',
			note: 'ENOTFOUND',
		});
		expect(lane(timeline(makeRow({steps: [start]})), 'lookup')).toMatchObject({
			outcome: null,
			spans: [span(0, null)],
		});
	});
});

describe('a wait in the accept queue', () => {
	const blocked = makeThread({blocked: [{from: at(10), to: at(402)}], loopSeenAt: at(900)});

	it.each<[what: string, thread: ProcessRow | undefined, note: string | null]>([
		['its loop was blocked for a part of it', blocked, 'loop blocked ≥392 ms'],
		['its loop ran', makeThread({loopSeenAt: at(900)}), 'loop not blocked'],
		['no hook reports its loop', makeThread({loopSeenAt: null}), null],
		['nothing is known of it', undefined, null],
		['older spans are no longer held', {...blocked, blockedDropped: 2}, null],
	])('%s', (_what, pairThread, note) => {
		const of = timeline(client(), {pair: server(412), ...(pairThread && {pairThread})});
		expect(lane(of, 'queued')).toMatchObject({note, spans: [span(2, 412)]});
	});

	it('is not shown where the server accepted before the client was connected', () => {
		expect(lane(timeline(client(), {pair: server(1.5)}), 'queued')).toBeUndefined();
	});

	it('continues while the server’s end is a kernel-only row, also from that row', () => {
		const waiting = makeRow({role: 'server', stage: 'queued', proc: null, pid: null, openedAt: at(700)});
		expect(lane(timeline(client(), {pair: waiting}), 'queued')).toMatchObject({spans: [span(2, null)]});
		expect(timeline(client(), {pair: {...waiting, openedAt: at(-60)}}).from).toBe(at(0));
		expect(lane(timeline(waiting), 'queued')).toMatchObject({spans: [span(700, null)]});
	});

	it('is not guessed from one end', () => {
		expect(lane(timeline(client()), 'queued')).toBeUndefined();
		expect(lane(timeline(server(3)), 'queued')).toBeUndefined();
	});
});

describe('TLS', () => {
	const secure = step(9, 'secure', {protocol: 'TLSv1.3', ms: 6});
	it.each<[what: string, row: Row, expected: Record<string, unknown>]>([
		[
			'begins when TCP is up, or when the program began it',
			client([secure], {kind: 'tls'}),
			{outcome: 'ok', note: 'TLSv1.3', spans: [span(3, 9)]},
		],
		[
			'ends when it fails',
			client([step(9, 'error', {code: 'DEPTH_ZERO_SELF_SIGNED_CERT'})], {kind: 'tls', closedAt: at(9)}),
			{outcome: 'failed', note: 'DEPTH_ZERO_SELF_SIGNED_CERT', spans: [span(2, 9)]},
		],
		[
			'has no end while it lasts',
			client([], {kind: 'tls', stage: 'tls', stageSince: at(2)}),
			{outcome: null, spans: [span(2, null)]},
		],
	])('%s', (_what, row, expected) => {
		expect(lane(timeline(row), 'tls')).toMatchObject(expected);
	});

	it('stops the server’s socket while it lasts, without a pause of the program', () => {
		const paused = server(3, [step(4, 'pause')], {kind: 'tls'});
		expect(lane(timeline(paused), 'paused')).toBeUndefined();
		const later = server(3, [step(4, 'pause'), step(9, 'secure', {ms: 5}), step(20, 'pause')], {kind: 'tls'});
		expect(lane(timeline(later), 'paused')).toMatchObject({spans: [span(20, null)]});
	});
});

describe('the first byte', () => {
	it.each<[what: string, row: Row, expected: Record<string, unknown> | undefined]>([
		[
			'is waited for from the first byte sent',
			client([step(4, 'first-out'), step(90, 'first-in')]),
			{outcome: null, spans: [span(4, 90)]},
		],
		[
			'is waited for from the start where the server sends first',
			client([step(70, 'first-in')]),
			{spans: [span(2, 70)]},
		],
		['has not come yet', client([step(4, 'first-out')]), {spans: [span(4, null)]}],
		[
			'never came',
			client([step(4, 'first-out'), step(50, 'peer-end')]),
			{outcome: 'failed', note: 'none came', spans: [span(4, 50)]},
		],
		['is not waited for where nothing was sent', client(), undefined],
		[
			'may be among the steps that were dropped',
			client([step(4, 'first-out')], {stepsDropped: 1}),
			undefined,
		],
		[
			'is that of the client at a server without a pair',
			server(3, [step(40, 'first-in')]),
			{note: 'from the client', spans: [span(3, 40)]},
		],
	])('%s', (_what, row, expected) => {
		const found = lane(timeline(row), 'first byte');
		if (expected === undefined) expect(found).toBeUndefined();
		else expect(found).toMatchObject(expected);
	});

	it('is shown from the server where its client is a kernel-only row, from either row', () => {
		const known = makeRow({role: null, proc: null, pid: null, openedAt: at(20)});
		const row = server(3, [step(40, 'first-in'), step(44, 'first-out')]);
		for (const of of [timeline(row, {pair: known}), timeline(known, {pair: row})]) {
			expect(lane(of, 'first byte')).toMatchObject({note: 'from the client', spans: [span(3, 40)]});
			expect(lane(of, 'answer')).toMatchObject({spans: [span(40, 44)]});
			expect(eventNames(of)).toEqual([
				'server create',
				'server accept',
				'server first-in',
				'server first-out',
			]);
		}
	});

	it('is the server’s part where both ends are in the table', () => {
		const of = timeline(client([step(4, 'first-out'), step(90, 'first-in')]), {
			pair: server(3, [step(5, 'first-in'), step(89, 'first-out')]),
		});
		expect(lane(of, 'answer')).toMatchObject({spans: [span(5, 89)]});
		expect(lanes(of, 'first byte')).toMatchObject([{spans: [span(4, 90)]}]);
	});
});
