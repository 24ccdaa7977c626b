/**
 * The model: applies inputs to its tables in place, and nothing else changes them. It reads no clock and does no
 * I/O: the same inputs give the same rows.
 */

import {applyInput} from './apply-input.ts';
import type {Model} from './model.ts';
import {createParts} from './parts.ts';
import {defaultLimits, type Limits} from './table/limits.ts';
import {totalsOf} from './totals.ts';

export function createModel(overrides: Partial<Limits> = {}): Model {
	const limits: Limits = {...defaultLimits, ...overrides};
	const parts = createParts(limits);
	const {clock, session, processes, notices, rows, stepLog} = parts;
	const {join, aggregates, interfaces, routes, history, diagnoses} = parts;
	/** Grows where the view may have changed. */
	let version = 0;
	return {
		apply(input) {
			clock.now = Math.max(clock.now, input.at);
			if (applyInput(parts, input)) version++;
		},
		takeChanges() {
			const {changed, removedIds} = rows.takeChanges();
			return {
				changed,
				removedIds,
				steps: stepLog.take(),
				diagnoses: diagnoses.takeEvents(),
				notices: notices.takeOwn(),
			};
		},
		takeRouteQueries: () => routes.takeQueries(),
		routeQueryOf: routes.queryOf,
		hasSocket: join.hasSocket,
		get version() {
			return version;
		},
		get now() {
			return clock.now;
		},
		get processes() {
			return processes.list;
		},
		get dropped() {
			return processes.dropped;
		},
		get rowChangeCount() {
			return rows.changeCount;
		},
		get totals() {
			return totalsOf(parts);
		},
		get notShown() {
			return rows.notShown + join.notShown + processes.notShown + stepLog.dropped;
		},
		get pendingDropped() {
			return join.pendingDropped;
		},
		session,
		diagnoses,
		rows: rows.view,
		replacementOf: rows.replacementOf,
		history,
		kernel: aggregates.view,
		interfaces: interfaces.view,
		get hasUnidentifiedListeners() {
			return aggregates.hasUnidentified() || join.hasUnownedSocket;
		},
		get showsAll() {
			return join.showsAll;
		},
		kernelQuery: netns => parts.kernelQueries(netns, clock.now, join.showsAll),
		notices: notices.list,
	};
}
