import {join} from 'node:path';
import {spawn} from '@lydell/node-pty';
import {expect, test} from 'vitest';
import {endWithTest, launcherProgram} from '../helpers/process/launcher-program.ts';
import {temporaryDirectory} from '../helpers/process/temporary-directory.ts';
import {contentOf, untilFile} from '../helpers/process/until.ts';

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
