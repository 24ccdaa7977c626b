/**
 * Destroyed sockets that the kernel reported before their process did: kept for a moment, because nothing
 * else has the last counters of a short connection.
 */
import {netnsTupleKey} from '../../domain/address.ts';
import type {KernelSocket, Row} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';

export type DestroyedSocket = {
	socket: KernelSocket;
	/** When the kernel reported it, in ms since the epoch. */
	at: number;
	/** The kernel-only row of the socket; null where there was none. */
	rowId: string | null;
};

export type DestroyedSockets = {
	/** Destroyed sockets that did not fit. */
	readonly dropped: number;
	/** @param likely the socket probably belonged to a watched process: these have a larger limit */
	add(netns: string, ended: DestroyedSocket, likely: boolean): void;
	/** Removes and returns the first destroyed socket with a row's tuple since the row was opened. */
	take(row: Row): DestroyedSocket | undefined;
};

/** A socket is kept for between one and two generations. */
const generationMs = 1000;
/** Limits for one generation: sockets that are likely to be taken, and all others. */
const maxLikely = 12_288;
const maxOthers = 2048;
/** Delay between a destroy event and the parts of its snapshot. */
const reportSkewMs = 5;

type Generation = {since: number; likely: number; others: number; byTuple: Map<string, DestroyedSocket[]>};

export function createDestroyedSockets(): DestroyedSockets {
	let newest = createGeneration(0);
	let older = createGeneration(0);
	let dropped = 0;

	function rotate(at: number): void {
		if (at - newest.since < generationMs) return;
		older = at - newest.since < 2 * generationMs ? newest : createGeneration(at);
		newest = createGeneration(at);
	}

	return {
		get dropped() {
			return dropped;
		},
		add(netns, destroyed, likely) {
			const {socket} = destroyed;
			rotate(destroyed.at);
			const key = netnsTupleKey(netns, socket.local, socket.peer);
			if (key === null) return;
			const kind = likely ? 'likely' : 'others';
			if (newest[kind] >= (likely ? maxLikely : maxOthers)) {
				dropped++;
				return;
			}

			newest[kind]++;
			getOrCreate(newest.byTuple, key, () => []).push(destroyed);
		},
		take(row) {
			if (newest.byTuple.size === 0 && older.byTuple.size === 0) return undefined;
			const key = netnsTupleKey(row.netns, row.local, row.peer);
			if (key === null) return undefined;
			for (const {byTuple} of [older, newest]) {
				const candidates = byTuple.get(key) ?? [];
				const index = candidates.findIndex(({at}) => at + reportSkewMs >= row.openedAt);
				const [taken] = index === -1 ? [] : candidates.splice(index, 1);
				if (candidates.length === 0) byTuple.delete(key);
				if (taken !== undefined) return taken;
			}

			return undefined;
		},
	};
}

const createGeneration = (since: number): Generation => ({since, likely: 0, others: 0, byTuple: new Map()});
