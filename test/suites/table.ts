/** The result as Markdown. */
import {type Counts, describeTally, type Tally, type Verdict} from './compare.ts';
import type {Heard} from './hook-reader.ts';

export type Difference = {name: string; verdict: Verdict; tally: Tally};

export type SuiteResult = {
	name: string;
	version: string;
	node: string;
	/** `hooked` or `netwatch`: what stands beside plain. */
	mode: string;
	files: number;
	plain: Counts;
	watched: Counts;
	heard: Heard;
	/** Files of which the hook said nothing. */
	silent: string[];
	/** What fails without the hook. */
	failing: string[];
	differences: Difference[];
	seconds: number;
};

const head = [
	'suite',
	'version',
	'Node',
	'files',
	'tests',
	'passed plain',
	'passed watched',
	'differing',
	'unsteady',
	'processes and threads with hook',
	'sockets reported',
];

export function table(results: readonly SuiteResult[]): string {
	const rows = results.map(({name, version, node, files, plain, watched, heard, differences}) => {
		const of = (...verdicts: Verdict[]) =>
			differences.filter(({verdict}) => verdicts.includes(verdict)).length;
		const numbers = [files, plain.tests, plain.passed, watched.passed, of('hook', 'preload')];
		return [name, version, node, ...numbers, of('unsteady', 'once'), heard.hellos, heard.sockets];
	});
	const lines = [head, head.map((_, column) => (column < 3 ? '---' : '---:')), ...rows];
	return `${lines.map(cells => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

export const listDifferences = (results: readonly SuiteResult[]): string =>
	results
		.flatMap(({name, differences}) =>
			differences.map(
				difference =>
					`- ${name}: ${difference.verdict}: \`${difference.name}\`: ${describeTally(difference.tally)}\n`,
			),
		)
		.join('');
