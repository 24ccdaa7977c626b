import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {describeCommandLine, describeProgram} from '../../../source/domain/program-name.ts';
import {launch} from '../../../source/launcher/launch.ts';
import {createSessionDir} from '../../../source/launcher/session-files/directory.ts';
import {endWithTest} from '../../helpers/process/launcher-program.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';
import {contentOf, until} from '../../helpers/process/until.ts';

// A hook's view of its process, one file a process: the main threads only.
const preload = `
	if (require('worker_threads').isMainThread) {
		const {argv, execArgv, title, pid} = process;
		require('fs').writeFileSync(process.env.PROBE_DIR + '/' + pid, JSON.stringify({argv, execArgv, title}));
	}`;

const bin = fileURLToPath(new URL('../../../node_modules/.bin/', import.meta.url));

/** Runs a command that ends up in `server.*`, which stays, and names every process below it. */
const namesOf = async (argv: readonly [string, ...string[]]): Promise<string[]> => {
	const directory = temporaryDirectory();
	const probes = join(directory, 'probes');
	mkdirSync(probes);
	writeFileSync(join(directory, 'preload.cjs'), preload);
	const server = (text: string) => `console.log(${text}); setInterval(() => {}, 1000);`;
	writeFileSync(join(directory, 'server.js'), server("'ready'"));
	writeFileSync(join(directory, 'server.ts'), server("'ready' as string"));
	writeFileSync(
		join(directory, 'package.json'),
		JSON.stringify({scripts: {start: 'node server.js --port 1'}}),
	);
	const session = createSessionDir({TMPDIR: directory});
	const [command, ...args] = argv.map(word => word.replace(/^\.\//, `${directory}/`).replace(/^bin:/, bin));
	const started = await launch({
		command: command ?? '',
		args,
		mode: 'screen',
		env: {...process.env, NODE_OPTIONS: `--require ${directory}/preload.cjs`, PROBE_DIR: probes},
		hook: null,
		files: session,
		isStdinTerminal: true,
	});
	if (!started.ok) throw new Error(started.message);
	endWithTest(-started.pid);
	await until(`the program to start below ${argv.join(' ')}: ${contentOf(session.stderrLog)}`, () =>
		contentOf(session.stdoutLog).includes('ready') ? true : undefined,
	);
	const hooked = readdirSync(probes).map(pid => {
		const {argv: seen, execArgv, title} = JSON.parse(readFileSync(join(probes, pid), 'utf8'));
		return {pid: Number(pid), ...describeProgram(seen, execArgv, title)};
	});
	// `node --watch` runs no preload in the process that watches.
	const cmdline = readFileSync(`/proc/${started.pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
	const all = hooked.some(({pid}) => pid === started.pid)
		? hooked
		: [{pid: started.pid, ...describeCommandLine(cmdline)}, ...hooked];
	return all
		.sort((a, b) => a.pid - b.pid)
		.map(({program, wrapper}) => `${program}${wrapper ? ' (wrapper)' : ''}`);
};

test.each<[[string, ...string[]], string[]]>([
	[['node', './server.js'], ['server.js']],
	[
		['npm', '--prefix', './', 'run', 'start'],
		['npm run start (wrapper)', 'server.js'],
	],
	[
		['node', '--watch', './server.js'],
		['node --watch server.js (wrapper)', 'server.js'],
	],
	[
		['bin:tsx', './server.ts'],
		['tsx server.ts (wrapper)', 'server.ts'],
	],
	[
		['bin:nodemon', './server.js'],
		['nodemon server.js (wrapper)', 'server.js'],
	],
])('%j runs %j', async (argv, expected) => {
	expect(await namesOf(argv)).toEqual(expected);
});
