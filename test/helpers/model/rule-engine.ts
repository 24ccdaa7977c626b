/** The engine with rules and rows of the test's own, and a clock that the test moves. */

import type {
	Finding,
	ProcessRule,
	RowContext,
	RowRule,
	Rule,
	RuleFacts,
} from '../../../source/domain/diagnosis/diagnosis.ts';
import type {ProcessRow, Row} from '../../../source/domain/row.ts';
import type {KernelSummary} from '../../../source/domain/view/namespace.ts';
import {createDiagnosisEngine, type DiagnosisEngine} from '../../../source/model/diagnosis/engine.ts';
import type {Entry} from '../../../source/model/table/entry.ts';
import {defaultLimits} from '../../../source/model/table/limits.ts';
import {createRows, type Rows} from '../../../source/model/table/rows.ts';
import {createSocketIndex} from '../../../source/model/table/socket-index.ts';
import {mainThread, moment} from './session.ts';

export const found = (message: string, more: Partial<Finding> = {}): Finding => ({
	operation: 'read',
	local: null,
	peer: null,
	message,
	evidence: [{source: 'process', fact: message, at: moment(0)}],
	next: {advice: 'look again'},
	...more,
});

/** A rule that holds while the row's label is "bad"; raised and cleared without delay. */
export const badLabel = (more: Partial<RowRule> = {}): RowRule => ({
	name: 'bad-label',
	scope: 'row',
	phase: 'read',
	severity: 'warn',
	title: 'it says that it is bad',
	stages: null,
	roles: null,
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find: ({row}: RowContext) => (row.label === 'bad' ? found(`read of ${row.id} is bad`) : null),
	...more,
});

export const badTitle: ProcessRule = {
	name: 'bad-title',
	scope: 'process',
	phase: 'accept',
	severity: 'error',
	title: 'its title is bad',
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find: ({process}) => (process.title === 'bad' ? found('accept is bad') : null),
};

export type Engine = DiagnosisEngine & {
	readonly rows: Rows;
	readonly processes: ProcessRow[];
	readonly kernel: Map<string, KernelSummary>;
	/** The clock stands at this second. */
	at(seconds: number): void;
	/** @returns whether anything changed */
	tick(seconds: number): boolean;
	/** A row that is new or has changed. */
	row(id: string, label: string | null, more?: Partial<Row>): Entry;
	/** The changes since the last call: "raised 1 bad-label". */
	takeChanges(): string[];
	/** The messages of the findings that hold. */
	holds(): string[];
};

export const createEngine = (
	rules: readonly Rule[],
	onFailure?: (rule: string, error: unknown) => void,
): Engine => {
	let now = moment(0);
	const rows = createRows(defaultLimits, createSocketIndex());
	const processes: ProcessRow[] = [];
	const kernel = new Map<string, KernelSummary>();
	const world: RuleFacts = {
		...makeWorld(),
		get now() {
			return now;
		},
		rows: rows.view,
		processes,
		kernelSummaries: kernel,
		threadOf: row => processes.find(({proc, thread}) => proc === row.proc && thread === row.thread) ?? null,
		cached: compute => compute(world),
	};
	const engine = createDiagnosisEngine(rows, world, rules, onFailure);
	rows.onRemove(engine.removeRow);
	const at = (seconds: number): void => {
		now = moment(seconds);
	};
	const more: Omit<Engine, keyof DiagnosisEngine> = {
		rows,
		processes,
		kernel,
		at,
		tick(seconds) {
			at(seconds);
			return engine.evaluate();
		},
		row(id, label, overrides = {}) {
			const entry = rows.open(id, mainThread, now);
			if (entry === undefined) throw new Error('the table is full');
			Object.assign(entry.row, {role: 'client', stage: 'open', label, ...overrides});
			rows.touch(entry);
			return entry;
		},
		takeChanges: () =>
			engine.takeEvents().map(({event, diagnosis: {key, rule}}) => `${event} ${key} ${rule}`),
		holds: () =>
			[...engine.list.values()].filter(({clearedAt}) => clearedAt === null).map(({message}) => message),
	};
	return Object.defineProperties(more, Object.getOwnPropertyDescriptors(engine)) as Omit<
		Engine,
		keyof DiagnosisEngine
	> &
		DiagnosisEngine;
};

/** Rule facts in which only the given ones are known. */
export const makeWorld = (overrides: Partial<Omit<RuleFacts, 'cached'>> = {}): RuleFacts => {
	const world: RuleFacts = {
		now: moment(0),
		session: {command: [], pid: null, netns: null, startedAt: 0, ended: null},
		rows: new Map(),
		processes: [],
		kernelSummaries: new Map(),
		interfaces: new Map(),
		listenerRowsOn: () => [],
		listeningSocketsOn: () => null,
		threadOf: () => null,
		...overrides,
		cached: compute => compute(world),
	};
	return world;
};
