/** Applies a hook's record to its row and to the state beside the row. */

import {type ModelInput, type Origin, openingRecords} from '../domain/events.ts';
import {applySocketRecord} from './hook-records/apply-socket-record.ts';
import {stepOf} from './hook-records/record-steps.ts';
import {clusterListener} from './listeners/cluster-listeners.ts';
import type {Parts} from './parts.ts';
import type {Processes} from './processes/processes.ts';
import {type Entry, updateStage} from './table/entry.ts';
import {rowId} from './table/rows.ts';

export function applyHookRecord(parts: Parts, input: Extract<ModelInput, {type: 'hook'}>): void {
	const {rows, processes, stepLog, aggregates, routes, join, handovers, clock} = parts;
	const {record, at} = input;
	const id = rowId(input, record.id);
	const known = rows.find(id);
	const entry = known === undefined && openingRecords.has(record.type) ? rows.open(id, input, at) : known;
	if (entry === undefined) return;
	if (known === undefined) processes.noteSocket(input, at);
	if (entry.row.netns === null) assignProcess(entry, processes, input);
	entry.reportedAlive = true;
	const listenerId = (serial: number): string => rowId(input, serial);
	stepLog.add(entry, stepOf(record, at, entry, listenerId));
	const {peer, closedAt} = entry.row;
	applySocketRecord(entry, record, at, listenerId);
	handovers.recordApplied(entry, record);
	if (record.type === 'listen') {
		const ppid = processes.find(input)?.ppid ?? null;
		entry.row.listener = clusterListener(rows.entries.values(), entry, ppid);
	}

	const isError = record.type === 'bindError' || (record.type === 'error' && entry.benignClose === null);
	if (isError) stepLog.countCode(record.error);
	updateStage(entry, at);
	aggregates.record(entry, record);
	if (entry.row.peer !== peer) aggregates.trackPeer(entry.row);
	routes.assign(entry.row, clock.now);
	rows.touch(entry);
	join.hookReported(entry);
	if (entry.row.closedAt === closedAt) return;
	if (entry.facts.closed) rows.markClosed(entry);
	else rows.markReopened(entry);
}

function assignProcess(entry: Entry, processes: Processes, origin: Origin): void {
	const process = processes.find(origin);
	entry.row.netns = process?.netns ?? null;
	entry.row.program = process?.program ?? '';
}
