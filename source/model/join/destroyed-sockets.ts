/**
 * Sockets whose end the kernel has told before their process did: kept for a moment, because the last counters of a
 * short connection are to be had nowhere else.
 */
import {netnsTupleKey} from '../../domain/address.ts';
import type {KernelSocket, Row} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';

export type DestroyedSocket = {
	socket: KernelSocket;
	/** When its end was told, in ms since the epoch. */
	at: number;
	/** The row that showed it as long as only the kernel knew it; null where there was none. */
	rowId: string | null;
};

export type DestroyedSockets = {
	/** How many found no place. */
	readonly dropped: number;
	/** @param likely A watched process probably had it: such sockets have more places. */
	add(netns: string, ended: DestroyedSocket, likely: boolean): void;
	/** The first socket that ended with the tuple of a row, since the row was opened. It is taken out. */
	take(row: Row): DestroyedSocket | undefined;
};

/** A socket is kept for this time to twice of it. */
const generationMs = 1000;
/** In this time, of sockets that are likely to be asked for, and of others. */
const maxLikely = 12_288;
const maxOthers = 2048;
/** A look's parts come a moment after what they tell. */
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
				const known = byTuple.get(key) ?? [];
				const index = known.findIndex(({at}) => at + reportSkewMs >= row.openedAt);
				const [found] = index === -1 ? [] : known.splice(index, 1);
				if (known.length === 0) byTuple.delete(key);
				if (found !== undefined) return found;
			}

			return undefined;
		},
	};
}

const createGeneration = (since: number): Generation => ({since, likely: 0, others: 0, byTuple: new Map()});
