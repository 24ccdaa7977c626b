/** What holds for all rows of one process or thread at once: its end, a resync, its load. */

import type {Origin} from '../../domain/events.ts';
import type {ProcessRow, Step} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import {type Entry, updateStage} from './entry.ts';
import {close} from './lifecycle.ts';
import type {Rows} from './rows.ts';

export type ThreadRows = {
	/** A process that is gone has no sockets. Of a main thread, also those of its workers. */
	closeAll(origin: Origin, at: number): void;
	/** Between the two, the sockets that live are named; those that were not are gone. */
	resync(origin: Origin, event: 'begin' | 'end', at: number): void;
	/** A hook samples each socket before it tells its load: what it did not tell has not changed. */
	applyUnsampled(origin: Origin, at: number): void;
	/** Tells each thread how many of its sockets have a row now; of very many rows not in each look. */
	countRows(processes: readonly ProcessRow[], look: number): void;
};

/** Without a sample for so long, in ms, nothing has flowed. */
const idleAfterMs = 1500;

/** From so many rows on they are counted in one of so many looks. */
const manyRows = 5000;
const countEveryTicks = 4;

export type ThreadRowsOptions = {
	addStep(entry: Entry, step: Step): void;
	/** After a row was closed: the kernel may have told its end before. */
	onClosed(entry: Entry): void;
};

export function createThreadRows(rows: Rows, {addStep, onClosed}: ThreadRowsOptions): ThreadRows {
	function closeEntry(entry: Entry, at: number, reason: 'exit' | null): void {
		if (entry.facts.closed) return;
		const {bytesRead = null, bytesWritten = null} = entry.row.process ?? {};
		addStep(entry, {at, step: 'close', fields: {hadError: false, bytesRead, bytesWritten, reason}});
		close(entry, at);
		updateStage(entry, at);
		rows.touch(entry);
		onClosed(entry);
		rows.markClosed(entry);
	}

	return {
		closeAll({proc, thread}, at) {
			for (const entry of rows.entries.values()) {
				const {row, facts} = entry;
				// A row of the kernel alone goes when the kernel shows it no more.
				if (row.proc !== proc || facts.kernelOnly) continue;
				if (thread === 0 || row.thread === thread) closeEntry(entry, at, 'exit');
			}
		},
		resync(origin, event, at) {
			for (const entry of rows.entriesOfThread(origin)) {
				if (event === 'begin') entry.reportedAlive = false;
				else if (!entry.reportedAlive) closeEntry(entry, at, null);
			}
		},
		applyUnsampled(origin, at) {
			for (const entry of rows.entriesOfThread(origin)) {
				const {row, rateBase} = entry;
				if (row.process === null || entry.facts.closed) continue;
				row.process.seenAt = at;
				if (rateBase === null || at - rateBase.at < idleAfterMs || (!row.inBps && !row.outBps)) continue;
				row.inBps = 0;
				row.outBps = 0;
				entry.rateBase = {...rateBase, at};
				rows.touch(entry);
			}
		},
		countRows(processes, tick) {
			if (rows.entries.size >= manyRows && tick % countEveryTicks !== 0) return;
			const byProc = new Map<number | null, ProcessRow[]>();
			for (const process of processes) {
				process.rows = 0;
				getOrCreate(byProc, process.proc, () => []).push(process);
			}

			for (const {closedAt, proc, thread} of rows.view.values()) {
				if (closedAt !== null) continue;
				for (const process of byProc.get(proc) ?? []) if (process.thread === (thread ?? 0)) process.rows++;
			}
		},
	};
}
