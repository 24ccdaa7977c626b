import {isIPv6, SocketAddress} from 'node:net';
import type {RouteView} from '../../domain/row.ts';
import {err, type Result} from '../../shared/result.ts';
import type {ChildOptions} from '../child/child.ts';
import {createIpBatch} from './batch.ts';
import {failedRoute, parseRoute, parseRouteError} from './parse-route.ts';
import {createRouteMonitor} from './route-monitor.ts';
import {buildRouteQuery, querySource, type RouteQuery} from './route-query.ts';

/** How this host would reach a destination, in one network namespace. */
export type Routes = {
	/**
	 * What is known now, for the same questions as `lookup` has.
	 *
	 * @returns undefined where it was never asked, is too old, or routes have changed since.
	 */
	cached: (address: string, device?: string | null, source?: string | null) => RouteView | undefined;
	/**
	 * From memory, or by asking. The same question is asked once at a time.
	 *
	 * It is asked without a source first. Where the socket's own source is not the one that the host would choose, it is
	 * asked again `from` that source, as policy rules may send it another way: the answer then has `from`, and as `src`
	 * still what the host would choose by itself.
	 *
	 * @param address IPv4 or IPv6, also mapped or scoped.
	 * @param device The device that the socket is bound to, or the scope of a link-local address.
	 * @param source The address that the socket sends from; a wildcard, or one of the other family, is none.
	 * @returns null where nobody can tell: no address, no ip, closed. A refusal of the kernel is an answer with `error`.
	 */
	lookup: (address: string, device?: string | null, source?: string | null) => Promise<RouteView | null>;
	close: () => Promise<void>;
};

export type RoutesOptions = ChildOptions & {
	/** Milliseconds since the epoch. */
	now: () => number;
	/** Routes have changed: what was answered before may be wrong. */
	onStale?: () => void;
	/** Links, addresses, routes or rules have changed, whether anything was answered before or not. */
	onChange?: () => void;
	/** Said once while it lasts: why nobody can tell a route. `missing` is a program that is not there. */
	onFailure?: (reason: string, missing: string | null) => void;
	/** How long an answer is believed, in ms: less than the 30 s after which destinations in use are asked again. */
	maxAgeMs?: number;
	/** Most answers kept; the one unused for longest goes first. */
	capacity?: number;
};

/**
 * Asks `ip route get` through one persistent child, started at the first question, and remembers.
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
		// What is being answered now may be from before the change: it is not remembered, and asked again.
		pendingQueries = new Map();
		onStale?.();
	});

	const getCached = (key: string): RouteView | undefined => {
		const entry = cache.get(key);
		if (entry === undefined) return undefined;
		cache.delete(key);
		if (now() - entry.at > maxAgeMs) return undefined;
		// Back as the newest: a Map keeps the order of insertion.
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

/** The source that a route must be asked for; null where it is the one that the host would choose. */
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
	// A route told to the wrong destination would be worse than none.
	if (route.ok && !isSameAddress(route.value.dst, query.address)) return err('ip answered another question');
	return route;
};

const isSameAddress = (one: string, other: string): boolean =>
	one === other || (isIPv6(one) && isIPv6(other) && canonical(one) === canonical(other));

const canonical = (address: string): string => new SocketAddress({address, family: 'ipv6'}).address;
