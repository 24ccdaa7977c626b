/** The ways in which a file of tests is run. */
import {existsSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {addHookOption} from '../../source/launcher/node-options.ts';
import {type Ended, run} from './command.ts';
import {type Heard, heardIn, listen, nothingHeard} from './hook-reader.ts';
import {type Outcomes, outcomesOf} from './outcomes.ts';
import {type Prepared, reportFile, type Suite, type TestFile} from './suite.ts';

/**
 * `blank` preloads a file that is empty or nearly so: what differs there too comes of NODE_OPTIONS and not of the hook.
 * `netwatch` is the whole command around it.
 */
export type Mode = 'plain' | 'blank' | 'hooked' | 'netwatch';

export type Tools = {
	/** The Node that runs the tests. */
	node: string;
	hook: string;
	/** Its NETWATCH_HOOK, e.g. "no-emit"; empty for none. */
	hookOptions: string;
	/** The built command; run by this process's Node. */
	cli: string;
	/** What is preloaded in its place, for comparison. */
	blank: string;
};

export type Result = Ended & {outcomes: Outcomes; heard: Heard};

/**
 * @param directory a private one, for this file's temporary files
 */
export async function runFile(
	{timeoutMs}: Pick<Suite, 'timeoutMs'>,
	{cwd, env = {}, reset}: Prepared,
	test: TestFile,
	mode: Mode,
	tools: Tools,
	directory: string,
): Promise<Result> {
	rmSync(directory, {recursive: true, force: true});
	const temporary = join(directory, 'tmp');
	const home = join(directory, 'home');
	for (const path of [temporary, home]) mkdirSync(path, {recursive: true});
	await reset?.();
	const report = join(directory, 'report');
	const fifo = join(directory, 'fifo');
	const stop = mode === 'hooked' ? listen(fifo) : () => nothingHeard;
	const testArgs = test.args.map(word => word.replace(reportFile, report));
	const [file, ...words] =
		mode === 'netwatch'
			? [process.execPath, tools.cli, '--headless', '--', tools.node, ...testArgs]
			: [tools.node, ...testArgs];
	const ended = await run({
		file,
		args: words,
		cwd,
		env: {
			PATH: [dirname(tools.node), process.env.PATH].join(delimiter),
			LANG: 'C.UTF-8',
			USER: process.env.USER,
			HOME: home,
			TMPDIR: temporary,
			// Where Node's own tests write.
			NODE_TEST_DIR: temporary,
			SUITE_REPORT: report,
			...env,
			...environmentOf(mode, tools, fifo, env.NODE_OPTIONS),
		},
		timeoutMs,
	});
	const heard = mode === 'netwatch' ? heardIn(ended.output) : stop();
	const lines = existsSync(report) ? readFileSync(report, 'utf8') : '';
	return {...ended, heard, outcomes: outcomesOf(test, ended, lines)};
}

function environmentOf(mode: Mode, tools: Tools, fifo: string, given: string | undefined): NodeJS.ProcessEnv {
	switch (mode) {
		case 'blank':
			return {NODE_OPTIONS: addHookOption(given, tools.blank)};
		case 'hooked':
			return {
				NODE_OPTIONS: addHookOption(given, tools.hook),
				NETWATCH_FIFO: fifo,
				NETWATCH_HOOK: tools.hookOptions,
			};
		default:
			return {};
	}
}
