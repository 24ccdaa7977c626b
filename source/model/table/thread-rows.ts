/** Events that apply to all rows of a process or thread: its end, a resync, its load. */

import type {Origin} from '../../domain/events.ts';
import type {ProcessRow, Step} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import {type Entry, updateStage} from './entry.ts';
import {close} from './lifecycle.ts';
import type {Rows} from './rows.ts';

export type ThreadRows = {
	/** Closes all rows of a process that has ended; for a main thread, also those of its workers. */
	closeAll(origin: Origin, at: number): void;
	/** Live sockets are named between begin and end; rows not named are closed. */
	resync(origin: Origin, event: 'begin' | 'end', at: number): void;
	/**
	 * A hook samples its changed sockets before it reports its load: a socket without a sample has not changed.
	 */
	applyUnsampled(origin: Origin, at: number): void;
	/** Counts each thread's rows; of very many rows not in each tick. */
	countRows(processes: readonly ProcessRow[], tick: number): void;
};

/** Without a sample for this long, in ms, no bytes have passed. */
const idleAfterMs = 1500;

/** From this number on, rows are counted only in some ticks. */
const manyRows = 5000;
const countEveryTicks = 4;

export type ThreadRowsOptions = {
	addStep(entry: Entry, step: Step): void;
	/** Called after a row was closed: the kernel's destroy event may have come before. */
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
				// A kernel-only row is removed when snapshots no longer show it.
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
