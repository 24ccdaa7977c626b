/** Terminals that can less than others, report less, or change all the time. */
import {describe, expect, test} from 'vitest';
import {cli, node, root} from '../helpers/process/paths.ts';
import {startShell} from '../helpers/terminal/shell.ts';
import {scrollback, waits, watch} from '../helpers/terminal/watched-shell.ts';

describe.concurrent('terminals that show less', () => {
	test('TERM=dumb gives no screen, and a reason', async context => {
		const shell = await startShell(context, {cols: 120, rows: 30, cwd: root});
		shell.run(`TERM=dumb ${node} ${cli} -- ${node} -p 6*7`);
		await shell.waitFor(/^42$/m, 60_000);
		expect(scrollback(shell)).toContain('TERM=dumb');
		expect(shell.received()).not.toContain('\x1b[?1049h');
		await shell.expectAsBefore();
	});

	test('a locale without UTF-8 gives marks and lines in ASCII', async context => {
		const shell = await startShell(context, {cols: 120, rows: 30, cwd: root, env: {LC_ALL: 'C'}});
		shell.run(`${node} ${cli} -- ${node} test/programs/echo-pair.cjs`);
		await shell.waitFor(lines => lines.filter(line => /ESTAB/.test(line)).length >= 2, 60_000);
		shell.type('qe');
		await shell.expectAsBefore();
		expect(shell.received()).not.toMatch(/[^\x00-\x7f]/);
	});

	test('a screen is drawn with TERM unset, CI set and a size of 0 by 0', async context => {
		const shell = await startShell(context, {cols: 80, rows: 24, cwd: root, env: {CI: '1'}});
		shell.run(`unset TERM; stty rows 0 cols 0; ${node} ${cli} -- ${waits}`);
		await shell.waitFor(lines => shell.altBufferActive() && /1 hooked/.test(lines.join('\n')), 60_000);
		expect(shell.screen().at(-1)).toContain('q quit');
		shell.type('qe');
		await shell.expectAsBefore();
	});

	test('each frame fits after a hundred sizes at once, then one cell, then a large one, and the last is whole', async context => {
		const {shell} = await watch(context);
		for (let step = 0; step < 100; step += 1) shell.resize(40 + ((step * 7) % 160), 5 + ((step * 3) % 45));
		shell.resize(2, 1);
		await shell.waitFor(/^n?…$/, 60_000);
		shell.resize(300, 100);
		const lines = await shell.waitFor(all => all.length === 100 && /q quit/.test(all[99] ?? ''), 60_000);
		expect(lines[0]?.endsWith('netwatch')).toBe(true);
		shell.type('qe');
		await shell.expectAsBefore();
	});
});
