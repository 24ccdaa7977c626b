import type {RouteView} from '../model/types.ts';
import type {HelperOptions} from './helper.ts';
import {createIpBatch} from './ip-batch.ts';
import {parseRoute, refusedRoute, routeError} from './parse-route.ts';
import {createRouteMonitor, type RouteMonitor} from './route-monitor.ts';
import {type RouteQuestion, routeQuestion} from './route-question.ts';

/** How this host would reach a destination, in one network namespace. */
export type Routes = {
	/**
	 * What is known now.
	 *
	 * @returns undefined where it was never asked, is too old, or routes have changed since.
	 */
	known: (address: string, device?: string | null) => RouteView | undefined;
	/**
	 * From memory, or by asking. Questions for the same destination are asked once.
	 *
	 * @param address IPv4 or IPv6, also mapped or scoped.
	 * @param device The device that the socket is bound to, or the scope of a link-local address.
	 * @returns null where nobody can tell: no address, no ip, closed. A refusal of the kernel is an answer with `error`.
	 */
	lookup: (address: string, device?: string | null) => Promise<RouteView | null>;
	close: () => Promise<void>;
};

export type RoutesOptions = HelperOptions & {
	/** Milliseconds since the epoch. */
	now: () => number;
	/** Routes have changed: what was answered before may be wrong. */
	onStale?: () => void;
	/** Said once while it lasts: why nobody can tell a route. `missing` is a program that is not there. */
	onFailure?: (reason: string, missing: string | null) => void;
	/** How long an answer is believed, in ms. */
	maxAgeMs?: number;
	/** Most answers kept; the one unused for longest goes first. */
	capacity?: number;
};

/**
 * Asks `ip route get` through one persistent child, started at the first question, and remembers.
 */
export const createRoutes = (options: RoutesOptions): Routes => {
	const {now, onStale, onFailure, maxAgeMs = 30_000, capacity = 4096} = options;
	const batch = createIpBatch(options);
	const answers = new Map<string, {view: RouteView; at: number}>();
	const asking = new Map<string, Promise<RouteView | null>>();
	let monitor: RouteMonitor | null = null;
	let failed = false;
	let closed = false;

	const forget = (): void => {
		if (answers.size === 0) return;
		answers.clear();
		onStale?.();
	};

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

	const ask = async (question: RouteQuestion): Promise<RouteView | null> => {
		monitor ??= createRouteMonitor(options, forget);
		const at = now();
		const answer = await batch.ask(question);
		if (answer.kind === 'none') {
			if (!failed && !closed) onFailure?.(answer.reason, answer.missing);
			failed = true;
			return null;
		}
		failed = false;
		const route =
			answer.kind === 'line'
				? parseRoute(answer.line)
				: {ok: true as const, value: refusedRoute(question.address, routeError(answer.words))};
		if (!route.ok) return null;
		remember(question.line, route.value, at);
		return route.value;
	};

	return {
		known: (address, device) => {
			const question = routeQuestion(address, device);
			return question.ok ? recall(question.value.line) : undefined;
		},
		lookup: (address, device) => {
			const question = routeQuestion(address, device);
			if (!question.ok || closed) return Promise.resolve(null);
			const key = question.value.line;
			const view = recall(key);
			if (view !== undefined) return Promise.resolve(view);
			const running = asking.get(key) ?? ask(question.value).finally(() => asking.delete(key));
			asking.set(key, running);
			return running;
		},
		close: async () => {
			closed = true;
			answers.clear();
			await Promise.all([batch.close(), monitor?.close()]);
		},
	};
};
