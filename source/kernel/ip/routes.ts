import {isIPv6, SocketAddress} from 'node:net';
import {gatewayText, type RouteFlow, type RouteInputs} from '../../domain/route.ts';
import type {NextHop, RouteView} from '../../domain/row.ts';
import {err, ok, type Result} from '../../shared/result.ts';
import type {ChildOptions} from '../child/child.ts';
import {createAnswerCache} from './answer-cache.ts';
import {createIpBatch} from './batch.ts';
import {failedRoute, parseNextHops, parseRoute, parseRouteError} from './parse-route.ts';
import {ruleLeadingTo} from './parse-rules.ts';
import {createRouteMonitor} from './route-monitor.ts';
import {buildRouteQuery, querySource, type RouteQuery} from './route-query.ts';
import {createRoutingPolicies, type RoutingPolicy} from './routing-policy.ts';

/** The routes of this host to destinations, in one network namespace. */
export type Routes = {
	/**
	 * Returns the route from the cache or by queries. Equal queries at the same time are sent once.
	 *
	 * The first query has no source. A second one has `from` the socket's source where that is not the one that
	 * the host would choose, or where the namespace has policy rules or multipath routes, which read it: if its
	 * way is another, the result has `from`, and its `src` is still the host's own choice. A third one, of
	 * namespaces with multipath routes alone, names the next hops.
	 *
	 * @param address IPv4 or IPv6, also mapped or scoped
	 * @param device the device that the socket is bound to, or the scope of a link-local address
	 * @param source the socket's local address; a wildcard, or one of the other family, counts as none
	 * @param flow protocol and ports, where policy rules read them
	 * @returns null where there is no route view: not an address, no ip, closed; a refusal of the kernel is a
	 * result with `error`
	 */
	lookup: (
		address: string,
		device?: string | null,
		source?: string | null,
		flow?: RouteFlow | null,
	) => Promise<RouteView | null>;
	close: () => Promise<void>;
};

export type RoutesOptions = ChildOptions & {
	/** Current time in ms since the epoch. */
	now: () => number;
	/** Called when routes have changed: earlier results may be wrong. */
	onStale?: () => void;
	/** Called when links, addresses, routes or rules have changed, also without earlier results. */
	onChange?: () => void;
	/** Called when something else than before decides about routes, before an answer by it. */
	onInputs?: (inputs: RouteInputs) => void;
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
	const routes = createAnswerCache<RouteView>({now, maxAgeMs, capacity});
	const nextHops = createAnswerCache<readonly NextHop[]>({now, maxAgeMs, capacity});
	const policies = createRoutingPolicies({...options, maxAgeMs});
	let failureReported = false;
	let closed = false;
	// Read beforehand: a first connection that fails at once ends before its route is known, else.
	void policies.get(4);

	const monitor = createRouteMonitor(options, () => {
		onChange?.();
		policies.clear();
		nextHops.clear();
		if (routes.clear()) onStale?.();
	});

	const reportFailure = (reason: string, missingTool: string | null): null => {
		if (!failureReported && !closed) onFailure?.(reason, missingTool);
		failureReported = true;
		return null;
	};

	const queryRoute = async (query: RouteQuery): Promise<RouteView | null> => {
		const reply = await batch.request(query);
		if (reply.kind === 'none') return reply.transient ? null : reportFailure(reply.reason, reply.missingTool);
		const route =
			reply.kind === 'line'
				? parseRouteReply(query, reply.line)
				: ok(failedRoute(query.address, parseRouteError(reply.message)));
		if (!route.ok) return reportFailure(`${route.reason} (iproute2 4.17 or newer is needed)`, null);
		failureReported = false;
		return route.value;
	};

	const cachedOrQuery = (query: RouteQuery): Promise<RouteView | null> =>
		closed ? Promise.resolve(null) : routes.get(query.line, () => queryRoute(query));

	const queryNextHops = async (line: string): Promise<readonly NextHop[] | null> => {
		const reply = await batch.request({line: `${line} fibmatch`});
		return reply.kind === 'none' ? null : reply.kind === 'line' ? parseNextHops(reply.line) : [];
	};

	/** Adds the rule that leads to the route's table, and the next hops where it is not known which is taken. */
	const complete = async (
		way: RouteView,
		query: RouteQuery,
		policy: RoutingPolicy,
		asked: {source: string | null; flow: RouteFlow | null},
	): Promise<RouteView> => {
		if (way.error !== null || way.dev === 'lo' || way.table === 'local') return way;
		const rule = ruleLeadingTo(policy.rules, way.table, {...asked, destination: query.address});
		const route = rule === null ? way : {...way, rule: rule.text};
		if (policy.multipath === 'none' || (policy.hashesAddresses && asked.source !== null)) return route;
		const hops = await nextHops.get(query.line, () => queryNextHops(query.line));
		if (hops === null || hops.length < 2) return route;
		const isSameDevice = hops.every(({dev}) => dev === hops[0]?.dev);
		return {...route, gateway: null, dev: isSameDevice ? way.dev : null, nextHops: hops};
	};

	return {
		lookup: async (address, device = null, source = null, flow = null) => {
			// The kernel chooses the source before it has chosen the port.
			const firstFlow = flow === null ? null : {...flow, localPort: null};
			const firstQuery = buildRouteQuery(address, device, null, firstFlow);
			if (!firstQuery.ok) return null;
			const [policy, defaultRoute] = await Promise.all([
				policies.get(isIPv6(firstQuery.value.address) ? 6 : 4),
				cachedOrQuery(firstQuery.value),
			]);
			if (defaultRoute === null) return null;
			const from = querySource(address, source);
			const isChosen = from === null || (defaultRoute.src !== null && isSameAddress(defaultRoute.src, from));
			if (from === null || (isChosen && !policy.readsSource))
				return complete(defaultRoute, firstQuery.value, policy, {source: null, flow: firstFlow});
			const query = buildRouteQuery(address, device, from, flow);
			const sourceRoute = query.ok ? await cachedOrQuery(query.value) : null;
			if (!query.ok || sourceRoute === null) return null;
			const way = await complete(sourceRoute, query.value, policy, {source: from, flow});
			// With a rule that reads the local port, the choice for another port may have been another source.
			const src = flow !== null && flow.localPort !== null ? null : defaultRoute.src;
			const isSameWay = isChosen && isSamePath(way, defaultRoute);
			return {...way, from: isSameWay ? null : from, src};
		},
		close: async () => {
			closed = true;
			routes.clear();
			await Promise.all([batch.close(), monitor.close(), policies.close()]);
		},
	};
};

const isSamePath = (one: RouteView, other: RouteView): boolean =>
	one.dev === other.dev &&
	one.table === other.table &&
	one.error === other.error &&
	gatewayText(one) === gatewayText(other);

const parseRouteReply = (query: RouteQuery, line: string): Result<RouteView> => {
	const route = parseRoute(line);
	// A route of another destination would be worse than none.
	if (route.ok && !isSameAddress(route.value.dst, query.address)) return err('ip answered another question');
	return route;
};

const isSameAddress = (one: string, other: string): boolean =>
	one === other || (isIPv6(one) && isIPv6(other) && canonical(one) === canonical(other));

const canonical = (address: string): string => new SocketAddress({address, family: 'ipv6'}).address;
