// Under the screen the command's output goes into files: it never waits, even for a stopped netwatch.
import {readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {cli, node} from '../helpers/process/paths.ts';
import {temporaryDirectory} from '../helpers/process/temporary-directory.ts';
import {contentOf, until} from '../helpers/process/until.ts';
import {startTerminal, type TestTerminal} from '../helpers/terminal/terminal.ts';

/** Writes so many MiB of lines as fast as they are taken, has connections meanwhile, and leaves a file at its end. */
const megabytes = 20;
const script = `
	const fs = require('node:fs');
	const net = require('node:net');
	const [, done, go] = process.argv;
	const lines = ('x'.repeat(99) + '\\n').repeat(10486);
	const server = net.createServer(socket => socket.end('bye')).listen(0, '127.0.0.1', async () => {
		console.log('it runs as', process.pid);
		while (!fs.existsSync(go)) await new Promise(resolve => setTimeout(resolve, 20));
		for (let count = 0; count < ${megabytes}; count++) {
			process.stdout.write(lines);
			const client = net.connect(server.address().port, '127.0.0.1').resume();
			await new Promise(resolve => client.once('close', resolve));
		}
		server.close();
		process.on('exit', code => fs.writeFileSync(done, 'exit code ' + code));
		process.exitCode = 6;
	});`;

const isRunning = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

const setUp = async (context: TestContext) => {
	const directory = temporaryDirectory(context);
	const [done, go] = [join(directory, 'done'), join(directory, 'go')];
	const terminal = startTerminal(node, [cli, '--', node, '-e', script, done, go], {
		env: {TMPDIR: directory, XDG_RUNTIME_DIR: undefined},
	});
	let pid = 0;
	context.onTestFinished(async () => {
		await terminal.end();
		// The command has a session of its own, and outlives a netwatch that was killed.
		if (pid > 0 && isRunning(pid)) process.kill(pid, 'SIGKILL');
	});
	await terminal.waitFor(/listening/);
	terminal.type('6');
	pid = Number(/it runs as (\d+)/.exec((await terminal.waitFor(/it runs as \d+/)).join('\n'))?.[1]);
	return {
		terminal,
		directory,
		/** Lets the command do its work; it does it to its end. */
		async work() {
			writeFileSync(go, '');
			await until('the end of the command', () => contentOf(done) === 'exit code 6', 20_000);
		},
	};
};

const quit = async (terminal: TestTerminal): Promise<void> => {
	await terminal.waitFor(/exit code 6/);
	terminal.type('q');
	expect(await terminal.exited).toMatchObject({exitCode: 6});
};

describe.concurrent('the command keeps running and writing', () => {
	test('the command keeps running while netwatch is stopped', async context => {
		const {terminal, work} = await setUp(context);
		process.kill(terminal.pid, 'SIGSTOP');
		await work();
		process.kill(terminal.pid, 'SIGCONT');
		await quit(terminal);
	});

	test('the command keeps running after netwatch was killed', async context => {
		const {terminal, work} = await setUp(context);
		process.kill(terminal.pid, 'SIGKILL');
		await terminal.exited;
		await work();
	});

	test('the command keeps running after its files were removed', async context => {
		const {terminal, directory, work} = await setUp(context);
		for (const name of readdirSync(directory)) {
			if (name.startsWith('netwatch-')) rmSync(join(directory, name), {recursive: true});
		}

		await work();
		await quit(terminal);
	});
});
