import type {Row} from '../../domain/row.ts';

/** Rows that wait to be written, in the order of their changes; ids of removed rows wait behind them. */
export type RowQueue = {
	/** @param isLast true where no row may wait for its interval any more */
	add(changed: Iterable<Row>, removedIds: readonly string[], now: number, isLast: boolean): void;
	/** Writes this row if it waits: what is written next refers to it. */
	writeRow(id: string, now: number): void;
	/** Writes rows until the time is over. @returns true when no row is left that is due */
	writeRows(now: number, isTimeOver: () => boolean): boolean;
	/** Writes the ids of removed rows, after their rows. @returns true when none is left */
	writeRemoved(now: number, isTimeOver: () => boolean): boolean;
	/** Rows and ids that are due. */
	readonly size: number;
};

export type RowQueueOptions = {
	write: (row: Row, now: number) => void;
	writeGone: (id: string, now: number) => void;
	/** A row is written at most once in this time, in ms; its first record and that of its end never wait. */
	intervalMs: number;
};

/** Rows between two looks at the clock. */
const rowsAtOnce = 16;

export function createRowQueue({write, writeGone, intervalMs}: RowQueueOptions): RowQueue {
	/** The last record of each row: its time, and the row's `closedAt` in it. */
	const written = new Map<string, {at: number; closedAt: number | null}>();
	/** Rows written less than an interval ago. */
	const deferred = new Map<string, Row>();
	const due = new Map<string, Row>();
	const gone = new Set<string>();

	const isDue = ({id, closedAt}: Row, now: number): boolean => {
		const last = written.get(id);
		return last === undefined || last.closedAt !== closedAt || now - last.at >= intervalMs;
	};

	/** A row of that id is there again before its removal was written, as those that only the kernel knows may be. */
	const takeBack = (id: string): void => {
		if (gone.delete(id)) written.delete(id);
	};

	const take = (id: string, row: Row, now: number): void => {
		due.delete(id);
		// Nothing more is known of a row that is gone, unless it has closed.
		if (row.closedAt === null && gone.has(id)) return;
		written.set(id, {at: now, closedAt: row.closedAt});
		write(row, now);
	};

	return {
		add(changed, removedIds, now, isLast) {
			const removed = new Set(removedIds);
			if (gone.size > 0)
				for (const {id, closedAt} of changed) if (closedAt === null && !removed.has(id)) takeBack(id);
			for (const id of removed) gone.add(id);
			const isDueNow = (row: Row): boolean => isLast || gone.has(row.id) || isDue(row, now);
			for (const [id, row] of deferred) {
				if (!isDueNow(row)) continue;
				deferred.delete(id);
				due.set(id, row);
			}

			for (const row of changed) (isDueNow(row) ? due : deferred).set(row.id, row);
		},
		writeRow(id, now) {
			const row = due.get(id);
			if (row !== undefined) take(id, row, now);
		},
		writeRows(now, isTimeOver) {
			let count = 0;
			for (const [id, row] of due) {
				if (++count % rowsAtOnce === 0 && isTimeOver()) return false;
				take(id, row, now);
			}

			return true;
		},
		writeRemoved(now, isTimeOver) {
			let count = 0;
			for (const id of gone) {
				if (++count % rowsAtOnce === 0 && isTimeOver()) return false;
				gone.delete(id);
				deferred.delete(id);
				if (written.delete(id)) writeGone(id, now);
			}

			return true;
		},
		get size() {
			return due.size + gone.size;
		},
	};
}
