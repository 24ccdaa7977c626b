/** Applies a hook's records to their row and to the state beside the row. */

import {type ModelInput, type Origin, openingRecords, type TimedRecord} from '../domain/events.ts';
import type {Row} from '../domain/row.ts';
import {applySocketRecord} from './hook-records/apply-socket-record.ts';
import {stepOf} from './hook-records/record-steps.ts';
import {clusterListener} from './listeners/cluster-listeners.ts';
import type {Parts} from './parts.ts';
import type {Processes} from './processes/processes.ts';
import {type Entry, updateStage} from './table/entry.ts';
import {rowId} from './table/rows.ts';

type Input<Type extends ModelInput['type']> = Extract<ModelInput, {type: Type}>;

export function applyHookRecord(parts: Parts, input: Input<'hook'>): void {
	const entry = entryOf(parts, input, input);
	if (entry === undefined) return;
	const before = stateOf(entry);
	applyRecord(parts, entry, input, input);
	settle(parts, entry, before);
}

/**
 * The same as its records one by one. Their row is settled twice: as it is accepted, where it takes the place of a
 * connection that waited, and at its end.
 */
export function applyShortConnection(parts: Parts, input: Input<'short-connection'>): void {
	const [first] = input.records;
	const entry = first && entryOf(parts, input, first);
	if (entry === undefined) return;
	let before = stateOf(entry);
	for (const timed of input.records) {
		applyRecord(parts, entry, input, timed);
		if (timed.record.type !== 'accept') continue;
		settle(parts, entry, before);
		before = stateOf(entry);
	}

	settle(parts, entry, before);
}

function entryOf({rows, processes}: Parts, origin: Origin, {record, at}: TimedRecord): Entry | undefined {
	const id = rowId(origin, record.id);
	const known = rows.find(id);
	if (known !== undefined || !openingRecords.has(record.type)) return known;
	const entry = rows.open(id, origin, at);
	if (entry !== undefined) processes.noteSocket(origin, at);
	return entry;
}

function applyRecord(parts: Parts, entry: Entry, origin: Origin, {record, at}: TimedRecord): void {
	const {rows, processes, stepLog, aggregates, handovers} = parts;
	if (entry.row.netns === null) assignProcess(entry, processes, origin);
	entry.reportedAlive = true;
	const listenerId = (serial: number): string => rowId(origin, serial);
	stepLog.add(entry, stepOf(record, at, entry, listenerId));
	applySocketRecord(entry, record, at, listenerId);
	handovers.recordApplied(entry, record);
	if (record.type === 'listen') {
		const ppid = processes.find(origin)?.ppid ?? null;
		entry.row.listener = clusterListener(rows.entries.values(), entry, ppid);
	}

	const isError = record.type === 'bindError' || (record.type === 'error' && entry.benignClose === null);
	if (isError) stepLog.countCode(record.error);
	updateStage(entry, at);
	aggregates.record(entry, record);
}

type StateBefore = Pick<Row, 'peer' | 'closedAt'>;

const stateOf = ({row: {peer, closedAt}}: Entry): StateBefore => ({peer, closedAt});

/** Brings what is kept by rows up to date with one. */
function settle(
	{rows, aggregates, routes, join, clock}: Parts,
	entry: Entry,
	{peer, closedAt}: StateBefore,
): void {
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
