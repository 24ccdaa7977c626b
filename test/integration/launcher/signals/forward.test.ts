import {join} from 'node:path';
import {spawn} from '@lydell/node-pty';
import {describe, expect, test} from 'vitest';
import {
	createEscalation,
	handledSignals,
	parseIsForeground,
	reactions,
} from '../../../../source/launcher/signals/forward.ts';
import {
	endWithTest,
	isAlive,
	launcherProgram,
	startLauncher,
} from '../../../helpers/process/launcher-program.ts';
import {temporaryDirectory} from '../../../helpers/process/temporary-directory.ts';
import {contentOf, until, untilFile} from '../../../helpers/process/until.ts';

const node = process.execPath;

/** Counts the signals it gets into a file, and ends with 7 at SIGTERM. */
const counter = (log: string) => `
	const fs = require('fs');
	for (const name of ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'])
		process.on(name, () => {
			fs.appendFileSync(${JSON.stringify(log)}, name + '\\n');
			if (name === 'SIGTERM') process.exit(7);
		});
	setInterval(() => {}, 1000);
	fs.appendFileSync(${JSON.stringify(log)}, 'ready\\n');`;

const stubborn = `for (const n of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(n, () => console.log(n));
	setInterval(() => {}, 1000); console.log('ready')`;

describe('without a screen', () => {
	test.each(['headless', 'json'] as const)(
		'%s: signals to netwatch go to the command, and its exit code comes back',
		async mode => {
			const log = join(temporaryDirectory(), 'log');
			const launcher = startLauncher({mode, argv: [node, '-e', counter(log)]});
			await launcher.started();
			await untilFile(log, /ready\n/);
			for (const name of ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
				launcher.process.kill(name);
				await untilFile(log, new RegExp(`${name}\\n`));
			}
			expect(await launcher.ended).toMatchObject({exitCode: 7, signal: null});
			expect(contentOf(log)).toBe('ready\nSIGHUP\nSIGUSR1\nSIGUSR2\nSIGINT\nSIGQUIT\nSIGTERM\n');
		},
	);

	test('a command that SIGTERM ends gives 143', async () => {
		const launcher = startLauncher({mode: 'headless', argv: ['sleep', '1000']});
		const {pid} = await launcher.started();
		launcher.process.kill('SIGTERM');
		expect(await launcher.ended).toMatchObject({exitCode: 143, signal: null});
		expect(isAlive(pid)).toBe(false);
	});

	test('a Ctrl-C at the terminal reaches the command once, and netwatch waits for it', async () => {
		const directory = temporaryDirectory();
		const log = join(directory, 'log');
		const options = {mode: 'headless', argv: [node, '-e', counter(log)], report: join(directory, 'report')};
		const terminal = spawn(node, [launcherProgram(), JSON.stringify(options)], {
			env: {...process.env, TMPDIR: directory, XDG_RUNTIME_DIR: ''},
		});
		endWithTest(terminal.pid);
		const ended = new Promise(resolve => terminal.onExit(({exitCode}) => resolve(exitCode)));
		await untilFile(options.report, /\}/);
		await untilFile(log, /ready\n/);
		terminal.write('\x03');
		await untilFile(log, /SIGINT\n/);
		terminal.write('\x1c');
		await untilFile(log, /SIGQUIT\n/);
		// Had they been forwarded as well, they would have arrived before this one.
		process.kill(terminal.pid, 'SIGTERM');
		expect(await ended).toBe(7);
		expect(contentOf(log)).toBe('ready\nSIGINT\nSIGQUIT\nSIGTERM\n');
	});
});

describe('under the screen', () => {
	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('%s ends the command, and netwatch with it', async (name, exitCode) => {
		const launcher = startLauncher({
			mode: 'screen',
			argv: [node, '-e', 'console.log("ready"); setInterval(() => {}, 1000)'],
			isStdinTerminal: true,
			stay: true,
		});
		const {pid, stdoutLog} = await launcher.started();
		await untilFile(stdoutLog, /ready/);
		launcher.process.kill(name);
		expect(await launcher.ended).toMatchObject({exitCode, stdout: 'after the command\n'});
		expect(isAlive(pid)).toBe(false);
	});

	test("a command's own exit code at SIGTERM is netwatch's", async () => {
		const log = join(temporaryDirectory(), 'log');
		const launcher = startLauncher({
			mode: 'screen',
			argv: [node, '-e', counter(log)],
			isStdinTerminal: true,
			stay: true,
		});
		await launcher.started();
		await untilFile(log, /ready/);
		launcher.process.kill('SIGTERM');
		expect(await launcher.ended).toMatchObject({exitCode: 7});
	});

	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('a command that does not heed %s is left after the grace', async (name, exitCode) => {
		const launcher = startLauncher({
			mode: 'screen',
			argv: [node, '-e', stubborn],
			isStdinTerminal: true,
			graceMs: 200,
			stay: true,
		});
		const {pid, stdoutLog} = await launcher.started();
		await untilFile(stdoutLog, /ready/);
		launcher.process.kill(name);
		expect(await launcher.ended).toMatchObject({exitCode, stdout: 'without the command\n'});
		await untilFile(stdoutLog, new RegExp(`^ready\n${name}\n$`));
		expect(isAlive(pid)).toBe(true);
	});

	test('SIGTERM ends netwatch at once when the command has ended before', async () => {
		const launcher = startLauncher({
			mode: 'screen',
			argv: ['sh', '-c', 'exit 3'],
			isStdinTerminal: true,
			stay: true,
		});
		const {pid} = await launcher.started();
		await until('the command to end', () => (isAlive(pid) ? undefined : true));
		launcher.process.kill('SIGTERM');
		expect(await launcher.ended).toMatchObject({exitCode: 3});
	});

	test('SIGINT asks, then tells, then ends the command and what is below it', async () => {
		const launcher = startLauncher({
			mode: 'screen',
			argv: ['sh', '-c', `trap 'echo shell' INT TERM; "$0" -e "$1" & wait; wait; wait`, node, stubborn],
			isStdinTerminal: true,
		});
		const {stdoutLog} = await launcher.started();
		await untilFile(stdoutLog, /ready/);
		launcher.process.kill('SIGINT');
		await untilFile(stdoutLog, /SIGINT\n/);
		await untilFile(stdoutLog, /shell\n/);
		launcher.process.kill('SIGINT');
		await untilFile(stdoutLog, /SIGTERM\n/);
		launcher.process.kill('SIGINT');
		expect(await launcher.ended).toMatchObject({exitCode: 137});
	});
});

test('Ctrl-C becomes harder each time, and says when nobody is left', () => {
	const sent: string[] = [];
	const escalate = createEscalation({signal: name => sent.push(name) < 5});
	expect([escalate(), escalate(), escalate(), escalate(), escalate()]).toEqual([
		'SIGINT',
		'SIGTERM',
		'SIGKILL',
		'SIGKILL',
		null,
	]);
});

test('every signal that is taken has a reaction in every mode', () => {
	for (const mode of ['headless', 'json', 'screen'] as const)
		expect(Object.keys(reactions[mode]).sort()).toEqual([...handledSignals].sort());
});

test.each([
	['in the foreground of a terminal', '9 (node) S 8 9 7 34816 9 0', true],
	['in the background', '9 (node) S 8 9 7 34816 12 0', false],
	['without a terminal', '9 (node) S 8 9 7 0 -1 0', false],
	['with a name made to mislead', '9 (a) S 1 1 1 5 1 (b) S 8 9 7 0 -1 0', false],
])('a process %s', (_, stat, expected) => {
	expect(parseIsForeground(stat)).toBe(expected);
});
