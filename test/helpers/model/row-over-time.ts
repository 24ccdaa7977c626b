/** A row at several seconds, and the rules of bytes and rest that hold then. */

import type {StepName} from '../../../source/domain/operation.ts';
import type {KernelView, ProcessView, Row, Step} from '../../../source/domain/row.ts';
import {closeRules} from '../../../source/model/diagnosis/rules/close/index.ts';
import {idleRules} from '../../../source/model/diagnosis/rules/idle/index.ts';
import {readRules} from '../../../source/model/diagnosis/rules/read/index.ts';
import {writeRules} from '../../../source/model/diagnosis/rules/write/index.ts';
import {makeKernelView, makeProcessView} from './row.ts';
import {createEngine, type Engine} from './rule-engine.ts';
import {internet, moment} from './session.ts';

export const rules = [...readRules, ...writeRules, ...closeRules, ...idleRules];

export const step = (seconds: number, name: StepName, fields: Step['fields'] = {}): Step => ({
	at: moment(seconds),
	step: name,
	fields,
});

export const ends = {local: internet('10.0.0.5:50000'), peer: internet('10.0.0.9:443'), openedAt: moment(0)};
export const up = [step(0, 'connect')];

/** The rules that hold, as "severity rule". */
const raised = (engine: Engine): string[] =>
	[...engine.list.values()]
		.filter(({clearedAt}) => clearedAt === null)
		.map(({severity, rule}) => `${severity} ${rule}`);

/** A row at each second, and the findings raised then. */
export const raisedOverTime = (
	moments: readonly (readonly [seconds: number, row: Partial<Row>])[],
): string[][] => {
	const engine = createEngine(rules);
	return moments.map(([seconds, row]) => {
		engine.at(seconds);
		engine.row('1.0.1', null, {...ends, steps: up, ...row});
		engine.tick(seconds);
		return raised(engine);
	});
};

export const process = (seconds: number, view: Partial<ProcessView>): {process: ProcessView} => ({
	process: makeProcessView({...view, seenAt: moment(seconds)}),
});
export const kernel = (seconds: number, view: Partial<KernelView>): {kernel: KernelView} => ({
	kernel: makeKernelView({...view, seenAt: moment(seconds), infoSeenAt: moment(seconds)}),
});
