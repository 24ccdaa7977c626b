import {isIPv6, SocketAddress} from 'node:net';
import type {RouteView} from '../../domain/row.ts';
import {type Parsed, refused} from '../../shared/result.ts';
import type {HelperOptions} from '../child/child.ts';
import {createIpBatch} from './batch.ts';
import {parseRoute, refusedRoute, routeError} from './parse-route.ts';
import {createRouteMonitor} from './route-monitor.ts';
import {type RouteQuestion, routeQuestion, usableSource} from './route-query.ts';

/** How this host would reach a destination, in one network namespace. */
export type Routes = {
	/**
	 * What is known now, for the same questions as `lookup` has.
	 *
	 * @returns undefined where it was never asked, is too old, or routes have changed since.
	 */
	known: (address: string, device?: string | null, source?: string | null) => RouteView | undefined;
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

export type RoutesOptions = HelperOptions & {
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
	const answers = new Map<string, {view: RouteView; at: number}>();
	let asking = new Map<string, Promise<RouteView | null>>();
	let failed = false;
	let closed = false;

	const monitor = createRouteMonitor(options, () => {
		onChange?.();
		if (answers.size === 0 && asking.size === 0) return;
		answers.clear();
		// What is being answered now may be from before the change: it is not remembered, and asked again.
		asking = new Map();
		onStale?.();
	});

	const recall = (key: string): RouteView | undefined => {
		const answer = answers.get(key);
		if (answer === undefined) return undefined;
		answers.delete(key);
		if (now() - answer.at > maxAgeMs) return undefined;
		// Back as the newest: a Map keeps the order of insertion.
		answers.set(key, answer);
		return answer.view;
	};

	const remember = (key: string, view: RouteView, at: number): void => {
		for (const oldest of answers.keys()) {
			if (answers.size < capacity) break;
			answers.delete(oldest);
		}
		answers.set(key, {view, at});
	};

	const complain = (reason: string, missing: string | null): null => {
		if (!failed && !closed) onFailure?.(reason, missing);
		failed = true;
		return null;
	};

	const ask = async (question: RouteQuestion): Promise<RouteView | null> => {
		const generation = asking;
		const at = now();
		const answer = await batch.ask(question);
		if (answer.kind === 'none') return answer.passing ? null : complain(answer.reason, answer.missing);
		const route =
			answer.kind === 'line'
				? routeOf(question, answer.line)
				: {ok: true as const, value: refusedRoute(question.address, routeError(answer.words))};
		if (!route.ok) return complain(`${route.reason} (iproute2 4.17 or newer is needed)`, null);
		failed = false;
		if (generation === asking) remember(question.line, route.value, at);
		return route.value;
	};

	const answerTo = (question: Parsed<RouteQuestion>): Promise<RouteView | null> => {
		if (!question.ok || closed) return Promise.resolve(null);
		const key = question.value.line;
		const view = recall(key);
		if (view !== undefined) return Promise.resolve(view);
		const generation = asking;
		const running = generation.get(key) ?? ask(question.value).finally(() => generation.delete(key));
		generation.set(key, running);
		return running;
	};

	return {
		known: (address, device, source) => {
			const recalled = (question: Parsed<RouteQuestion>) =>
				question.ok ? recall(question.value.line) : undefined;
			const chosen = recalled(routeQuestion(address, device));
			const from = chosen && otherSource(chosen, address, source);
			if (!chosen || !from) return chosen;
			const bound = recalled(routeQuestion(address, device, from));
			return bound && boundRoute(chosen, bound, from);
		},
		lookup: async (address, device, source) => {
			const chosen = await answerTo(routeQuestion(address, device));
			const from = chosen && otherSource(chosen, address, source);
			if (!chosen || !from) return chosen;
			const bound = await answerTo(routeQuestion(address, device, from));
			return bound && boundRoute(chosen, bound, from);
		},
		close: async () => {
			closed = true;
			answers.clear();
			await Promise.all([batch.close(), monitor.close()]);
		},
	};
};

/** The source that a route must be asked for; null where it is the one that the host would choose. */
const otherSource = (
	chosen: RouteView,
	address: string,
	source: string | null | undefined,
): string | null => {
	const from = usableSource(address, source ?? null);
	return from === null || (chosen.src !== null && isSame(chosen.src, from)) ? null : from;
};

const boundRoute = (chosen: RouteView, bound: RouteView, from: string): RouteView => ({
	...bound,
	from,
	src: chosen.src,
});

const routeOf = (question: RouteQuestion, line: string): Parsed<RouteView> => {
	const route = parseRoute(line);
	// A route told to the wrong destination would be worse than none.
	if (route.ok && !isSame(route.value.dst, question.address)) return refused('ip answered another question');
	return route;
};

const isSame = (one: string, other: string): boolean =>
	one === other || (isIPv6(one) && isIPv6(other) && canonical(one) === canonical(other));

const canonical = (address: string): string => new SocketAddress({address, family: 'ipv6'}).address;
