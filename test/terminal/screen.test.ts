/** The built tool in a real terminal, as a person meets it. */
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, describe, expect, test} from 'vitest';
import {endWithCommand} from '../helpers/terminal/end-with-command.ts';
import {keys, startTerminal, type TerminalOptions, type TestTerminal} from '../helpers/terminal/terminal.ts';

const cli = 'dist/cli.js';
const shell = '/bin/sh';
const temporary = mkdtempSync(join(tmpdir(), 'netwatch-screen-test-'));
let terminals: TestTerminal[] = [];

afterAll(() => rmSync(temporary, {recursive: true, force: true}));

afterEach(async () => {
	const open = terminals;
	terminals = [];
	await Promise.all(open.map(endWithCommand));
});

const watch = (
	command: readonly string[],
	options: TerminalOptions & {flags?: readonly string[]} = {},
): TestTerminal => {
	const terminal = startTerminal(process.execPath, [cli, ...(options.flags ?? []), '--', ...command], {
		...options,
		env: {...options.env, TMPDIR: temporary, XDG_RUNTIME_DIR: undefined},
	});
	terminals.push(terminal);
	return terminal;
};

/** A shell that prints a line, runs netwatch, and prints how it ended: the terminal before and after. */
const watchInShell = (words: string, options: TerminalOptions = {}): TestTerminal => {
	const script = `echo the screen before; ${words}; echo "ended with $?"; read -r line`;
	const terminal = startTerminal(shell, ['-c', script], options);
	terminals.push(terminal);
	return terminal;
};

const node = process.execPath;
const netwatch = `'${node}' ${cli}`;
const idle = ['node', 'test/programs/idle.cjs'];
const server = ['node', 'examples/server.js'];
const anyPort = {env: {PORT: '0'}};

const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

const pidOn = (lines: readonly string[]): number => Number(/ (\d+)/.exec(lines[0] ?? '')?.[1]);

const quit = async (terminal: TestTerminal): Promise<number> => {
	terminal.type('q');
	await terminal.waitFor('is still running');
	terminal.type('e');
	return (await terminal.exited).exitCode;
};

test('connections in an accept queue are in the tab of listeners, and their destinations in the tab of routes', async () => {
	const terminal = watch(['node', 'test/programs/queued.cjs'], {env: {TARGET_PATIENCE_MS: '120000'}});
	await terminal.waitFor('queued', 60_000);
	terminal.type('2');
	await terminal.waitFor(/127\.0\.0\.1:\d+ +4 +[✗!·]? ?listening +3\/16 +3 /, 60_000);
	terminal.type(keys.down + keys.enter);
	const detail = await terminal.waitFor(/queue +3 of 16/, 60_000);
	expect(detail.join('\n')).toMatch(/at most 3, .* ago/);
	terminal.type(keys.esc);
	await terminal.waitFor('listens on');
	terminal.type('4');
	await terminal.waitFor(/127\.0\.0\.1 +6 +127\.0\.0\.1 +lo +none/, 60_000);
	await terminal.waitFor(/lo +UNKNOWN +loopback +127\.0\.0\.1\/8/, 60_000);
	terminal.type('a');
	await terminal.waitFor(/ all$/m, 60_000);
}, 200_000);

describe('the table', () => {
	for (const [cols, rows] of [
		[80, 24],
		[120, 40],
	] as const) {
		test(`the table at ${cols}×${rows} has no line too long, and the listener with the kernel's state`, async () => {
			const terminal = watch(server, {cols, rows, ...anyPort});
			const lines = await terminal.waitFor(/server\.js.*listening.*LISTEN/);
			expect(lines.length).toBeLessThanOrEqual(rows);
			expect(lines.at(-1)).toContain('quit');
			expect(lines.join('\n')).toContain('1 connections');
			expect(terminal.altBufferActive()).toBe(true);
			await quit(terminal);
		});
	}

	test('an open connection is one row with process, kernel and route', async () => {
		const terminal = watch(server, {cols: 200, rows: 30, ...anyPort});
		const lines = await terminal.waitFor(/listening.*LISTEN/);
		const port = Number(/(\d+) • on/.exec(lines.join('\n'))?.[1]);
		const client = connect(port, '127.0.0.1');
		client.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
		await terminal.waitFor(
			/^ server\.js +(?:\d+ +)?[a-z]+ .*← 127\.0\.0\.1:\d+ .* ESTAB .* lo 127\.0\.0\.1 .* GET \/slow.* tcp +inode /m,
		);
		client.destroy();
		await quit(terminal);
	});

	test('a typed filter narrows the table, a wrong one is explained, and Esc shows all rows again', async () => {
		const terminal = watch(['node', 'test/programs/echo-pair.cjs'], {cols: 120});
		await terminal.waitFor(lines => lines.filter(line => /ESTAB|LISTEN/.test(line)).length >= 3);
		terminal.type('/stage:listening');
		await terminal.waitFor(
			lines => lines.some(line => /LISTEN/.test(line)) && !lines.some(line => /ESTAB/.test(line)),
		);
		terminal.type(`${keys.ctrlU}stge:open`);
		const wrong = await terminal.waitFor('did you mean stage');
		expect(wrong.join('\n')).toContain('unknown word «stge»');
		terminal.type(keys.esc);
		await terminal.waitFor(lines => lines.filter(line => /ESTAB/.test(line)).length >= 2);
		await quit(terminal);
	});

	test('the table starts with the filter of --filter', async () => {
		const terminal = watch(['node', 'test/programs/echo-pair.cjs'], {
			cols: 120,
			flags: ['--filter', 'role:listener'],
		});
		const lines = await terminal.waitFor(/LISTEN/);
		expect(lines.join('\n')).toContain('role:listener');
		expect(lines.filter(line => /ESTAB/.test(line))).toEqual([]);
		await quit(terminal);
	});

	test('the table follows the size of the terminal, down to too small and back', async () => {
		const terminal = watch(server, {cols: 120, rows: 40, ...anyPort});
		await terminal.waitFor(/listening.*LISTEN/);
		terminal.resize(80, 24);
		await terminal.waitFor(lines => lines.length === 24 && (lines[23] ?? '').includes('quit'));
		terminal.resize(20, 5);
		await terminal.waitFor(/20×5/);
		terminal.resize(120, 40);
		await terminal.waitFor(lines => lines.length === 40 && /listening.*LISTEN/.test(lines.join('\n')));
		await quit(terminal);
	});

	test('a terminal of 20×5 shows one clear line, and q still works', async () => {
		const terminal = watch(idle, {cols: 20, rows: 5});
		await terminal.waitFor(/20×5/);
		terminal.type('q');
		terminal.type('e');
		await terminal.exited;
		expect(terminal.altBufferActive()).toBe(false);
	});
});

describe('leaving the screen', () => {
	test('q and e end the command, restore the earlier screen, and print the last output', async () => {
		const terminal = watchInShell(`${netwatch} -- node examples/server.js`, anyPort);
		await terminal.waitFor(/listening.*LISTEN/);
		terminal.type('qe');
		const lines = await terminal.waitFor(/ended with \d+/);
		expect(terminal.altBufferActive()).toBe(false);
		expect(terminal.cursorHidden()).toBe(false);
		expect(lines.join('\n')).toContain('the screen before');
		expect(lines.join('\n')).toContain('listening on http');
		expect(lines.join('\n')).toMatch(/netwatch: node examples\/server\.js/);
	});

	test('q and l leave the command running, and netwatch prints where its output is', async () => {
		const terminal = watch(idle, {cols: 200});
		const pid = pidOn(await terminal.waitFor(/idle\.cjs \d+/));
		terminal.type('q');
		await terminal.waitFor('is still running');
		terminal.type('l');
		expect((await terminal.exited).exitCode).toBe(0);
		expect(terminal.screen().join('\n')).toContain(`goes on as pid ${pid}`);
		expect(isRunning(pid)).toBe(true);
		process.kill(pid, 'SIGKILL');
	});

	test('a banner shows the exit code of an exited command, and q leaves with that code', async () => {
		const terminal = watch(['node', '-e', 'process.exitCode = 3']);
		await terminal.waitFor('ended with exit code 3');
		terminal.type('q');
		expect((await terminal.exited).exitCode).toBe(3);
	});

	test('--quit-on-exit leaves once the command has exited', async () => {
		const terminal = watch(['node', '-e', 'console.log("said"); process.exitCode = 4'], {
			flags: ['--quit-on-exit'],
		});
		expect((await terminal.exited).exitCode).toBe(4);
		expect(terminal.screen().join('\n')).toContain('said');
	});

	test('Ctrl-C goes to the command, and leaves once it has exited', async () => {
		const terminal = watch([
			'node',
			'-e',
			'setInterval(() => {}, 1e6); process.on("SIGINT", () => process.exit(7))',
		]);
		await terminal.waitFor(/1 hooked/);
		terminal.type(keys.ctrlC);
		await terminal.waitFor('ended with exit code 7');
		terminal.type(keys.ctrlC);
		expect((await terminal.exited).exitCode).toBe(7);
	});

	test('a second Ctrl-C ends a command that ignores the first', async () => {
		const terminal = watch(['node', '-e', 'setInterval(() => {}, 1e6); process.on("SIGINT", () => {})']);
		await terminal.waitFor(/1 hooked/);
		terminal.type(keys.ctrlC);
		terminal.type(keys.ctrlC);
		await terminal.waitFor('ended with SIGTERM');
		terminal.type('q');
		expect((await terminal.exited).exitCode).toBe(143);
	});

	for (const [signal, code] of [
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const) {
		test(`${signal} to netwatch ends the command and restores the terminal`, async () => {
			const terminal = watch(['node', '-e', 'setInterval(() => {}, 1e6)']);
			const pid = pidOn(await terminal.waitFor(/1 hooked/));
			process.kill(terminal.pid, signal);
			expect((await terminal.exited).exitCode).toBe(code);
			expect(terminal.altBufferActive()).toBe(false);
			expect(terminal.cursorHidden()).toBe(false);
			expect(isRunning(pid)).toBe(false);
		});
	}

	test('a closed terminal hangs up the command and ends netwatch without remains', async () => {
		const before = sessionDirectories();
		const terminal = watch(['node', '-e', 'setInterval(() => {}, 1e6)']);
		const pid = pidOn(await terminal.waitFor(/1 hooked/));
		const made = sessionDirectories().filter(name => !before.includes(name));
		expect(made.length).toBeGreaterThan(0);
		terminal.hangUp();
		await expect.poll(() => isRunning(pid) || isRunning(terminal.pid), {timeout: 12_000}).toBe(false);
		await expect.poll(() => sessionDirectories().filter(name => made.includes(name))).toEqual([]);
	});

	test('a command keeps writing after netwatch was killed', async () => {
		const terminal = watch(['node', '-e', 'setInterval(() => console.log("on"), 20)']);
		const pid = pidOn(await terminal.waitFor(/1 hooked/));
		process.kill(terminal.pid, 'SIGKILL');
		await terminal.exited;
		const before = charactersWritten(pid);
		await expect.poll(() => charactersWritten(pid), {timeout: 10_000}).toBeGreaterThan(before);
		process.kill(pid, 'SIGKILL');
	});
});

/** Those of this test file: it has a temporary directory of its own. */
const sessionDirectories = (): string[] =>
	readdirSync(temporary).filter(name => name.startsWith('netwatch-'));

/** `wchar` of /proc/PID/io: what the process has written so far. */
const charactersWritten = (pid: number): number =>
	Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);

describe('input and output of the command', () => {
	test("the output tab shows the command's output, standard error included", async () => {
		const terminal = watch([
			'node',
			'-e',
			'console.log("to out"); console.error("to err"); setInterval(() => {}, 1e6)',
		]);
		await terminal.waitFor(/1 hooked/);
		terminal.type('6');
		await terminal.waitFor(
			lines => lines.some(line => line.includes('to out')) && lines.some(line => line.includes('to err')),
		);
		await quit(terminal);
	});

	test('control sequences of the command never reach the terminal', async () => {
		const code = String.raw`console.log('\x1b]0;title\x07\x1b[2Jshown \u202e'); setInterval(() => {}, 1e6)`;
		const terminal = watch(['node', '-e', code]);
		await terminal.waitFor(/1 hooked/);
		terminal.type('6');
		await terminal.waitFor('shown');
		expect(terminal.received()).not.toContain('\x1b]0;');
		expect(terminal.received()).not.toContain('\u202e');
		await quit(terminal);
		expect(terminal.received()).not.toContain('\x1b]0;');
		expect(terminal.received()).not.toContain('\u202e');
	});

	test("a pipe on netwatch's standard input goes to the command, and keys come from the terminal", async () => {
		const terminal = watchInShell(`echo from the pipe | ${netwatch} -- node test/programs/stdin-reader.cjs`, {
			cols: 100,
		});
		await terminal.waitFor(/ended with exit code 0/);
		terminal.type('6');
		await terminal.waitFor('FROM THE PIPE');
		terminal.type('q');
		await terminal.waitFor(/ended with 0/);
	});

	test('no screen is drawn where standard output is no terminal', async () => {
		const terminal = watchInShell(`${netwatch} -- node -e 'console.log("plain")' | cat`);
		const lines = await terminal.waitFor(/ended with 0/);
		expect(lines.join('\n')).toContain('plain');
		expect(terminal.received()).not.toContain('\x1b[?1049h');
	});

	test('a command other than Node has a notice on the screen that no hook answered', async () => {
		const terminal = watch(['sleep', '30'], {cols: 120});
		await terminal.waitFor('no hook answered');
		await quit(terminal);
	});
});
