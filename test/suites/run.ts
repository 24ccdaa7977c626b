/**
 * Runs the tests that real projects ship, with and without the hook, and shows what differs.
 * See docs/compatibility.md.
 */
import {appendFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {runOrThrow} from './command.ts';
import {suites} from './list/index.ts';
import {runSuite} from './run-suite.ts';
import {nodeBinary, type Workshop} from './sources.ts';
import type {Suite} from './suite.ts';
import {listDifferences, type SuiteResult, table} from './table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const usage = `npm run suites -- [options] [SUITE…]

  --cache DIR      where sources and results are kept (SUITES_CACHE, ~/.cache/netwatch-suites)
  --clones DIR     clones of the projects that publish no tests, as NAME or NAME.git (CACHE/clones)
  --hook FILE      the hook (dist/hook.cjs)
  --hook-options W what netwatch gives it in NETWATCH_HOOK, e.g. no-emit
  --node FILE      the Node that runs the tests, but for Node's own (this one)
  --jobs N         files at once (1)
  --repeats N      how often a file that differs is run again in each mode (4)
  --only REGEX     only the files whose names match
  --netwatch       the whole of netwatch around each file, instead of the hook alone
  --list           the names of the suites
`;

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		cache: {type: 'string', default: process.env.SUITES_CACHE ?? join(homedir(), '.cache/netwatch-suites')},
		clones: {type: 'string'},
		hook: {type: 'string', default: join(root, 'dist/hook.cjs')},
		'hook-options': {type: 'string', default: ''},
		node: {type: 'string', default: process.execPath},
		jobs: {type: 'string', default: '1'},
		repeats: {type: 'string', default: '4'},
		only: {type: 'string', default: ''},
		netwatch: {type: 'boolean', default: false},
		list: {type: 'boolean', default: false},
		help: {type: 'boolean', default: false},
	},
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (values.help || values.list) {
	process.stdout.write(
		values.help ? usage : suites.map(({name, version}) => `${name} ${version}\n`).join(''),
	);
	process.exit();
}

const unknown = positionals.filter(name => !suites.some(suite => suite.name === name));
if (unknown.length > 0) {
	process.stderr.write(`suites: there is no suite ${unknown.join(', ')}; --list names them\n`);
	process.exit(2);
}

const cache = resolve(values.cache);
const mode = values.netwatch ? 'netwatch' : 'hooked';
const results = join(
	cache,
	'results',
	`${new Date().toISOString().slice(0, 19).replaceAll(':', '')}-${mode}`,
);
mkdirSync(results, {recursive: true});
// A build during the run changes nothing.
const hook = join(results, 'hook.cjs');
cpSync(resolve(values.hook), hook);

const chosen = suites.filter(({name}) => positionals.length === 0 || positionals.includes(name));
const done: SuiteResult[] = [];
for (const suite of chosen) {
	const result = await runOne(suite).catch((error: unknown) => {
		process.exitCode = 1;
		process.stderr.write(`suites: ${suite.name}: ${error instanceof Error ? error.message : error}\n`);
	});
	if (!result) continue;
	done.push(result);
	writeFileSync(join(results, `${suite.name}.json`), `${JSON.stringify(result, null, '\t')}\n`);
	writeFileSync(join(results, 'table.md'), `${table(done)}\n${listDifferences(done)}`);
	process.stderr.write(`${table([result])}${listDifferences([result])}${complaints(result)}`);
	if (complaints(result) !== '' || result.differences.some(({verdict}) => verdict === 'hook')) {
		process.exitCode = 1;
	}
}

process.stdout.write(`${table(done)}\n${listDifferences(done)}`);
process.stderr.write(`suites: results are in ${results}\n`);

async function runOne(suite: Suite): Promise<SuiteResult> {
	const workshop: Workshop = {
		cache,
		clones: resolve(values.clones ?? join(cache, 'clones')),
		node: resolve(values.node),
	};
	if (suite.node !== undefined) workshop.node = await nodeBinary(workshop, suite.node);
	const version = await runOrThrow(workshop.node, ['--version'], {cwd: cache});
	const prepared = await suite.prepare(workshop);
	const only = new RegExp(values.only);
	prepared.files = prepared.files.filter(({name}) => only.test(name));
	// Short, since a unix socket's path has 108 bytes, and real, since tests compare paths.
	const directory = realpathSync(mkdtempSync(join(tmpdir(), 'suites-')));
	const remove = () => rmSync(directory, {recursive: true, force: true});
	process.once('exit', remove);
	const differences = join(results, `${suite.name}.differences`);
	process.stderr.write(`suites: ${suite.name} ${suite.version}: ${prepared.files.length} files\n`);
	try {
		return await runSuite(
			{
				suite,
				prepared,
				tools: {
					node: workshop.node,
					hook,
					hookOptions: values['hook-options'],
					cli: join(root, 'dist/cli.js'),
					blank: fileURLToPath(new URL(`preloads/${suite.control ?? 'empty'}.cjs`, import.meta.url)),
				},
				mode,
				jobs: Number(values.jobs),
				repeats: Number(values.repeats),
				directory,
				onProgress: text => process.stderr.write(`suites: ${suite.name}: ${text}\n`),
				onDifference: text => appendFileSync(differences, text),
			},
			version.trim(),
		);
	} finally {
		await prepared.close?.();
		process.removeListener('exit', remove);
		remove();
	}
}

/** What makes a result worthless, or is a failure of the hook's own. */
function complaints({name, plain, heard}: SuiteResult): string {
	const lines: string[] = [];
	if (plain.passed === 0) lines.push('nothing passed without the hook');
	if (heard.hellos === 0 || heard.sockets === 0) lines.push('the hook reported nothing');
	if (heard.bad > 0) lines.push(`${heard.bad} records did not decode`);
	for (const failure of new Set(heard.failures)) lines.push(`the hook said: ${failure}`);
	return lines.map(line => `suites: ${name}: ${line}\n`).join('');
}
