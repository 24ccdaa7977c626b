// The processes tab: processes with a hook, those without and why, and the data that is missing for them.
import {describe, expect, it} from 'vitest';
import type {NoHookReason, ProcessRow} from '../../../../../source/domain/row.ts';
import {makeRow} from '../../../../helpers/model/row.ts';
import {draw} from '../../../../helpers/screen/draw.tsx';
import {makeLoad, makeModel, makeProcess} from '../../../../helpers/screen/sample-model.ts';

const unhooked = (noHook: NoHookReason, overrides: Partial<ProcessRow> = {}): ProcessRow =>
	makeProcess({proc: 2, pid: 5000, program: 'other', state: 'unhooked', noHook, load: null, ...overrides});

const shown = (processes: readonly ProcessRow[], {columns = 80, rows = 24} = {}) => {
	const screen = draw({model: makeModel([], {processes}), columns, rows});
	screen.press('5');
	const lines = screen.lines();
	return {lines, text: lines.join(' ').replaceAll(/[│\s]+/g, ' ')};
};

describe('a process without a hook', () => {
	it.each<[NoHookReason, string, string]>([
		['not-node', 'not Node', "not Node: other 5000 – kernel's view only"],
		['replaced', 'no hook', "no hook: other 5000 – NODE_OPTIONS was replaced: kernel's view only"],
		['unreachable', 'no hook', "no hook: other 5000 – kernel's view only: it cannot reach netwatch"],
		['kept-out', 'no hook', "no hook: other 5000 – kernel's view only: kept out, as the notice says"],
		['watcher', 'no hook', 'no hook: other 5000 – a watcher takes none in, and has no sockets of its own'],
	])('(%s) has a reason and its consequence', (absence, state, sentence) => {
		const {text} = shown([makeProcess({}), unhooked(absence, {rows: 1})]);
		expect(text).toContain(`other 5000 ${state}`);
		expect(text).toContain(sentence);
		expect(text).toContain("The kernel's view: addresses, states, queues; no host names");
	});

	it('is counted in the header, but for a watcher that has no sockets', () => {
		const header = (processes: ProcessRow[]): string => shown(processes).lines[1] ?? '';
		expect(header([makeProcess({}), unhooked('not-node')])).toContain('1 hooked · 1 unhooked');
		expect(header([makeProcess({}), unhooked('watcher', {rows: 0})])).toContain('1 hooked · 0 unhooked');
		expect(header([makeProcess({}), unhooked('watcher', {rows: 1})])).toContain('1 unhooked');
	});

	it('that has exited is no blind spot', () => {
		const {text} = shown([makeProcess({}), unhooked('replaced', {state: 'lost', endedAt: 9})]);
		expect(text).toContain('other 5000 gone');
		expect(text).not.toContain('NODE_OPTIONS');
	});

	it.each([
		[80, 24],
		[40, 12],
	])('is listed at %i×%i among many too: three are named, the rest is counted', (columns, rows) => {
		const others = Array.from({length: 12}, (_, index) =>
			unhooked('replaced', {proc: index, pid: 5000 + index, program: 'server.js'}),
		);
		const {lines, text} = shown([makeProcess({}), ...others], {columns, rows});
		expect(text).toContain('no hook: server.js 5000, server.js 5001, server.js 5002 and 9 more');
		expect(lines).toHaveLength(rows);
	});
});

it('a hook with lost records is a blind spot too', () => {
	const {text} = shown([makeProcess({load: makeLoad({dropped: 1234})})]);
	expect(text).toContain('1.2k records lost: server.js 4712 – more happened than netwatch could read');
});

it('of a process without a last report, what it lost is a minimum', () => {
	const load = makeLoad({dropped: 7});
	expect(shown([makeProcess({load, isEndUnreported: true})], {columns: 200}).text).toMatch(/≥7/);
	expect(shown([makeProcess({load})], {columns: 200}).text).not.toMatch(/≥7/);
});

it('running processes stand before exited ones, the newest first', () => {
	const at = (pid: number, facts: Partial<ProcessRow>): ProcessRow => makeProcess({proc: pid, pid, ...facts});
	const {lines} = shown([
		at(5001, {startedAt: 1, endedAt: 5, state: 'lost'}),
		at(5002, {startedAt: 2, endedAt: 6, state: 'exited', exitCode: 1}),
		at(5004, {startedAt: 4}),
		at(5003, {startedAt: 3}),
	]);
	const pids = lines.flatMap(line => /│ (500\d) │/.exec(line)?.[1] ?? []);
	expect(pids).toEqual(['5003', '5004', '5002', '5001']);
});

it('a restarted program has its pid in the table only as long as both processes have rows', () => {
	const processes = [makeProcess({pid: 4711, endedAt: 9, state: 'lost'}), makeProcess({proc: 2})];
	const model = makeModel([makeRow({pid: 4712, program: 'server.js'})], {processes});
	const named = (rows: number): string => {
		model.processes = processes.map(row => (row.pid === 4711 ? {...row, rows} : row));
		return draw({model}).lines()[4] ?? '';
	};
	expect(named(1)).toMatch(/^ ser… 4712 /);
	expect(named(0)).toMatch(/^ server\.js /);
});

describe('a processes tab with room for few processes', () => {
	const many = Array.from({length: 12}, (_, index) =>
		makeProcess({proc: index, pid: 5000 + index, program: index === 3 ? 'データ.js' : 'worker.js'}),
	);

	it('has a line for each process; the rest is counted and can be scrolled to', () => {
		const screen = draw({model: makeModel([], {processes: many}), columns: 40, rows: 10});
		screen.press('5');
		expect(screen.lines().slice(3, 9)).toEqual([
			' program     pid  state   loop p99',
			' worker.js  5000  hooked   12.3 ms',
			' worker.js  5001  hooked   12.3 ms',
			' worker.js  5002  hooked   12.3 ms',
			' データ.js  5003  hooked   12.3 ms',
			' +8 more',
		]);
		screen.press('G');
		const last = screen.lines();
		expect(last[7]).toMatch(/worker\.js +5011/);
		expect(last[8]).toBe(' 8 before');
		expect(last).toHaveLength(10);
	});

	it('shows all of three processes at 40×10', () => {
		const {text} = shown(many.slice(0, 3), {columns: 40, rows: 10});
		expect(text).toMatch(/5000.*5001.*5002/);
		expect(text).not.toContain('more');
	});
});
