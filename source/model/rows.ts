import {createEntry, type Entry, isCounted} from './entry.ts';
import type {Origin} from './input.ts';
import type {Limits} from './limits.ts';
import {netnsTupleKey} from './tuple.ts';
import type {Row, Stage} from './types.ts';

/** A row's id: the process's number, its thread, and the socket's serial number in there. */
export const rowId = (origin: Origin, serial: number): string => `${origin.proc}.${origin.thread}.${serial}`;

export type Rows = {
	readonly entries: Map<string, Entry>;
	readonly view: Map<string, Row>;
	/** Rows of sockets that have left the table, by their last stage. */
	readonly left: ReadonlyMap<Stage, number>;
	/** Sockets that got no row because the table was full. */
	readonly notShown: number;
	/** Rows that changed, and ids that went, since the last call. */
	take(): {changed: Set<Row>; gone: string[]};
	find(id: string): Entry | undefined;
	/** @returns undefined when the table is full. */
	open(id: string, origin: Origin | null, at: number): Entry | undefined;
	touch(entry: Entry): void;
	remove(entry: Entry): void;
	/** Marks a row as closed, so that it ages out. */
	retire(entry: Entry): void;
	/** Takes that back: the row lives. */
	revive(entry: Entry): void;
	/** Takes out closed rows whose time is over. */
	expire(now: number): boolean;
	/** Rows of the kernel alone, by `netnsTupleKey`. */
	readonly kernelOnly: Map<string, Entry>;
};

/** Changes that nobody takes are not kept beyond this: a screen alone needs none. */
const goneKept = 10_000;

export function createRows(limits: Limits): Rows {
	const entries = new Map<string, Entry>();
	const view = new Map<string, Row>();
	const kernelOnly = new Map<string, Entry>();
	/** In the order in which they closed. */
	const closed = new Set<Entry>();
	let changed = new Set<Row>();
	let gone: string[] = [];
	const left = new Map<Stage, number>();
	let notShown = 0;

	function remove(entry: Entry): void {
		const {row} = entry;
		if (!entries.delete(row.id)) return;
		view.delete(row.id);
		closed.delete(entry);
		const isNoted = gone.length < goneKept;
		if (isNoted) gone.push(row.id);
		// The last facts of a closed row are still to be taken; a waiting one has never been more than a place holder.
		const counts = isCounted(row, entry.facts);
		if (!counts || !isNoted) changed.delete(row);
		if (counts) left.set(row.stage, (left.get(row.stage) ?? 0) + 1);
		if (!entry.facts.kernelOnly) return;

		const key = netnsTupleKey(row.netns, row.local, row.peer);
		if (key !== null && kernelOnly.get(key) === entry) kernelOnly.delete(key);
	}

	return {
		entries,
		view,
		kernelOnly,
		left,
		get notShown() {
			return notShown;
		},
		take() {
			const taken = {changed, gone};
			changed = new Set();
			gone = [];
			return taken;
		},
		find: id => entries.get(id),
		open(id, origin, at) {
			const known = entries.get(id);
			if (known !== undefined) return known;
			if (entries.size >= limits.rows) {
				const oldest = closed.values().next().value;
				if (oldest === undefined) {
					notShown++;
					return undefined;
				}

				remove(oldest);
			}

			const entry = createEntry(id, origin, at);
			entries.set(id, entry);
			view.set(id, entry.row);
			return entry;
		},
		touch(entry) {
			entry.row.version++;
			changed.add(entry.row);
		},
		remove,
		retire(entry) {
			// A server whose listen() fails again and again ends again and again: the order is that of the last ends.
			closed.delete(entry);
			closed.add(entry);
			if (closed.size <= limits.closedRows) return;
			const oldest = closed.values().next().value;
			if (oldest !== undefined) remove(oldest);
		},
		revive(entry) {
			closed.delete(entry);
		},
		expire(now) {
			let some = false;
			for (const entry of closed) {
				const age = now - (entry.row.closedAt ?? now);
				if (age < limits.closedForMs) break;
				const lingers = entry.row.stage === 'lingering' || entry.row.marks.includes('lingering');
				if (lingers && age < limits.lingeringForMs) continue;
				remove(entry);
				some = true;
			}

			return some;
		},
	};
}
