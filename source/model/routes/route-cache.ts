import {areEqual, keyOf, type WantedRoute} from '../../domain/route.ts';
import type {RouteView} from '../../domain/row.ts';
import type {Limits} from '../table/limits.ts';

export type KnownRoute = {
	route: RouteView;
	/** It answers this very question, not only the one without a source. */
	settled: boolean;
};

export type Routes = {
	/**
	 * What is known; where that is nothing or not fresh, it is wanted, and again where no answer comes.
	 *
	 * @param now ms since the epoch
	 */
	get(question: WantedRoute, now: number): KnownRoute | null;
	/** @returns whether rows may have something else, or nothing: false where it is known and has not changed */
	put(question: WantedRoute, route: RouteView, now: number): boolean;
	/** Questions wanted since the last call. */
	takeWanted(): WantedRoute[];
};

/** How long an answer may take: one that could not be had is asked for again. */
const againMs = 5000;
/**
 * An answer serves further rows as it is for so long, and then while it is asked for again: who asks is told of changes
 * and remembers, so this costs little, and rows that open do not get what was true an hour ago.
 */
const freshMs = 1000;
const staleMs = 60_000;

export function createRoutes(limits: Limits): Routes {
	const known = new Map<string, {route: RouteView; at: number}>();
	/** When, in the order of asking. */
	const asked = new Map<string, number>();
	let wanted = new Map<string, WantedRoute>();

	function want(key: string, question: WantedRoute, now: number): void {
		const isOver = (at: number | undefined): boolean => at !== undefined && now - at >= againMs;
		if (asked.has(key)) {
			if (!isOver(asked.get(key))) return;
			asked.delete(key);
		} else if (asked.size >= limits.routes) {
			const [[oldest, at] = []] = asked;
			if (oldest === undefined || !isOver(at)) return;
			asked.delete(oldest);
			wanted.delete(oldest);
		}

		asked.set(key, now);
		wanted.set(key, question);
	}

	/** Whoever asks with the source asks without it first: it need not be wanted twice. */
	function unwant(key: string): void {
		if (wanted.delete(key)) asked.delete(key);
	}

	function recall(key: string, now: number): {route: RouteView; at: number} | null {
		const answer = known.get(key);
		return answer === undefined || now - answer.at > staleMs ? null : answer;
	}

	return {
		get(question, now) {
			const key = keyOf(question);
			const exact = recall(key, now);
			const anyKey = question.source === null ? key : keyOf({...question, source: null});
			const chosen = anyKey === key ? exact : recall(anyKey, now);
			const answers =
				chosen !== null && chosen.route.src === question.source && chosen.at > (exact?.at ?? 0)
					? chosen
					: exact;
			if (answers === null || now - answers.at > freshMs) {
				if (anyKey !== key) unwant(anyKey);
				want(key, question, now);
			}

			if (answers !== null) return {route: answers.route, settled: true};
			return chosen === null ? null : {route: chosen.route, settled: false};
		},
		put(question, route, now) {
			const key = keyOf(question);
			const before = recall(key, now);
			known.delete(key);
			known.set(key, {route, at: now});
			asked.delete(key);
			if (known.size > limits.routes) {
				const oldest = known.keys().next().value;
				if (oldest !== undefined) known.delete(oldest);
			}

			return before === null || !areEqual(before.route, route);
		},
		takeWanted() {
			if (wanted.size === 0) return [];
			const taken = [...wanted.values()];
			wanted = new Map();
			return taken;
		},
	};
}
