import type {Origin} from '../../domain/events.ts';
import type {Row, Stage} from '../../domain/row.ts';
import {type ByThread, createByThread} from './by-thread.ts';
import {createEntry, type Entry, isCounted} from './entry.ts';
import type {Limits} from './limits.ts';
import {createHeirs} from './replaced-rows.ts';
import type {KernelIndex} from './socket-index.ts';

/** A row's id: the process's number, its thread, and the socket's serial number in there. */
export const rowId = (origin: Origin, serial: number): string => `${origin.proc}.${origin.thread}.${serial}`;

export type Rows = {
	readonly entries: Map<string, Entry>;
	readonly view: Map<string, Row>;
	/** Rows of sockets that have left the table, by their last stage. */
	readonly left: ReadonlyMap<Stage, number>;
	/** Sockets of processes that got no row because the table was full. */
	readonly notShown: number;
	/** Grows with each change of a row, and with each that leaves. */
	readonly changes: number;
	/** Rows that changed, and ids that went, since the last call. */
	take(): {changed: Set<Row>; gone: string[]};
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
	own(entry: Entry): void;
	/** To be called after each change of a row. */
	touch(entry: Entry): void;
	/** Rows that were touched since they were last taken, the oldest first. */
	takeTouched(limit: number): Entry[];
	/** Who is to be told of each row that has changed. */
	onTouched(listener: (entry: Entry) => void): void;
	/** Who is to be told of a row just before it leaves. */
	onLeaving(listener: (entry: Entry) => void): void;
	remove(entry: Entry): void;
	/** Takes out a row whose connection is another row's now. */
	giveWay(entry: Entry, heir: Entry): void;
	/** Notes that a row stands for one that has left: the same connection. */
	inherit(id: string, heir: Entry): void;
	heirOf(id: string): string | null;
	/** Marks a row as closed, so that it ages out. */
	retire(entry: Entry): void;
	/** Takes that back: the row lives. */
	revive(entry: Entry): void;
	/** Takes out closed rows whose time is over. */
	expire(now: number): boolean;
	/** Takes out those of these rows that are closed. @returns whether any has left */
	forget(ids: readonly string[]): boolean;
	/** Those that a thread's hook told of. */
	ofThread: ByThread['of'];
	/** In the order in which they closed. */
	readonly closed: ReadonlySet<Entry>;
	/** Rows of sockets that belong to nobody that is watched, oldest first. */
	readonly others: ReadonlySet<Entry>;
};

/** Changes that nobody takes are not kept beyond this: a screen alone needs none. */
const goneKept = 10_000;

export function createRows(limits: Limits, index: KernelIndex): Rows {
	const entries = new Map<string, Entry>();
	const view = new Map<string, Row>();
	const byThread = createByThread();
	const heirs = createHeirs();
	const others = new Set<Entry>();
	const closed = new Set<Entry>();
	/** Listeners that are closed: they stay as long as a connection that they have accepted is open. */
	const closedListeners = new Set<Entry>();
	let changed = new Set<Row>();
	let gone: string[] = [];
	const left = new Map<Stage, number>();
	let notShown = 0;
	let changes = 0;
	const touched = new Set<Entry>();
	const leaving: Array<(entry: Entry) => void> = [];
	const touching: Array<(entry: Entry) => void> = [];

	function remove(entry: Entry): void {
		const {row} = entry;
		if (!entries.has(row.id)) return;
		for (const listener of leaving) listener(entry);
		entries.delete(row.id);
		touched.delete(entry);
		changes++;
		view.delete(row.id);
		byThread.delete(entry);
		closed.delete(entry);
		closedListeners.delete(entry);
		others.delete(entry);
		index.drop(entry);
		const isNoted = gone.length < goneKept;
		if (isNoted) gone.push(row.id);
		// The last facts of a closed row are still to be taken; a waiting one has never been more than a place holder.
		const counts = isCounted(entry);
		if (!counts || !isNoted) changed.delete(row);
		if (counts) left.set(row.stage, (left.get(row.stage) ?? 0) + 1);
	}

	/** @returns whether there is a place, now */
	function makeRoom(forOthers: boolean): boolean {
		if (entries.size < limits.rows) return true;
		if (forOthers) return false;
		const oldest = first(others) ?? first(closed) ?? first(closedListeners);
		if (oldest !== undefined) remove(oldest);
		return oldest !== undefined;
	}

	/** @returns whether any has left */
	function makeClosedFewer(now: number): boolean {
		let some = false;
		while (closed.size > limits.closedRows) {
			const oldest = first(closed);
			if (oldest === undefined) break;
			const hasPlace = closed.size <= limits.closedRows + limits.awaitedRows;
			if (hasPlace && isAwaited(oldest, now, limits.awaitedForMs)) break;
			remove(oldest);
			some = true;
		}

		return some;
	}

	function expireListeners(now: number): boolean {
		const old = [...closedListeners].filter(({row}) => now - (row.closedAt ?? now) >= limits.closedForMs);
		if (old.length === 0) return false;
		const serving = new Set<string>();
		for (const row of view.values())
			if (row.closedAt === null && row.listener !== null) serving.add(row.listener);
		const idle = old.filter(({row}) => !serving.has(row.id));
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
		others,
		left,
		get notShown() {
			return notShown;
		},
		get changes() {
			return changes;
		},
		take() {
			const taken = {changed, gone};
			changed = new Set();
			gone = [];
			return taken;
		},
		find: id => entries.get(id),
		ofThread: byThread.of,
		open(id, origin, at) {
			const known = entries.get(id);
			if (known !== undefined) return known;
			if (makeRoom(false)) return add(id, origin, at);
			notShown++;
			return undefined;
		},
		openKernelOnly(id, isOthers, at) {
			const known = entries.get(id);
			if (known !== undefined) return known;
			if (!makeRoom(isOthers)) return undefined;
			const entry = add(id, null, at);
			entry.facts.kernelOnly = true;
			entry.others = isOthers;
			if (isOthers) others.add(entry);
			return entry;
		},
		own(entry) {
			entry.others = false;
			others.delete(entry);
		},
		touch(entry) {
			changes++;
			entry.row.version++;
			changed.add(entry.row);
			touched.add(entry);
			index.update(entry);
			for (const listener of touching) listener(entry);
		},
		takeTouched(limit) {
			const taken: Entry[] = [];
			for (const entry of touched) {
				if (taken.length >= limit) break;
				taken.push(entry);
				touched.delete(entry);
			}

			return taken;
		},
		onTouched(listener) {
			touching.push(listener);
		},
		onLeaving(listener) {
			leaving.push(listener);
		},
		remove,
		giveWay(entry, heir) {
			heirs.note(entry.row.id, heir.row.id);
			remove(entry);
		},
		inherit: (id, heir) => heirs.note(id, heir.row.id),
		heirOf: heirs.of,
		retire(entry) {
			// A server whose listen() fails again and again ends again and again: the order is that of the last ends.
			closed.delete(entry);
			const isServer = entry.row.role === 'listener' && entry.row.error === null;
			if (isServer && closedListeners.size < limits.closedListeners) {
				closedListeners.add(entry);
				return;
			}

			closed.add(entry);
			makeClosedFewer(entry.row.closedAt ?? 0);
		},
		revive(entry) {
			closed.delete(entry);
			closedListeners.delete(entry);
		},
		forget(ids) {
			const over = ids.flatMap(id => {
				const entry = entries.get(id);
				return entry && entry.row.closedAt !== null && isOver(entry.row) ? [entry] : [];
			});
			for (const entry of over) remove(entry);
			return over.length > 0;
		},
		expire(now) {
			let some = makeClosedFewer(now);
			for (const entry of closed) {
				const age = now - (entry.row.closedAt ?? now);
				if (age < limits.closedForMs) break;
				const lingers = entry.row.stage === 'lingering' || entry.row.marks.includes('lingering');
				if ((lingers || entry.views !== null) && age < limits.lingeringForMs) continue;
				remove(entry);
				some = true;
			}

			return expireListeners(now) || some;
		},
	};
}

const isOver = ({stage}: Row): boolean => stage === 'closed' || stage === 'failed';

const first = <Value>(values: Set<Value>): Value | undefined => values.values().next().value;

/** Whether the kernel is about to tell the end of a closed row's socket: it does so a moment before or after. */
function isAwaited({row, facts, keys}: Entry, now: number, forMs: number): boolean {
	if (facts.kernelOnly || row.role === 'listener' || row.kernel?.final) return false;
	const closedAt = row.closedAt ?? 0;
	return now - closedAt < forMs && (keys.space?.endsToldAt ?? 0) > closedAt - tellsForMs;
}

/** Where no end was told for so long, none is expected. */
const tellsForMs = 5000;
