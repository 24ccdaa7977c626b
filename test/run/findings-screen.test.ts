/** What is found, on the real screen of the built tool. */
import {afterEach, expect, test} from 'vitest';
import {keys, startTerminal, type TestTerminal} from '../support/terminal.ts';

const deadlineMs = 60_000;
let terminal: TestTerminal | null = null;

afterEach(async () => {
	await terminal?.end();
	terminal = null;
});

/** A program that is refused and has ended: its rows stay, and nothing more happens. */
const watchRefused = (cols: number, rows: number, flags: readonly string[] = []): TestTerminal => {
	const words = ['dist/cli.js', ...flags, '--', 'node', 'test/targets/refused.cjs'];
	terminal = startTerminal(process.execPath, words, {cols, rows});
	return terminal;
};

const text = (lines: readonly string[]): string => lines.join('\n');

for (const [cols, rows] of [
	[80, 24],
	[120, 40],
] as const) {
	test(`a refused connection is marked, found, told, led to and silenced at ${cols}×${rows}`, async () => {
		const screen = watchRefused(cols, rows);
		await screen.waitFor(/ended with exit code 0/, deadlineMs);
		await screen.waitFor(/✗ ?(failed )?ECONNREFUSED/, deadlineMs);
		await screen.waitFor(/3 diagnoses \d+✗/, deadlineMs);
		expect(text(screen.screen())).toContain('✗ 1 error');

		screen.type('3');
		const list = text(await screen.waitFor('1 now · 1 in all', deadlineMs));
		expect(list).toMatch(/✗ error connect-refused {2}\w.* 1 now · 1 in all$/m);
		expect(list).toMatch(/^ connect to 127\.0\.0\.1:1 .*refused/m);
		expect(list).toMatch(/^ next +ss /m);

		screen.type(keys.down + keys.down + keys.enter);
		const detail = text(await screen.waitFor(/→ 127\.0\.0\.1:1 +failed for/, deadlineMs));
		expect(detail).toContain('✗ error connect-refused');
		screen.type(keys.esc);
		await screen.waitFor('1 now · 1 in all', deadlineMs);

		screen.type('d');
		const told = text(await screen.waitFor('EVIDENCE', deadlineMs));
		expect(told).toMatch(/^ phase +connect$/m);
		expect(told).toMatch(/^ operation +connect$/m);
		expect(told).toMatch(/^ remote +127\.0\.0\.1:1$/m);
		expect(told).toMatch(/^ process +ECONNREFUSED/m);
		screen.type(keys.esc);
		await screen.waitFor('1 now · 1 in all', deadlineMs);

		screen.type('i');
		const silenced = text(await screen.waitFor('silenced: connect-refused', deadlineMs));
		expect(silenced).not.toContain('error connect-refused');
		expect(silenced).not.toMatch(/3 diagnoses \d+✗/);
		screen.type('1');
		await screen.waitFor(
			lines => !text(lines).includes('✗ECONN') && !text(lines).includes('✗ ECONN'),
			deadlineMs,
		);
		screen.type('q');
		expect((await screen.exited).exitCode).toBe(0);
	}, 200_000);
}

test('a rule that the command line silences stands at the end of the list, and i listens to it', async () => {
	const screen = watchRefused(80, 24, ['--ignore', 'connect-refused']);
	await screen.waitFor(/ended with exit code 0/, deadlineMs);
	screen.type('3');
	await screen.waitFor('silenced: connect-refused', deadlineMs);
	screen.type(`${keys.down}i`);
	await screen.waitFor(lines => !text(lines).includes('silenced:'), deadlineMs);
	screen.type('q');
	expect((await screen.exited).exitCode).toBe(0);
}, 200_000);
