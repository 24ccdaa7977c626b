// Node's permission model: a Node that may not read its preload does not start, so the hook must not be the reason.
import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {outcomeOf} from '../../helpers/process/outcome.ts';
import {cli, node, target} from '../../helpers/process/paths.ts';
import {start} from '../../helpers/process/program.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';

const major = Number.parseInt(process.versions.node, 10);
const flag = major < 22 ? '--experimental-permission' : '--permission';

const program = 'console.log("it runs", process.permission.has("fs.write")); process.exitCode = 3;';

/** A package whose script asks for the permission model, and a script that does so in its first line. */
const setUp = (context: TestContext) => {
	const directory = temporaryDirectory(context);
	const allowed = `--allow-fs-read=${directory}/*`;
	const app = join(directory, 'app.cjs');
	writeFileSync(app, program);
	const scripts = {restricted: `"${node}" ${flag} ${allowed} app.cjs`};
	writeFileSync(join(directory, 'package.json'), JSON.stringify({scripts}));
	const script = join(directory, 'run');
	writeFileSync(script, `#!/usr/bin/env -S ${node} ${flag} ${allowed}\n${program}`);
	chmodSync(script, 0o755);
	return {directory, allowed, app, script};
};

type Place = ReturnType<typeof setUp>;

/** Warnings bear a pid. */
const withoutPids = (text: string): string => text.replaceAll(/\(node:\d+\)/g, '(node:PID)');

describe.concurrent('a program under the permission model runs as without netwatch, and a notice has the rights that the hook needs', () => {
	test.for([
		{how: 'in the command', words: ({allowed, app}: Place) => [node, flag, allowed, app]},
		{how: 'with a script that is text', words: () => [node, flag, '-e', program]},
		{how: 'for the shell', words: ({allowed}: Place) => ['sh', '-c', `"${node}" ${flag} ${allowed} app.cjs`]},
		{how: 'in the first line of a script', words: ({script}: Place) => [script]},
		{how: 'in a script of npm', words: () => ['npm', 'run', '--silent', 'restricted']},
		{
			how: 'in NODE_OPTIONS',
			words: ({allowed}: Place) => [
				...['sh', '-c', `NODE_OPTIONS="$NODE_OPTIONS ${flag} ${allowed}" "${node}" app.cjs`],
			],
		},
	])('$how', async ({words}, context) => {
		const place = setUp(context);
		const options = {cwd: place.directory};
		const [first = '', ...rest] = words(place);
		const through = start(context, node, [cli, '--headless', '--', first, ...rest], options);
		const [without, within] = await Promise.all([
			outcomeOf(start(context, first, rest, options)),
			outcomeOf(through),
		]);
		expect(without).toMatchObject({exitCode: 3, stdout: 'it runs false\n'});
		expect({...within, stderr: withoutPids(within.stderr)}).toEqual({
			...without,
			stderr: withoutPids(without.stderr),
		});
		// A newer npm has its hook, and its script has none for a moment only.
		if (/ [1-9]\d* with hook/.test(through.stderr())) return;
		expect(through.stderr()).toMatch(
			new RegExp(`notice +no hook answered: ${flag} .*--allow-fs-read='.*' --allow-fs-write='.*' would do`),
		);
	});
});

test('a process with the rights from the notice has its process view', async context => {
	const command = (rights: readonly string[]) => [
		...[node, flag, ...(major < 25 ? [] : ['--allow-net']), ...rights],
		...['-e', 'require("node:net").createServer().listen(0, "127.0.0.1", function () { this.close(); })'],
	];
	const env = {TMPDIR: temporaryDirectory(context)};
	const blind = startNetwatch(context, command([]), {env});
	await blind.summary();
	const [{message} = {message: ''}] = blind.troubles();
	const rights = /\((--allow-fs-read.*) would do\)/.exec(message)?.[1]?.replaceAll("'", '').split(' ') ?? [];
	expect(rights).toHaveLength(2);
	const seeing = startNetwatch(context, command(rights), {env});
	expect(await seeing.summary()).toMatchObject({exitCode: 0, rows: 1});
	expect(seeing.troubles()).toEqual([]);
});

test('a flag of the program itself with the same name changes nothing', async context => {
	const words = [node, target('exit-code-3'), '--permissions', '--my-permission=x'];
	const netwatch = startNetwatch(context, words);
	expect(await netwatch.summary()).toMatchObject({exitCode: 3});
	expect(netwatch.troubles()).toEqual([]);
	expect(netwatch.all('process')[0]).toMatchObject({event: 'start'});
});
