/** Findings as the model tells them, without sockets behind them. */
import type {DiagnosesView, Diagnosis} from '../../source/model/diagnosis/types.ts';
import {address, sampleNow} from './sample.ts';

let lastKey = 0;

export const makeDiagnosis = (overrides: Partial<Diagnosis> = {}): Diagnosis => ({
	key: ++lastKey,
	rule: 'connect-refused',
	severity: 'error',
	phase: 'connect',
	operation: 'connect',
	local: null,
	peer: address('127.0.0.1', 9),
	message: 'connect to 127.0.0.1:9 was refused at once: nobody listens there',
	evidence: [
		{source: 'process', fact: 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:9', at: sampleNow - 4000},
	],
	next: {argv: ['ss', '-tlnp', 'sport', '=', ':9']},
	id: '1.0.6',
	pid: 4712,
	program: 'server.js',
	netns: '4026531840',
	raisedAt: sampleNow - 3500,
	clearedAt: null,
	...overrides,
});

/** A book that a test may write into. */
export type SampleDiagnoses = {-readonly [Key in keyof DiagnosesView]: DiagnosesView[Key]} & {
	list: Map<number, Diagnosis>;
	ignored: Set<string>;
};

export const makeDiagnoses = (
	all: readonly Diagnosis[],
	overrides: Partial<DiagnosesView> = {},
): SampleDiagnoses => {
	const counts = new Map<string, {now: number; total: number}>();
	for (const {rule, clearedAt} of all) {
		const count = counts.get(rule) ?? {now: 0, total: 0};
		counts.set(rule, {now: count.now + (clearedAt === null ? 1 : 0), total: count.total + 1});
	}
	return {
		version: 1,
		counts,
		dropped: 0,
		...overrides,
		list: new Map(all.map(diagnosis => [diagnosis.key, diagnosis])),
		ignored: new Set(overrides.ignored),
	};
};
