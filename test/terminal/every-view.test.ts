import {Unicode11Addon} from '@xterm/addon-unicode11';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {markerWidth} from '../../source/screen/table/layout.ts';
import {mergeSpannedColumns, type Table} from '../../source/screen/table/table.ts';
import {type Bundle, bundle} from '../helpers/process/bundle.ts';
import {type Drawn, draw} from '../helpers/screen/draw.tsx';
import {everythingModel, wideOutput} from '../helpers/screen/sample-wide-text.ts';
import {typed} from '../helpers/terminal/key-bytes.ts';
import {startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

let fixture: Bundle;
let terminal: TestTerminal | undefined;

beforeAll(async () => {
	fixture = await bundle('test/programs/screen-fixture.tsx');
});
afterEach(() => terminal?.end());
afterAll(() => fixture.remove());

const sizes = [
	[40, 10],
	[80, 24],
	[120, 40],
	[200, 60],
] as const;

/** A way through all that there is to see: the keys, and what the body and the last line must have. */
const views: readonly {name: string; keys: readonly string[]; shows: RegExp; footer: RegExp}[] = [
	{name: 'connections', keys: ['1'], shows: /^ process +.*stage/m, footer: /q quit/},
	{name: 'a chosen row', keys: ['end', 'up', 'up'], shows: /^▸/m, footer: /q quit/},
	{name: 'its detail', keys: ['enter'], shows: /^ PROCESS /m, footer: /Esc back .*q quit/},
	{name: 'the next one', keys: ['right'], shows: /^ PROCESS /m, footer: /Esc back .*q quit/},
	{name: 'listeners', keys: ['esc', '2'], shows: /^ process +listens on/m, footer: /q quit/},
	{name: 'a listener', keys: ['down', 'enter'], shows: /listening/m, footer: /Esc back/},
	{name: 'diagnoses', keys: ['3'], shows: /✗ error connect-r/, footer: /q quit/},
	{name: 'a finding', keys: ['down', 'd'], shows: /^ phase +connect/m, footer: /Esc back/},
	{name: 'routes', keys: ['4'], shows: /^ destination[\s\S]*^ interface/m, footer: /q quit/},
	{name: 'processes', keys: ['5'], shows: /^[ │] ?日本語サーバー\.js +(?:│ +)?4712/m, footer: /q quit/},
	{name: 'output', keys: ['6'], shows: /Warning: something is depr/, footer: /q quit/},
	{name: 'the end of its long lines', keys: ['up', 'right', 'right'], shows: /./, footer: /q quit/},
	{name: 'help', keys: ['?'], shows: /./, footer: /Esc back/},
	{name: 'a filter', keys: ['esc', '1', '/', '"host:データ"'], shows: /データ/, footer: /./},
	{name: 'the sort column', keys: ['esc', 's', 'right'], shows: /sort by/, footer: /Enter keep/},
	{name: 'the question how to quit', keys: ['esc', 'q'], shows: /still running/, footer: /Esc stay/},
	{name: 'and the table again', keys: ['esc'], shows: /^ process +/m, footer: /q quit/},
];

/** A modern terminal's widths: two cells for an emoji. */
const start = (cols: number, rows: number): TestTerminal => {
	const started = startTerminal(process.execPath, [fixture.file, 'everything'], {cols, rows});
	started.emulator.loadAddon(new Unicode11Addon());
	started.emulator.unicode.activeVersion = '11';
	return started;
};

const linesOf = (screen: Drawn): string[] => screen.lines().map(line => line.trimEnd());

/** Columns of the table in sight whose gap a row does not leave empty, cell by cell as the terminal has them. */
const overlaps = ({emulator}: TestTerminal, table: Table, top: number): string[] => {
	const {active} = emulator.buffer;
	return table.rows.flatMap((row, index) => {
		const line = active.getLine(active.viewportY + top + 1 + index);
		let at = markerWidth;
		return mergeSpannedColumns(table.layout, row.cells).flatMap(({column, width, gap}) => {
			at += width + gap;
			const cells = Array.from(
				{length: gap},
				(_, behind) => line?.getCell(at - gap + behind)?.getChars() ?? '',
			);
			return cells.join('').trim() === '' ? [] : [`${row.id} behind ${column.id}`];
		});
	});
};

describe('every view in a real terminal', {timeout: 120_000}, () => {
	it.each(sizes)(
		'every view at %i×%i equals its drawing, within its lines, and no column overlaps another',
		async (cols, rows) => {
			terminal = start(cols, rows);
			const screen = draw({model: everythingModel(), output: wideOutput(), columns: cols, rows});
			for (const {name, keys, shows, footer} of views) {
				let lines: string[] = [];
				for (const key of keys) {
					screen.press(key);
					terminal.type(typed(key));
					const expected = linesOf(screen).join('\n');
					lines = await terminal.waitFor(shown => shown.join('\n') === expected);
				}
				const {active} = terminal.emulator.buffer;
				expect(lines, name).toHaveLength(rows);
				expect(lines[0], name).toMatch(/^ 日本語サーバー\.js 4712 \+\d/);
				expect(lines[1], name).toContain('hooked');
				for (const number of [1, 2, 3, 4, 5, 6])
					expect(lines[2], name).toMatch(new RegExp(` ${number}(?: |$)`));
				expect(lines.slice(3).join('\n'), name).toMatch(shows);
				expect(lines.at(-1), name).toMatch(footer);
				for (let row = 0; row < rows; row++)
					expect(active.getLine(active.viewportY + row)?.isWrapped, `${name}, line ${row}`).toBe(false);
				const {body, header} = screen.store.frame();
				if (body.type === 'table') expect(overlaps(terminal, body.table, header.length), name).toEqual([]);
			}
		},
	);
});
