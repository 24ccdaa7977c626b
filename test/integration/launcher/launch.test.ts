import {execFileSync} from 'node:child_process';
import {
	chmodSync,
	closeSync,
	constants,
	openSync,
	readdirSync,
	readlinkSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {
	exitCodeOf,
	type LaunchOptions,
	launch,
	type RunningCommand,
} from '../../../source/launcher/launch.ts';
import {createSessionDir} from '../../../source/launcher/session-files/directory.ts';
import {endWithTest, isAlive, startLauncher} from '../../helpers/process/launcher-program.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {contentOf, until, untilFile} from '../../helpers/process/until.ts';

const node = process.execPath;

const setUp = () => createSessionDir({TMPDIR: temporaryDirectory()});

const start = async (options: Partial<LaunchOptions> & {command: string}): Promise<RunningCommand> => {
	const started = await launch({
		args: [],
		mode: 'screen',
		env: process.env,
		hook: null,
		files: setUp(),
		isStdinTerminal: true,
		...options,
	});
	if (!started.ok) throw new Error(started.message);
	endWithTest(-started.pid);
	return started;
};

const fails = async (command: string, options: Partial<LaunchOptions> = {}) => {
	const failure = await launch({
		command,
		args: [],
		mode: 'screen',
		env: process.env,
		hook: null,
		files: setUp(),
		isStdinTerminal: true,
		...options,
	});
	if (failure.ok) {
		endWithTest(-failure.pid);
		throw new Error('it has started');
	}
	return failure;
};

describe('the exit code of the command', () => {
	test.each([
		['process.exit(0)', 0],
		['process.exit(3)', 3],
		['throw 1', 1],
		['process.kill(process.pid, "SIGTERM")', 143],
		['process.kill(process.pid, "SIGKILL")', 137],
		['process.kill(process.pid, "SIGINT")', 130],
	])('%s: %i', async (code, expected) => {
		const {exited} = await start({command: node, args: ['-e', code]});
		expect(exitCodeOf(await exited)).toBe(expected);
	});
});

describe('a command that does not start', () => {
	test('a command outside of PATH is not started', async () => {
		expect(await fails('no-such-program')).toMatchObject({
			exitCode: 127,
			message: 'cannot start "no-such-program": there is no program of this name in PATH.',
		});
	});

	test('a command is searched in the PATH of its own environment', async () => {
		const failure = await fails('sh', {env: {PATH: '/nowhere'}});
		expect(failure.exitCode).toBe(127);
	});

	test.runIf(process.geteuid?.() !== 0)(
		'a command in a PATH that this user may not search is not started (needs an ordinary user)',
		async () => {
			const closed = temporaryDirectory();
			chmodSync(closed, 0);
			const failure = await fails('no-such-program', {env: {PATH: `${closed}:/bin`}});
			expect(failure.exitCode).toBe(127);
			expect(await fails(join(closed, 'x'))).toMatchObject({
				exitCode: 126,
				message: expect.stringContaining('may not enter a directory'),
			});
		},
	);

	test('an empty word as command is not started', async () => {
		expect((await fails('')).exitCode).toBe(127);
	});

	test('a path without a file is not started', async () => {
		const path = join(temporaryDirectory(), 'none');
		expect(await fails(path)).toMatchObject({
			exitCode: 127,
			message: `cannot start "${path}": there is no such file (${path}).`,
		});
	});

	test('a path through a file is not started', async () => {
		const path = join(temporaryDirectory(), 'plain');
		writeFileSync(path, '');
		expect(await fails(`${path}/x`)).toMatchObject({
			exitCode: 126,
			message: expect.stringContaining('is a file, not a directory'),
		});
	});

	test('a directory is not started', async () => {
		const path = temporaryDirectory();
		expect(await fails(path)).toMatchObject({
			exitCode: 126,
			message: `cannot start "${path}": ${path} is a directory.`,
		});
	});

	test('a script that is not executable is not started, and its interpreter is named', async () => {
		const path = join(temporaryDirectory(), 'server.js');
		writeFileSync(path, '');
		expect(await fails(path)).toMatchObject({
			exitCode: 126,
			message: expect.stringMatching(/not executable.*chmod \+x.*or run it with: node /),
		});
	});

	test('a script whose interpreter does not exist is not started, and the interpreter is named', async () => {
		const path = join(temporaryDirectory(), 'run');
		writeFileSync(path, '#!/no/such/interpreter -x\n', {mode: 0o755});
		expect(await fails(path)).toMatchObject({
			exitCode: 127,
			message: expect.stringContaining(
				`its interpreter /no/such/interpreter, named in the first line of ${path}, does not exist`,
			),
		});
	});

	test('a script with Windows line endings is not started, and the line endings are named', async () => {
		const path = join(temporaryDirectory(), 'run');
		writeFileSync(path, '#!/bin/sh\r\necho hello\r\n', {mode: 0o755});
		expect(await fails(path)).toMatchObject({
			exitCode: 127,
			message: expect.stringContaining('ends as on Windows'),
		});
	});

	test('a command with more arguments than the system takes is not started', async () => {
		const failure = await fails(node, {args: Array(40).fill('x'.repeat(120_000))});
		expect(failure).toMatchObject({exitCode: 125, message: expect.stringContaining('too long')});
	});

	test('control characters in the name of a command do not reach the terminal', async () => {
		const {message} = await fails('red\x1b[31m\u202e\x9b');
		expect(message).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
	});

	test('a command is not started in a directory that was removed', async () => {
		const {ended} = startLauncher({mode: 'headless', argv: [node, '-e', '0'], removeCwd: true});
		expect(await ended).toMatchObject({
			exitCode: 125,
			stderr: expect.stringContaining('the current directory was removed'),
		});
	});
});

describe('the environment of the command', () => {
	const print = 'console.log(JSON.stringify(process.env))';

	test('the environment has the hook in front, and the FIFO', async () => {
		const files = setUp();
		const hook = join(temporaryDirectory(), 'the hook.cjs');
		writeFileSync(hook, '');
		const env = {PATH: process.env.PATH, NODE_OPTIONS: '--no-warnings', OWN: 'x'};
		const {exited} = await start({
			command: node,
			args: ['-e', print],
			env,
			hook: {path: hook, fifo: files.hookFifo},
			files,
		});
		await exited;
		expect(contentOf(files.stderrLog)).toBe('');
		expect(JSON.parse(contentOf(files.stdoutLog))).toEqual({
			...env,
			NODE_OPTIONS: `--require "${hook}" --no-warnings`,
			NETWATCH_FIFO: files.hookFifo,
		});
	});

	test('the environment stays unchanged without a hook', async () => {
		const files = setUp();
		const env = {PATH: process.env.PATH, NODE_OPTIONS: '--no-warnings'};
		const {exited} = await start({command: node, args: ['-e', print], env, files});
		await exited;
		expect(JSON.parse(contentOf(files.stdoutLog))).toEqual(env);
	});
});

describe('under the screen', () => {
	test('the command under the screen leads a session of its own, without a terminal', async () => {
		const files = setUp();
		const {pid, exited} = await start({command: 'cat', args: ['/proc/self/stat'], files});
		await exited;
		const [, , pgrp, session, tty] = contentOf(files.stdoutLog).split(') ')[1]?.split(' ') ?? [];
		expect({pgrp, session, tty}).toEqual({pgrp: String(pid), session: String(pid), tty: '0'});
	});

	test('the output under the screen is appended, each stream to its file', async () => {
		const files = setUp();
		writeFileSync(files.stdoutLog, 'before\n');
		const {exited} = await start({
			command: 'sh',
			args: ['-c', 'echo one; echo two >&2; sh -c "echo three"'],
			files,
		});
		await exited;
		expect(contentOf(files.stdoutLog)).toBe('before\none\nthree\n');
		expect(contentOf(files.stderrLog)).toBe('two\n');
	});

	test.each([
		['events', 'process.stdin.on("data", d => console.log("got " + d)).on("end", () => console.log("end"))'],
		[
			'readline',
			'require("readline").createInterface({input: process.stdin}).on("line", l => console.log("got " + l)).on("close", () => console.log("end"))',
		],
		[
			'a read that blocks',
			'const b = Buffer.alloc(9); setTimeout(() => {}, 1e6); console.log("ready"); console.log("got " + b.toString("utf8", 0, require("fs").readSync(0, b)))',
		],
	])('standard input under the screen stays open and writable: %s', async (_, code) => {
		const files = setUp();
		const {pid} = await start({command: node, args: ['-e', `${code}; console.log("ready")`], files});
		await untilFile(files.stdoutLog, /ready/);
		const fd = openSync(files.stdinFifo, constants.O_WRONLY | constants.O_NONBLOCK);
		writeSync(fd, 'hello\n');
		closeSync(fd);
		await untilFile(files.stdoutLog, /got hello/);
		expect(isAlive(pid)).toBe(true);
		expect(contentOf(files.stdoutLog)).not.toContain('end');
		expect(contentOf(files.stderrLog)).toBe('');
	});

	test("the command has netwatch's standard input where that is no terminal", async () => {
		const {started, ended} = startLauncher(
			{mode: 'screen', argv: ['cat'], isStdinTerminal: false},
			'from a pipe\n',
		);
		const {stdoutLog} = await started();
		await untilFile(stdoutLog, /^from a pipe\n$/);
		expect((await ended).exitCode).toBe(0);
	});

	test('a command left behind by SIGKILL keeps running: no EPIPE, no end of input, no signal', async () => {
		const code = `process.stdin.on('end', () => console.log('end'));
			for (const n of ['SIGHUP', 'SIGTERM', 'SIGINT']) process.on(n, () => console.log(n));
			let i = 0; setInterval(() => { console.log('tick ' + i++); console.error('tock'); }, 20)`;
		const launcher = startLauncher({mode: 'screen', argv: [node, '-e', code], isStdinTerminal: true});
		const {pid, stdoutLog, stderrLog} = await launcher.started();
		await untilFile(stdoutLog, /tick 1\n/);
		launcher.process.kill('SIGKILL');
		await launcher.ended;
		const ticks = () => contentOf(stdoutLog).split('\n').length;
		const then = ticks();
		await until('more output', () => (ticks() > then + 10 ? true : undefined));
		expect(isAlive(pid)).toBe(true);
		expect(contentOf(stdoutLog)).toMatch(/^(tick \d+\n)+$/);
		expect(contentOf(stderrLog)).toMatch(/^(tock\n)+$/);
	});

	test('a signal reaches the program below npm and its shell', async () => {
		const files = setUp();
		const directory = temporaryDirectory();
		const code =
			"process.on('SIGINT', () => { console.log('got SIGINT'); process.exit(0); }); setInterval(() => {}, 1000); console.log('ready ' + process.pid)";
		writeFileSync(join(directory, 'server.js'), code);
		writeFileSync(join(directory, 'package.json'), JSON.stringify({scripts: {start: 'node server.js'}}));
		const {signal, exited} = await start({
			command: 'npm',
			args: ['--prefix', directory, 'start'],
			files,
		});
		const [, pid] = await untilFile(files.stdoutLog, /ready (\d+)/);
		expect(signal('SIGINT')).toBe(true);
		await exited;
		await untilFile(files.stdoutLog, /got SIGINT/);
		await until('the program to end', () => (isAlive(Number(pid)) ? undefined : true));
	});

	test('a signal still reaches the descendants of an exited command', async () => {
		const files = setUp();
		const {signal, signalCommand, exited} = await start({
			command: 'sh',
			args: ['-c', 'sleep 1000 & echo $!'],
			files,
		});
		await exited;
		const sleeper = Number(contentOf(files.stdoutLog));
		expect(isAlive(sleeper)).toBe(true);
		expect(signalCommand('SIGTERM')).toBe(false);
		expect(signal('SIGTERM')).toBe(true);
		await until('the sleeper to end', () => (isAlive(sleeper) ? undefined : true));
	});
});

describe('without a screen', () => {
	const code =
		'process.stdin.pipe(process.stdout); process.stderr.write("\\x1b[31mred\\x1b[0m\\xff no line feed")';

	test('input and output pass through unchanged without a screen', async () => {
		const {ended} = startLauncher({mode: 'headless', argv: [node, '-e', code]}, '\x1b[1mbold\n\n');
		expect(await ended).toEqual({
			exitCode: 0,
			signal: null,
			stdout: '\x1b[1mbold\n\n',
			stderr: '\x1b[31mred\x1b[0m\xff no line feed',
		});
	});

	test('standard output is left to netwatch with --json', async () => {
		const {ended} = startLauncher({mode: 'json', argv: ['sh', '-c', 'cat; echo err >&2']}, 'in\n');
		expect(await ended).toMatchObject({exitCode: 0, stdout: '', stderr: 'in\nerr\n'});
	});

	test("the command stays in netwatch's process group without a screen", async () => {
		const launcher = startLauncher({mode: 'headless', argv: ['cat', '/proc/self/stat']});
		const own = execFileSync('ps', ['-o', 'pgid=', '-p', String(process.pid)], {encoding: 'utf8'}).trim();
		const {stdout} = await launcher.ended;
		expect(stdout.split(') ')[1]?.split(' ')[2]).toBe(own);
	});

	test('no process is signalled once the command has exited', async () => {
		const {exited, signal} = await start({command: 'true', mode: 'json', files: null});
		await exited;
		expect(signal('SIGTERM')).toBe(false);
	});
});

test('the descriptors opened for the command are closed again', async () => {
	const opened = () => readdirSync('/proc/self/fd').map(fd => `${fd} ${linkOf(`/proc/self/fd/${fd}`)}`);
	const files = setUp();
	await (await start({command: 'true', files})).exited;
	await fails('no-such-program', {files});
	expect(opened().filter(fd => fd.includes(files.path))).toEqual([]);
});

const linkOf = (path: string): string => {
	try {
		return readlinkSync(path);
	} catch {
		return 'closed';
	}
};
