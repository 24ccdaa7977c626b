/**
 * The model: applies inputs to its tables in place, and nothing else changes them. It reads no clock and does no
 * I/O: the same inputs give the same rows.
 */

import {type ModelInput, type Origin, opens} from '../domain/events.ts';
import type {SessionView} from '../domain/view/session.ts';
import {clean} from '../text/sanitize.ts';
import {lastLook} from './diagnosis/cached-query.ts';
import {createDiagnoses} from './diagnosis/engine.ts';
import {createWorld} from './diagnosis/rule-world.ts';
import {allRules} from './diagnosis/rules/index.ts';
import {createHistories} from './history/history.ts';
import {applySocketRecord} from './hook-records/apply-record.ts';
import {stepOf} from './hook-records/record-steps.ts';
import {createJoin} from './join/join.ts';
import {createKernelWants} from './join/kernel-query.ts';
import {createPairs} from './join/pairs.ts';
import {sharedListener} from './listeners/cluster-listeners.ts';
import type {Model} from './model.ts';
import {createAccounting} from './namespaces/aggregates.ts';
import {createInterfaces} from './namespaces/interfaces.ts';
import {createNotices} from './processes/notices.ts';
import {createProcesses} from './processes/processes.ts';
import {createRowRoutes} from './routes/row-routes.ts';
import {type Entry, isCounted, updateStage} from './table/entry.ts';
import {defaultLimits, type Limits} from './table/limits.ts';
import {createRows, rowId} from './table/rows.ts';
import {createKernelIndex} from './table/socket-index.ts';
import {createStepLog} from './table/step-log.ts';
import {createThreadRows} from './table/thread-rows.ts';

export function createModel(given: Partial<Limits> = {}): Model {
	const limits: Limits = {...defaultLimits, ...given};
	const index = createKernelIndex();
	const rows = createRows(limits, index);
	const pairs = createPairs(rows);
	const join = createJoin(rows, index, limits, pairs);
	const wants = createKernelWants(rows, index);
	const processes = createProcesses(limits.processes);
	const routes = createRowRoutes(rows, limits);
	const interfaces = createInterfaces();
	const history = createHistories(rows, limits.histories);
	const accounting = createAccounting(rows);
	const log = createStepLog();
	const threads = createThreadRows(rows, {note: log.note, ended: join.told});
	const notices = createNotices(limits.notices);
	const session: SessionView = {command: [], pid: null, netns: null, startedAt: 0, ended: null};
	let lostFrames = 0;
	let version = 0;
	let now = 0;
	let looks = 0;
	const diagnoses = createDiagnoses(
		rows,
		createWorld({
			now: () => now,
			looks: () => looks,
			...{session, rows, index, processes, accounting, interfaces: interfaces.view},
		}),
		allRules,
		(rule, error) => {
			const reason = clean(error instanceof Error ? error.message : String(error));
			notices.own('diagnoses', `the rule ${rule} failed and is asked no longer: ${reason}`, now);
		},
	);
	for (const leaves of [diagnoses.leaves, pairs.leaves]) rows.onLeaving(leaves);

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
				looks += lastLook;
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
				processes.load(input, input.load);
				if (input.load.sockets !== null) threads.refresh(input, input.at);
				break;
			case 'blocked':
				processes.blocked(input, input.at, input.ms);
				break;
			case 'resolver':
				processes.resolver(input.proc, input.resolver);
				break;
			case 'ignore':
				diagnoses.setIgnored(input.rule, input.on);
				break;
			case 'kernel':
				accounting.part(input.part);
				if (!join.part(input.part, input.owners)) version--;
				for (const {row} of join.takeNews()) routes.give(row, now);
				break;
			case 'kernel-end':
				join.end(input.end, input.owners);
				for (const {row} of join.takeNews()) routes.give(row, now);
				if (input.end.look === 'table') routes.fill(input.end.netns, now);
				accounting.end(input.end, input.owners);
				break;
			case 'counters':
				accounting.counters(input.netns, input.at, input.counters);
				break;
			case 'interfaces':
				interfaces.see(input);
				break;
			case 'unwatched':
				join.forget(input.netns, now);
				accounting.forget(input.netns);
				interfaces.forget(input.netns);
				break;
			case 'all':
				join.setAll(input.on);
				break;
			case 'forget':
				if (!rows.forget(input.ids)) version--;
				break;
			case 'routes':
				for (const {route, ...question} of input.answers) routes.put(question, route, now);
				break;
			case 'notice':
				notices.add({at: input.at, level: input.level, source: input.source, message: input.message});
				break;
			case 'lost':
				lostFrames += input.frames;
				break;
			case 'clock': {
				looks++;
				threads.count(processes.list, looks);
				// The final rows of a command that has ended stay as long as somebody looks.
				const goesOn = session.ended === null;
				const some = [routes.applyAnswers(now), accounting.tick(now), diagnoses.look()];
				some.push(goesOn && history.tick(now), goesOn && rows.expire(now));
				if (!some.includes(true)) version--;
				break;
			}

			default:
				unreachable(input);
		}
	}

	function applyHook(input: Extract<ModelInput, {type: 'hook'}>): void {
		const {record, at} = input;
		const id = rowId(input, record.id);
		const entry = opens.has(record.type) ? rows.open(id, input, at) : rows.find(id);
		if (entry === undefined) return;
		if (entry.row.netns === null) adopt(entry, input);
		entry.named = true;
		const listenerId = (serial: number): string => rowId(input, serial);
		log.note(entry, stepOf(record, at, entry, listenerId));
		const {peer, closedAt} = entry.row;
		applySocketRecord(entry, record, at, listenerId);
		if (record.type === 'listen') {
			const ppid = processes.find(input)?.ppid ?? null;
			entry.row.listener = sharedListener(rows.entries.values(), entry, ppid);
		}

		const isError = record.type === 'bindError' || (record.type === 'error' && !entry.endedInOrder);
		if (isError) log.countCode(record.error);
		updateStage(entry, at);
		accounting.record(entry, record);
		if (entry.row.peer !== peer) accounting.connects(entry.row);
		routes.give(entry.row, now);
		rows.touch(entry);
		join.told(entry);
		if (entry.row.closedAt === closedAt) return;
		if (entry.facts.closed) rows.retire(entry);
		else rows.revive(entry);
	}

	function adopt(entry: Entry, origin: Origin): void {
		const process = processes.find(origin);
		entry.row.netns = process?.netns ?? null;
		entry.row.program = process?.program ?? '';
	}

	return {
		apply,
		takeChanges() {
			return {
				...rows.take(),
				steps: log.take(),
				diagnoses: diagnoses.takeEvents(),
				notices: notices.takeOwn(),
			};
		},
		takeWantedRoutes: () => routes.takeWanted(),
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
			const byStage = new Map(rows.left);
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (isCounted(entry)) byStage.set(row.stage, (byStage.get(row.stage) ?? 0) + 1);
			}
			const count = [...byStage.values()].reduce((sum, of) => sum + of, 0);
			return {rows: count, steps: log.seen, byStage, byCode: log.byCode, kernel: accounting.totals};
		},
		get notShown() {
			return rows.notShown + join.notShown + processes.notShown + log.lost;
		},
		get notHeld() {
			return join.notHeld;
		},
		session,
		diagnoses,
		rows: rows.view,
		heirOf: rows.heirOf,
		history,
		kernel: accounting.view,
		interfaces: interfaces.view,
		get hasUnnamedListeners() {
			return accounting.hasUnnamed() || join.hasNoOwner;
		},
		get showsAll() {
			return join.showsAll;
		},
		kernelWants: netns => wants(netns, now, join.showsAll),
		notices: notices.list,
	};
}

function unreachable(value: never): never {
	throw new TypeError(`no such input: ${JSON.stringify(value)}`);
}
