/** The tables of a model and their maintenance, wired together. */

import type {SessionView} from '../domain/view/session.ts';
import {sanitize} from '../text/sanitize.ts';
import {createDiagnosisEngine, type DiagnosisEngine} from './diagnosis/engine.ts';
import {createRuleFacts} from './diagnosis/rule-world.ts';
import {allRules} from './diagnosis/rules/index.ts';
import {createHistories, type Histories} from './history/history.ts';
import {createHandovers, type Handovers} from './hook-records/handovers.ts';
import {createJoin, type Join} from './join/join.ts';
import {createKernelQueries, type KernelQueries} from './join/kernel-query.ts';
import {createPairs} from './join/pairs.ts';
import {type Aggregates, createAggregates} from './namespaces/aggregates.ts';
import {createInterfaces, type Interfaces} from './namespaces/interfaces.ts';
import {createNotices, type Notices} from './processes/notices.ts';
import {createProcesses, type Processes} from './processes/processes.ts';
import {createRowRoutes, type RowRoutes} from './routes/row-routes.ts';
import type {Limits} from './table/limits.ts';
import {createRows, type Rows} from './table/rows.ts';
import {createSocketIndex} from './table/socket-index.ts';
import {createStepLog, type StepLog} from './table/step-log.ts';
import {createThreadRows, type ThreadRows} from './table/thread-rows.ts';

export type Parts = {
	/** The newest `at` of all inputs, in ms since the epoch, and how often the clock has ticked. */
	readonly clock: {now: number; ticks: number};
	readonly session: SessionView;
	readonly processes: Processes;
	readonly notices: Notices;
	readonly rows: Rows;
	readonly threadRows: ThreadRows;
	readonly stepLog: StepLog;
	readonly handovers: Handovers;
	readonly join: Join;
	readonly kernelQueries: KernelQueries;
	readonly aggregates: Aggregates;
	readonly interfaces: Interfaces;
	readonly routes: RowRoutes;
	readonly history: Histories;
	readonly diagnoses: DiagnosisEngine;
};

export function createParts(limits: Limits): Parts {
	const clock = {now: 0, ticks: 0};
	const session: SessionView = {command: [], pid: null, netns: null, startedAt: 0, ended: null};
	const processes = createProcesses(limits.processes);
	const notices = createNotices(limits.notices);
	const index = createSocketIndex();
	const rows = createRows(limits, index);
	const pairs = createPairs(rows);
	const stepLog = createStepLog();
	const handovers = createHandovers(rows, stepLog.add);
	const join = createJoin(rows, index, limits, pairs);
	const threadRows = createThreadRows(rows, {addStep: stepLog.add, onClosed: join.hookReported});
	const kernelQueries = createKernelQueries(rows, index);
	const routes = createRowRoutes(rows, limits);
	const interfaces = createInterfaces();
	const history = createHistories(rows, limits.histories);
	const aggregates = createAggregates(rows);
	const facts = createRuleFacts({
		now: () => clock.now,
		currentPass: () => clock.ticks,
		session,
		rows,
		index,
		processes,
		accounting: aggregates,
		interfaces: interfaces.view,
	});
	const diagnoses = createDiagnosisEngine(rows, facts, allRules, (rule, error) => {
		const reason = sanitize(error instanceof Error ? error.message : String(error));
		notices.addOwn('diagnoses', `the rule ${rule} failed and is asked no longer: ${reason}`, clock.now);
	});
	// The rules see a leaving row first: its pair is part of their facts.
	rows.onRemove(diagnoses.removeRow);
	rows.onRemove(pairs.entryRemoved);
	return {
		clock,
		session,
		processes,
		notices,
		rows,
		threadRows,
		stepLog,
		handovers,
		join,
		kernelQueries,
		aggregates,
		interfaces,
		routes,
		history,
		diagnoses,
	};
}
