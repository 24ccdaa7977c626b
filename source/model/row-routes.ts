/** Gives the rows the routes to their peers. */
import type {Limits} from './limits.ts';
import {createRoutes, type WantedRoute} from './routes.ts';
import type {Rows} from './rows.ts';
import {plainAddress} from './tuple.ts';
import type {RouteView, Row} from './types.ts';

export type RowRoutes = {
	/** The route of one row; where there is no answer yet, its destination is wanted. @param now ms since the epoch */
	give(row: Row, now: number): void;
	/** Those of the rows without: their peer was told by the kernel first, or there was no answer. */
	fill(netns: string, now: number): void;
	/** An answer; the rows get it with `applyAnswers`. */
	put(netns: string, address: string, route: RouteView): void;
	/**
	 * Answers come one by one and rows may be many: all rows are gone through once for all answers since.
	 *
	 * @returns whether there were any
	 */
	applyAnswers(now: number): boolean;
	/** Destinations wanted since the last call. */
	takeWanted(): WantedRoute[];
};

export function createRowRoutes(rows: Rows, limits: Limits): RowRoutes {
	const routes = createRoutes(limits);
	/** Destinations whose answer the rows do not hold yet. */
	const answered = new Set<string>();

	function give(row: Row, now: number): void {
		if (row.role !== 'listener') row.route = routes.get(row.netns, row.peer, now);
	}

	return {
		give,
		fill(netns, now) {
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (row.netns !== netns || row.route !== null) continue;
				give(row, now);
				if (row.route !== null) rows.touch(entry);
			}
		},
		put(netns, address, route) {
			routes.put(netns, address, route);
			answered.add(`${netns} ${address}`);
		},
		applyAnswers(now) {
			if (answered.size === 0) return false;
			for (const entry of rows.entries.values()) {
				const {row} = entry;
				if (row.peer === null || 'path' in row.peer || row.role === 'listener') continue;
				if (!answered.has(`${row.netns} ${plainAddress(row.peer.address)}`)) continue;
				give(row, now);
				rows.touch(entry);
			}

			answered.clear();
			return true;
		},
		takeWanted: () => routes.takeWanted(),
	};
}
