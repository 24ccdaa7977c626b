import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import type {Row} from '../../../../source/domain/row.ts';
import {listenerTable} from '../../../../source/screen/columns/listeners.ts';
import {layoutColumns} from '../../../../source/screen/table/layout.ts';
import {makeAccepting, makeKernelView, makeRow} from '../../../helpers/model/row.ts';
import {type Drawn, draw} from '../../../helpers/screen/draw.tsx';
import {address, makeModel, sampleNow} from '../../../helpers/screen/sample-model.ts';
import {listenerRows, networkModel} from '../../../helpers/screen/sample-network.ts';

const shownAt = (width: number): string[] => layoutColumns(width, listenerTable).map(({column}) => column.id);

const open = (columns = 80, rows = 24): Drawn => {
	const screen = draw({model: networkModel(), columns, rows});
	screen.press('2');
	return screen;
};

const selected = (screen: Drawn): string => screen.lines().find(line => line.startsWith('▸')) ?? '';
const lineOf = (screen: Drawn, text: string | RegExp): string =>
	screen.lines().find(line => (typeof text === 'string' ? line.includes(text) : text.test(line))) ?? '';

describe('the columns of the listeners tab', () => {
	it('show process, address, queue and drops at 40, and at 80 the details of a queue that fills', () => {
		expect(shownAt(40)).toEqual(['process', 'local', 'queue', 'drops']);
		expect(shownAt(80)).toEqual([
			...['process', 'local', 'takes', 'severity', 'stage', 'queue'],
			...['queuemax', 'halfopen', 'drops', 'acceptrate', 'connections'],
		]);
		expect(shownAt(120)).toEqual(expect.arrayContaining(['backlog', 'droprate', 'refused', 'others']));
		expect(shownAt(200)).toEqual(listenerTable.columns.map(({id}) => id));
	});

	it('are aligned in every line, under their titles', () => {
		for (const columns of [40, 80, 120, 200]) {
			const lines = open(columns, 12).lines().slice(3, 9);
			expect(lines.every(line => stringWidth(line) <= columns)).toBe(true);
			const title = /drops?/.exec(lines[0] ?? '');
			const end = (title?.index ?? 0) + (title?.[0].length ?? 0);
			const ends = lines.slice(1).map(line => line.slice(0, end).trimEnd().length);
			expect(new Set(ends)).toEqual(new Set([end]));
		}
	});
});

describe("a listener's line", () => {
	it('shows its queue and limit, the peak and its time, half-open connections and the accept rate', () => {
		expect(lineOf(open(), '2/511')).toMatch(
			/^ server\.js +\[::\]:3000 +4\+6 +listening +2\/511 +37 10s +3 +0 +412 +118$/,
		);
		expect(lineOf(open(200), '2/511')).toMatch(/ 2\/511 +37 10s +511 +3 +0 +0 +18k +412 +118\/1\.0k +0 none/);
	});

	it('with a full queue has a mark, drops, the other listeners of its port, and refused connections', () => {
		expect(lineOf(open(40), '0.0.0.0:8080')).toMatch(/^ api\.js +0\.0\.0\.0:8080 +129\/128! +96$/);
		expect(lineOf(open(200), '0.0.0.0:8080')).toMatch(
			/129\/128! +129 <1s +511 +12 +96 +4\.3 +900 +0 +100\/100 +7 :: nginx 812, 127\.0\.0\.1 /,
		);
	});

	it.each([
		['is full at one more than its limit', {recvQ: 129, sendQ: 128}, /129\/128! /],
		['is not full at its limit', {recvQ: 128, sendQ: 128}, /128\/128 {2}/],
		['without a reported queue', {recvQ: null, sendQ: null}, /–\/– {2}/],
	])('%s', (_what, queue, expected) => {
		const row = makeRow({
			role: 'listener',
			local: address('::', 1),
			kernel: makeKernelView({state: 'LISTEN', ...queue}),
		});
		const screen = draw({model: makeModel([row])});
		screen.press('2');
		expect(lineOf(screen, '[::]:1 ')).toMatch(expected);
	});

	it('without a hook has no program, and no value that was not observed', () => {
		expect(lineOf(open(120), '5432')).toMatch(
			/^ – +127\.0\.0\.1:5432 +(?:IPv)?4 +listening +0\/200 +0 +– +0 +– +– +– +– +– none$/,
		);
	});

	it('shows the error of a failed bind', () => {
		expect(lineOf(open(), 'EADDRINUSE')).toMatch(/^ api\.js +\[::\]:3000 +– +EADDRINUSE +– /);
	});

	it('is shown for a listener on a path, too', () => {
		expect(lineOf(open(), '/run/app.sock')).toMatch(/^ server\.js +\/run\/app\.sock +– +listening +0\/511/);
	});
});

describe('the list of listeners', () => {
	it('holds listeners alone, in the order of the addresses', () => {
		const screen = open();
		expect(open(100).lines()[2]).toMatch(/ 1 connections 13 +2 listeners 5 /);
		const addresses = screen
			.lines()
			.slice(4, 9)
			.map(line => line.slice(10, 26).trim());
		expect(addresses).toEqual(['0.0.0.0:8080', '127.0.0.1:5432', '[::]:3000', '[::]:3000', '/run/app.sock']);
	});

	it('keeps the selection on its listener through sorting, closing, new ones and other tabs', () => {
		const screen = open();
		screen.press('down', 'down', 'down');
		expect(selected(screen)).toContain('2/511');
		screen.press('S');
		expect(selected(screen)).toContain('2/511');
		screen.press('s', 'right', 'right', 'enter');
		expect(selected(screen)).toContain('2/511');
		const row = screen.model.rows.get('busy') as Row;
		row.stage = 'closed';
		row.closedAt = sampleNow;
		screen.model.rows.set('new', makeRow({id: 'new', role: 'listener', local: address('0.0.0.0', 1)}));
		screen.changed();
		expect(selected(screen)).toContain('2/511');
		screen.press('1');
		expect(selected(screen)).toBe('');
		screen.press('down', 'down', '2');
		expect(selected(screen)).toContain('2/511');
		screen.model.rows.delete('busy');
		screen.changed();
		expect(selected(screen)).not.toBe('');
	});

	it('is unchanged after a switch to another tab and back, though rows came and went meanwhile', () => {
		const rows = Array.from({length: 300}, (_, index) =>
			makeRow({id: `l${index}`, role: 'listener', local: address('10.0.0.1', 1000 + index)}),
		);
		const screen = draw({model: makeModel(rows)});
		screen.press('2', 'pagedown', 'pagedown', 'up');
		const before = screen.lines().slice(3);
		screen.press('5');
		screen.changed();
		screen.press('4', '2');
		expect(screen.lines().slice(3)).toEqual(before);
		const chosen = /10\.0\.0\.1:(\d+)/.exec(selected(screen))?.[1];
		screen.press('6');
		screen.model.rows.delete(`l${Number(chosen) - 1000}`);
		screen.changed();
		screen.press('2');
		expect(selected(screen)).toContain(`10.0.0.1:${Number(chosen) + 1}`);
	});

	it('opens the detail of a listener with Enter, moves to its neighbours, and comes back with Esc', () => {
		const screen = open();
		screen.press('down', 'enter');
		const detail = screen.lines().join('\n');
		expect(detail).toContain('0.0.0.0:8080 • listens');
		expect(detail).toContain('on this port, too: :: nginx 812, 127.0.0.1');
		expect(detail).toMatch(/queue +129 of 128 full!/);
		expect(detail).toMatch(/at most +129, <1s ago/);
		expect(detail).toMatch(/backlog +511 asked/);
		expect(detail).toMatch(/half +12/);
		expect(detail).toMatch(/drops +96 {2}4\.3\/s/);
		expect(detail).toMatch(/accept +900 {2}0\/s/);
		expect(detail).toMatch(/takes +IPv4/);
		expect(detail).toContain('100 connections of at most 100, 7 dropped');
		screen.press('right');
		expect(screen.lines().join('\n')).toContain('127.0.0.1:5432 • listens');
		screen.press('esc');
		expect(screen.lines()[2]).toContain('2 listeners 5');
		expect(selected(screen)).toContain('5432');
		screen.press('esc');
		expect(lineOf(screen, 'connect')).not.toBe('');
		expect(screen.lines()[3]).toContain('peer');
	});

	it('is filtered by the filter of the connections, and says so', () => {
		const screen = open();
		screen.press('/', '"lport:8080"');
		screen.press('esc', '/', '"api.js"');
		expect(screen.lines().at(-2)).toMatch(/2\/5$/);
		screen.press('enter');
		expect(screen.lines()[2]).toMatch(/ 2 listeners 2\/5 .*\/api\.js$/);
		screen.press('1');
		expect(screen.lines()[2]).toContain('1 connections 2/13');
	});

	it('says that no listener matches, or that there is none', () => {
		const screen = open();
		screen.press('/', '"10.9.9.9"', 'enter');
		expect(screen.lines().join('\n')).toMatch(
			/None of 5 listeners matches 10\.9\.9\.9[\s\S]*Esc clears the filter/,
		);
		screen.press('esc');
		expect(screen.lines()[2]).toMatch(/ 2 listeners 5 /);
		expect(lineOf(screen, '2/511')).not.toBe('');
		const [row] = listenerRows();
		const none = draw({model: makeModel([{...(row as Row), role: 'client', kernel: null}])});
		none.press('2');
		expect(none.lines().join('\n')).toContain('Nothing listens.');
	});

	it("is sorted by the listeners' own columns, and only there", () => {
		const screen = open(120, 30);
		screen.press('s');
		expect(screen.lines().at(-2)).toMatch(/Recv-Q .* drops .* half-open .* accepted/);
		expect(screen.lines().at(-2)).not.toMatch(/RTT|peer/);
		screen.press('esc', '1', 's', 'left', 'left', 'left');
		expect(screen.lines().at(-2)).not.toMatch(/half-open|accepted/);
	});

	it('does not change while paused', () => {
		const screen = open();
		screen.press('p');
		const before = screen.lines().slice(3);
		const row = screen.model.rows.get('full') as Row;
		if (row.acceptQueue) row.acceptQueue.halfOpen = 99;
		if (row.connections) row.connections.connections = 1;
		if (row.kernel) row.kernel.recvQ = 0;
		screen.changed();
		expect(screen.lines().slice(3)).toEqual(before);
	});

	it('scrolls a thousand of them with the selection visible', () => {
		const rows = Array.from({length: 1000}, (_, index) =>
			makeRow({role: 'listener', local: address('10.0.0.1', 1000 + index), acceptQueue: makeAccepting()}),
		);
		const screen = draw({model: makeModel(rows)});
		screen.press('2', 'G');
		expect(selected(screen)).toContain('10.0.0.1:1999');
		screen.press('pageup', 'g');
		expect(selected(screen)).toContain('10.0.0.1:1000');
	});
});
