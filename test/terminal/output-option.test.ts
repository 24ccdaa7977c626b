/** `--output FILE` with the built netwatch in a real terminal. */
import {mkdtempSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {startTerminal} from '../helpers/terminal/terminal.ts';

const watch = (file: string, program: string) => {
	const args = ['dist/cli.js', '--quit-on-exit', '--output', file, '--', process.execPath, '-e', program];
	const terminal = startTerminal(process.execPath, args, {});
	onTestFinished(() => terminal.end());
	return terminal;
};

const fileOfTest = (): string => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-output-test-'));
	onTestFinished(() => rmSync(directory, {recursive: true, force: true}));
	return join(directory, 'all.log');
};

const much = "require('fs').writeSync(1, 'line of text\\n'.repeat(20000) + 'the end');";

test.each([
	['ends at once', `${much} process.exit(0)`, 0],
	['crashes', `${much} process.kill(process.pid, 'SIGKILL')`, 137],
] as const)('the file of --output has all output of a program that %s', async (_how, program, code) => {
	const file = fileOfTest();
	const terminal = watch(file, program);
	expect((await terminal.exited).exitCode).toBe(code);
	expect(readFileSync(file, 'latin1')).toBe(`${'line of text\n'.repeat(20_000)}the end`);
	expect(statSync(file).mode & 0o777).toBe(0o600);
	expect(terminal.received()).toContain('has all of the output (260007 bytes)');
});

test('the file of --output may not be a terminal, and no command is started', async () => {
	const terminal = watch('/dev/tty', "console.log('started')");
	expect((await terminal.exited).exitCode).toBe(125);
	expect(terminal.received()).toContain('cannot write the output to /dev/tty: it is a terminal');
	expect(terminal.received()).not.toContain('started');
});
