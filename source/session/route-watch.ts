/** Queries the routes of rows, and queries them again after possible changes. */

import type {ModelInput, RouteAnswer} from '../domain/events.ts';
import {queryKey, type RouteQuery} from '../domain/route.ts';
import type {Row} from '../domain/row.ts';
import type {Clock} from '../intake/clock.ts';
import type {KernelReader} from '../kernel/reader.ts';
import type {Model} from '../model/model.ts';
import type {Source} from './source.ts';

export type RouteWatch = {
	/** Queries missing routes. Call it after records were applied. */
	query(): void;
	/** Queries all destinations in use again. */
	requery(netns?: string): void;
	/** Queries dropped because the queue was full. */
	readonly dropped: number;
};

/** The routes as a source: queried for new rows, and again after possible changes. */
export type RouteSource = Source & Pick<RouteWatch, 'requery'>;

/** Routes can change without an event (a link that goes down removes its IPv4 routes). */
const requeryMs = 30_000;

export function createRouteSource(
	model: Pick<Model, 'rows' | 'takeRouteQueries' | 'routeQueryOf'>,
	kernel: Pick<KernelReader, 'lookupRoute'>,
	clock: Pick<Clock, 'now'>,
): RouteSource {
	let watch: RouteWatch | null = null;
	let requeryTimer: NodeJS.Timeout | undefined;

	return {
		start(emit) {
			watch = watchRoutes(model, kernel, clock, emit);
			requeryTimer = setInterval(() => watch?.requery(), requeryMs);
		},
		onInput: () => watch?.query(),
		requery: netns => watch?.requery(netns),
		close() {
			clearInterval(requeryTimer);
		},
	};
}

/** Queries in flight, at most; ip receives them in batches of up to 64 (kernel/ip/batch.ts). */
const concurrencyLimit = 256;
const queueLimit = 16_384;
/** Rows per slice: about a millisecond. */
const rowsPerSlice = 1000;

export function watchRoutes(
	model: Pick<Model, 'rows' | 'takeRouteQueries' | 'routeQueryOf'>,
	kernel: Pick<KernelReader, 'lookupRoute'>,
	clock: Pick<Clock, 'now'>,
	apply: (input: ModelInput) => void,
): RouteWatch {
	const queue = new Map<string, RouteQuery>();
	/** Number of the newest query by destination: the answer to an older one may predate a change. */
	const newestTicket = new Map<string, number>();
	let answers: RouteAnswer[] = [];
	let inFlight = 0;
	let lastTicket = 0;
	let dropped = 0;
	/** The pass in progress, with the rows left to visit. */
	let requeryState: {netns: string | undefined; rows: Iterator<Row>} | null = null;
	let isSliceScheduled = false;

	async function runQuery(key: string, wanted: RouteQuery): Promise<void> {
		const ticket = ++lastTicket;
		newestTicket.set(key, ticket);
		inFlight++;
		const {netns, address, device, source, flow} = wanted;
		const route = await kernel.lookupRoute(netns, address, device, source, flow);
		inFlight--;
		if (newestTicket.get(key) === ticket) {
			newestTicket.delete(key);
			if (route !== null) queueAnswer({...wanted, route});
		}

		startQueued();
	}

	/** Answers that arrive together are emitted together. */
	function queueAnswer(one: RouteAnswer): void {
		answers.push(one);
		if (answers.length === 1) setImmediate(applyAnswers);
	}

	function applyAnswers(): void {
		const byNetns = new Map<string, RouteAnswer[]>();
		for (const one of answers) {
			const others = byNetns.get(one.netns);
			if (others === undefined) byNetns.set(one.netns, [one]);
			else others.push(one);
		}

		answers = [];
		for (const [netns, group] of byNetns) apply({type: 'routes', at: clock.now(), netns, answers: group});
	}

	function startQueued(): void {
		for (const [key, wanted] of queue) {
			if (inFlight >= concurrencyLimit) return;
			queue.delete(key);
			void runQuery(key, wanted);
		}
	}

	function enqueue(wanted: RouteQuery): void {
		const key = queryKey(wanted);
		if (queue.size >= queueLimit && !queue.has(key)) dropped++;
		else queue.set(key, wanted);
	}

	/** Visits all rows in slices, so that a full pass never blocks the event loop. */
	function requerySlice(): void {
		if (requeryState === null) return;
		for (let count = 0; count < rowsPerSlice; count++) {
			const {value: row, done = false} = requeryState.rows.next();
			if (done || row === undefined) {
				requeryState = null;
				break;
			}

			if (row.route === null || row.closedAt !== null) continue;
			if (requeryState.netns !== undefined && row.netns !== requeryState.netns) continue;
			const question = model.routeQueryOf(row);
			if (question !== null) enqueue(question);
		}

		startQueued();
		if (requeryState !== null && !isSliceScheduled) {
			isSliceScheduled = true;
			setImmediate(() => {
				isSliceScheduled = false;
				requerySlice();
			});
		}
	}

	return {
		query() {
			for (const wanted of model.takeRouteQueries()) enqueue(wanted);
			startQueued();
		},
		requery(netns) {
			// A pass in progress starts again, over all namespaces: the two may be of different ones.
			const passNetns = requeryState === null ? netns : undefined;
			requeryState = {netns: passNetns, rows: model.rows.values()};
			requerySlice();
		},
		get dropped() {
			return dropped;
		},
	};
}
