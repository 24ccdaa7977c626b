/** Gives the rows the routes to their peers. */

import {isSameRoute, queryKey, type RouteQuery, routeQueryOf} from '../../domain/route.ts';
import type {RouteView, Row} from '../../domain/row.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {createRouteCache} from './route-cache.ts';

export type RowRoutes = {
	/**
	 * The route of one row, where it has none or what it depends on has changed; where there is no answer yet, it is
	 * wanted.
	 *
	 * @param now ms since the epoch
	 */
	assign(row: Row, now: number): void;
	/**
	 * Those of the rows that need one: the kernel was the first to tell of a peer, a device; or no answer came. Of many
	 * rows it is done less often than it is asked for.
	 */
	assignMissing(netns: string, now: number): void;
	/** An answer; the rows get it with `applyAnswers`. */
	addAnswer(question: RouteQuery, route: RouteView, now: number): void;
	/**
	 * Answers come one by one and rows may be many: all rows are gone through once for all answers since.
	 *
	 * @returns whether there were any
	 */
	applyAnswers(now: number): boolean;
	/** Questions wanted since the last call. */
	takeQueries(): RouteQuery[];
};

/** What the route of a row depends on, as it was when it was last looked for. */
type RouteInputs = Pick<Row, 'peer' | 'local'> & {
	device: string | null;
	/** Its question, and the one without a source; null where it has none. They are kept, as rows are many. */
	keys: {own: string; any: string} | null;
	/** It has the answer to its own question: a connection that is over keeps that. */
	isExact: boolean;
};

const manyRows = 2000;
const fillIntervalMs = 5000;
const maxNamespaces = 64;

export function createRowRoutes(rows: Rows, limits: Limits): RowRoutes {
	const routes = createRouteCache(limits);
	const inputsByRow = new WeakMap<Row, RouteInputs>();
	/** Answers that the rows do not hold yet, by question. */
	const newAnswers = new Map<string, RouteView>();
	/** When the rows of a namespace were last looked through for missing routes. */
	const filledAt = new Map<string, number>();

	/** @returns whether the row has another route than before */
	function setRoute(row: Row, route: RouteView | null): boolean {
		if (row.route === route) return false;
		if (row.route !== null && route !== null && isSameRoute(row.route, route)) return false;
		row.route = route;
		return true;
	}

	function refresh(row: Row, now: number): boolean {
		const {peer, local} = row;
		const query = routeQueryOf(row);
		const known = query === null ? null : routes.get(query, now);
		const keys = query && {own: queryKey(query), any: queryKey({...query, source: null})};
		const device = row.kernel?.device ?? null;
		inputsByRow.set(row, {peer, local, device, keys, isExact: known?.isExact ?? false});
		return setRoute(row, known?.route ?? null);
	}

	function isDue(row: Row): boolean {
		if (row.role === 'listener' || (row.peer !== null && 'path' in row.peer)) return false;
		if (row.route === null) return row.peer !== null;
		const inputs = inputsByRow.get(row);
		return (
			inputs === undefined ||
			inputs.peer !== row.peer ||
			inputs.local !== row.local ||
			// What the kernel shows no more was bound as it was.
			inputs.device !== (row.kernel?.device ?? inputs.device)
		);
	}

	function applyTo(row: Row, now: number): boolean {
		const inputs = inputsByRow.get(row);
		if (inputs === undefined || inputs.keys === null) return false;
		// The route of a connection that is over is the one that it had.
		if (row.closedAt !== null && inputs.isExact) return false;
		const route = newAnswers.get(inputs.keys.own);
		if (route === undefined) return newAnswers.has(inputs.keys.any) && refresh(row, now);
		inputs.isExact = true;
		return setRoute(row, route);
	}

	function applyAnswers(now: number): boolean {
		if (newAnswers.size === 0) return false;
		let anyChanged = false;
		for (const entry of rows.entries.values()) {
			if (!applyTo(entry.row, now)) continue;
			rows.touch(entry);
			anyChanged = true;
		}

		newAnswers.clear();
		return anyChanged;
	}

	return {
		assign(row, now) {
			if (isDue(row)) refresh(row, now);
		},
		assignMissing(netns, now) {
			const last = filledAt.get(netns);
			if (rows.entries.size > manyRows && last !== undefined && now - last < fillIntervalMs) return;
			if (filledAt.size >= maxNamespaces) filledAt.clear();
			filledAt.set(netns, now);
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (row.netns === netns && isDue(row) && refresh(row, now)) rows.touch(entry);
			}
		},
		addAnswer(query, route, now) {
			if (!routes.put(query, route, now)) return;
			newAnswers.set(queryKey(query), route);
			// More than are remembered would be forgotten before the rows have them.
			if (newAnswers.size >= limits.routes) applyAnswers(now);
		},
		applyAnswers,
		takeQueries: () => routes.takeQueries(),
	};
}
