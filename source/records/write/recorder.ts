import {hostname} from 'node:os';
import type {Changes, Output} from '../../domain/output.ts';
import type {Row} from '../../domain/row.ts';
import type {Model} from '../../model/model.ts';
import {sanitizeJson} from '../../text/sanitize.ts';
import type {PublicRecord} from '../format/schema.ts';
import {createInterfaceRecords} from './interface-records.ts';
import type {LineWriter} from './line-writer.ts';
import {
	diagnosisRecord,
	inputRecord,
	rowRecord,
	stepRecord,
	summaryRecord,
	truncateArguments,
} from './to-record.ts';

/**
 * The output that writes steps, rows that changed, and ids that went, as lines of JSON; a recording ends with every row
 * that has not been written, and a summary.
 *
 * @param intervalMs a row is written at most once in this time
 */
export function createRecorder(
	model: Model,
	writer: LineWriter,
	version: string,
	intervalMs: number,
): Output {
	/** The last record of each row: its time, and the row's `closedAt` in it. */
	const written = new Map<string, {at: number; closedAt: number | null}>();
	let pendingRows = new Set<Row>();
	const interfaceRecords = createInterfaceRecords();
	let sessionWritten = false;

	const write = (record: PublicRecord): boolean => writer.writeLine(sanitizeJson(JSON.stringify(record)));

	function onChanges(changes: Changes, now: number, isLast: boolean): void {
		const {changed, removedIds, steps, diagnoses, notices} = changes;
		for (const step of steps) write(stepRecord(step));
		for (const row of changed) pendingRows.add(row);
		const goneIds = new Set(removedIds);
		const deferredRows = new Set<Row>();
		for (const row of pendingRows) {
			if (row.closedAt === null && goneIds.has(row.id)) continue;
			const last = written.get(row.id);
			// The record of a row's end is never deferred.
			const isFirstOrFinal = last === undefined || last.closedAt !== row.closedAt;
			if (!isLast && !isFirstOrFinal && now - last.at < intervalMs) {
				deferredRows.add(row);
				continue;
			}

			written.set(row.id, {at: now, closedAt: row.closedAt});
			write(rowRecord(row, now));
		}

		pendingRows = deferredRows;
		for (const event of diagnoses) write(diagnosisRecord(event));
		for (const notice of notices) write({type: 'notice', ...notice});
		for (const id of removedIds) if (written.delete(id)) write({type: 'gone', at: now, id});
	}

	return {
		onEvent(input) {
			if (!sessionWritten && input.type === 'session') {
				sessionWritten = true;
				write({
					type: 'session',
					at: input.at,
					v: 1,
					netwatch: version,
					mode: 'run',
					command: truncateArguments(input.command),
					pid: input.pid,
					host: hostname(),
					platform: process.platform,
				});
				return;
			}

			if (input.type === 'interfaces') {
				for (const record of interfaceRecords(input)) write(record);
				return;
			}

			const record = inputRecord(input, model);
			if (record !== null) write(record);
		},
		onChanges,
		end(now) {
			writer.writeLine(sanitizeJson(JSON.stringify(summaryRecord(model, now, writer.droppedLines))), true);
			return writer.end();
		},
		get hasFailed() {
			return writer.failure !== null && writer.droppedLines > 0;
		},
	};
}
