/** The outcome of each test of one file, by name. */
import type {Ended} from './command.ts';
import type {Outcome, TestFile} from './suite.ts';

export type Outcomes = ReadonlyMap<string, Outcome>;

/** Not a test of the project's: how the process ended. */
export const endOfProcess = '(end of the process)';

const isOutcome = (value: unknown): value is Outcome =>
	value === 'passed' || value === 'failed' || value === 'skipped';

/** @param report the lines that a reporter wrote, `["passed","name"]` */
export function outcomesOf(
	{name, reports}: Pick<TestFile, 'name' | 'reports'>,
	{exitCode, output}: Pick<Ended, 'exitCode' | 'output'>,
	report: string,
): Outcomes {
	const outcomes = new Map<string, Outcome>();
	if (reports === 'exit') {
		// Node's own tests say so in TAP's words.
		const skipped = exitCode === 0 && /^1\.\.0 # skip/im.test(output);
		outcomes.set(name, exitCode === 0 ? (skipped ? 'skipped' : 'passed') : 'failed');
		return outcomes;
	}

	for (const [title, outcome] of titles[reports](reports === 'marks' ? output : report)) {
		let free = `${name} › ${title}`;
		for (let n = 2; outcomes.has(free); n++) free = `${name} › ${title} #${n}`;
		outcomes.set(free, outcome);
	}

	outcomes.set(`${name} ${endOfProcess}`, exitCode === 0 ? 'passed' : 'failed');
	return outcomes;
}

/** Node's TAP: "# Subtest: name", the same of its own subtests deeper by four, then "ok 1 - name # SKIP" and details. */
function* tap(report: string): Generator<[string, Outcome]> {
	const path: string[] = [];
	const found = [
		...report.matchAll(
			/^( *)(?:# Subtest: (.*)|(not )?ok \d+(?: - ([^\n]*))?(?:\n *---\n([\s\S]*?)\n *\.\.\.)?)$/gm,
		),
	];
	for (const [, indent = '', begun, not, result = '', details = ''] of found) {
		const depth = indent.length / 4;
		if (begun !== undefined) {
			path.length = depth;
			path.push(begun);
		} else if (!/^ *type: 'suite'$/m.test(details)) {
			const skipped = / # (SKIP|TODO)\b/.test(result);
			yield [path.slice(0, depth + 1).join(' › '), skipped ? 'skipped' : not ? 'failed' : 'passed'];
		}
	}
}

const titles = {lines, tap, marks};

function* lines(report: string): Generator<[string, Outcome]> {
	for (const line of report.split('\n').filter(Boolean)) {
		const [outcome, title] = parse(line);
		if (isOutcome(outcome)) yield [String(title), outcome];
	}
}

function* marks(output: string): Generator<[string, Outcome]> {
	// Numbers and no names: what runs at once prints its names and marks in any order.
	let number = 0;
	for (const [mark] of output.matchAll(/✔$|\? - SKIPPED$|FAILED!$/gm)) {
		yield [`${++number}`, mark === '✔' ? 'passed' : mark === 'FAILED!' ? 'failed' : 'skipped'];
	}
}

/** The last line of a process that was killed may be cut. */
function parse(line: string): unknown[] {
	try {
		const value: unknown = JSON.parse(line);
		return Array.isArray(value) ? value : [];
	} catch {
		return [];
	}
}
