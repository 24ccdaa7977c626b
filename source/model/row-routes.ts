/** Gives the rows the routes to their peers. */
import type {Limits} from './limits.ts';
import {areEqual, createRoutes, keyOf, questionOf, type WantedRoute} from './routes.ts';
import type {Rows} from './rows.ts';
import {plainAddress} from './tuple.ts';
import type {RouteView, Row} from './types.ts';

export type RowRoutes = {
	/**
	 * The route of one row, where it has none or what it depends on has changed; where there is no answer yet, it is
	 * wanted.
	 *
	 * @param now ms since the epoch
	 */
	give(row: Row, now: number): void;
	/** Those of the rows that need one: the kernel was the first to tell of a peer, a device; or no answer came. */
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

/** What the route of a row depends on, when it was last looked for. */
type Basis = Pick<Row, 'peer' | 'local'> & {
	device: string | null;
	/** It was the answer to the row's own question: what a closed connection has had. */
	settled: boolean;
};

export function createRowRoutes(rows: Rows, limits: Limits): RowRoutes {
	const routes = createRoutes(limits);
	const bases = new WeakMap<Row, Basis>();
	/** Answers that the rows do not hold yet, by question, and their addresses. */
	const answered = new Map<string, RouteView>();
	const addresses = new Set<string>();

	/** @returns whether the row has another route than before */
	function settle(row: Row, route: RouteView | null, settled: boolean): boolean {
		bases.set(row, {peer: row.peer, local: row.local, device: row.kernel?.device ?? null, settled});
		if (row.route === route) return false;
		if (row.route !== null && route !== null && areEqual(row.route, route)) return false;
		row.route = route;
		return true;
	}

	function look(row: Row, now: number): boolean {
		const question = questionOf(row);
		const known = question === null ? null : routes.get(question, now);
		return settle(row, known?.route ?? null, known?.settled ?? false);
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
		// The route of a connection that is over is the one that it had.
		if (row.closedAt !== null && bases.get(row)?.settled === true) return false;
		const question = questionOf(row);
		if (question === null) return false;
		const route = answered.get(keyOf(question));
		if (route !== undefined) return settle(row, route, true);
		return answered.has(keyOf({...question, source: null})) && look(row, now);
	}

	function applyAnswers(now: number): boolean {
		if (answered.size === 0) return false;
		let some = false;
		for (const entry of rows.entries.values()) {
			const {row} = entry;
			if (row.peer === null || 'path' in row.peer || row.role === 'listener') continue;
			if (!addresses.has(plainAddress(row.peer.address)) || !applyTo(row, now)) continue;
			rows.touch(entry);
			some = true;
		}

		answered.clear();
		addresses.clear();
		return some;
	}

	return {
		give(row, now) {
			if (isDue(row)) look(row, now);
		},
		fill(netns, now) {
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (row.netns === netns && isDue(row) && look(row, now)) rows.touch(entry);
			}
		},
		put(question, route, now) {
			routes.put(question, route, now);
			answered.set(keyOf(question), route);
			addresses.add(question.address);
			// More than are remembered would be forgotten before the rows have them.
			if (answered.size >= limits.routes) applyAnswers(now);
		},
		applyAnswers,
		takeWanted: () => routes.takeWanted(),
	};
}
