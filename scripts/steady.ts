/**
 * Runs the whole suite several times, the last half of them beside busy loops, and prints a line a run. Nothing else is
 * written. The exit code is 1 if any test failed or a run had none.
 *
 *     npm run steady -- [--runs N] [--loaded N] [FILE…]
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const loops = 4;
/** A busy loop ends by itself after this time, should this process be killed before it could end it. */
const mostLoopMs = 45 * 60_000;
const busyLoop = `const end = Date.now() + ${mostLoopMs}; while (Date.now() < end && process.ppid === ${process.pid});`;

const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {runs: {type: 'string', default: '10'}, loaded: {type: 'string'}},
});
const runs = countOf('--runs', values.runs);
const loaded = Math.min(runs, countOf('--loaded', values.loaded ?? String(Math.floor(runs / 2))));

/** The children of this process that have not exited yet. */
const children = new Set<ChildProcess>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => {
		endChildren();
		process.kill(process.pid, signal);
	});
}
process.once('exit', endChildren);

let failures = 0;
for (let run = 1; run <= runs; run++) {
	const isLoaded = run > runs - loaded;
	const busy = isLoaded ? Array.from({length: loops}, () => start(['-e', busyLoop], 'ignore')) : [];
	const begun = performance.now();
	const {passed, failed, skipped, names} = await runSuite();
	const seconds = Math.round((performance.now() - begun) / 1000);
	for (const loop of busy) loop.kill('SIGKILL');
	const isGood = passed > 0 && failed === 0;
	if (!isGood) failures++;
	const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
	const what = [...names, ...(passed === 0 ? ['no test passed'] : [])];
	console.log(
		[`run ${run}/${runs}${isLoaded ? ' loaded' : ''}: ${counts}, ${seconds} s`, ...what].join(' · '),
	);
}

process.exitCode = failures > 0 ? 1 : 0;

function countOf(option: string, text: string): number {
	const count = Number(text);
	if (Number.isInteger(count) && count >= 0) return count;
	console.error(`steady: ${option} takes a whole number, not ${JSON.stringify(text)}`);
	process.exit(2);
}

function start(args: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
	// A group of its own: what the test runner started ends with it.
	const child = spawn(process.execPath, args, {
		...{cwd: root, detached: true, stdio: ['ignore', stdout, 'ignore']},
		env: {...process.env, NO_COLOR: '1'},
	});
	children.add(child);
	child.once('close', () => children.delete(child));
	return child;
}

function endChildren(): void {
	for (const {pid} of children) {
		try {
			if (pid !== undefined) process.kill(-pid, 'SIGKILL');
		} catch {
			// It has ended by itself.
		}
	}
}

type Outcome = {passed: number; failed: number; skipped: number; names: readonly string[]};

/** One run; its counts are those of test/helpers/vitest/count-reporter.ts. */
async function runSuite(): Promise<Outcome> {
	const vitest = start(
		[
			'node_modules/vitest/vitest.mjs',
			...['run', ...positionals],
			...['--reporter=json', '--reporter=./test/helpers/vitest/count-reporter.ts'],
		],
		'pipe',
	);
	let text = '';
	vitest.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
		text += chunk;
	});
	const [code] = await once(vitest, 'close');
	const [, passed, failed, skipped] = /(\d+) passed, (\d+) failed, (\d+) skipped/.exec(text) ?? [];
	const counts = {passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0)};
	const names = failedNames(text);
	if (code !== 0 && names.length === 0) names.push(`vitest ended with ${code}`);
	return {...counts, failed: Math.max(counts.failed, names.length), names};
}

/** The file and the title of each failed test, from the line that the JSON reporter writes. */
function failedNames(text: string): string[] {
	const line = text.split('\n').find(each => each.startsWith('{"numTotalTestSuites"'));
	if (line === undefined) return [];
	const report: Report = JSON.parse(line);
	return report.testResults.flatMap(({name, status, assertionResults}) => {
		const file = name.replace(root, '');
		const failed = assertionResults.filter(each => each.status === 'failed');
		if (status === 'failed' && failed.length === 0) return [`${file} did not load`];
		return failed.map(({fullName}) => `${file}: ${fullName}`);
	});
}

type Report = {
	testResults: readonly {
		name: string;
		status: string;
		assertionResults: readonly {status: string; fullName: string}[];
	}[];
};
