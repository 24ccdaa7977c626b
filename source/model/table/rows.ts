import type {Origin} from '../../domain/events.ts';
import type {Row, Stage} from '../../domain/row.ts';
import {createEntriesByThread, type EntriesByThread} from './by-thread.ts';
import {countsInTotals, createEntry, type Entry} from './entry.ts';
import type {Limits} from './limits.ts';
import {createReplacedRows} from './replaced-rows.ts';
import type {SocketIndex} from './socket-index.ts';

/** A row's id: the process's number, its thread, and the socket's serial number in there. */
export const rowId = (origin: Origin, serial: number): string => `${origin.proc}.${origin.thread}.${serial}`;

export type Rows = {
	readonly entries: Map<string, Entry>;
	readonly view: Map<string, Row>;
	/** Rows of sockets that have left the table, by their last stage. */
	readonly removedByStage: ReadonlyMap<Stage, number>;
	/** Sockets of processes that got no row because the table was full. */
	readonly notShown: number;
	/** Grows with each change of a row, and with each that leaves. */
	readonly changeCount: number;
	/** Rows that changed, and ids that went, since the last call. */
	takeChanges(): {changed: Set<Row>; removedIds: string[]};
	find(id: string): Entry | undefined;
	/** @returns undefined when the table is full. */
	open(id: string, origin: Origin, at: number): Entry | undefined;
	/**
	 * A row of the kernel alone.
	 *
	 * @param others It belongs to nobody that is watched: it gives way to all others.
	 * @returns undefined when the table is full, which nobody counts here: the socket comes again with the next look.
	 */
	openKernelOnly(id: string, others: boolean, at: number): Entry | undefined;
	/** Somebody that is watched has it after all. */
	markWatched(entry: Entry): void;
	/** To be called after each change of a row. */
	touch(entry: Entry): void;
	/** Rows that were touched since they were last taken, the oldest first. */
	takeTouchedEntries(limit: number): Entry[];
	/** Who is to be told of each row that has changed. */
	onTouch(listener: (entry: Entry) => void): void;
	/** Who is to be told of a row just before it leaves. */
	onRemove(listener: (entry: Entry) => void): void;
	remove(entry: Entry): void;
	/** Takes out a row whose connection is another row's now. */
	replace(entry: Entry, heir: Entry): void;
	/** Notes that a row stands for one that has left: the same connection. */
	recordReplacement(id: string, heir: Entry): void;
	replacementOf(id: string): string | null;
	/** Marks a row as closed, so that it ages out. */
	markClosed(entry: Entry): void;
	/** Takes that back: the row lives. */
	markReopened(entry: Entry): void;
	/** Takes out closed rows whose time is over. */
	expire(now: number): boolean;
	/** Takes out those of these rows that are closed. @returns whether any has left */
	removeClosed(ids: readonly string[]): boolean;
	/** Those that a thread's hook told of. */
	entriesOfThread: EntriesByThread['get'];
	/** In the order in which they closed. */
	readonly closed: ReadonlySet<Entry>;
	/** Rows of sockets that belong to nobody that is watched, oldest first. */
	readonly foreign: ReadonlySet<Entry>;
};

/** Changes that nobody takes are not kept beyond this: a screen alone needs none. */
const maxRemovedIds = 10_000;

export function createRows(limits: Limits, index: SocketIndex): Rows {
	const entries = new Map<string, Entry>();
	const view = new Map<string, Row>();
	const byThread = createEntriesByThread();
	const replacedRows = createReplacedRows();
	const foreign = new Set<Entry>();
	const closed = new Set<Entry>();
	/** Listeners that are closed: they stay as long as a connection that they have accepted is open. */
	const closedListeners = new Set<Entry>();
	let changed = new Set<Row>();
	let removedIds: string[] = [];
	const removedByStage = new Map<Stage, number>();
	let notShown = 0;
	let changeCount = 0;
	const touched = new Set<Entry>();
	const removeListeners: Array<(entry: Entry) => void> = [];
	const touchListeners: Array<(entry: Entry) => void> = [];

	function remove(entry: Entry): void {
		const {row} = entry;
		if (!entries.has(row.id)) return;
		for (const listener of removeListeners) listener(entry);
		entries.delete(row.id);
		touched.delete(entry);
		changeCount++;
		view.delete(row.id);
		byThread.delete(entry);
		closed.delete(entry);
		closedListeners.delete(entry);
		foreign.delete(entry);
		index.drop(entry);
		const isRecorded = removedIds.length < maxRemovedIds;
		if (isRecorded) removedIds.push(row.id);
		// The last facts of a closed row are still to be taken; a waiting one has never been more than a place holder.
		const counts = countsInTotals(entry);
		if (!counts || !isRecorded) changed.delete(row);
		if (counts) removedByStage.set(row.stage, (removedByStage.get(row.stage) ?? 0) + 1);
	}

	/** @returns whether there is a place, now */
	function makeRoom(forForeign: boolean): boolean {
		if (entries.size < limits.rows) return true;
		if (forForeign) return false;
		const oldest = first(foreign) ?? first(closed) ?? first(closedListeners);
		if (oldest !== undefined) remove(oldest);
		return oldest !== undefined;
	}

	/** @returns whether any has left */
	function trimClosed(now: number): boolean {
		let anyRemoved = false;
		while (closed.size > limits.closedRows) {
			const oldest = first(closed);
			if (oldest === undefined) break;
			const hasPlace = closed.size <= limits.closedRows + limits.rowsAwaitingDestroy;
			if (hasPlace && awaitsDestroyEvent(oldest, now, limits.awaitDestroyMs)) break;
			remove(oldest);
			anyRemoved = true;
		}

		return anyRemoved;
	}

	function expireListeners(now: number): boolean {
		const expired = [...closedListeners].filter(({row}) => now - (row.closedAt ?? now) >= limits.closedForMs);
		if (expired.length === 0) return false;
		const activeListenerIds = new Set<string>();
		for (const row of view.values())
			if (row.closedAt === null && row.listener !== null) activeListenerIds.add(row.listener);
		const idle = expired.filter(({row}) => !activeListenerIds.has(row.id));
		for (const entry of idle) remove(entry);
		return idle.length > 0;
	}

	function add(id: string, origin: Origin | null, at: number): Entry {
		const entry = createEntry(id, origin, at);
		entries.set(id, entry);
		view.set(id, entry.row);
		byThread.add(entry);
		return entry;
	}

	return {
		entries,
		view,
		closed,
		foreign,
		removedByStage,
		get notShown() {
			return notShown;
		},
		get changeCount() {
			return changeCount;
		},
		takeChanges() {
			const taken = {changed, removedIds};
			changed = new Set();
			removedIds = [];
			return taken;
		},
		find: id => entries.get(id),
		entriesOfThread: byThread.get,
		open(id, origin, at) {
			const known = entries.get(id);
			if (known !== undefined) return known;
			if (makeRoom(false)) return add(id, origin, at);
			notShown++;
			return undefined;
		},
		openKernelOnly(id, isForeign, at) {
			const known = entries.get(id);
			if (known !== undefined) return known;
			if (!makeRoom(isForeign)) return undefined;
			const entry = add(id, null, at);
			entry.facts.kernelOnly = true;
			entry.foreign = isForeign;
			if (isForeign) foreign.add(entry);
			return entry;
		},
		markWatched(entry) {
			entry.foreign = false;
			foreign.delete(entry);
		},
		touch(entry) {
			changeCount++;
			entry.row.version++;
			changed.add(entry.row);
			touched.add(entry);
			index.update(entry);
			for (const listener of touchListeners) listener(entry);
		},
		takeTouchedEntries(limit) {
			const taken: Entry[] = [];
			for (const entry of touched) {
				if (taken.length >= limit) break;
				taken.push(entry);
				touched.delete(entry);
			}

			return taken;
		},
		onTouch(listener) {
			touchListeners.push(listener);
		},
		onRemove(listener) {
			removeListeners.push(listener);
		},
		remove,
		replace(entry, replacement) {
			replacedRows.record(entry.row.id, replacement.row.id);
			remove(entry);
		},
		recordReplacement: (id, replacement) => replacedRows.record(id, replacement.row.id),
		replacementOf: replacedRows.replacementOf,
		markClosed(entry) {
			// A server whose listen() fails again and again ends again and again: the order is that of the last ends.
			closed.delete(entry);
			const isServer = entry.row.role === 'listener' && entry.row.error === null;
			if (isServer && closedListeners.size < limits.closedListeners) {
				closedListeners.add(entry);
				return;
			}

			closed.add(entry);
			trimClosed(entry.row.closedAt ?? 0);
		},
		markReopened(entry) {
			closed.delete(entry);
			closedListeners.delete(entry);
		},
		removeClosed(ids) {
			const finished = ids.flatMap(id => {
				const entry = entries.get(id);
				return entry && entry.row.closedAt !== null && isTerminal(entry.row) ? [entry] : [];
			});
			for (const entry of finished) remove(entry);
			return finished.length > 0;
		},
		expire(now) {
			let anyRemoved = trimClosed(now);
			for (const entry of closed) {
				const age = now - (entry.row.closedAt ?? now);
				if (age < limits.closedForMs) break;
				const lingers = entry.row.stage === 'lingering' || entry.row.marks.includes('lingering');
				if ((lingers || entry.disagreement !== null) && age < limits.lingeringForMs) continue;
				remove(entry);
				anyRemoved = true;
			}

			return expireListeners(now) || anyRemoved;
		},
	};
}

const isTerminal = ({stage}: Row): boolean => stage === 'closed' || stage === 'failed';

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
