import {describe, expect, it} from 'vitest';
import type {Diagnosis} from '../../../../source/domain/diagnosis/diagnosis.ts';
import {stepNames} from '../../../../source/domain/operation.ts';
import type {KernelView, RouteView, Row} from '../../../../source/domain/row.ts';
import {makeKernelView, makeProcessView, makeRow, makeTcpInfo} from '../../../helpers/model/row.ts';
import {at, address as candidate, client, server, step} from '../../../helpers/model/timeline.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {makeDiagnoses, makeDiagnosis} from '../../../helpers/screen/sample-findings.ts';
import {address, makeModel, makeProcess, sampleNow} from '../../../helpers/screen/sample-model.ts';

const seenAt = sampleNow - 900;

/** The detail of one row, as text. */
const detail = (overrides: Partial<Row>, columns = 80): string => {
	const row = makeRow({local: address('10.0.0.5', 50_000), peer: address('10.0.0.9', 443), ...overrides});
	const screen = draw({model: makeModel([row]), columns, rows: 30});
	screen.press('enter');
	return screen.lines().join('\n');
};

const ofKernel = (view: Partial<KernelView>, columns = 80): string =>
	detail({kernel: makeKernelView({seenAt, ...view})}, columns);

describe('the stages of a connection', () => {
	const passed = {created: 0.25, lookup: 3.5, connect: 12.75, open: 1500, draining: 4000};

	it('are shown with the time in each, in the order of the path, the present one with its earlier time', () => {
		const text = detail({stage: 'open', stageSince: sampleNow - 2500, stageMs: passed}, 120);
		expect(text).toContain(
			' stages  created 0.25 ms · lookup 3.5 ms · connect 12.8 ms · open 4.0s · draining 4.000 s',
		);
	});

	it('do not advance once it is closed', () => {
		const closed = {stage: 'closed', stageSince: sampleNow - 2500, closedAt: sampleNow - 2500} as const;
		expect(detail({...closed, stageMs: passed}, 120)).toMatch(/open 1\.500 s · draining 4\.000 s$/m);
	});

	it('are left out before its first change, and the shortest are where the line is narrow', () => {
		expect(detail({stageMs: null})).not.toContain(' stages ');
		expect(detail({stageMs: passed}, 50)).toMatch(/^ stages {2}open 1m05s · draining 4\.000 s *$/m);
	});
});

describe("the kernel's view of a connection", () => {
	it.each<[what: string, view: Partial<KernelView>, expected: RegExp]>([
		['which ways are open', {state: 'FIN-WAIT-2', shutdown: '<--'}, /state +FIN-WAIT-2 <--/],
		[
			'the round trip and the least one',
			{info: makeTcpInfo({rttMs: 1.7, minRttMs: 0.4})},
			/rtt +1\.7 ≥ 0\.40 ms/,
		],
		['the congestion window and its algorithm', {info: makeTcpInfo({cwnd: 12})}, /cwnd +12 cubic/],
		[
			'what was sent again, what of it is on its way, and its bytes',
			{info: makeTcpInfo({retransTotal: 7, retransNow: 1, bytesRetrans: 4300})},
			/retrans +7 {2}now 1 {2}4\.2k/,
		],
		['nothing sent again', {info: makeTcpInfo()}, /retrans +0 *$/m],
		[
			'what limited the sender',
			{info: makeTcpInfo({busyMs: 2000, rwndLimitedMs: 1240, sndbufLimitedMs: 60})},
			/held by +rwnd 62% buf 3%|held by +rwnd 62%, buf 3%/,
		],
		['a window that is closed', {info: makeTcpInfo({peerWindow: 0})}, /window +0 \(closed\)/],
		['the device it is bound to', {device: 'eth7'}, /device +eth7/],
		['what it dropped', {drops: 4}, /drops +4/],
		['inode and cookie, however long', {inode: 324_473_380, cookie: 'f4253'}, /ino, sk +324473380 {2}f4253/],
	])('%s', (_what, view, expected) => {
		expect(ofKernel(view)).toMatch(expected);
	});

	it('shows the age of TCP info where it is older than the rest, and only there', () => {
		const info = makeTcpInfo();
		expect(ofKernel({info, infoSeenAt: seenAt - 2300})).toMatch(/info +3\.2s ago/);
		expect(ofKernel({info, infoSeenAt: seenAt - 400})).not.toMatch(/info +\d/);
		expect(ofKernel({info: null, infoSeenAt: null})).not.toMatch(/info +\d/);
	});

	it('distinguishes last counters from those of an open socket', () => {
		expect(ofKernel({final: true})).toContain('KERNEL  final, 0.9s ago');
		expect(ofKernel({final: false})).toContain('KERNEL  0.9s ago');
	});

	it('has no fields of TCP for a socket without TCP', () => {
		const text = detail({kind: 'udp', kernel: makeKernelView({state: 'UNCONN', seenAt, drops: 3})});
		expect(text).toMatch(/drops +3/);
		expect(text).not.toMatch(/rtt|cwnd|retrans|window/);
	});

	it('leaves room for the steps at 80×24', () => {
		const row = makeRow({
			process: makeProcessView(),
			kernel: makeKernelView({seenAt, info: makeTcpInfo({bytesRetrans: 1})}),
			steps: Array.from({length: 9}, (_, index) => ({
				at: sampleNow + index,
				step: stepNames[index] ?? 'close',
				fields: {},
			})),
		});
		const screen = draw({model: makeModel([row])});
		screen.press('enter');
		const text = screen.lines().join('\n');
		expect(text).toContain('PROCESS');
		expect(text).toContain(stepNames[8]);
	});
});

describe('the route in the detail', () => {
	const route: RouteView = {
		dst: '10.0.0.9',
		from: null,
		dev: 'eth0',
		src: '10.0.0.5',
		gateway: '10.0.0.1',
		table: 'main',
		mtu: null,
		error: null,
	};

	it('agrees with the socket where the kernel would choose its source', () => {
		const text = detail({route});
		expect(text).toMatch(/to +10\.0\.0\.9 ✓/);
		expect(text).toMatch(/src +10\.0\.0\.5 ✓/);
		expect(text).not.toMatch(/from/);
	});

	it('shows the source it was requested for, and marks the one that the kernel would choose', () => {
		const text = detail({route: {...route, from: '10.0.0.5', src: '10.0.0.77', dev: 'tun0', gateway: null}});
		expect(text).toMatch(/from +10\.0\.0\.5/);
		expect(text).toMatch(/src +10\.0\.0\.77 ≠/);
		expect(text).toMatch(/dev +tun0/);
		expect(text).toMatch(/gateway none/);
	});

	it('shows a refusal of the kernel', () => {
		const refused = {dev: null, src: null, gateway: null, table: null};
		expect(detail({route: {...route, ...refused, error: 'Permission denied'}})).toMatch(
			/error +Permission *\n +denied/,
		);
	});

	it('is absent for a listener', () => {
		const kernel = makeKernelView({state: 'LISTEN', seenAt});
		expect(detail({role: 'listener', stage: 'listening', peer: null, kernel})).toContain(
			'ROUTE  none: it listens',
		);
	});
});

describe('the detail of a listener', () => {
	it('shows the number of connections and its limit in the process view', () => {
		const serving = {connections: 3, maxConnections: 3, drops: 2};
		const text = detail({role: 'listener', stage: 'listening', peer: null, connections: serving});
		expect(text).toMatch(/open +3 of 3/);
		expect(text).toMatch(/refused 2/);
		expect(detail({role: 'listener', peer: null, connections: {...serving, maxConnections: null}})).toMatch(
			/open +3 of any number/,
		);
	});
});

describe('the findings of a row', () => {
	const found = (all: readonly Partial<Diagnosis>[], columns = 80): string => {
		const row = makeRow({id: '1.0.6', peer: address('127.0.0.1', 9)});
		const diagnoses = makeDiagnoses(all.map(makeDiagnosis));
		const screen = draw({model: makeModel([row], {diagnoses}), columns, rows: 40});
		screen.press('enter');
		return screen.lines().join('\n');
	};

	it('are shown with evidence, age and the next command, quoted for a shell', () => {
		const shown = found([{next: {argv: ['getent', 'ahosts', 'a host; rm']}}]);
		expect(shown).toMatch(/ ✗ error connect-refused +for 3s/);
		expect(shown).toContain('connect to 127.0.0.1:9 was refused at once: no socket listens there');
		expect(shown).toMatch(/process +ECONNREFUSED: connect ECONNREFUSED 127\.0\.0\.1:9 4s ago/);
		expect(shown).toContain("next     getent ahosts 'a host; rm'");
	});

	it('are sorted by severity, and a cleared one is a single line', () => {
		const shown = found([
			{rule: 'peer-not-reading', severity: 'warn', message: 'write to 127.0.0.1:9 is not read'},
			{},
			{rule: 'slow-lookup', severity: 'info', message: 'lookup was slow', clearedAt: sampleNow - 12_000},
			{id: '1.0.7', rule: 'of-another-row'},
		]);
		expect(shown.indexOf('✗ error connect-refused')).toBeLessThan(shown.indexOf('! warn peer-not-reading'));
		expect(shown).toMatch(/· info slow-lookup {2}lookup was slow +cleared 10s ago/);
		expect(shown).not.toContain('of-another-row');
	});

	it('are whole at any width, and without control characters', () => {
		const long = `connect to \x1b[2J${'x'.repeat(90)}END`;
		const shown = found([{message: long}], 40).replaceAll(/\s/g, '');
		expect(shown).toContain(`connectto\\x1b[2J${'x'.repeat(90)}END`);
	});
});

describe('the waterfall and the steps of both ends', () => {
	const ends = (): {near: Row; far: Row} => {
		const near = client([step(415, 'first-out'), step(430, 'first-in')], {
			id: '1.0.5',
			pair: '2.0.9',
			openedAt: at(0),
			kernel: makeKernelView({seenAt}),
			process: makeProcessView(),
			lastActivityAt: at(430),
		});
		const far = server(412, [step(416, 'first-in'), step(429, 'first-out')], {
			id: '2.0.9',
			pair: '1.0.5',
			stage: 'closed',
			closedAt: at(500),
		});
		return {near, far};
	};
	const open = (columns: number, rows: number) => {
		const {near, far} = ends();
		const processes = [
			makeProcess(),
			makeProcess({proc: 2, pid: 4713, blocked: [{from: at(8), to: at(405)}]}),
		];
		const screen = draw({model: makeModel([near, far], {processes}), columns, rows, filter: 'role:client'});
		screen.press('enter');
		return screen;
	};
	const text = (screen: ReturnType<typeof open>): string => screen.lines().join('\n');

	it('are beside the views where there is room', () => {
		const all = text(open(120, 40));
		expect(all).toMatch(/queued +.*░.* loop blocked ≥397 ms .*410 ms/);
		expect(all).toMatch(/loop server .*▓.* 397 ms/);
		expect(all).toContain('PROCESS');
		expect(all).toMatch(/server {2}accept/);
		expect(all).toMatch(/kernel {2}queued +410 ms {2}loop blocked ≥397 ms/);
		expect(all).toMatch(/client {2}first-in/);
		expect(all).toMatch(/loop +blocked +397 ms {2}the server's/);
	});

	it('replace the views at 80×24 with w, for this row and the next, until w again', () => {
		const screen = open(80, 24);
		expect(text(screen)).toContain('PROCESS');
		expect(text(screen)).not.toContain('▓');
		expect(screen.lines().at(-1)).toContain('w waterfall');
		screen.press('w');
		expect(text(screen)).toMatch(/two scales ╱ +0 .*took/);
		expect(text(screen)).toMatch(/loop server .*▓/);
		expect(text(screen)).toMatch(/kernel {2}queued/);
		expect(text(screen)).not.toContain('PROCESS');
		screen.press('esc', 'enter');
		expect(text(screen)).toContain('▓');
		screen.press('w');
		expect(text(screen)).toContain('PROCESS');
	});

	it('have priority where the row has an error and there is no room for both', () => {
		const error = {operation: 'read', phase: 'read', code: 'ECONNRESET', message: 'read ECONNRESET'} as const;
		const {near} = ends();
		const screen = draw({model: makeModel([{...near, error}])});
		screen.press('enter');
		expect(text(screen)).toContain(' took');
		expect(text(screen)).not.toContain('PROCESS');
		screen.press('w');
		expect(text(screen)).toContain('PROCESS');
	});

	it.each([
		[40, 12],
		[60, 20],
	])('are all shown at %i×%i, however much has to scroll', (columns, rows) => {
		const screen = open(columns, rows);
		let all = '';
		for (const face of ['first', 'other']) {
			for (let page = 0; page < 12; page++) {
				all += text(screen);
				screen.press('pagedown');
			}
			if (face === 'first') screen.press('w');
		}
		for (const what of ['PROCESS', 'ROUTE', 'queued', '▓', 'first-out']) expect(all).toContain(what);
	});

	it('keep the other end that has left the table, and not one that now belongs to another connection', () => {
		const screen = open(80, 24);
		screen.press('w');
		const row = screen.model.rows.get('1.0.5');
		screen.model.rows.delete('2.0.9');
		if (row) row.pair = null;
		screen.changed();
		expect(text(screen)).toMatch(/server {2}first-in/);

		const other = open(80, 24);
		other.press('w');
		const near = other.model.rows.get('1.0.5');
		if (near) near.pair = null;
		other.changed();
		expect(text(other)).not.toMatch(/server {2}first-in/);
	});

	it('show the event loop of the listener for which a connection waits', () => {
		const listener = makeRow({id: '2.0.1', proc: 2, role: 'listener', stage: 'listening'});
		const waiting = makeRow({
			id: 'k.1',
			proc: 2,
			thread: null,
			role: 'server',
			stage: 'queued',
			listener: '2.0.1',
			openedAt: sampleNow - 5000,
		});
		const silent = makeProcess({proc: 2, loopSeenAt: sampleNow - 5000});
		const model = makeModel([listener, waiting], {processes: [makeProcess(), silent]});
		const screen = draw({model, filter: 'stage:queued'});
		screen.press('enter', 'w');
		expect(text(screen)).toMatch(/ queued .*░▶ +5\.0s/);
		expect(text(screen)).toMatch(/ loop .*▓▶ +4\.0s/);
	});

	it('do not change while paused', () => {
		const screen = open(80, 24);
		screen.press('w', 'p');
		const before = screen.lines().filter(line => /^ (idle|loop|two scales)/.test(line));
		screen.later(30_000);
		expect(before).not.toEqual([]);
		expect(screen.lines().filter(line => /^ (idle|loop|two scales)/.test(line))).toEqual(before);
	});

	it('of a pending attempt grow with the time', () => {
		const row = makeRow({
			id: '1.0.1',
			stage: 'connect',
			openedAt: sampleNow - 2000,
			steps: [{...step(0, 'attempt', candidate('203.0.113.7')), at: sampleNow - 2000}],
		});
		const screen = draw({model: makeModel([row])});
		screen.press('enter', 'w');
		expect(text(screen)).toMatch(/connect … 203\.0\.113\.7 █+▶ +2\.0s/);
		screen.later(5000);
		expect(text(screen)).toMatch(/█+▶ +7\.0s/);
	});
});
