import type {Origin} from '../../domain/events.ts';
import type {Row, Stage} from '../../domain/row.ts';
import {isOver} from '../../domain/stage.ts';
import {createEntriesByThread, type EntriesByThread} from './by-thread.ts';
import {createChangeLog} from './change-log.ts';
import {activeListenerIds, createClosedRows} from './closed-rows.ts';
import {countsInTotals, createEntry, type Entry} from './entry.ts';
import type {Limits} from './limits.ts';
import {createReplacedRows} from './replaced-rows.ts';
import type {SocketIndex} from './socket-index.ts';

/** A row's id: the process's number, its thread, and the socket's serial number in that thread. */
export const rowId = (origin: Origin, serial: number): string => `${origin.proc}.${origin.thread}.${serial}`;

export type Rows = {
	readonly entries: Map<string, Entry>;
	readonly view: Map<string, Row>;
	/** Sockets whose rows were removed, by their last stage. */
	readonly removedByStage: ReadonlyMap<Stage, number>;
	/** Sockets of processes without a row because the table was full. */
	readonly notShown: number;
	/** Grows with each change and each removal of a row. */
	readonly changeCount: number;
	/** Changed rows, and ids of removed ones, since the last call. */
	takeChanges(): {changed: Set<Row>; removedIds: string[]};
	find(id: string): Entry | undefined;
	/** @returns undefined when the table is full */
	open(id: string, origin: Origin, at: number): Entry | undefined;
	/**
	 * Opens a kernel-only row.
	 *
	 * @param others the socket belongs to no watched process: its row gives way to all others
	 * @returns undefined when the table is full, not counted here: the next snapshot has the socket again
	 */
	openKernelOnly(id: string, others: boolean, at: number): Entry | undefined;
	/** A foreign row turns out to belong to a watched process. */
	markWatched(entry: Entry): void;
	/** Must be called after each change of a row. */
	touch(entry: Entry): void;
	/** Rows touched since the last call, the oldest first. */
	takeTouchedEntries(limit: number): Entry[];
	/** Registers a listener for changed rows. */
	onTouch(listener: (entry: Entry) => void): void;
	/** Registers a listener called just before a row is removed. */
	onRemove(listener: (entry: Entry) => void): void;
	remove(entry: Entry): void;
	/** Removes a row whose connection now has another row. */
	replace(entry: Entry, replacement: Entry): void;
	/** Records that a row replaces a removed one: the same connection. */
	recordReplacement(id: string, replacement: Entry): void;
	replacementOf(id: string): string | null;
	/** Marks a row as closed, so that it expires. */
	markClosed(entry: Entry): void;
	/** Reverts `markClosed`. */
	markReopened(entry: Entry): void;
	/** Removes closed rows past their retention. */
	expire(now: number): boolean;
	/**
	 * Removes the closed ones of these rows.
	 *
	 * @returns whether any was removed
	 */
	removeClosed(ids: readonly string[]): boolean;
	/** Rows reported by one thread's hook. */
	entriesOfThread: EntriesByThread['get'];
	/** In the order of their close. */
	readonly closed: ReadonlySet<Entry>;
	/** Rows of sockets of unwatched processes, oldest first. */
	readonly foreign: ReadonlySet<Entry>;
};

export function createRows(limits: Limits, index: SocketIndex): Rows {
	const entries = new Map<string, Entry>();
	const view = new Map<string, Row>();
	const byThread = createEntriesByThread();
	const replacedRows = createReplacedRows();
	const foreign = new Set<Entry>();
	const closed = createClosedRows(limits);
	const log = createChangeLog();
	const removedByStage = new Map<Stage, number>();
	let notShown = 0;
	const removeListeners: Array<(entry: Entry) => void> = [];
	const touchListeners: Array<(entry: Entry) => void> = [];

	function remove(entry: Entry): void {
		const {row} = entry;
		if (!entries.has(row.id)) return;
		for (const listener of removeListeners) listener(entry);
		entries.delete(row.id);
		view.delete(row.id);
		byThread.delete(entry);
		closed.delete(entry);
		foreign.delete(entry);
		index.drop(entry);
		log.removed(entry);
		if (countsInTotals(entry)) removedByStage.set(row.stage, (removedByStage.get(row.stage) ?? 0) + 1);
	}

	/** @returns whether any was in the table */
	function removeAll(removed: Iterable<Entry>): boolean {
		let anyRemoved = false;
		for (const entry of removed) {
			remove(entry);
			anyRemoved = true;
		}

		return anyRemoved;
	}

	/** @returns whether there is room for another row */
	function makeRoom(forForeign: boolean): boolean {
		if (entries.size < limits.rows) return true;
		if (forForeign) return false;
		const [oldest = closed.oldest()] = foreign;
		if (oldest !== undefined) remove(oldest);
		return oldest !== undefined;
	}

	/** @returns whether any was removed */
	function trimClosed(now: number): boolean {
		let anyRemoved = false;
		for (let oldest = closed.nextOverflow(now); oldest !== undefined; oldest = closed.nextOverflow(now)) {
			remove(oldest);
			anyRemoved = true;
		}

		return anyRemoved;
	}

	function expireListeners(now: number): boolean {
		const expired = closed.expiredListeners(now);
		if (expired.length === 0) return false;
		const active = activeListenerIds(view.values());
		return removeAll(expired.filter(({row}) => !active.has(row.id)));
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
		closed: closed.entries,
		foreign,
		removedByStage,
		get notShown() {
			return notShown;
		},
		get changeCount() {
			return log.count;
		},
		takeChanges: log.take,
		find: id => entries.get(id),
		entriesOfThread: byThread.get,
		open(id, origin, at) {
			const existing = entries.get(id);
			if (existing !== undefined) return existing;
			if (makeRoom(false)) return add(id, origin, at);
			notShown++;
			return undefined;
		},
		openKernelOnly(id, isForeign, at) {
			const existing = entries.get(id);
			if (existing !== undefined) return existing;
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
			entry.row.version++;
			log.changed(entry);
			index.update(entry);
			for (const listener of touchListeners) listener(entry);
		},
		takeTouchedEntries: log.takeTouched,
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
			closed.add(entry);
			trimClosed(entry.row.closedAt ?? 0);
		},
		markReopened: closed.delete,
		removeClosed(ids) {
			const isRemovable = ({row}: Entry): boolean => row.closedAt !== null && isOver(row);
			const candidates = ids.map(id => entries.get(id)).filter(entry => entry !== undefined);
			return removeAll(candidates.filter(isRemovable));
		},
		expire(now) {
			const trimmed = trimClosed(now);
			const expired = removeAll(closed.expired(now));
			const listenersExpired = expireListeners(now);
			return trimmed || expired || listenersExpired;
		},
	};
}
