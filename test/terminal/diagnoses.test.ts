/** Findings on the real screen of the built tool. */
import {afterEach, expect, test} from 'vitest';
import {keys, startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

const deadlineMs = 60_000;
let terminal: TestTerminal | null = null;

afterEach(async () => {
	await terminal?.end();
	terminal = null;
});

/** A program that is refused and has ended: its rows stay, and nothing more happens. */
const watchRefused = (cols: number, rows: number, flags: readonly string[] = []): TestTerminal => {
	const words = ['dist/cli.js', ...flags, '--', 'node', 'test/programs/refused.cjs'];
	terminal = startTerminal(process.execPath, words, {cols, rows});
	return terminal;
};

const text = (lines: readonly string[]): string => lines.join('\n');

for (const [cols, rows] of [
	[80, 24],
	[120, 40],
] as const) {
	test(`a refused connection is marked, found, explained, reached and silenced at ${cols}×${rows}`, async () => {
		const screen = watchRefused(cols, rows);
		await screen.waitFor(/ended with exit code 0/, deadlineMs);
		await screen.waitFor(/✗ ?(failed )?ECONNREFUSED/, deadlineMs);
		await screen.waitFor(/3 diagnoses \d+✗/, deadlineMs);
		await screen.waitFor('✗ 1 error', deadlineMs);

		screen.type('3');
		await screen.waitFor(
			/✗ error connect-refused {2}\w.* 1 now · 1 in all$[\s\S]*^ connect to 127\.0\.0\.1:1 .*refused[\s\S]*^ next +ss /m,
			deadlineMs,
		);

		screen.type(keys.down + keys.down + keys.enter);
		await screen.waitFor(/→ 127\.0\.0\.1:1 +failed for[\s\S]*✗ error connect-refused/, deadlineMs);
		screen.type(keys.esc);
		await screen.waitFor('1 now · 1 in all', deadlineMs);

		screen.type('d');
		await screen.waitFor(
			/^ phase +connect$\s^ operation +connect$[\s\S]*^ remote +127\.0\.0\.1:1$[\s\S]*EVIDENCE\s+process +ECONNREFUSED/m,
			deadlineMs,
		);
		screen.type(keys.esc);
		await screen.waitFor('1 now · 1 in all', deadlineMs);

		screen.type('i');
		await screen.waitFor(
			lines =>
				text(lines).includes('silenced: connect-refused') &&
				!/error connect-refused|3 diagnoses \d+✗/.test(text(lines)),
			deadlineMs,
		);
		screen.type('1');
		await screen.waitFor(
			lines => !text(lines).includes('✗ECONN') && !text(lines).includes('✗ ECONN'),
			deadlineMs,
		);
		screen.type('q');
		expect((await screen.exited).exitCode).toBe(0);
	}, 200_000);
}

test('a rule silenced by the command line is at the end of the list, and i enables it', async () => {
	const screen = watchRefused(80, 24, ['--ignore', 'connect-refused']);
	await screen.waitFor(/ended with exit code 0/, deadlineMs);
	screen.type('3');
	await screen.waitFor('silenced: connect-refused', deadlineMs);
	screen.type(`${keys.down}i`);
	await screen.waitFor(lines => !text(lines).includes('silenced:'), deadlineMs);
	screen.type('q');
	expect((await screen.exited).exitCode).toBe(0);
}, 200_000);
