/** Gives the rows the routes to their peers. */

import {areEqual, keyOf, questionOf, type WantedRoute} from '../../domain/route.ts';
import type {RouteView, Row} from '../../domain/row.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {createRoutes} from './route-cache.ts';

export type RowRoutes = {
	/**
	 * The route of one row, where it has none or what it depends on has changed; where there is no answer yet, it is
	 * wanted.
	 *
	 * @param now ms since the epoch
	 */
	give(row: Row, now: number): void;
	/**
	 * Those of the rows that need one: the kernel was the first to tell of a peer, a device; or no answer came. Of many
	 * rows it is done less often than it is asked for.
	 */
	fill(netns: string, now: number): void;
	/** An answer; the rows get it with `applyAnswers`. */
	put(question: WantedRoute, route: RouteView, now: number): void;
	/**
	 * Answers come one by one and rows may be many: all rows are gone through once for all answers since.
	 *
	 * @returns whether there were any
	 */
	applyAnswers(now: number): boolean;
	/** Questions wanted since the last call. */
	takeWanted(): WantedRoute[];
};

/** What the route of a row depends on, as it was when it was last looked for. */
type Basis = Pick<Row, 'peer' | 'local'> & {
	device: string | null;
	/** Its question, and the one without a source; null where it has none. They are kept, as rows are many. */
	keys: {own: string; any: string} | null;
	/** It has the answer to its own question: a connection that is over keeps that. */
	settled: boolean;
};

const manyRows = 2000;
const fillAgainMs = 5000;
const namespacesNoted = 64;

export function createRowRoutes(rows: Rows, limits: Limits): RowRoutes {
	const routes = createRoutes(limits);
	const bases = new WeakMap<Row, Basis>();
	/** Answers that the rows do not hold yet, by question. */
	const answered = new Map<string, RouteView>();
	/** When the rows of a namespace were last looked through for missing routes. */
	const filled = new Map<string, number>();

	/** @returns whether the row has another route than before */
	function set(row: Row, route: RouteView | null): boolean {
		if (row.route === route) return false;
		if (row.route !== null && route !== null && areEqual(row.route, route)) return false;
		row.route = route;
		return true;
	}

	function look(row: Row, now: number): boolean {
		const {peer, local} = row;
		const question = questionOf(row);
		const known = question === null ? null : routes.get(question, now);
		const keys = question && {own: keyOf(question), any: keyOf({...question, source: null})};
		const device = row.kernel?.device ?? null;
		bases.set(row, {peer, local, device, keys, settled: known?.settled ?? false});
		return set(row, known?.route ?? null);
	}

	function isDue(row: Row): boolean {
		if (row.role === 'listener' || (row.peer !== null && 'path' in row.peer)) return false;
		if (row.route === null) return row.peer !== null;
		const basis = bases.get(row);
		return (
			basis === undefined ||
			basis.peer !== row.peer ||
			basis.local !== row.local ||
			// What the kernel shows no more was bound as it was.
			basis.device !== (row.kernel?.device ?? basis.device)
		);
	}

	function applyTo(row: Row, now: number): boolean {
		const basis = bases.get(row);
		if (basis === undefined || basis.keys === null) return false;
		// The route of a connection that is over is the one that it had.
		if (row.closedAt !== null && basis.settled) return false;
		const route = answered.get(basis.keys.own);
		if (route === undefined) return answered.has(basis.keys.any) && look(row, now);
		basis.settled = true;
		return set(row, route);
	}

	function applyAnswers(now: number): boolean {
		if (answered.size === 0) return false;
		let some = false;
		for (const entry of rows.entries.values()) {
			if (!applyTo(entry.row, now)) continue;
			rows.touch(entry);
			some = true;
		}

		answered.clear();
		return some;
	}

	return {
		give(row, now) {
			if (isDue(row)) look(row, now);
		},
		fill(netns, now) {
			const last = filled.get(netns);
			if (rows.entries.size > manyRows && last !== undefined && now - last < fillAgainMs) return;
			if (filled.size >= namespacesNoted) filled.clear();
			filled.set(netns, now);
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (row.netns === netns && isDue(row) && look(row, now)) rows.touch(entry);
			}
		},
		put(question, route, now) {
			if (!routes.put(question, route, now)) return;
			answered.set(keyOf(question), route);
			// More than are remembered would be forgotten before the rows have them.
			if (answered.size >= limits.routes) applyAnswers(now);
		},
		applyAnswers,
		takeWanted: () => routes.takeWanted(),
	};
}
