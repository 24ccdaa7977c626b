// Any place of netwatch's files, any user below it: the command's processes run as ever.
import {execFileSync} from 'node:child_process';
import {chmodSync, chownSync, cpSync, existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, type TestContext, test} from 'vitest';
import {isRoot} from '../../helpers/process/is-root.ts';
import {startNetwatch} from '../../helpers/process/netwatch.ts';
import {outcomeOf} from '../../helpers/process/outcome.ts';
import {cli, node} from '../../helpers/process/paths.ts';
import {type Options, start} from '../../helpers/process/program.ts';
import {temporaryDirectory} from '../../helpers/process/temporary-directory.ts';

const nobody = 65_534;

/** The built files, copied to a directory. */
const installAt = (directory: string): string => {
	mkdirSync(directory, {recursive: true});
	cpSync(dirname(cli), directory, {recursive: true});
	return join(directory, 'cli.js');
};

/** Runs a command by itself and below netwatch: all that it prints, and its end, are the same. */
const expectSame = async (
	context: TestContext,
	[first = '', ...words]: readonly string[],
	options?: Options,
): Promise<string> => {
	const [without, within] = await Promise.all([
		outcomeOf(start(context, first, words, options)),
		outcomeOf(start(context, node, [cli, '--headless', '--', first, ...words], options)),
	]);
	const plain = (text: string) => text.replaceAll(/\(node:\d+\)/g, '(node:PID)');
	expect({...within, stderr: plain(within.stderr)}).toEqual({...without, stderr: plain(without.stderr)});
	return without.stdout + without.stderr;
};

test('the hook is found after npm ci in the project that netwatch is installed in', {
	timeout: 120_000,
}, async context => {
	const directory = temporaryDirectory(context);
	const npm = (cwd: string, ...words: string[]) =>
		execFileSync('npm', [...words, '--offline', '--no-audit', '--no-fund', '--silent'], {
			cwd,
			env: {...process.env, NODE_OPTIONS: ''},
			stdio: 'pipe',
		});
	const packed = join(directory, 'packed');
	installAt(join(packed, 'dist'));
	const manifest = {name: 'netwatch', version: '0.0.1', type: 'module', bin: {netwatch: 'dist/cli.js'}};
	writeFileSync(join(packed, 'package.json'), JSON.stringify(manifest));
	npm(packed, 'pack', '--pack-destination', directory);
	const project = join(directory, 'project');
	mkdirSync(project);
	const postinstall = 'node -e "console.log(6 * 7, typeof process.env.NETWATCH_FIFO)"';
	const dependencies = {netwatch: 'file:../netwatch-0.0.1.tgz'};
	writeFileSync(join(project, 'package.json'), JSON.stringify({scripts: {postinstall}, dependencies}));
	npm(project, 'install');

	const installed = join(project, 'node_modules/netwatch/dist/hook.cjs');
	const mark = join(dirname(installed), 'mark');
	writeFileSync(mark, '');
	const command = ['npm', 'ci', '--offline', '--no-audit', '--no-fund'];
	const netwatch = startNetwatch(context, command, {cwd: project, built: join(dirname(installed), 'cli.js')});
	expect(await netwatch.summary()).toMatchObject({exitCode: 0});
	// The package was deleted and made anew while netwatch ran.
	expect([existsSync(installed), existsSync(mark)]).toEqual([true, false]);
	expect(netwatch.stderr()).toContain('42 string\n');
	expect(netwatch.stderr()).not.toContain('Error');
	expect(netwatch.troubles()).toEqual([]);
	expect(netwatch.all('process').map(({program}) => program)).toContain('node -e');
});

describe.concurrent('a command of another user', () => {
	const script = `"${node}" -p "process.getuid()"; "${node}" -e "process.exit(3)"`;
	const su = ['su', 'nobody', '-s', '/bin/sh', '-c', script];

	const canSwitch = (context: TestContext): void => {
		if (!isRoot) context.skip('only root becomes another user without a password');
		try {
			execFileSync('su', ['nobody', '-s', '/bin/sh', '-c', `"${node}" -e 0`], {cwd: '/', stdio: 'ignore'});
		} catch {
			context.skip('su, or this Node, is not for other users here');
		}
	};

	test('a command below su runs as without netwatch', async context => {
		canSwitch(context);
		expect(await expectSame(context, su, {cwd: '/'})).toBe(`${nobody}\n`);
	});

	test('a command runs where its user may not read the installation', async context => {
		canSwitch(context);
		const directory = temporaryDirectory(context);
		const netwatch = startNetwatch(context, ['sh', '-c', `su nobody -s /bin/sh -c '${script}'; exit 4`], {
			built: installAt(join(directory, 'dist')),
			cwd: '/',
		});
		chmodSync(directory, 0o700);
		expect(await netwatch.summary()).toMatchObject({exitCode: 4});
		expect(netwatch.stderr()).toBe(`${nobody}\n`);
	});
});

describe.concurrent('the path of the installation, of the cache and of the temporary files holds', () => {
	test.for([
		['spaces', 'two  spaces '],
		['quotes', `"double" and 'single'`],
		['backslashes', 'back\\slash\\\\ "\\"'],
		['letters that are not ASCII', 'größe-鉤-🪝'],
		['a line feed', 'two\nlines'],
		['what a shell or a URL would take', '$HOME `id` %20 # ? ; & *'],
	] as const)('%s', async ([, name], context) => {
		const directory = temporaryDirectory(context);
		const odd = join(directory, name);
		// Node itself runs no ES module from a path with a backslash.
		const parent = name.includes('\\') ? 'plain' : name;
		const built = installAt(join(directory, parent, 'node_modules/netwatch/dist'));
		const [home, temporary] = [join(odd, 'home'), join(odd, 'tmp')];
		for (const place of [home, temporary]) {
			mkdirSync(place, {recursive: true});
			// Root's own cache has a plain name: as another user, the copy of the hook lies at this path, too.
			if (isRoot) chownSync(place, nobody, nobody);
		}

		chmodSync(directory, 0o755);
		const through = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
		const netwatch = startNetwatch(context, [node, '-p', 'process.env.NODE_OPTIONS'], {
			through,
			built,
			cwd: '/',
			env: {HOME: home, XDG_CACHE_HOME: join(home, '.cache'), TMPDIR: temporary},
		});
		expect(await netwatch.summary()).toMatchObject({exitCode: 0});
		expect(netwatch.troubles()).toEqual([]);
		expect(netwatch.all('process')[0]).toMatchObject({event: 'start', program: 'node -p'});
		// Another pipe than the records': what was written before them may be read after them.
		await netwatch.until(() => netwatch.stderr().includes(name.replace(/["\\]/g, '\\$&')));
		expect(existsSync(join(home, '.cache/netwatch'))).toBe(true);
	});
});

describe.concurrent('NODE_OPTIONS that has content already', () => {
	test.for([
		{
			what: 'a preload of its own, with a space and a quote in its path',
			options: (path: string) => `--require "${path.replace(/["\\]/g, '\\$&')}/own.cjs"`,
			says: 'own.cjs\nmain',
		},
		{
			what: 'an ES module of its own',
			options: (path: string) => `--import "${path.replace(/["\\]/g, '\\$&')}/own.mjs" --no-warnings`,
			says: 'own.mjs\nmain',
		},
		{
			what: 'a word that Node does not allow there',
			options: () => '--no-such-option',
			says: 'not allowed in',
		},
		{what: 'a quote that is not closed', options: () => '--title "open', says: 'unterminated string'},
		{
			what: 'a preload that is not there',
			options: () => '--require /no/such/file.cjs',
			says: 'Cannot find module',
		},
		{what: 'an option without its value', options: () => '--require', says: 'requires an argument'},
	])('$what', async ({options, says}, context) => {
		const directory = join(temporaryDirectory(context), 'a "b" c');
		mkdirSync(directory);
		writeFileSync(join(directory, 'own.cjs'), 'console.log("own.cjs")');
		writeFileSync(join(directory, 'own.mjs'), 'console.log("own.mjs")');
		// In a shell below netwatch: netwatch's own Node reads the variable, too.
		const script = 'NODE_OPTIONS="$NODE_OPTIONS $0"; export NODE_OPTIONS; "$1" -e "console.log(\'main\')"';
		const printed = await expectSame(context, ['sh', '-c', script, options(directory), node]);
		expect(printed).toContain(says);
	});
});
