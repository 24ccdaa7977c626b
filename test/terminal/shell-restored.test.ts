/** Netwatch ends or is stopped, in any way: the shell has its terminal back. */
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test, vi} from 'vitest';
import {cli, node, root} from '../helpers/process/paths.ts';
import {startShell} from '../helpers/terminal/shell.ts';
import {keys} from '../helpers/terminal/terminal.ts';
import {isRunning, parentOf, scrollback, stateOf, waits, watch} from '../helpers/terminal/watched-shell.ts';

describe.concurrent('the terminal of the shell is restored', () => {
	const typed: [string, string, number][] = [
		['q and e', 'qe', 143],
		['an interrupt that is typed into a filter', `/stage:open${keys.ctrlC}`, 130],
	];
	for (const [how, text, code] of typed) {
		test(`the terminal is restored after ${how}`, async context => {
			const {shell, exitCode} = await watch(context, {flags: '--quit-on-exit'});
			shell.type(text);
			expect(await exitCode()).toBe(code);
			await shell.expectAsBefore();
		});
	}

	test('the terminal is restored after q and l, and the command keeps running', async context => {
		const {shell, commandPid, exitCode} = await watch(context);
		shell.type('ql');
		expect(await exitCode()).toBe(0);
		expect(scrollback(shell)).toContain(`the command goes on as pid ${commandPid}`);
		expect(isRunning(commandPid)).toBe(true);
		await shell.expectAsBefore();
	});

	const signals: [NodeJS.Signals, number][] = [
		['SIGTERM', 143],
		['SIGHUP', 129],
		// Without a handler in netwatch: the screen is left on the way out.
		['SIGALRM', 128 + 14],
		['SIGXCPU', 128 + 24],
	];
	for (const [signal, code] of signals) {
		test(`the terminal is restored after ${signal} from outside`, async context => {
			const {shell, pid, exitCode} = await watch(context);
			process.kill(pid, signal);
			expect(await exitCode()).toBe(code);
			await shell.expectAsBefore();
		});
	}

	test('the terminal is restored after three SIGINT and one SIGQUIT from outside, which go to the command', async context => {
		const command = `${node} -e 'for (const name of ["SIGINT", "SIGQUIT", "SIGTERM"]) process.on(name, () => console.log("got", name)); setInterval(() => {}, 1e6)'`;
		const {shell, pid, exitCode} = await watch(context, {flags: '--quit-on-exit', command});
		shell.type('6');
		process.kill(pid, 'SIGQUIT');
		await shell.waitFor('got SIGQUIT');
		process.kill(pid, 'SIGINT');
		await shell.waitFor('got SIGINT');
		process.kill(pid, 'SIGINT');
		await shell.waitFor('got SIGTERM');
		process.kill(pid, 'SIGINT');
		expect(await exitCode()).toBe(137);
		await shell.expectAsBefore();
	});

	for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGTERM'] as const) {
		test(`the terminal is restored after ${signal} has killed the command`, async context => {
			const {shell, commandPid} = await watch(context);
			process.kill(commandPid, signal);
			await shell.waitFor(`ended with ${signal}`);
			shell.type('q');
			await shell.expectAsBefore();
		});
	}
});

describe.concurrent('an internal error of netwatch', () => {
	const faults: [string, string, string][] = [
		['in a timer', 'timer', 'TypeError: thrown by a timer'],
		['of a promise', 'rejection', 'Error: a rejection'],
		['of the drawing', 'drawing', 'SyntaxError: nothing can be drawn'],
		['that is no error', 'value', 'a text'],
		['beside one at the end', 'ending', 'TypeError: before the end'],
		['beside one in its report', 'reporting', 'TypeError: reported in another way'],
	];
	for (const [where, name, said] of faults) {
		test(`${where}: the terminal is restored, the error is written to a file, and the command keeps running`, async context => {
			const {shell, commandPid, fail, exitCode} = await watch(context, {faulty: true});
			fail(name);
			expect(await exitCode()).toBe(125);
			const printed = scrollback(shell);
			expect(printed).toContain(`this is a fault of netwatch, not of the command: ${said}`);
			expect(printed).toContain(`the command goes on as pid ${commandPid}`);
			expect(isRunning(commandPid)).toBe(true);
			await shell.expectAsBefore();

			const state = join(shell.directory, 'state/netwatch');
			const [report = '', ...others] = readdirSync(state);
			expect(others).toEqual([]);
			expect(printed).toContain(join(state, report));
			expect(statSync(state).mode & 0o777).toBe(0o700);
			expect(statSync(join(state, report)).mode & 0o777).toBe(0o600);
			const text = readFileSync(join(state, report), 'utf8');
			expect(text).toContain(said);
			expect(text).toContain(process.version);
			expect(text).not.toContain('hunter2');
			expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
			if (name === 'rejection') expect(text).toContain('caused by RangeError: its cause');
		});
	}
});

test('a warning of Node in netwatch is a notice, and is not written over the screen', async context => {
	const {shell, fail} = await watch(context, {faulty: true});
	fail('warning');
	shell.type('5');
	await shell.waitFor('DeprecationWarning: of something old');
	expect(shell.received()).not.toContain('(node:');
	shell.type('qe');
	await shell.expectAsBefore();
});

describe.concurrent('suspend and continue', () => {
	test('Ctrl-Z returns the terminal to the shell, and fg redraws the screen at the current size', async context => {
		const {shell, commandPid} = await watch(context);
		shell.type('\x1a');
		await shell.expectAsBefore();
		expect(stateOf(commandPid)).not.toBe('T');
		shell.resize(90, 20);
		shell.run('fg');
		await shell.waitFor(
			lines => shell.altBufferActive() && lines.length === 20 && (lines[19] ?? '').includes('quit'),
			60_000,
		);
		expect(shell.cursorHidden()).toBe(true);
		shell.type('6');
		await shell.waitFor('said before');
		shell.type('qe');
		await shell.expectAsBefore();
	});

	test('SIGTSTP suspends like Ctrl-Z, also the parent that the shell waits for', async context => {
		const {shell, pid} = await watch(context);
		process.kill(pid, 'SIGTSTP');
		await shell.prompted();
		expect(stateOf(pid)).toBe('T');
		await shell.expectAsBefore();
		shell.run('fg');
		await shell.waitFor(() => shell.altBufferActive(), 60_000);
		shell.type('qe');
		await shell.expectAsBefore();
	});

	test('the screen is redrawn after SIGSTOP, which cannot be caught', async context => {
		const {shell, pid} = await watch(context);
		process.kill(pid, 'SIGSTOP');
		// The shell has taken its terminal back by then, on either screen.
		await shell.waitFor(/Stopped[\s\S]*ready\$/);
		await new Promise<void>(resolve =>
			shell.emulator.write('\x1b[?1049l\x1b[?25h$ something else\r\n', resolve),
		);
		process.kill(pid, 'SIGCONT');
		// Continued in the background it waits for its turn, and does not draw.
		await vi.waitFor(() => expect(stateOf(pid)).toBe('T'), {timeout: 10_000});
		expect(shell.altBufferActive()).toBe(false);
		// The terminal is still raw, in which Enter is no line feed.
		shell.type('fg\n');
		await shell.waitFor(lines => shell.altBufferActive() && /1 hooked/.test(lines.join('\n')), 60_000);
		expect(shell.cursorHidden()).toBe(true);
		shell.type('qe');
		await shell.expectAsBefore();
	});

	test('Ctrl-Z without a waiting shell shows a message and has no other effect', async context => {
		const shell = await startShell(context, {cols: 120, rows: 30, cwd: root});
		// As a terminal's own command, or a container's: a session of its own without another process.
		shell.run(`exec ${node} ${cli} -- ${waits}`);
		await shell.waitFor(/1 hooked/, 60_000);
		shell.type('\x1a');
		await shell.waitFor('no shell waits');
		expect(shell.altBufferActive()).toBe(true);
		shell.type('qe');
		await shell.exited;
		expect(shell.altBufferActive()).toBe(false);
	});
});

describe.concurrent('the terminal goes away', () => {
	test('--on-hangup leave keeps the command running without a terminal, and its output stays', async context => {
		const shell = await startShell(context, {cols: 120, rows: 30, cwd: root});
		const command = `${node} -e 'setInterval(() => console.log(process.pid), 20)'`;
		shell.run(`${node} ${cli} --on-hangup leave -- ${command}`);
		const [title = ''] = await shell.waitFor(/1 hooked/, 60_000);
		const commandPid = Number(/ (\d+)/.exec(title)?.[1]);
		const pid = parentOf(commandPid);
		context.onTestFinished(() => {
			for (const one of [pid, commandPid]) if (isRunning(one)) process.kill(one, 'SIGKILL');
		});
		shell.hangUp();
		await vi.waitFor(() => expect(isRunning(pid)).toBe(false), {timeout: 20_000});
		expect(isRunning(commandPid)).toBe(true);
		const [directory = ''] = readdirSync(shell.directory).filter(name => name.startsWith('netwatch-'));
		const log = join(shell.directory, directory, 'stdout.log');
		const before = statSync(log).size;
		await vi.waitFor(() => expect(statSync(log).size).toBeGreaterThan(before), {timeout: 10_000});
	});
});
