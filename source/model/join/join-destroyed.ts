/**
 * Lays the ends of sockets, which the kernel tells with their last counters, over the rows: by cookie, and where no
 * look has seen the socket alive, by tuple and time.
 */

import {isSameTuple, tupleHash} from '../../domain/address.ts';
import type {JoinedBy, KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Space} from '../table/entry.ts';
import {type Entry, isCounted} from '../table/entry.ts';
import {close} from '../table/lifecycle.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import {createEndedSockets} from './destroyed-sockets.ts';
import {suits} from './match-row.ts';
import {seeEnd} from './merge-kernel-view.ts';

export type JoinEnds = {
	/** @param at when it was told */
	socketEnded(space: Space, socket: KernelSocket, at: number): void;
	/** A process has told the end of a row: the kernel may have told it before. */
	rowClosed(entry: Entry): void;
	/** Ends that could not be kept until their rows were known. */
	readonly dropped: number;
};

export function createJoinEnds(rows: Rows, limits: Limits): JoinEnds {
	const ended = createEndedSockets();

	function end(entry: Entry, socket: KernelSocket, by: JoinedBy, at: number): void {
		const {row, facts} = entry;
		if (facts.kernelOnly && !isCounted(entry)) {
			rows.remove(entry);
			return;
		}

		if (facts.kernelOnly && !facts.closed) {
			close(entry, at);
			rows.retire(entry);
		}

		seeEnd(entry, socket, row.joinedBy ?? by, at);
		rows.touch(entry);
	}

	return {
		socketEnded(space, socket, at) {
			const {cookie} = socket;
			space.endsToldAt = Math.max(space.endsToldAt, at);
			const known = cookie === null ? [] : listOf(space.byCookie.get(cookie));
			if (known.length > 0) {
				for (const entry of [...known]) {
					if (entry.row.kernel?.final) continue;
					// It waited for accept: its process may yet tell that it had it for a moment.
					const {row, facts} = entry;
					if (facts.kernelOnly && row.listener !== null)
						ended.keep(space.netns, {socket, at, row: row.id}, true);
					end(entry, socket, 'cookie', at);
				}

				return;
			}

			const hash = tupleHash(socket.local, socket.peer);
			// A connection that was reset from here is told without its peer.
			if (hash === null) return;
			const likely = listOf(space.byTuple.get(hash)).filter(
				({row, facts}) => !facts.kernelOnly && suits(row.kind, socket) && isSameTuple(row, socket),
			);
			const entry = likely.find(
				({row, facts, misses, cookieIsSure}) =>
					facts.closed && !cookieIsSure && !row.kernel?.final && misses < limits.misses && row.openedAt <= at,
			);
			if (entry !== undefined) {
				end(entry, socket, 'tuple', at);
				return;
			}

			const {local} = socket;
			const isServed = local !== null && 'port' in local && space.listeners.get(local.port) !== undefined;
			ended.keep(space.netns, {socket, at, row: null}, isServed || likely.length > 0);
		},
		rowClosed(entry) {
			const {row, keys, cookieIsSure} = entry;
			if (row.kernel?.final || cookieIsSure || keys.tuple === null) return;
			const known = ended.take(row);
			if (known === undefined) return;
			if (known.row !== null) rows.inherit(known.row, entry);
			end(entry, known.socket, 'tuple', known.at);
		},
		get dropped() {
			return ended.dropped;
		},
	};
}
