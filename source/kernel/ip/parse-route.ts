import type {RouteView} from '../../domain/row.ts';
import {type Parsed, parsed, refused} from '../../shared/result.ts';
import {oneLine} from '../../text/single-line.ts';

/**
 * The answer of `ip -j route get ADDRESS`, on one line.
 *
 * @param line What ip wrote to its standard output.
 */
// [{"dst":"8.8.8.8","gateway":"10.78.0.5","dev":"r4","prefsrc":"10.78.0.4","flags":[],"uid":0,"metrics":[{"mtu":1400}]}]
export const parseRoute = (line: string): Parsed<RouteView> => {
	let answer: unknown;
	try {
		answer = JSON.parse(line);
	} catch {
		return refused('ip answered with what is no JSON');
	}
	const route: unknown = Array.isArray(answer) ? answer[0] : null;
	if (!isRecord(route)) return refused('ip answered without a route');
	const dst = textOf(route.dst);
	if (dst === null) return refused('ip answered without a destination');
	const type = textOf(route.type);
	if (type !== null && refusals.has(type)) return parsed(refusedRoute(dst, type));
	const metrics: unknown = Array.isArray(route.metrics) ? route.metrics[0] : null;
	return parsed({
		dst,
		from: sourceOf(route.from),
		dev: textOf(route.dev),
		src: textOf(route.prefsrc),
		// A gateway of the other family stands in `via`.
		gateway: textOf(route.gateway) ?? (isRecord(route.via) ? textOf(route.via.host) : null),
		// ip leaves `main` out. It does so for local routes too where the kernel keeps both tables as one.
		table: textOf(route.table) ?? (type === null || type === 'unicast' ? 'main' : null),
		mtu: isRecord(metrics) && typeof metrics.mtu === 'number' ? metrics.mtu : null,
		error: null,
	});
};

/** For IPv6 the kernel says `::` where nobody asked for a source. */
const sourceOf = (value: unknown): string | null => {
	const from = textOf(value);
	return from === '::' ? null : from;
};

/** Types of routes that lead nowhere; mostly the kernel answers with an error instead. */
const refusals: ReadonlySet<string> = new Set(['unreachable', 'prohibit', 'blackhole', 'throw']);

/**
 * What ip wrote to its standard error, as the kernel's words.
 *
 * @param text e.g. `RTNETLINK answers: No route to host`, `Cannot find device "eth9"`.
 */
export const routeError = (text: string): string => {
	const words = oneLine(text.replace(/^Command failed.*$/gm, ''));
	const kernel = /RTNETLINK answers: (.+)$/.exec(words)?.[1];
	return kernel ?? (words === '' ? 'ip refused without a reason' : words);
};

export const refusedRoute = (dst: string, error: string): RouteView => ({
	dst,
	from: null,
	dev: null,
	src: null,
	gateway: null,
	table: null,
	mtu: null,
	error,
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? oneLine(value, 64) : null;
