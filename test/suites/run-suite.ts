/** One suite: each file in both modes, one right after the other, and once more what differed. */
import {join} from 'node:path';
import {addCounts, count, differing, judge, type Tally} from './compare.ts';
import {addHeard, nothingHeard} from './hook-reader.ts';
import {type Mode, type Result, runFile, type Tools} from './modes.ts';
import type {Prepared, Suite, TestFile} from './suite.ts';
import type {Difference, SuiteResult} from './table.ts';

export type Run = {
	suite: Suite;
	prepared: Prepared;
	tools: Tools;
	/** The mode that is compared with plain. */
	mode: 'hooked' | 'netwatch';
	jobs: number;
	/** How often what differed is run again in each mode. */
	repeats: number;
	/** A private directory for what the tests write. */
	directory: string;
	onProgress(text: string): void;
	/** Called with each difference as it comes. */
	onDifference(text: string): void;
};

type Pair = {file: TestFile; plain: Result; watched: Result; names: string[]};

const leastRepeatMs = 20_000;
const none = {tests: 0, passed: 0, failed: 0, skipped: 0};

export async function runSuite(run: Run, node: string): Promise<SuiteResult> {
	const {suite, prepared, mode, jobs} = run;
	const begun = performance.now();
	const pairs: Pair[] = [];
	const queue = prepared.files.entries();
	const lane = async (number: number) => {
		for (const [index, file] of queue) {
			pairs.push(await runPair(run, file, index, number));
			if (pairs.length % 100 === 0) run.onProgress(`${pairs.length} of ${prepared.files.length} files`);
		}
	};
	const lanes = suite.serial === true ? 1 : jobs;
	await Promise.all(Array.from({length: lanes}, (_, number) => lane(number)));

	const differences: Difference[] = [];
	for (const pair of pairs) {
		if (pair.names.length > 0) differences.push(...(await repeat(run, pair)));
	}

	return {
		name: suite.name,
		version: suite.version,
		node,
		mode,
		files: pairs.length,
		plain: pairs.map(({plain}) => count(plain.outcomes)).reduce(addCounts, none),
		watched: pairs.map(({watched}) => count(watched.outcomes)).reduce(addCounts, none),
		heard: pairs.map(({watched}) => watched.heard).reduce(addHeard, nothingHeard),
		silent: pairs.filter(({watched}) => watched.heard.hellos === 0).map(({file}) => file.name),
		failing: pairs.flatMap(({plain}) =>
			[...plain.outcomes].flatMap(([name, outcome]) => (outcome === 'failed' ? [name] : [])),
		),
		differences,
		seconds: Math.round((performance.now() - begun) / 1000),
	};
}

const once = (run: Run, file: TestFile, mode: Mode, lane: number): Promise<Result> =>
	runFile(run.suite, run.prepared, file, mode, run.tools, join(run.directory, `${lane}`));

/** Which mode comes first changes from file to file. */
async function runPair(run: Run, file: TestFile, index: number, lane: number): Promise<Pair> {
	const first = index % 2 === 0 ? await once(run, file, 'plain', lane) : null;
	const watched = await once(run, file, run.mode, lane);
	const plain = first ?? (await once(run, file, 'plain', lane));
	const names = differing(plain.outcomes, watched.outcomes);
	if (names.length > 0) {
		const outcomes = (result: Result) => names.map(name => result.outcomes.get(name) ?? 'absent').join(' ');
		run.onDifference(
			`# ${file.name}\n${names.join('\n')}\n` +
				`## plain: ${outcomes(plain)} ${end(plain)}\n${plain.output}\n` +
				`## ${run.mode}: ${outcomes(watched)} ${end(watched)}\n${watched.output}\n`,
		);
	}

	return {file, plain, watched, names};
}

const end = ({exitCode, signal, timedOut, ms}: Result): string =>
	`(${timedOut ? 'timed out' : `ended with ${exitCode ?? signal}`} after ${Math.round(ms)} ms)`;

async function repeat(run: Run, {file, plain, watched}: Pair): Promise<Difference[]> {
	const results: Record<keyof Tally, Result[]> = {plain: [plain], blank: [], hooked: [watched]};
	// What hangs is not given the whole time again and again.
	const timeoutMs = Math.min(run.suite.timeoutMs, Math.max(leastRepeatMs, 10 * plain.ms));
	const again = (mode: Mode) => once({...run, suite: {...run.suite, timeoutMs}}, file, mode, 0);
	for (let n = 0; n < run.repeats; n++) {
		results.plain.push(await again('plain'));
		results.blank.push(await again('blank'));
		results.hooked.push(await again(run.mode));
	}

	const names = new Set(results.hooked.flatMap(result => differing(plain.outcomes, result.outcomes)));
	return [...names].map(name => {
		const of = (mode: keyof Tally) => results[mode].map(({outcomes}) => outcomes.get(name));
		const tally = {plain: of('plain'), blank: of('blank'), hooked: of('hooked')};
		return {name, tally, verdict: judge(tally)};
	});
}
