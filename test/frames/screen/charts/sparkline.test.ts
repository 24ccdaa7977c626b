import {describe, expect, it} from 'vitest';
import {scaledSparkline, sparkline, sumSeries} from '../../../../source/screen/charts/sparkline.ts';
import {makeKernelView, makeProcessView, makeRow} from '../../../helpers/model/row.ts';
import {draw} from '../../../helpers/screen/draw.tsx';
import {historyOf} from '../../../helpers/screen/sample-history.ts';
import {makeModel} from '../../../helpers/screen/sample-model.ts';

describe('a sparkline', () => {
	it('distinguishes unobserved seconds from zero, and zero from a single byte', () => {
		expect(sparkline([null, 0, 1, 1024, 1025, 65_536, 4 * 2 ** 20, 2 ** 40], 'blocks')).toBe(' ·▁▁▂▄▇█');
		expect(sparkline([null, 0, 1, 1024, 1025, 65_536, 4 * 2 ** 20, 2 ** 40], 'digits')).toBe(' .112478');
	});

	it('with its own scale spans zero to the maximum, and marks values over a limit', () => {
		const line = scaledSparkline([null, 0, 1, 500, 1000], {ink: 'blocks', mark: 800, over: 'waiting'});
		expect(line).toEqual([
			{text: ' ·', tone: 'faint'},
			{text: '▁▄', tone: 'plain'},
			{text: '█', tone: 'waiting'},
		]);
	});

	it('of a sum leaves out only the seconds without any observation', () => {
		expect(
			sumSeries([
				[null, 1, null],
				[null, 2, 3],
			]),
		).toEqual([null, 3, 3]);
	});
});

describe('sparklines in the table', () => {
	const row = makeRow({
		id: '1.0.1',
		role: 'client',
		inBps: 2000,
		outBps: 0,
		process: makeProcessView(),
		kernel: makeKernelView({sendQ: 70_000}),
	});
	const history = historyOf('1.0.1', {in: [0, 0, 500, 2000], out: [0, null, 0, 0], sendQ: [0, 70_000]});

	it('show bytes and buffers where there is room', () => {
		const at = (columns: number): string =>
			draw({model: makeModel([row], {history}), columns}).lines()[columns < 100 ? 3 : 4] ?? '';
		expect(at(120)).toMatch(/ 2\.0k +··▁▂ /);
		expect(at(130)).toMatch(/ 2\.0k +··▁▂ +·▅ /);
		expect(at(80)).not.toContain('▂');
	});

	it('have a dot for a row without bytes, and none for an unobserved row', () => {
		const [quiet = '', unknown = ''] = [{inBps: 0, outBps: 0}, {}].map(
			rates => draw({model: makeModel([makeRow({role: 'client', ...rates})]), columns: 120}).lines()[4],
		);
		expect(quiet).toMatch(/ 0 +0 +· /);
		expect(unknown).toMatch(/ – +– +– /);
	});
});

describe('sparklines in the detail', () => {
	const row = makeRow({
		id: '1.0.1',
		role: 'client',
		process: makeProcessView({writableHighWaterMark: 65_536}),
	});
	const history = historyOf('1.0.1', {in: [0, 0], out: [null, 1000, 4000], jsOut: [0, 149_504, 40_000]});
	const lines = (columns: number, rows: number): string[] => {
		const screen = draw({model: makeModel([row], {history}), columns, rows});
		screen.press('down', 'enter');
		return screen.lines();
	};

	it.each([40, 80, 120])('each have a line with a name and a maximum, at %i columns', columns => {
		const shown = lines(columns, 60);
		expect(shown.filter(line => line.startsWith(' last '))).toHaveLength(1);
		expect(shown.find(line => line.startsWith(' out/s'))).toMatch(/^ out\/s +▂█ +3\.9k +3\.9k/);
		expect(shown.find(line => line.startsWith(' js out'))).toMatch(/^ js out +·█▃ +39k +146k of 64k/);
		expect(shown.some(line => line.startsWith(' in/s'))).toBe(false);
	});

	it('scroll with the steps where there is no room', () => {
		const screen = draw({model: makeModel([row], {history}), rows: 20});
		screen.press('down', 'enter');
		const has = (start: string): boolean => screen.lines().some(line => line.startsWith(start));
		expect([has(' PROCESS'), has(' last ')]).toEqual([true, false]);
		screen.press('end');
		expect(has(' last ')).toBe(true);
	});
});

describe('a changed cell', () => {
	const bold = (screen: ReturnType<typeof draw>): string[] => {
		const {body} = screen.store.frame();
		if (body.type !== 'table') return [];
		return body.table.rows.flatMap(({cells}) =>
			cells.filter(({flashes}) => flashes).map(({text}) => text.trim()),
		);
	};

	it('flashes once, but not for an age or in a new row', () => {
		const process = makeProcessView({writableLength: 100});
		const row = makeRow({id: '1.0.1', role: 'client', process});
		const screen = draw({model: makeModel([row]), columns: 120});
		expect(bold(screen)).toEqual([]);
		process.writableLength = 200;
		screen.changed();
		expect(bold(screen)).toEqual(['200']);
		screen.changed();
		expect(bold(screen)).toEqual([]);
		screen.later(20_000);
		screen.model.rows.set('1.0.2', makeRow({id: '1.0.2', role: 'client'}));
		screen.changed();
		expect(bold(screen)).toEqual([]);
		row.stage = 'draining';
		screen.changed();
		expect(bold(screen).join()).toMatch(/^draining/);
	});

	it('does not flash after a change of the width', () => {
		const screen = draw({columns: 120});
		screen.store.resize({columns: 140, rows: 24});
		expect(bold(screen)).toEqual([]);
		screen.store.resize({columns: 80, rows: 24});
		expect(bold(screen)).toEqual([]);
	});
});
