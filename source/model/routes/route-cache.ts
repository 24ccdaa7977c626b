import {isSameRoute, queryKey, type RouteQuery} from '../../domain/route.ts';
import type {RouteView} from '../../domain/row.ts';
import type {Limits} from '../table/limits.ts';

export type CachedRoute = {
	route: RouteView;
	/** Set where it answers this exact query, not only the one without a source. */
	isExact: boolean;
};

export type RouteCache = {
	/**
	 * Returns the cached route; where it is missing or stale, queues the query, again where no answer comes.
	 *
	 * @param now ms since the epoch
	 * @param readsSource an answer without a source is not that from the source which the kernel chose
	 */
	get(question: RouteQuery, now: number, readsSource: boolean): CachedRoute | null;
	/** @returns whether rows may have another route or none: false where it is known and unchanged */
	put(question: RouteQuery, route: RouteView, now: number): boolean;
	/** Queries since the last call. */
	takeQueries(): RouteQuery[];
};

/** How long an answer may take before the query is repeated. */
const retryMs = 5000;
/**
 * An answer serves further rows unchanged for this time, and then while the query is repeated. The route
 * poller reports only changes, so this costs little, and new rows do not get an hour-old route.
 */
const freshMs = 1000;
const staleMs = 60_000;

export function createRouteCache(limits: Limits): RouteCache {
	const routes = new Map<string, {route: RouteView; at: number}>();
	/** Query times, in that order. */
	const queriedAt = new Map<string, number>();
	let queries = new Map<string, RouteQuery>();

	function enqueue(key: string, query: RouteQuery, now: number): void {
		const isTimedOut = (at: number | undefined): boolean => at !== undefined && now - at >= retryMs;
		if (queriedAt.has(key)) {
			if (!isTimedOut(queriedAt.get(key))) return;
			queriedAt.delete(key);
		} else if (queriedAt.size >= limits.routes) {
			const [[oldest, at] = []] = queriedAt;
			if (oldest === undefined || !isTimedOut(at)) return;
			queriedAt.delete(oldest);
			queries.delete(oldest);
		}

		queriedAt.set(key, now);
		queries.set(key, query);
	}

	/** A query with a source follows one without: it need not be queued twice. */
	function dequeue(key: string): void {
		if (queries.delete(key)) queriedAt.delete(key);
	}

	function lookup(key: string, now: number): {route: RouteView; at: number} | null {
		const answer = routes.get(key);
		return answer === undefined || now - answer.at > staleMs ? null : answer;
	}

	return {
		get(query, now, readsSource) {
			const key = queryKey(query);
			const exact = lookup(key, now);
			const anyKey = query.source === null ? key : queryKey({...query, source: null});
			const anySource = anyKey === key ? exact : lookup(anyKey, now);
			const best =
				!readsSource &&
				anySource !== null &&
				anySource.route.src === query.source &&
				anySource.at > (exact?.at ?? 0)
					? anySource
					: exact;
			if (best === null || now - best.at > freshMs) {
				if (anyKey !== key) dequeue(anyKey);
				enqueue(key, query, now);
			}

			if (best !== null) return {route: best.route, isExact: true};
			return anySource === null ? null : {route: anySource.route, isExact: false};
		},
		put(query, route, now) {
			const key = queryKey(query);
			const before = lookup(key, now);
			routes.delete(key);
			routes.set(key, {route, at: now});
			queriedAt.delete(key);
			if (routes.size > limits.routes) {
				const oldest = routes.keys().next().value;
				if (oldest !== undefined) routes.delete(oldest);
			}

			return before === null || !isSameRoute(before.route, route);
		},
		takeQueries() {
			if (queries.size === 0) return [];
			const taken = [...queries.values()];
			queries = new Map();
			return taken;
		},
	};
}
