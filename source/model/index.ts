/**
 * The model: applies inputs to its tables in place, and nothing else changes them. It reads no clock and does no
 * I/O: the same inputs give the same rows.
 */

import {type ModelInput, type Origin, openingRecords} from '../domain/events.ts';
import type {SessionView} from '../domain/view/session.ts';
import {sanitize} from '../text/sanitize.ts';
import {finalPassStep} from './diagnosis/cached-query.ts';
import {createDiagnosisEngine} from './diagnosis/engine.ts';
import {createRuleFacts} from './diagnosis/rule-world.ts';
import {allRules} from './diagnosis/rules/index.ts';
import {createHistories} from './history/history.ts';
import {applySocketRecord} from './hook-records/apply-record.ts';
import {stepOf} from './hook-records/record-steps.ts';
import {createJoin} from './join/join.ts';
import {createKernelQueries} from './join/kernel-query.ts';
import {createPairs} from './join/pairs.ts';
import {clusterListener} from './listeners/cluster-listeners.ts';
import type {Model} from './model.ts';
import {createAggregates} from './namespaces/aggregates.ts';
import {createInterfaces} from './namespaces/interfaces.ts';
import {createNotices} from './processes/notices.ts';
import {createProcesses} from './processes/processes.ts';
import {createRowRoutes} from './routes/row-routes.ts';
import {countsInTotals, type Entry, updateStage} from './table/entry.ts';
import {defaultLimits, type Limits} from './table/limits.ts';
import {createRows, rowId} from './table/rows.ts';
import {createSocketIndex} from './table/socket-index.ts';
import {createStepLog} from './table/step-log.ts';
import {createThreadRows} from './table/thread-rows.ts';

export function createModel(overrides: Partial<Limits> = {}): Model {
	const limits: Limits = {...defaultLimits, ...overrides};
	const index = createSocketIndex();
	const rows = createRows(limits, index);
	const pairs = createPairs(rows);
	const join = createJoin(rows, index, limits, pairs);
	const kernelQueries = createKernelQueries(rows, index);
	const processes = createProcesses(limits.processes);
	const routes = createRowRoutes(rows, limits);
	const interfaces = createInterfaces();
	const history = createHistories(rows, limits.histories);
	const aggregates = createAggregates(rows);
	const stepLog = createStepLog();
	const threads = createThreadRows(rows, {addStep: stepLog.add, onClosed: join.hookReported});
	const notices = createNotices(limits.notices);
	const session: SessionView = {command: [], pid: null, netns: null, startedAt: 0, ended: null};
	let lostFrames = 0;
	let version = 0;
	let now = 0;
	let ticks = 0;
	const diagnoses = createDiagnosisEngine(
		rows,
		createRuleFacts({
			now: () => now,
			currentPass: () => ticks,
			...{session, rows, index, processes, accounting: aggregates, interfaces: interfaces.view},
		}),
		allRules,
		(rule, error) => {
			const reason = sanitize(error instanceof Error ? error.message : String(error));
			notices.addOwn('diagnoses', `the rule ${rule} failed and is asked no longer: ${reason}`, now);
		},
	);
	for (const onRemove of [diagnoses.removeRow, pairs.entryRemoved]) rows.onRemove(onRemove);

	function apply(input: ModelInput): void {
		now = Math.max(now, input.at);
		version++;
		switch (input.type) {
			case 'session': {
				const {command, pid, netns, at: startedAt} = input;
				Object.assign(session, {command, pid, netns, startedAt});
				break;
			}

			case 'ended':
				Object.assign(session, {
					ended: {at: input.at, exitCode: input.exitCode, signal: input.signal},
				});
				// What was answered since the last tick is evidence.
				routes.applyAnswers(now);
				ticks += finalPassStep;
				diagnoses.finish();
				break;
			case 'process':
				if ('exitCode' in input) {
					processes.end(input);
					threads.closeAll(input, input.at);
				} else {
					processes.start(input);
				}

				break;
			case 'hook':
				applyHook(input);
				break;
			case 'resync':
				threads.resync(input, input.event, input.at);
				break;
			case 'load':
				processes.updateLoad(input, input.load);
				if (input.load.sockets !== null) threads.applyUnsampled(input, input.at);
				break;
			case 'blocked':
				processes.addBlocked(input, input.at, input.ms);
				break;
			case 'resolver':
				processes.setResolver(input.proc, input.resolver);
				break;
			case 'ignore':
				diagnoses.setIgnored(input.rule, input.on);
				break;
			case 'kernel':
				aggregates.addPart(input.part);
				if (!join.mergePart(input.part, input.owners)) version--;
				for (const {row} of join.takeJoined()) routes.assign(row, now);
				break;
			case 'kernel-end':
				join.finishSnapshot(input.end, input.owners);
				for (const {row} of join.takeJoined()) routes.assign(row, now);
				if (input.end.kind === 'table') routes.assignMissing(input.end.netns, now);
				aggregates.endSnapshot(input.end, input.owners);
				break;
			case 'counters':
				aggregates.counters(input.netns, input.at, input.counters);
				break;
			case 'interfaces':
				interfaces.update(input);
				break;
			case 'unwatched':
				join.dropNamespace(input.netns, now);
				aggregates.dropNamespace(input.netns);
				interfaces.dropNamespace(input.netns);
				break;
			case 'all':
				join.setShowAll(input.on);
				break;
			case 'forget':
				if (!rows.removeClosed(input.ids)) version--;
				break;
			case 'routes':
				for (const {route, ...question} of input.answers) routes.addAnswer(question, route, now);
				break;
			case 'notice':
				notices.add({at: input.at, level: input.level, source: input.source, message: input.message});
				break;
			case 'lost':
				lostFrames += input.frames;
				break;
			case 'clock': {
				ticks++;
				threads.countRows(processes.list, ticks);
				// The final rows of a command that has ended stay as long as somebody looks.
				const isRunning = session.ended === null;
				const changed = [routes.applyAnswers(now), aggregates.tick(now), diagnoses.evaluate()];
				changed.push(isRunning && history.tick(now), isRunning && rows.expire(now));
				if (!changed.includes(true)) version--;
				break;
			}

			default:
				unreachable(input);
		}
	}

	function applyHook(input: Extract<ModelInput, {type: 'hook'}>): void {
		const {record, at} = input;
		const id = rowId(input, record.id);
		const entry = openingRecords.has(record.type) ? rows.open(id, input, at) : rows.find(id);
		if (entry === undefined) return;
		if (entry.row.netns === null) assignProcess(entry, input);
		entry.reportedAlive = true;
		const listenerId = (serial: number): string => rowId(input, serial);
		stepLog.add(entry, stepOf(record, at, entry, listenerId));
		const {peer, closedAt} = entry.row;
		applySocketRecord(entry, record, at, listenerId);
		if (record.type === 'listen') {
			const ppid = processes.find(input)?.ppid ?? null;
			entry.row.listener = clusterListener(rows.entries.values(), entry, ppid);
		}

		const isError = record.type === 'bindError' || (record.type === 'error' && !entry.benignClose);
		if (isError) stepLog.countCode(record.error);
		updateStage(entry, at);
		aggregates.record(entry, record);
		if (entry.row.peer !== peer) aggregates.trackPeer(entry.row);
		routes.assign(entry.row, now);
		rows.touch(entry);
		join.hookReported(entry);
		if (entry.row.closedAt === closedAt) return;
		if (entry.facts.closed) rows.markClosed(entry);
		else rows.markReopened(entry);
	}

	function assignProcess(entry: Entry, origin: Origin): void {
		const process = processes.find(origin);
		entry.row.netns = process?.netns ?? null;
		entry.row.program = process?.program ?? '';
	}

	return {
		apply,
		takeChanges() {
			return {
				...rows.takeChanges(),
				steps: stepLog.take(),
				diagnoses: diagnoses.takeEvents(),
				notices: notices.takeOwn(),
			};
		},
		takeRouteQueries: () => routes.takeQueries(),
		get version() {
			return version;
		},
		get now() {
			return now;
		},
		get processes() {
			return processes.list;
		},
		get dropped() {
			return processes.dropped + lostFrames;
		},
		get totals() {
			const byStage = new Map(rows.removedByStage);
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (countsInTotals(entry)) byStage.set(row.stage, (byStage.get(row.stage) ?? 0) + 1);
			}
			const count = [...byStage.values()].reduce((sum, of) => sum + of, 0);
			return {rows: count, steps: stepLog.total, byStage, byCode: stepLog.byCode, kernel: aggregates.totals};
		},
		get notShown() {
			return rows.notShown + join.notShown + processes.notShown + stepLog.dropped;
		},
		get pendingDropped() {
			return join.pendingDropped;
		},
		session,
		diagnoses,
		rows: rows.view,
		replacementOf: rows.replacementOf,
		history,
		kernel: aggregates.view,
		interfaces: interfaces.view,
		get hasUnidentifiedListeners() {
			return aggregates.hasUnidentified() || join.hasUnownedSocket;
		},
		get showsAll() {
			return join.showsAll;
		},
		kernelQuery: netns => kernelQueries(netns, now, join.showsAll),
		notices: notices.list,
	};
}

function unreachable(value: never): never {
	throw new TypeError(`no such input: ${JSON.stringify(value)}`);
}
