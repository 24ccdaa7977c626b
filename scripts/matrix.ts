/**
 * Runs the tests of the hook with each major version of Node as the one that runs the watched programs; netwatch
 * itself runs on the Node that runs this. The versions come from the `node` package of the npm registry.
 *
 *     npm run matrix -- [--cache DIR] [--tests FILE]… [MAJOR…]
 */
import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {parseArgs} from 'node:util';
import {execa} from 'execa';

const root = path.resolve(import.meta.dirname, '..');
const everyMajor = ['18', '20', '22', '24', '26'];
/** The tests that depend on the program's Node: the reports of the hook, and that it stays invisible. */
const hookTests = [
	'hook/paired/paired',
	'hook/index.invisible',
	'hook/net/observe',
	'hook/net/connect-events',
	'model/processes/processes',
	'hook/net/servers',
	'hook/net/report-connection',
	'hook/net/on-destroy.unused',
	'hook/http/http1.credentials',
	'hook/http/activity',
	'hook/net/observe.ways',
	'hook/net/udp',
	'hook/net/creation-site',
	'hook/runtime/options',
].map(name => `test/integration/${name}.test.ts`);
for (const test of hookTests) {
	if (!existsSync(path.join(root, test))) throw new Error(`${test} is no file: it would not be run`);
}

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		cache: {type: 'string', default: path.join(root, 'node_modules/.cache/matrix')},
		tests: {type: 'string', multiple: true, default: hookTests},
	},
});

type Result = {version: string; counts: string; seconds: number; failed: string[]; passed: boolean};

/** @returns the path of that major version's newest Node, fetched unless the cache has it */
const fetched = async (major: string): Promise<string> => {
	const directory = path.resolve(values.cache, major);
	const binary = path.join(directory, 'node_modules/node/bin/node');
	if (!existsSync(binary)) {
		mkdirSync(directory, {recursive: true});
		await execa('npm', ['install', '--prefix', directory, '--no-audit', '--no-fund', `node@${major}`], {
			stdout: 'ignore',
			stderr: 'inherit',
		});
	}

	return binary;
};

const run = async (major: string): Promise<Result> => {
	const binary = await fetched(major);
	const {stdout: version} = await execa(binary, ['--version']);
	console.log(`\nprograms run on Node ${version}`);
	const startedAt = performance.now();
	const {exitCode, stdout} = await execa('npx', ['vitest', 'run', ...values.tests], {
		cwd: root,
		env: {NETWATCH_TEST_NODE: binary, NO_COLOR: '1'},
		stdin: 'ignore',
		stderr: 'inherit',
		reject: false,
	});
	const failed = [...new Set([...stdout.matchAll(/^ ?FAIL +(.*)$/gm)].map(([, name = '']) => name))];
	// The last line of the count reporter.
	const [counts = 'no result'] = /^\d+ passed, \d+ failed, \d+ skipped$/m.exec(stdout) ?? [];
	console.log([counts, ...failed].join('\n  '));
	const seconds = Math.round((performance.now() - startedAt) / 1000);
	return {version, counts, seconds, failed, passed: exitCode === 0};
};

const results: Result[] = [];
for (const major of positionals.length > 0 ? positionals : everyMajor) results.push(await run(major));

console.log(`\nnetwatch on Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
for (const {version, counts, seconds} of results)
	console.log(`${version.padEnd(10)} ${counts}, ${seconds} s`);
if (results.some(({passed}) => !passed)) process.exitCode = 1;
