/** Findings as the model raises them, without sockets behind them. */
import type {DiagnosesView, Diagnosis} from '../../../source/domain/diagnosis/diagnosis.ts';
import {address, type SampleModel, sampleModel, sampleNow} from './sample-model.ts';

let lastKey = 0;

export const makeDiagnosis = (overrides: Partial<Diagnosis> = {}): Diagnosis => ({
	key: ++lastKey,
	rule: 'connect-refused',
	severity: 'error',
	phase: 'connect',
	operation: 'connect',
	local: null,
	peer: address('127.0.0.1', 9),
	message: 'connect to 127.0.0.1:9 was refused at once: no socket listens there',
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

/** The model's part when a rule is silenced or enabled again. */
export const silence = (model: SampleModel, rule: string, on: boolean): void => {
	const {list, ignored} = model.diagnoses;
	const all = [...list.values()].map(diagnosis =>
		on && diagnosis.rule === rule ? {...diagnosis, clearedAt: diagnosis.clearedAt ?? sampleNow} : diagnosis,
	);
	const others = [...ignored].filter(name => name !== rule);
	model.diagnoses = makeDiagnoses(all, {ignored: new Set(on ? [...others, rule] : others)});
};

/** Findings of three rules, of rows of `sampleRows`, a thread and a namespace; some of the past. */
export const findingsModel = (): SampleModel => {
	const refused = Array.from({length: 8}, (_, index) =>
		makeDiagnosis({
			peer: address('127.0.0.1', 9 + index),
			message: `connect to 127.0.0.1:${9 + index} was refused at once: no socket listens there`,
			raisedAt: sampleNow - 60_000 + index * 1000,
			id: index === 0 ? '1.0.6' : `1.0.${100 + index}`,
		}),
	);
	const draining = makeDiagnosis({
		rule: 'peer-not-reading',
		severity: 'warn',
		phase: 'write',
		operation: 'write',
		local: address('10.0.0.5', 52_744),
		peer: address('10.0.0.9', 443),
		message: 'write to api.internal (10.0.0.9:443) from 10.0.0.5:52744: the peer has not read for 12 s',
		evidence: [
			{source: 'kernel', fact: 'zero window, timer persist, 144k in the send queue', at: sampleNow - 900},
			{
				source: 'process',
				fact: '149504 bytes wait in the process; write() returned false',
				at: sampleNow - 400,
			},
		],
		next: {argv: ['ss', '-tanoeimp', 'sport', '=', ':52744', 'dport', '=', ':443']},
		id: '1.0.2',
		raisedAt: sampleNow - 12_000,
	});
	const ofThread = makeDiagnosis({
		rule: 'loop-blocked',
		severity: 'info',
		phase: 'accept',
		operation: 'accept',
		peer: null,
		message: 'accept by server.js 4712 waited: the event loop was blocked for 900 ms',
		evidence: [{source: 'load', fact: 'event loop blocked for 900 ms', at: sampleNow - 30_000}],
		next: {advice: 'look for what runs for so long: node --cpu-prof'},
		id: null,
		raisedAt: sampleNow - 29_000,
		clearedAt: sampleNow - 12_000,
	});
	return {...sampleModel(), diagnoses: makeDiagnoses([...refused, draining, ofThread])};
};
