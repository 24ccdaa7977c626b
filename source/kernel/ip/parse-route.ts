import type {NextHop, RouteView} from '../../domain/row.ts';
import {err, ok, type Result} from '../../shared/result.ts';
import {singleLine} from '../../text/single-line.ts';
import {isRecord, parseList, parseText} from './json.ts';

/**
 * Parses the answer of `ip -j route get ADDRESS`, on one line.
 *
 * @param line ip's standard output
 */
// [{"dst":"8.8.8.8","gateway":"10.78.0.5","dev":"r4","prefsrc":"10.78.0.4","flags":[],"uid":0,"metrics":[{"mtu":1400}]}]
export const parseRoute = (line: string): Result<RouteView> => {
	const list = parseList(line);
	if (!list.ok) return list;
	const [route] = list.value;
	if (!isRecord(route)) return err('ip answered without a route');
	const dst = parseText(route.dst);
	if (dst === null) return err('ip answered without a destination');
	const type = parseText(route.type);
	if (type !== null && rejectTypes.has(type)) return ok(failedRoute(dst, type));
	const metrics: unknown = Array.isArray(route.metrics) ? route.metrics[0] : null;
	return ok({
		dst,
		from: parseSource(route.from),
		dev: parseText(route.dev),
		src: parseText(route.prefsrc),
		// A gateway of the other family is in `via`.
		gateway: parseText(route.gateway) ?? (isRecord(route.via) ? parseText(route.via.host) : null),
		// ip omits `main`, and for local routes too where the kernel keeps both tables as one.
		table: parseText(route.table) ?? (type === null || type === 'unicast' ? 'main' : null),
		mtu: isRecord(metrics) && typeof metrics.mtu === 'number' ? metrics.mtu : null,
		error: null,
	});
};

/** For IPv6 the kernel reports `::` for a request without a source. */
const parseSource = (value: unknown): string | null => {
	const from = parseText(value);
	return from === '::' ? null : from;
};

/**
 * Parses the answer of `ip -j route get ADDRESS fibmatch`, the route that matches.
 *
 * @returns its next hops that are up; none of a route with one
 */
// [{"dst":"10.3.0.0/24","flags":[],"nexthops":[{"gateway":"10.0.0.2","dev":"eth0","weight":1,"flags":[]},…]}]
export const parseNextHops = (line: string): NextHop[] => {
	const list = parseList(line);
	const route = list.ok ? list.value[0] : null;
	if (!isRecord(route) || !Array.isArray(route.nexthops)) return [];
	return route.nexthops
		.filter(isRecord)
		.filter(isUp)
		.map(hop => ({
			gateway: parseText(hop.gateway) ?? (isRecord(hop.via) ? parseText(hop.via.host) : null),
			dev: parseText(hop.dev),
		}));
};

const isUp = ({flags}: Record<string, unknown>): boolean => !Array.isArray(flags) || !flags.includes('dead');

/** Route types that lead nowhere; for most of them the kernel returns an error instead. */
const rejectTypes: ReadonlySet<string> = new Set(['unreachable', 'prohibit', 'blackhole', 'throw']);

/**
 * Extracts the kernel's message from ip's standard error.
 *
 * @param text e.g. `RTNETLINK answers: No route to host`, `Cannot find device "eth9"`
 */
export const parseRouteError = (text: string): string => {
	const message = singleLine(text.replace(/^Command failed.*$/gm, ''));
	const kernelMessage = /RTNETLINK answers: (.+)$/.exec(message)?.[1];
	return kernelMessage ?? (message === '' ? 'ip refused without a reason' : message);
};

export const failedRoute = (dst: string, error: string): RouteView => ({
	dst,
	from: null,
	dev: null,
	src: null,
	gateway: null,
	table: null,
	mtu: null,
	error,
});
