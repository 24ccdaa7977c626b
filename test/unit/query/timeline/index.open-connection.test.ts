import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {stepNames} from '../../../../source/domain/operation.ts';
import type {Step} from '../../../../source/domain/row.ts';
import type {Timeline} from '../../../../source/query/timeline/types.ts';
import {makeKernelView, makeRow, makeTcpInfo} from '../../../helpers/model/row.ts';
import {makeThread} from '../../../helpers/model/thread-row.ts';
import {
	at,
	client,
	clientSteps,
	lane,
	lanes,
	server,
	span,
	step,
	timeline,
} from '../../../helpers/model/timeline.ts';

describe('an open connection', () => {
	const kept = [
		step(3, 'request'),
		step(9, 'response'),
		step(800, 'request'),
		step(810, 'response'),
		step(820, 'request'),
	];

	it('has a span for each request, once there are several', () => {
		expect(lane(timeline(client(kept)), 'requests')).toMatchObject({
			spans: [span(3, 9), span(800, 810), span(820, null)],
		});
		expect(lane(timeline(client(kept.slice(0, 2))), 'requests')).toBeUndefined();
	});

	it('is idle between requests and after the last byte, and not while it waits', () => {
		expect(lane(timeline(client(kept), {now: 9000}), 'idle')).toMatchObject({spans: [span(9, 800)]});
		const rests = timeline(client(kept.slice(0, 4)), {now: 9000});
		expect(lane(rests, 'idle')).toMatchObject({spans: [span(9, 800), span(810, null)]});
	});

	it('does not wait for a response that was reported in part, or that has arrived', () => {
		const get = (path: string): Record<string, unknown> => ({method: 'GET', path});
		const steps = [
			step(3, 'response', get('/0')),
			step(10, 'request', get('/1')),
			step(800, 'request', get('/2')),
			step(810, 'response', get('/2')),
		];
		const rests = timeline(client(steps), {now: 9000});
		expect(lane(rests, 'requests')).toBeUndefined();
		expect(lane(rests, 'idle')).toMatchObject({spans: [span(810, null)]});
		const quick = [...steps, step(900, 'request', get('/3')), step(950, 'request', get('/4'))];
		const isOpen = (open: number): Timeline =>
			timeline(client(quick, {http: {protocol: null, requests: 5, open}}), {now: 9000});
		expect(lane(isOpen(1), 'requests')).toMatchObject({
			spans: [span(800, 810), span(900, null), span(950, null)],
		});
		expect(lane(isOpen(0), 'idle')).toMatchObject({spans: [span(950, null)]});
	});

	it.each<[what: string, steps: Step[]]>([
		['for drain', [step(4, 'full')]],
		['for the program to read', [step(4, 'pause')]],
		['for the first byte', [step(4, 'first-out')]],
	])('is not idle while it waits %s', (_what, steps) => {
		expect(lane(timeline(client(steps), {now: 9000}), 'idle')).toBeUndefined();
	});

	it('of a TLS server is idle in spite of the pause of its handshake', () => {
		const steps = [step(4, 'pause'), step(9, 'secure', {ms: 5})];
		const row = server(3, steps, {kind: 'tls'});
		expect(lane(timeline(row, {now: 9000}), 'idle')).toMatchObject({spans: [span(9, null)]});
	});

	it('shows that the inactivity timer ended the rest', () => {
		const row = client([step(3, 'first-in'), step(5003, 'timeout'), step(5004, 'close')], {
			closedAt: at(5004),
		});
		expect(lane(timeline(row, {now: 9000}), 'idle')).toMatchObject({
			note: 'the inactivity timer fired',
			spans: [span(3, 5004)],
		});
	});

	it('shows each time it was full and stopped, of both ends', () => {
		const of = timeline(client([step(4, 'full'), step(30, 'drain'), step(40, 'full')]), {
			pair: server(3, [step(5, 'pause'), step(29, 'resume')]),
		});
		expect(lane(of, 'draining')).toMatchObject({side: 'client', spans: [span(4, 30), span(40, null)]});
		expect(lane(of, 'paused')).toMatchObject({side: 'server', spans: [span(5, 29)]});
	});

	it('shows how long the peer’s window blocked it', () => {
		const kernel = makeKernelView({info: makeTcpInfo({rwndLimitedMs: 1240}), infoSeenAt: at(900)});
		const of = timeline(client([step(4, 'full')], {kernel}));
		expect(lane(of, 'draining')).toMatchObject({note: "peer's window 1.240 s"});
		expect(of.events.at(-1)).toMatchObject({side: 'kernel', name: 'window'});
	});
});

describe('the end of a connection', () => {
	it('closes from the first FIN on, until JavaScript is done', () => {
		const row = client([step(50, 'local-end'), step(60, 'peer-end'), step(61, 'close')], {closedAt: at(61)});
		expect(lanes(timeline(row), 'closing')).toMatchObject([{note: 'this end first', spans: [span(50, 61)]}]);
	});

	it('shows the other end’s closing where that is pending', () => {
		const row = client([step(50, 'local-end'), step(60, 'close')], {closedAt: at(60)});
		const stuck = server(3, [step(51, 'peer-end')]);
		const done = server(3, [step(51, 'peer-end'), step(59, 'close')], {closedAt: at(59)});
		expect(lanes(timeline(row, {pair: stuck}), 'closing').map(({side}) => side)).toEqual([
			'client',
			'server',
		]);
		expect(lanes(timeline(row, {pair: done}), 'closing').map(({side}) => side)).toEqual(['client']);
	});

	it('lingers in the kernel', () => {
		const closing = [step(50, 'local-end'), step(60, 'close')];
		const lingering = client(closing, {
			closedAt: at(60),
			stage: 'lingering',
			stageSince: at(60),
			kernel: makeKernelView({state: 'TIME-WAIT'}),
		});
		expect(lane(timeline(lingering), 'lingering')).toMatchObject({
			note: 'TIME-WAIT',
			spans: [span(60, null)],
		});
		const gone = client(closing, {closedAt: at(60), stage: 'closed', stageMs: {lingering: 300}});
		expect(lane(timeline(gone), 'lingering')).toMatchObject({spans: [span(60, 360)]});
	});

	it('ends the axis, which is open otherwise', () => {
		const row = client([step(60, 'close')], {closedAt: at(60)});
		expect(timeline(row, {now: 9000}).to).toBe(at(60));
		expect(timeline(client(), {now: 9000}).to).toBe(at(9000));
		expect(timeline(row, {now: 9000, pair: server(3)}).to).toBe(at(9000));
	});
});

describe('the event loops', () => {
	const blocked = [
		{from: at(-200), to: at(-100)},
		{from: at(100), to: at(300)},
	];

	it('are shown on the same axis, each with its end', () => {
		const of = timeline(client(), {
			pair: server(3),
			thread: makeThread({loopSeenAt: at(900)}),
			pairThread: makeThread({proc: 2, loopSeenAt: at(900), blocked}),
		});
		expect(lanes(of, 'loop')).toMatchObject([
			{side: 'client', spans: []},
			{side: 'server', spans: [span(100, 300)]},
		]);
	});

	it('are one where both ends are in one thread', () => {
		const thread = makeThread({blocked, loopSeenAt: at(900)});
		const of = timeline(client(), {pair: server(3), thread, pairThread: thread});
		expect(lanes(of, 'loop')).toMatchObject([{side: null, spans: [span(100, 300)]}]);
	});

	it('are silent from the moment at which a report was due', () => {
		const thread = makeThread({loopSeenAt: at(2000)});
		expect(lane(timeline(client(), {thread, now: 4900}), 'loop')).toMatchObject({spans: []});
		expect(lane(timeline(client(), {thread, now: 5000}), 'loop')).toMatchObject({spans: [span(3000, null)]});
		const blockedThread = {...thread, blocked: [{from: at(3500), to: at(4500)}]};
		expect(lane(timeline(client(), {thread: blockedThread, now: 5000}), 'loop')).toMatchObject({
			spans: [span(3500, 4500)],
		});
		const never = makeThread({startedAt: at(-100)});
		expect(lane(timeline(client(), {thread: never, now: 5000}), 'loop')).toMatchObject({
			spans: [span(900, null)],
		});
		const ended = {...thread, state: 'exited' as const};
		expect(lane(timeline(client(), {thread: ended, now: 5000}), 'loop')).toMatchObject({spans: []});
	});

	it('of a process without a hook are not shown', () => {
		expect(
			lane(timeline(client(), {thread: makeThread({state: 'unhooked'}), now: 9000}), 'loop'),
		).toBeUndefined();
	});

	it('show where the spans of their beginning were dropped', () => {
		const thread = makeThread({blocked, blockedDropped: 4, loopSeenAt: at(900)});
		const before = makeRow({openedAt: at(-5000), steps: [step(-5000, 'create')]});
		expect(lane(timeline(before, {thread}), 'loop')).toMatchObject({note: 'older ones are no longer held'});
		expect(lane(timeline(client(), {thread}), 'loop')).toMatchObject({note: null});
	});
});

describe('a long rest', () => {
	const asked = [step(4, 'first-out'), step(90, 'first-in')];

	it('begins at the last event before it', () => {
		expect(timeline(client(asked, {lastActivityAt: at(95)}), {now: 60_000}).quietSince).toBe(at(95));
	});

	it('is absent where the time is short, or where it is the time of the response', () => {
		expect(timeline(client(asked), {now: 120}).quietSince).toBeNull();
		expect(timeline(client([step(4, 'first-out')]), {now: 60_000}).quietSince).toBeNull();
	});

	it('is shown, too, where the response takes so long that the events before it would be unreadable', () => {
		const steps = [
			step(0, 'lookup-start'),
			step(1, 'lookup', {candidates: [], error: null}),
			...clientSteps.slice(1),
		];
		const row = makeRow({role: 'client', steps: [...steps, step(4, 'first-out')]});
		expect(timeline(row, {now: 60_000}).quietSince).toBe(at(4));
		expect(timeline(row, {now: 150}).quietSince).toBeNull();
	});

	it('is absent where no event came before it', () => {
		expect(timeline(makeRow({steps: [step(0, 'create')]}), {now: 60_000}).quietSince).toBeNull();
	});
});

it('events are in order, spans within the axis, and a lane has one at most for each step, for any steps', () => {
	const steps = fc
		.array(fc.tuple(fc.integer({min: 0, max: 900}), fc.constantFrom(...stepNames)), {maxLength: 64})
		.map(all => all.toSorted(([one], [other]) => one - other).map(([ms, name]) => step(ms, name)));
	const row = fc
		.record({
			role: fc.constantFrom('client' as const, 'server' as const, null),
			kind: fc.constantFrom('tcp' as const, 'tls' as const),
			closedAt: fc.constantFrom(null, at(950)),
			steps,
		})
		.map(fields => makeRow(fields));
	fc.assert(
		fc.property(row, fc.option(row), (own, pair) => {
			const of = timeline(own, pair ? {pair} : {});
			const times = of.events.map(event => event.at);
			expect(times).toEqual(times.toSorted((one, other) => one - other));
			for (const {spans} of of.lanes) {
				expect(spans.length).toBeLessThanOrEqual(66);
				for (const {from, to} of spans) {
					expect(from).toBeGreaterThanOrEqual(of.from);
					expect(to ?? of.to).toBeGreaterThanOrEqual(from);
					expect(to ?? of.to).toBeLessThanOrEqual(of.to);
				}
			}
		}),
	);
});
