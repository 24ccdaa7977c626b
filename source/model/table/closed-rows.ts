/** Closed rows in the order in which they closed, and which of them expire. It removes none itself. */

import type {Row} from '../../domain/row.ts';
import type {Entry} from './entry.ts';
import type {Limits} from './limits.ts';

export type ClosedRows = {
	/** Without listeners that stay because of their connections. */
	readonly entries: ReadonlySet<Entry>;
	/** A row was closed, possibly not for the first time: its latest close decides the order. */
	add(entry: Entry): void;
	delete(entry: Entry): void;
	/** The first row to remove where the table is full. */
	oldest(): Entry | undefined;
	/** The oldest row above the limit; undefined where none has to leave now. */
	nextOverflow(now: number): Entry | undefined;
	/** Rows past their retention. */
	expired(now: number): Iterable<Entry>;
	/** Listeners past their retention. */
	expiredListeners(now: number): Entry[];
};

export function createClosedRows(limits: Limits): ClosedRows {
	const entries = new Set<Entry>();
	/** Closed listeners: they stay as long as a connection that they have accepted is open. */
	const listeners = new Set<Entry>();

	return {
		entries,
		add(entry) {
			entries.delete(entry);
			const isServer = entry.row.role === 'listener' && entry.row.error === null;
			if (isServer && listeners.size < limits.closedListeners) listeners.add(entry);
			else entries.add(entry);
		},
		delete(entry) {
			entries.delete(entry);
			listeners.delete(entry);
		},
		oldest: () => first(entries) ?? first(listeners),
		nextOverflow(now) {
			if (entries.size <= limits.closedRows) return undefined;
			const oldest = first(entries);
			const hasPlace = entries.size <= limits.closedRows + limits.rowsAwaitingDestroy;
			const isKept =
				oldest !== undefined && hasPlace && awaitsDestroyEvent(oldest, now, limits.awaitDestroyMs);
			return isKept ? undefined : oldest;
		},
		*expired(now) {
			for (const entry of entries) {
				const {row, disagreement} = entry;
				const age = now - (row.closedAt ?? now);
				if (age < limits.closedForMs) return;
				const lingers = row.stage === 'lingering' || row.marks.includes('lingering');
				const staysMs = lingers || disagreement !== null ? limits.lingeringForMs : limits.closedForMs;
				if (age >= staysMs) yield entry;
			}
		},
		expiredListeners: now =>
			[...listeners].filter(({row}) => now - (row.closedAt ?? now) >= limits.closedForMs),
	};
}

const first = <Value>(values: Set<Value>): Value | undefined => values.values().next().value;

/**
 * Decides whether a destroy event of a closed row's socket is due: it arrives a moment before or after the
 * close.
 */
function awaitsDestroyEvent({row, facts, indexKeys: keys}: Entry, now: number, forMs: number): boolean {
	if (facts.kernelOnly || row.role === 'listener' || row.kernel?.final) return false;
	const closedAt = row.closedAt ?? 0;
	return (
		now - closedAt < forMs && (keys.namespace?.lastDestroyEventAt ?? 0) > closedAt - destroyEventMaxAgeMs
	);
}

/** Without destroy events for this long, none is expected. */
const destroyEventMaxAgeMs = 5000;

/** The ids of listeners with an accepted connection that is still open. */
export function activeListenerIds(rows: Iterable<Row>): ReadonlySet<string> {
	const ids = new Set<string>();
	for (const {closedAt, listener} of rows) if (closedAt === null && listener !== null) ids.add(listener);
	return ids;
}
