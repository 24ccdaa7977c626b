import {isIPv6, SocketAddress} from 'node:net';
import type {RouteView} from '../../domain/row.ts';
import {err, type Result} from '../../shared/result.ts';
import type {ChildOptions} from '../child/child.ts';
import {createIpBatch} from './batch.ts';
import {failedRoute, parseRoute, parseRouteError} from './parse-route.ts';
import {createRouteMonitor} from './route-monitor.ts';
import {buildRouteQuery, querySource, type RouteQuery} from './route-query.ts';

/** The routes of this host to destinations, in one network namespace. */
export type Routes = {
	/**
	 * The cached route, for the same parameters as `lookup`.
	 *
	 * @returns undefined where the route was never queried, is too old, or routes have changed since
	 */
	cached: (address: string, device?: string | null, source?: string | null) => RouteView | undefined;
	/**
	 * Returns the route from the cache or by a query. Equal queries at the same time are sent once.
	 *
	 * The first query has no source. Where the socket's source is not the one that the host would choose, a
	 * second query has `from` that source, as policy rules may route it another way: the result then has
	 * `from`, and its `src` is still the host's own choice.
	 *
	 * @param address IPv4 or IPv6, also mapped or scoped
	 * @param device the device that the socket is bound to, or the scope of a link-local address
	 * @param source the socket's local address; a wildcard, or one of the other family, counts as none
	 * @returns null where there is no route view: not an address, no ip, closed; a refusal of the kernel is a
	 * result with `error`
	 */
	lookup: (address: string, device?: string | null, source?: string | null) => Promise<RouteView | null>;
	close: () => Promise<void>;
};

export type RoutesOptions = ChildOptions & {
	/** Current time in ms since the epoch. */
	now: () => number;
	/** Called when routes have changed: earlier results may be wrong. */
	onStale?: () => void;
	/** Called when links, addresses, routes or rules have changed, also without earlier results. */
	onChange?: () => void;
	/** Called once while a failure lasts, with its reason; `missing` is a tool that was not found. */
	onFailure?: (reason: string, missing: string | null) => void;
	/**
	 * Lifetime of a cached route in ms: less than the 30 s after which destinations in use are queried again.
	 */
	maxAgeMs?: number;
	/** Most cached routes; the longest unused one is dropped first. */
	capacity?: number;
};

/**
 * Queries `ip route get` through one persistent child, started at the first query, and caches the results.
 */
export const createRoutes = (options: RoutesOptions): Routes => {
	const {now, onStale, onChange, onFailure, maxAgeMs = 25_000, capacity = 4096} = options;
	const batch = createIpBatch(options);
	const cache = new Map<string, {view: RouteView; at: number}>();
	let pendingQueries = new Map<string, Promise<RouteView | null>>();
	let failureReported = false;
	let closed = false;

	const monitor = createRouteMonitor(options, () => {
		onChange?.();
		if (cache.size === 0 && pendingQueries.size === 0) return;
		cache.clear();
		// A pending answer may be from before the change: it is not cached, and queried again.
		pendingQueries = new Map();
		onStale?.();
	});

	const getCached = (key: string): RouteView | undefined => {
		const entry = cache.get(key);
		if (entry === undefined) return undefined;
		cache.delete(key);
		if (now() - entry.at > maxAgeMs) return undefined;
		// Inserted again as the newest: a Map keeps the order of insertion.
		cache.set(key, entry);
		return entry.view;
	};

	const putCached = (key: string, view: RouteView, at: number): void => {
		for (const oldest of cache.keys()) {
			if (cache.size < capacity) break;
			cache.delete(oldest);
		}
		cache.set(key, {view, at});
	};

	const reportFailure = (reason: string, missingTool: string | null): null => {
		if (!failureReported && !closed) onFailure?.(reason, missingTool);
		failureReported = true;
		return null;
	};

	const queryRoute = async (query: RouteQuery): Promise<RouteView | null> => {
		const generation = pendingQueries;
		const at = now();
		const reply = await batch.request(query);
		if (reply.kind === 'none') return reply.transient ? null : reportFailure(reply.reason, reply.missingTool);
		const route =
			reply.kind === 'line'
				? parseRouteReply(query, reply.line)
				: {ok: true as const, value: failedRoute(query.address, parseRouteError(reply.message))};
		if (!route.ok) return reportFailure(`${route.reason} (iproute2 4.17 or newer is needed)`, null);
		failureReported = false;
		if (generation === pendingQueries) putCached(query.line, route.value, at);
		return route.value;
	};

	const cachedOrQuery = (query: Result<RouteQuery>): Promise<RouteView | null> => {
		if (!query.ok || closed) return Promise.resolve(null);
		const key = query.value.line;
		const view = getCached(key);
		if (view !== undefined) return Promise.resolve(view);
		const generation = pendingQueries;
		const pending = generation.get(key) ?? queryRoute(query.value).finally(() => generation.delete(key));
		generation.set(key, pending);
		return pending;
	};

	return {
		cached: (address, device, source) => {
			const cachedFor = (query: Result<RouteQuery>) => (query.ok ? getCached(query.value.line) : undefined);
			const defaultRoute = cachedFor(buildRouteQuery(address, device));
			const from = defaultRoute && differentSource(defaultRoute, address, source);
			if (!defaultRoute || !from) return defaultRoute;
			const sourceRoute = cachedFor(buildRouteQuery(address, device, from));
			return sourceRoute && mergeSourceRoute(defaultRoute, sourceRoute, from);
		},
		lookup: async (address, device, source) => {
			const defaultRoute = await cachedOrQuery(buildRouteQuery(address, device));
			const from = defaultRoute && differentSource(defaultRoute, address, source);
			if (!defaultRoute || !from) return defaultRoute;
			const sourceRoute = await cachedOrQuery(buildRouteQuery(address, device, from));
			return sourceRoute && mergeSourceRoute(defaultRoute, sourceRoute, from);
		},
		close: async () => {
			closed = true;
			cache.clear();
			await Promise.all([batch.close(), monitor.close()]);
		},
	};
};

/** The source for the second query; null where it is the one that the host would choose. */
const differentSource = (
	defaultRoute: RouteView,
	address: string,
	source: string | null | undefined,
): string | null => {
	const from = querySource(address, source ?? null);
	return from === null || (defaultRoute.src !== null && isSameAddress(defaultRoute.src, from)) ? null : from;
};

const mergeSourceRoute = (defaultRoute: RouteView, sourceRoute: RouteView, from: string): RouteView => ({
	...sourceRoute,
	from,
	src: defaultRoute.src,
});

const parseRouteReply = (query: RouteQuery, line: string): Result<RouteView> => {
	const route = parseRoute(line);
	// A route of another destination would be worse than none.
	if (route.ok && !isSameAddress(route.value.dst, query.address)) return err('ip answered another question');
	return route;
};

const isSameAddress = (one: string, other: string): boolean =>
	one === other || (isIPv6(one) && isIPv6(other) && canonical(one) === canonical(other));

const canonical = (address: string): string => new SocketAddress({address, family: 'ipv6'}).address;
