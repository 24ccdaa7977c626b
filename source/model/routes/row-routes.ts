/** Assigns routes to the rows. */

import {isSameRoute, queryKey, type RouteInputs, type RouteQuery, routeQueryOf} from '../../domain/route.ts';
import type {RouteView, Row} from '../../domain/row.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {createRouteCache} from './route-cache.ts';

export type RowRoutes = {
	/**
	 * Assigns the route of one row, where it has none or its inputs have changed; without an answer, the query
	 * is queued.
	 *
	 * @param now ms since the epoch
	 */
	assign(row: Row, now: number): void;
	/**
	 * Assigns missing routes: where the kernel was the first to report a peer or device, or no answer came. With
	 * many rows it runs less often than it is called.
	 */
	assignMissing(netns: string, now: number): void;
	/** An answer; `applyAnswers` assigns it to the rows. */
	addAnswer(question: RouteQuery, route: RouteView, now: number): void;
	/**
	 * Assigns the answers since the last call in one pass, as rows may be many.
	 *
	 * @returns whether there were any
	 */
	applyAnswers(now: number): boolean;
	/** Queries since the last call. */
	takeQueries(): RouteQuery[];
	/** The query of a row; null where it has none. */
	queryOf(row: Row): RouteQuery | null;
	/**
	 * Sets what decides about the routes of a namespace, and asks for those of its rows again.
	 *
	 * @returns whether it has changed
	 */
	setInputs(netns: string, inputs: RouteInputs, now: number): boolean;
	/** Drops the state of a namespace that is no longer polled. */
	dropNamespace(netns: string): void;
};

/** What a row's last route query was made of. */
type QueriedOf = Pick<Row, 'peer' | 'local'> & {
	device: string | null;
	/** Its query, and the one without a source; null where it has none. Cached, as rows are many. */
	keys: {own: string; any: string} | null;
	/** Set with the answer to the exact query: a closed connection keeps that answer. */
	isExact: boolean;
};

const manyRows = 2000;
const fillIntervalMs = 5000;
const maxNamespaces = 64;

export function createRowRoutes(rows: Rows, limits: Limits): RowRoutes {
	const routes = createRouteCache(limits);
	const inputsByRow = new WeakMap<Row, QueriedOf>();
	/** Answers not assigned yet, by query. */
	const newAnswers = new Map<string, RouteView>();
	/** When the rows of a namespace were last checked for missing routes. */
	const filledAt = new Map<string, number>();
	/** Of each namespace where more than the destination decides. */
	const inputsByNetns = new Map<string, RouteInputs>();

	function queryOf(row: Row): RouteQuery | null {
		if (rows.entries.get(row.id)?.absent) return null;
		return routeQueryOf(row, inputsByNetns.get(row.netns ?? '')?.selectors);
	}

	/** @returns whether the row has another route than before */
	function setRoute(row: Row, route: RouteView | null): boolean {
		if (row.route === route) return false;
		if (row.route !== null && route !== null && isSameRoute(row.route, route)) return false;
		row.route = route;
		return true;
	}

	function refresh(row: Row, now: number): boolean {
		const {peer, local} = row;
		const query = queryOf(row);
		const cached =
			query === null ? null : routes.get(query, now, inputsByNetns.get(query.netns)?.source ?? false);
		const keys = query && {own: queryKey(query), any: queryKey({...query, source: null})};
		const device = row.kernel?.device ?? null;
		inputsByRow.set(row, {peer, local, device, keys, isExact: cached?.isExact ?? false});
		return setRoute(row, cached?.route ?? null);
	}

	function isDue(row: Row): boolean {
		if (row.role === 'listener' || (row.peer !== null && 'path' in row.peer)) return false;
		const isAbsent = rows.entries.get(row.id)?.absent ?? false;
		if (row.route === null) return row.peer !== null && !isAbsent;
		if (isAbsent) return true;
		const inputs = inputsByRow.get(row);
		return (
			inputs === undefined ||
			inputs.peer !== row.peer ||
			inputs.local !== row.local ||
			// A socket that the kernel no longer shows keeps its device.
			inputs.device !== (row.kernel?.device ?? inputs.device)
		);
	}

	function applyTo(row: Row, now: number): boolean {
		const inputs = inputsByRow.get(row);
		if (inputs === undefined || inputs.keys === null) return false;
		// The route of a closed connection stays.
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
			// More than the limit would be evicted before the rows have them.
			if (newAnswers.size >= limits.routes) applyAnswers(now);
		},
		applyAnswers,
		takeQueries: () => routes.takeQueries(),
		queryOf,
		setInputs(netns, inputs, now) {
			const isPlain = !inputs.source && inputs.selectors.length === 0;
			if (isPlain || inputsByNetns.size >= maxNamespaces) inputsByNetns.delete(netns);
			else inputsByNetns.set(netns, inputs);
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (row.netns !== netns || row.closedAt !== null) continue;
				if (refresh(row, now)) rows.touch(entry);
			}

			return true;
		},
		dropNamespace: netns => void inputsByNetns.delete(netns),
	};
}
