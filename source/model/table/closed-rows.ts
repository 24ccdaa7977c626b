/** Closed rows in the order in which they closed, and which of them are to leave the table. It removes none itself. */

import type {Row} from '../../domain/row.ts';
import type {Entry} from './entry.ts';
import type {Limits} from './limits.ts';

export type ClosedRows = {
	/** Without the listeners that stay for the sake of their connections. */
	readonly entries: ReadonlySet<Entry>;
	/** A row was closed, perhaps not for the first time: the order is that of the last ends. */
	add(entry: Entry): void;
	delete(entry: Entry): void;
	/** The first to make room for others. */
	oldest(): Entry | undefined;
	/** The oldest of those that are too many; undefined where none has to leave now. */
	nextOverflow(now: number): Entry | undefined;
	/** Those whose time is over. */
	expired(now: number): Iterable<Entry>;
	/** Listeners whose time is over. */
	expiredListeners(now: number): Entry[];
};

export function createClosedRows(limits: Limits): ClosedRows {
	const entries = new Set<Entry>();
	/** Listeners that are closed: they stay as long as a connection that they have accepted is open. */
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

/** Whether the kernel is about to tell the end of a closed row's socket: it does so a moment before or after. */
function awaitsDestroyEvent({row, facts, indexKeys: keys}: Entry, now: number, forMs: number): boolean {
	if (facts.kernelOnly || row.role === 'listener' || row.kernel?.final) return false;
	const closedAt = row.closedAt ?? 0;
	return (
		now - closedAt < forMs && (keys.namespace?.lastDestroyEventAt ?? 0) > closedAt - destroyEventMaxAgeMs
	);
}

/** Where no end was told for so long, none is expected. */
const destroyEventMaxAgeMs = 5000;

/** The ids of the listeners that have accepted a connection that is still open. */
export function activeListenerIds(rows: Iterable<Row>): ReadonlySet<string> {
	const ids = new Set<string>();
	for (const {closedAt, listener} of rows) if (closedAt === null && listener !== null) ids.add(listener);
	return ids;
}
