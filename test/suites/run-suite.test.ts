import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, type TestContext, test} from 'vitest';
import {node} from '../helpers/process/paths.ts';
import {temporaryDirectory} from '../helpers/process/temporary-directory.ts';
import {run} from './command.ts';
import {runSuite} from './run-suite.ts';

/** A suite of small programs, run with a hook of the test's own. */
const runWith = async (context: TestContext, hookText: string, programs: Record<string, string>) => {
	const directory = temporaryDirectory(context);
	const cwd = join(directory, 'suite');
	mkdirSync(cwd);
	for (const [name, text] of Object.entries(programs)) writeFileSync(join(cwd, name), text);
	const hook = join(directory, 'hook.cjs');
	const blank = join(directory, 'blank.cjs');
	writeFileSync(hook, hookText);
	writeFileSync(blank, '');
	const files = Object.keys(programs).map(name => ({name, args: [name], reports: 'exit' as const}));
	const differing: string[] = [];
	const suite = {name: 'sample', version: '1', timeoutMs: 10_000, prepare: async () => ({cwd, files})};
	const result = await runSuite(
		{
			suite,
			prepared: {cwd, files},
			tools: {node, hook, hookOptions: '', cli: '', blank},
			mode: 'hooked',
			jobs: 2,
			repeats: 1,
			directory: join(directory, 'run'),
			onProgress: () => {},
			onDifference: text => differing.push(text),
		},
		process.version,
	);
	return {...result, texts: differing};
};

test('a hook that breaks a program is found, and one without any report is named', async context => {
	const result = await runWith(context, 'globalThis.broken = true;', {
		'steady.js': '',
		'notices.js': 'process.exit(globalThis.broken ? 1 : 0);',
		'fails-anyway.js': 'process.exit(1);',
	});
	expect(result.differences.map(({name, verdict}) => [name, verdict])).toEqual([['notices.js', 'hook']]);
	expect(result.texts).toEqual([expect.stringContaining('# notices.js')]);
	expect(result.plain).toEqual({tests: 3, passed: 2, failed: 1, skipped: 0});
	expect(result.watched).toEqual({tests: 3, passed: 1, failed: 2, skipped: 0});
	expect(result.heard.hellos).toBe(0);
	expect(result.silent).toHaveLength(3);
});

test('what any preload does is not laid on the hook', async context => {
	const result = await runWith(context, '', {
		'looks-at-options.js': 'process.exit(process.env.NODE_OPTIONS ? 1 : 0);',
	});
	expect(result.differences.map(({verdict}) => verdict)).toEqual(['preload']);
});

test('a program that hangs is ended at its time', async context => {
	const directory = temporaryDirectory(context);
	writeFileSync(join(directory, 'hangs.js'), "console.log('hangs'); setInterval(() => {}, 1000);");
	const ended = await run({file: node, args: ['hangs.js'], cwd: directory, env: process.env, timeoutMs: 500});
	expect(ended).toMatchObject({timedOut: true, exitCode: null, signal: 'SIGKILL'});
});
