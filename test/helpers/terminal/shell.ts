/** An interactive shell with job control in a real terminal, as a person has it. */
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import xterm from '@xterm/headless';
import {expect, type TestContext} from 'vitest';
import {startTerminal, type TerminalOptions, type TestTerminal} from './terminal.ts';

export type Shell = TestTerminal & {
	/** Private to the test: temporary files, state, configuration. */
	readonly directory: string;
	/** Types a command line. */
	run(line: string): void;
	/** Waits for the shell's next prompt. */
	prompted(): Promise<string[]>;
	/** Fails unless the terminal is as the shell had it: its driver's settings, its modes, its screen, its cursor. */
	expectAsBefore(): Promise<void>;
};

/** The prompt of the shell. */
const prompt = 'ready';

export const startShell = async (context: TestContext, options: TerminalOptions = {}): Promise<Shell> => {
	const directory = mkdtempSync(join(tmpdir(), 'netwatch-terminal-test-'));
	const inputrc = join(directory, 'inputrc');
	// Bash would switch modes of its own on at each prompt.
	writeFileSync(inputrc, 'set enable-bracketed-paste off\n');
	const terminal = startTerminal('/bin/sh', ['-i'], {
		...options,
		env: {
			...{PS1: `${prompt}$ `, ENV: undefined, INPUTRC: inputrc, HISTFILE: undefined, TMPDIR: directory},
			...{XDG_RUNTIME_DIR: undefined, XDG_STATE_HOME: join(directory, 'state')},
			...{XDG_CONFIG_HOME: join(directory, 'config'), HOME: directory},
			...options.env,
		},
	});
	context.onTestFinished(async () => {
		await terminal.end();
		rmSync(directory, {recursive: true, force: true});
	});
	const run = (line: string): void => terminal.type(`${line}\r`);
	const prompted = (): Promise<string[]> =>
		terminal.waitFor(() => {
			const {active} = terminal.emulator.buffer;
			const line = active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? '';
			return (
				active.type === 'normal' && line.trimEnd() === `${prompt}$` && active.cursorX === prompt.length + 2
			);
		}, 60_000);
	const settings = async (name: string): Promise<string> => {
		const path = join(directory, name);
		run(`stty -a > ${path}; printf '\\033[H\\033[J'; echo taken ${name}`);
		await terminal.waitFor(new RegExp(`^taken ${name}\n${prompt}\\$$`, 'm'));
		// Its size is the window's business.
		return readFileSync(path, 'utf8').replace(/rows \d+; columns \d+;/, '');
	};
	await prompted();
	const before = await settings('before');
	return Object.assign(terminal, {
		directory,
		run,
		prompted,
		async expectAsBefore() {
			await prompted();
			expect(terminal.cursorHidden()).toBe(false);
			expect(terminal.emulator.modes).toEqual(new xterm.Terminal({allowProposedApi: true}).modes);
			const {active} = terminal.emulator.buffer;
			const cell = active.getLine(active.baseY + active.cursorY)?.getCell(0);
			expect([cell?.isInverse(), cell?.isBold(), cell?.isFgDefault(), cell?.isBgDefault()]).toEqual([
				0,
				0,
				true,
				true,
			]);
			expect(await settings('after')).toBe(before);
		},
	});
};
