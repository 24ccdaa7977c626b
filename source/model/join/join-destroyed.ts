/**
 * Merges destroyed sockets, which the kernel reports with their last counters, into the rows: by cookie, and
 * where no snapshot has seen the socket alive, by tuple and time.
 */

import {isSameTuple, tupleHash} from '../../domain/address.ts';
import type {JoinedBy, KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {NamespaceIndex} from '../table/entry.ts';
import {countsInTotals, type Entry} from '../table/entry.ts';
import {close} from '../table/lifecycle.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {createDestroyedSockets} from './destroyed-sockets.ts';
import {kindMatches} from './match-row.ts';
import {mergeDestroyed} from './merge-kernel-view.ts';

export type JoinDestroyed = {
	/** @param at when the kernel reported it */
	socketDestroyed(namespace: NamespaceIndex, socket: KernelSocket, at: number): void;
	/** A hook has reported the end of a row: the kernel's report may have come before. */
	rowClosed(entry: Entry): void;
	/** Destroyed sockets dropped before their rows were known. */
	readonly dropped: number;
};

export function createJoinDestroyed(rows: Rows, limits: Limits): JoinDestroyed {
	const destroyed = createDestroyedSockets();

	function applyDestroyed(entry: Entry, socket: KernelSocket, matchedBy: JoinedBy, at: number): void {
		const {row, facts} = entry;
		if (facts.kernelOnly && !countsInTotals(entry)) {
			rows.remove(entry);
			return;
		}

		if (facts.kernelOnly && !facts.closed) {
			close(entry, at);
			rows.markClosed(entry);
		}

		mergeDestroyed(entry, socket, row.joinedBy ?? matchedBy, at);
		rows.touch(entry);
	}

	return {
		socketDestroyed(namespace, socket, at) {
			const {cookie} = socket;
			namespace.lastDestroyEventAt = Math.max(namespace.lastDestroyEventAt, at);
			const matches = cookie === null ? [] : listOf(namespace.byCookie.get(cookie));
			if (matches.length > 0) {
				for (const entry of [...matches]) {
					if (entry.row.kernel?.final) continue;
					// The socket was in an accept queue: the hook may yet report that its process held it for a moment.
					const {row, facts} = entry;
					if (facts.kernelOnly && row.listener !== null)
						destroyed.add(namespace.netns, {socket, at, rowId: row.id}, true);
					applyDestroyed(entry, socket, 'cookie', at);
				}

				return;
			}

			const hash = tupleHash(socket.local, socket.peer);
			// A connection reset by the local side is reported without its peer.
			if (hash === null) return;
			const tupleMatches = listOf(namespace.byTuple.get(hash)).filter(
				({row, facts}) => !facts.kernelOnly && kindMatches(row.kind, socket) && isSameTuple(row, socket),
			);
			const entry = tupleMatches.find(
				({row, facts, missedSnapshots, cookieConfirmed}) =>
					facts.closed &&
					!cookieConfirmed &&
					!row.kernel?.final &&
					missedSnapshots < limits.missedSnapshots &&
					row.openedAt <= at,
			);
			if (entry !== undefined) {
				applyDestroyed(entry, socket, 'tuple', at);
				return;
			}

			const {local} = socket;
			const hasListener =
				local !== null && 'port' in local && namespace.listeners.get(local.port) !== undefined;
			destroyed.add(namespace.netns, {socket, at, rowId: null}, hasListener || tupleMatches.length > 0);
		},
		rowClosed(entry) {
			const {row, indexKeys: keys, cookieConfirmed} = entry;
			if (row.kernel?.final || cookieConfirmed || keys.tuple === null) return;
			const taken = destroyed.take(row);
			if (taken === undefined) return;
			if (taken.rowId !== null) rows.recordReplacement(taken.rowId, entry);
			applyDestroyed(entry, taken.socket, 'tuple', taken.at);
		},
		get dropped() {
			return destroyed.dropped;
		},
	};
}
