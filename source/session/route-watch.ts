/** Asks for the routes that the rows want, and asks again when they may have changed. */

import type {ModelInput, RouteAnswer} from '../domain/events.ts';
import {queryKey, type RouteQuery, routeQueryOf} from '../domain/route.ts';
import type {Row} from '../domain/row.ts';
import type {Clock} from '../intake/clock.ts';
import type {KernelReader} from '../kernel/reader.ts';
import type {Model} from '../model/model.ts';

export type RouteWatch = {
	/** Asks for what is wanted. To be called after records were applied. */
	ask(): void;
	/** Asks again for all destinations in use. */
	askAgain(netns?: string): void;
	/** Questions that were not asked because too many waited. */
	readonly dropped: number;
};

/** Questions under way at once: who answers them takes 64 together. */
const underWay = 256;
const waitingLimit = 16_384;
/** Rows in one go: about a millisecond. */
const slice = 1000;

export function watchRoutes(
	model: Pick<Model, 'rows' | 'takeRouteQueries'>,
	kernel: Pick<KernelReader, 'lookupRoute'>,
	clock: Pick<Clock, 'now'>,
	apply: (input: ModelInput) => void,
): RouteWatch {
	const waiting = new Map<string, RouteQuery>();
	/** The newest time that each question was asked; an answer to an older one may be from before a change. */
	const newest = new Map<string, number>();
	let answers: RouteAnswer[] = [];
	let asking = 0;
	let turn = 0;
	let dropped = 0;
	/** Rows that are still to be gone through. */
	let again: {netns: string | undefined; rows: Iterator<Row>} | null = null;
	let isGoing = false;

	async function answer(key: string, wanted: RouteQuery): Promise<void> {
		const mine = ++turn;
		newest.set(key, mine);
		asking++;
		const route = await kernel.lookupRoute(wanted.netns, wanted.address, wanted.device, wanted.source);
		asking--;
		if (newest.get(key) === mine) {
			newest.delete(key);
			if (route !== null) deliver({...wanted, route});
		}

		askNext();
	}

	/** Those that come together are told together. */
	function deliver(one: RouteAnswer): void {
		answers.push(one);
		if (answers.length === 1) setImmediate(tell);
	}

	function tell(): void {
		const byNetns = new Map<string, RouteAnswer[]>();
		for (const one of answers) {
			const others = byNetns.get(one.netns);
			if (others === undefined) byNetns.set(one.netns, [one]);
			else others.push(one);
		}

		answers = [];
		for (const [netns, its] of byNetns) apply({type: 'routes', at: clock.now(), netns, answers: its});
	}

	function askNext(): void {
		for (const [key, wanted] of waiting) {
			if (asking >= underWay) return;
			waiting.delete(key);
			void answer(key, wanted);
		}
	}

	function want(wanted: RouteQuery): void {
		const key = queryKey(wanted);
		if (waiting.size >= waitingLimit && !waiting.has(key)) dropped++;
		else waiting.set(key, wanted);
	}

	/** Rows are many: they are gone through in slices, with time for others between them. */
	function goOn(): void {
		if (again === null) return;
		for (let count = 0; count < slice; count++) {
			const {value: row, done = false} = again.rows.next();
			if (done || row === undefined) {
				again = null;
				break;
			}

			if (row.route === null || row.closedAt !== null) continue;
			if (again.netns !== undefined && row.netns !== again.netns) continue;
			const question = routeQueryOf(row);
			if (question !== null) want(question);
		}

		askNext();
		if (again !== null && !isGoing) {
			isGoing = true;
			setImmediate(() => {
				isGoing = false;
				goOn();
			});
		}
	}

	return {
		ask() {
			for (const wanted of model.takeRouteQueries()) want(wanted);
			askNext();
		},
		askAgain(netns) {
			// Who is in the middle of it begins anew, for all.
			const its = again === null ? netns : undefined;
			again = {netns: its, rows: model.rows.values()};
			goOn();
		},
		get dropped() {
			return dropped;
		},
	};
}
