import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {connectionTable} from '../../../../source/screen/columns/connections.ts';
import {listenerTable} from '../../../../source/screen/columns/listeners.ts';
import {type Layout, layoutColumns, markerWidth} from '../../../../source/screen/table/layout.ts';
import {destinationTable, interfaceTable} from '../../../../source/screen/tabs/routes/routes.ts';
import {fitWidth, truncate, widthOf} from '../../../../source/text/width.ts';
import {makeKernelView, makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {address, makeModel, makeProcess, sampleNow} from '../../../helpers/screen/sample-model.ts';

const shownAt = (width: number): string[] =>
	layoutColumns(width, connectionTable).map(({column}) => column.id);

describe('the columns of a table by width', () => {
	it('are process, peer and stage at 40', () => {
		expect(shownAt(40)).toEqual(['process', 'severity', 'stage', 'role', 'peer']);
	});

	it('are all essential ones at 80', () => {
		expect(shownAt(80)).toEqual([
			...['process', 'severity', 'stage', 'local', 'role', 'peer', 'state'],
			...['jsout', 'jsin', 'sendq', 'recvq', 'bytes'],
		]);
	});

	it('include rates, their sparklines, route and age at 120', () => {
		expect(shownAt(120)).toEqual([...shownAt(80), 'sentrate', 'receivedrate', 'flow', 'route', 'age']);
	});

	it('are all columns at 200; sent and received replace their sum', () => {
		const all = connectionTable.columns.map(({id}) => id).filter(id => id !== 'bytes');
		expect(shownAt(200)).toEqual(all);
	});

	it.each<[string, (width: number) => Layout]>([
		['connections', width => layoutColumns(width, connectionTable)],
		['listeners', width => layoutColumns(width, listenerTable)],
		['destinations', width => layoutColumns(width, destinationTable(true))],
		['interfaces', width => layoutColumns(width, interfaceTable(true))],
	])('of %s are never wider than the terminal, and a wider one never shows fewer', (_table, layoutAt) => {
		let before = new Set<string>();
		for (let width = 40; width <= 320; width++) {
			const layout = layoutAt(width);
			const used = markerWidth + layout.reduce((sum, column) => sum + column.width + column.gap, 0);
			expect(used).toBeLessThanOrEqual(width);
			for (const {width: cells, title} of layout) {
				expect(widthOf(title)).toBeLessThanOrEqual(cells);
			}
			const shown = new Set(layout.map(({column}) => column.id));
			const lost = [...before].filter(id => !shown.has(id) && id !== 'bytes');
			expect(lost).toEqual([]);
			before = shown;
		}
	});
});

describe('cells', () => {
	/** The cells of one row, without the process. */
	const line = (columnsWide: number, overrides: Parameters<typeof makeRow>[0]): string => {
		const row = makeRow({role: 'client', openedAt: sampleNow, stageSince: sampleNow, ...overrides});
		const lines = draw({model: makeModel([row]), columns: columnsWide}).lines();
		return (lines.find(one => /[→←•?]/.test(one) && !one.includes('move')) ?? '').slice(1);
	};

	it.each([
		['nothing observed yet', 80, {}, /open <1s +–→– +– +– +– +– +– +–$/],
		['a host whose address is being looked up', 80, {host: 'mail.shop'}, /open <1s +– →mail\.shop /],
		['zeros are zeros', 80, {process: makeProcessView(), kernel: makeKernelView()}, /ESTAB +0 +0 +0 +0 +0$/],
		[
			'marks stand behind their buffer',
			80,
			{
				process: makeProcessView({
					writableLength: 150_000,
					needDrain: true,
					readableLength: 65_536,
					paused: true,
				}),
			},
			/ 146k! 64k‖/,
		],
		['an attempt of several', 80, {stage: 'connect', attempt: {n: 2, of: 3}}, /connect 2\/3 /],
		['the only attempt is not counted', 80, {stage: 'connect', attempt: {n: 1, of: 1}}, /connect <1s/],
		[
			'a host with its address',
			200,
			{host: 'api.internal', peer: address('10.0.0.9', 443)},
			/ → api\.internal \(10\.0\.0\.9\):443 /,
		],
		[
			'a host without it, where room is short',
			80,
			{host: 'api.internal', peer: address('10.0.0.9', 443)},
			/→api\.internal:443 /,
		],
		[
			'a long host keeps its port',
			80,
			{host: `${'a'.repeat(60)}.example`, peer: address('10.0.0.9', 8443)},
			/→a+….*:8443 /,
		],
		['IPv4 in IPv6', 80, {peer: address('::ffff:10.0.0.9', 443)}, /→10\.0\.0\.9:443 /],
		['IPv6', 80, {peer: address('fd00::9', 443)}, /→\[fd00::9\]:443 /],
		['a unix socket', 80, {kind: 'unix', peer: {path: '/run/x.sock'}}, /→\/run\/x\.sock /],
		[
			'a unix server shows its own path',
			80,
			{kind: 'unix', role: 'server', local: {path: '/run/x.sock'}, peer: {path: ''}},
			/ unix←\/run\/x\.sock /,
		],
		[
			'a listener shows its address',
			80,
			{role: 'listener', stage: 'listening', local: address('::', 3000)},
			/ 3000•on \[::\] /,
		],
		[
			'a UDP socket without a peer is shown as a listener is',
			80,
			{kind: 'udp', role: null, local: address('0.0.0.0', 53)},
			/ 53•on 0\.0\.0\.0 /,
		],
		['an unknown role', 80, {role: null}, / –\?– /],
		[
			'a failure shows its code',
			80,
			{stage: 'failed', error: {operation: 'connect', phase: 'connect', code: 'ETIMEDOUT', message: ''}},
			/ETIMEDOUT /,
		],
		[
			'a failure shows its stage, too, where there is room',
			200,
			{stage: 'failed', error: {operation: 'connect', phase: 'connect', code: 'ETIMEDOUT', message: ''}},
			/failed ETIMEDOUT /,
		],
		['a state in short', 80, {kernel: makeKernelView({state: 'CLOSE-WAIT'})}, / CLOSE-W /],
		['a state in full', 200, {kernel: makeKernelView({state: 'CLOSE-WAIT'})}, / CLOSE-WAIT /],
		[
			'a route',
			120,
			{
				route: {
					dst: '',
					from: null,
					dev: 'eth0',
					src: '10.0.0.5',
					gateway: null,
					table: null,
					mtu: null,
					error: null,
				},
			},
			/ eth0 10\.0\.0\.5 /,
		],
		[
			'a refused route',
			120,
			{
				route: {
					dst: '',
					from: null,
					dev: null,
					src: null,
					gateway: null,
					table: null,
					mtu: null,
					error: 'No route to host',
				},
			},
			/ No route to/,
		],
		['rates', 120, {inBps: 2048, outBps: 0}, / 0 {2}2\.0k /],
		[
			'the life of a closed one',
			120,
			{stage: 'closed', openedAt: sampleNow - 90_000, closedAt: sampleNow - 85_000},
			/ 5s$/,
		],
		[
			'the request',
			200,
			{label: 'GET /slow', joinedBy: 'tuple', kind: 'tls', site: 'app.js:41:12'},
			/ GET \/slow +tls +tuple +app\.js:41:12$/,
		],
	] as const)('%s (at %i)', (_what, width, overrides, expected) => {
		expect(line(width, overrides)).toMatch(expected);
	});

	it('name the program in a narrow process column, and the pid where several processes run it', () => {
		const rows = [makeRow({pid: 4711, role: 'client'})];
		const one = draw({model: makeModel(rows, {processes: [makeProcess({pid: 4711})]})}).lines();
		expect(one[4]).toMatch(/^ server\.js +open/);
		const twins = [makeProcess({pid: 4711}), makeProcess({pid: 4712, proc: 2})];
		expect(draw({model: makeModel(rows, {processes: twins})}).lines()[4]).toMatch(/^ ser… 4711 +open/);
		expect(draw({model: makeModel(rows, {processes: twins}), columns: 132}).lines()[4]).toMatch(
			/^ server\.js 4711 /,
		);
	});

	it.each([40, 80, 120, 200])('stay aligned with wide and combining characters at %i', width => {
		const names = [
			'server.js',
			'サーバー',
			'e\u0301e\u0301e\u0301e\u0301e\u0301',
			'👍👍👍👍👍👍👍👍',
			'한글이름입니다정말로',
			'ab\u0301日',
		];
		const model = makeModel(
			names.map((name, index) =>
				makeRow({
					program: name,
					host: `${name}.${name}.example`,
					role: 'client',
					local: address('10.0.0.5', 10_000 + index),
					peer: address('10.0.0.9', 443),
					label: `GET /${name}`,
					process: makeProcessView(),
					kernel: makeKernelView(),
				}),
			),
		);
		const screen = draw({model, columns: width});
		screen.press('down');
		const lines = screen.lines().filter(line => line.includes('→'));
		expect(lines).toHaveLength(names.length);
		const arrows = lines.map(line => stringWidth(line.slice(0, line.indexOf('→'))));
		expect(new Set(arrows).size).toBe(1);
		const states = lines
			.filter(one => one.includes('ESTAB'))
			.map(one => stringWidth(one.slice(0, one.indexOf('ESTAB'))));
		expect(new Set(states).size).toBe(width === 40 ? 0 : 1);
	});
});

describe('text is cut by cells, not by code units', () => {
	it.each([
		['ascii at the end', 'abcdefgh', 5, 'end', 'abcd…'],
		['ascii in the middle', 'abcdefgh', 5, 'middle', 'ab…gh'],
		['ascii at the start', 'abcdefgh', 5, 'start', '…efgh'],
		['what fits stays', 'abc', 3, 'end', 'abc'],
		['one cell', 'abc', 1, 'end', '…'],
		['none', 'abc', 0, 'end', ''],
		['a wide character is not halved', '日本語', 4, 'end', '日…'],
		['a wide character is not halved at the start', '日本語', 4, 'start', '…語'],
		['a letter keeps its accents', 'ae\u0301e\u0301e\u0301b', 4, 'end', 'ae\u0301e\u0301…'],
		['a pair of surrogates is not halved', '👍👍👍', 5, 'middle', '👍…👍'],
	] as const)('%s', (_what, text, width, cut, shown) => {
		expect(truncate(text, width, cut)).toBe(shown);
	});

	it('fitted text has the requested width', () => {
		for (const text of [
			'',
			'abc',
			'日本語テキスト',
			`a${'\u0301'.repeat(500)}`,
			'👍🏽x',
			'x'.repeat(10_000),
		]) {
			for (const width of [1, 2, 3, 8, 13]) {
				expect(stringWidth(fitWidth(text, width))).toBe(width);
				expect(stringWidth(fitWidth(text, width, 'right', 'middle'))).toBe(width);
			}
		}
	});
});

describe("the mark of a row's findings", () => {
	const rows = (['info', 'error', null, 'warn'] as const).map((severity, index) =>
		makeRow({severity, role: 'client', stage: 'connect', peer: address('10.0.0.1', 1000 + index)}),
	);
	const marks = (screen: ReturnType<typeof draw>): string[] =>
		screen.lines().flatMap(line => /(.) ?connect .*:(100\d)/.exec(line)?.slice(1, 3).join('') ?? []);

	it.each([40, 80, 120, 200])('is before its stage at %i columns', columns => {
		const screen = draw({model: makeModel(rows), columns});
		screen.press('S');
		expect(marks(screen).toSorted()).toEqual([' 1002', '!1003', '·1000', '✗1001'].toSorted());
	});

	it('is a sort key, the worst first', () => {
		const screen = draw({model: makeModel(rows)});
		screen.press('s');
		for (let step = 0; step < 30 && !/ found ▾/.test(screen.lines().at(-2) ?? ''); step++)
			screen.press('right');
		screen.press('enter');
		expect(marks(screen)).toEqual(['✗1001', '!1003', '·1000', ' 1002']);
		expect(screen.lines()[3]).toMatch(/process +▾ ?stage/);
	});
});
