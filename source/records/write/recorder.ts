import {hostname} from 'node:os';
import type {Changes, Output} from '../../domain/output.ts';
import type {Model} from '../../model/model.ts';
import {sanitizeJson} from '../../text/sanitize.ts';
import type {PublicRecord} from '../format/schema.ts';
import {createInterfaceRecords} from './interface-records.ts';
import type {LineWriter} from './line-writer.ts';
import {createRowQueue} from './row-queue.ts';
import {
	diagnosisRecord,
	inputRecord,
	rowRecord,
	stepRecord,
	summaryRecord,
	truncateArguments,
} from './to-record.ts';

/** Time for a slow reader, in ms, before the next rows. */
const readerMs = 10;

export type RecorderLimits = {
	/** How long rows are written at a time, in ms: netwatch reads the hooks' records and the keyboard meanwhile. */
	sliceMs: number;
	/** More rows and ids than these do not wait for a slow reader: they are dropped and counted. */
	mostWaiting: number;
};
const defaultLimits: RecorderLimits = {sliceMs: 6, mostWaiting: 100_000};

/**
 * The output that writes steps, rows that changed, and ids that went, as lines of JSON; a recording ends with every row
 * that has not been written, and a summary. Many rows are written bit by bit, each as it is at that time.
 *
 * @param intervalMs a row is written at most once in this time
 */
export function createRecorder(
	model: Model,
	writer: LineWriter,
	version: string,
	intervalMs: number,
	{sliceMs, mostWaiting} = defaultLimits,
): Output {
	const interfaceRecords = createInterfaceRecords();
	let sessionWritten = false;
	/** What goes on with the rows that are left. */
	let timer: NodeJS.Timeout | null = null;

	const write = (record: PublicRecord): boolean => writer.writeLine(sanitizeJson(JSON.stringify(record)));
	const rows = createRowQueue({
		write: (row, now) => write(rowRecord(row, now)),
		writeGone: (id, at) => write({type: 'gone', at, id}),
		intervalMs,
	});

	/** Writes for a slice of time. @returns what `work` returns; false where the reader is behind */
	function inSlice(work: (isTimeOver: () => boolean) => boolean): boolean {
		if (rows.size === 0) return true;
		const until = performance.now() + sliceMs;
		const isTimeOver = (): boolean => (writer.hasRoom ? performance.now() >= until : rows.size < mostWaiting);
		return !writer.hasRoom && isTimeOver() ? false : work(isTimeOver);
	}

	/** @returns whether all is written; what is left is written later */
	function writeAll(now: number): boolean {
		stop();
		const isDone = inSlice(
			isTimeOver => rows.writeRows(now, isTimeOver) && rows.writeRemoved(now, isTimeOver),
		);
		if (!isDone) goOnLater(now);
		return isDone;
	}

	function goOnLater(now: number): void {
		const beganAt = performance.now();
		const goOn = (): boolean => writeAll(now + performance.now() - beganAt);
		timer = setTimeout(goOn, writer.hasRoom ? 0 : readerMs);
	}

	const stop = (): void => {
		if (timer !== null) clearTimeout(timer);
		timer = null;
	};

	function onChanges(changes: Changes, now: number, isLast: boolean): void {
		const {changed, removedIds, steps, diagnoses, notices} = changes;
		for (const step of steps) write(stepRecord(step));
		rows.add(changed, removedIds, now, isLast);
		const areRowsWritten = inSlice(isTimeOver => rows.writeRows(now, isTimeOver));
		for (const event of diagnoses) {
			// A finding comes after its row.
			if (event.diagnosis.id !== null) rows.writeRow(event.diagnosis.id, now);
			write(diagnosisRecord(event));
		}

		for (const notice of notices) write({type: 'notice', ...notice});
		if (areRowsWritten) writeAll(now);
		else if (timer === null) goOnLater(now);
	}

	/** Writes what is left, however long the reader takes; where it cannot be written, it is dropped and counted. */
	async function writeRest(now: number): Promise<void> {
		while (!writer.isStuck && !writeAll(now)) await new Promise(resolve => setTimeout(resolve, readerMs));
		stop();
		rows.writeRows(now, () => false);
		rows.writeRemoved(now, () => false);
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
			const finish = (): Promise<void> => {
				writer.writeLine(sanitizeJson(JSON.stringify(summaryRecord(model, now, writer.droppedLines))), true);
				return writer.end();
			};
			return writeAll(now) ? finish() : writeRest(now).then(finish);
		},
		get hasFailed() {
			return writer.failure !== null && writer.droppedLines > 0;
		},
	};
}
