import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {isAlive, startLauncher} from '../../../helpers/process/launcher-program.ts';
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
		'%s: signals to netwatch reach the command, and its exit code is returned',
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

	test('a command ended by SIGTERM gives 143', async () => {
		const launcher = startLauncher({mode: 'headless', argv: ['sleep', '1000']});
		const {pid} = await launcher.started();
		launcher.process.kill('SIGTERM');
		expect(await launcher.ended).toMatchObject({exitCode: 143, signal: null});
		expect(isAlive(pid)).toBe(false);
	});
});

describe('under the screen', () => {
	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('%s under the screen ends the command, and netwatch with it', async (name, exitCode) => {
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

	test("netwatch exits with a command's own exit code at SIGTERM", async () => {
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
	] as const)('a command that ignores %s is left running after the grace period', async (name, exitCode) => {
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

	test('SIGTERM ends netwatch at once when the command has exited before', async () => {
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

	test('three SIGINT to netwatch send SIGINT, SIGTERM and SIGKILL to the command and its descendants', async () => {
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
