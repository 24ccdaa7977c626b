// The text in place of the rows, as long as there are none.
import {describe, expect, it} from 'vitest';
import {draw} from '../../../helpers/screen/draw.tsx';
import {makeModel, makeNotice, makeOutput, sampleNow} from '../../../helpers/screen/sample-model.ts';

const running = makeModel();
const failed = (command = ['node', 'srver.js']) =>
	makeModel([], {
		session: {...running.session, command, ended: {at: sampleNow, exitCode: 1, signal: null}},
	});

const lines = (
	model: ReturnType<typeof makeModel>,
	output: Parameters<typeof makeOutput>[0] = [],
	{columns = 80, rows = 24} = {},
): string[] => draw({model, output: makeOutput(output), columns, rows}).lines();

const textOf = (...parameters: Parameters<typeof lines>): string => lines(...parameters).join('\n');

const stderr = (text: string) => ({stream: 'stderr' as const, text, at: sampleNow});

describe('before the first socket', () => {
	it('a program with a prompt is shown with it, and with the place to answer', () => {
		const text = textOf(running, ['one', 'two', 'three', '? Your name?', '']);
		expect(text).toContain('waiting for the first socket of node server.js (pid 4712) …');
		expect(text).toContain("The keys are netwatch's: a program that asks for input needs --headless.");
		expect(text).toMatch(/ {4}two\n {4}three\n {4}\? Your name\?/);
		expect(text).not.toContain('one');
	});

	it('a silent program has a waiting message alone', () => {
		expect(textOf(running)).not.toContain('output, which');
	});
});

describe('a command that ended without a socket', () => {
	it('has its last output on the screen', () => {
		const text = textOf(failed(), [
			'starting',
			stderr("Error: Cannot find module '/app/srver.js'"),
			...Array.from({length: 20}, () => stderr('    at Module._load (node:internal/modules)')),
			stderr(''),
			stderr('Node.js v20.20.2'),
		]);
		expect(text).toContain('node srver.js ended with exit code 1 and no socket is left.');
		expect(text).toMatch(/6 shows its output, which ends with:\n/);
		expect(text).toMatch(/▌ Error: Cannot find module '\/app\/srver.js'\n {2}▌ Node/);
	});

	it('is described to its end, however long the text is', () => {
		const words = textOf(failed(['node', ...Array.from({length: 30}, (_, index) => `--option-${index}`)]));
		expect(words.replaceAll(/\s+/g, ' ')).toContain('ended with exit code 1 and no socket is left.');
	});

	it.each([
		[40, 8],
		[40, 12],
		[80, 24],
		[200, 60],
	])('never takes more lines than the screen has, at %i×%i', (columns, rows) => {
		const model = {...failed(), notices: Array.from({length: 5}, () => makeNotice('long '.repeat(60)))};
		const output = Array.from(
			{length: 100},
			(_, index) => `line ${index} \x1b]0;title\x07${'x'.repeat(300)}`,
		);
		const drawn = lines(model, output, {columns, rows});
		expect(drawn).toHaveLength(rows);
		expect(drawn.join('')).not.toContain('title\x07');
		if (rows >= 24) expect(drawn.join('')).toContain('line 99');
	});
});
