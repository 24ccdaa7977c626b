// Findings in the summary on standard error, and those silenced by --ignore.
import {describe, expect, it} from 'vitest';
import type {DiagnosesView, Diagnosis} from '../../../source/domain/diagnosis/diagnosis.ts';
import {findingsSummary} from '../../../source/report/findings.ts';
import {moment} from '../../helpers/model/session.ts';

const diagnosis = (more: Partial<Diagnosis>): Diagnosis => ({
	...{key: 1, rule: 'slow-lookup', severity: 'warn', phase: 'lookup', operation: 'lookup'},
	...{local: null, peer: null, message: 'lookup of db.internal took 3 s', evidence: []},
	next: {argv: ['getent', 'ahosts', 'db internal']},
	...{id: '1.0.1', pid: 7, program: 'a.js', netns: null, raisedAt: moment(1), clearedAt: null},
	...more,
});

const view = (...found: Array<[total: number, worst: Diagnosis]>): {diagnoses: DiagnosesView} => ({
	diagnoses: {
		...{version: 1, list: new Map(), ignored: new Set(), dropped: 0},
		counts: new Map(found.map(([total, worst]) => [worst.rule, {now: 0, total, worst}])),
	},
});

describe('the summary', () => {
	it('has the worst finding of each rule with the next command, errors first, then the most frequent', () => {
		const lines = findingsSummary(
			view(
				[1, diagnosis({})],
				[30, diagnosis({rule: 'peer-slow', message: 'write waits', next: {advice: 'ask the other side'}})],
				[2, diagnosis({rule: 'refused', severity: 'error', message: 'connect failed'})],
				[7, diagnosis({rule: 'proxy', severity: 'info'})],
				[1, diagnosis({rule: 'nat', severity: 'info'})],
			),
		);
		expect(lines).toEqual([
			'  error      refused, 2 times: connect failed',
			"             next: getent ahosts 'db internal'",
			'  warn       peer-slow, 30 times: write waits',
			'             next: ask the other side',
			'  warn       slow-lookup: lookup of db.internal took 3 s',
			"             next: getent ahosts 'db internal'",
			'  info       7 proxy, 1 nat',
		]);
	});

	it('names ten rules at most, and says how many more there are', () => {
		const found = Array.from({length: 12}, (_, index): [number, Diagnosis] => [
			1,
			diagnosis({rule: `rule-${index}`, key: index}),
		]);
		const lines = findingsSummary(view(...found));
		expect(lines).toHaveLength(21);
		expect(lines.at(-1)).toBe('  …          and findings of 2 more rules');
	});

	it('has no findings section without findings', () => {
		expect(findingsSummary(view())).toEqual([]);
	});
});
