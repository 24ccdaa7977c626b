/**
 * Pairs the two ends of one connection: rows of one network namespace with mirrored addresses, in any
 * processes, whose lifetimes overlap. A pair stays as long as both rows are in the table, since a closed end
 * still explains the other one.
 */

import {isSameTuple, pairHash} from '../../domain/address.ts';
import type {KernelSocket, KernelState, Row} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import {createMultiMap, isList, type MultiMap} from '../../shared/multi-map.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';

export type Pairs = {
	/**
	 * Pairs unix sockets by inode.
	 *
	 * @param sockets of one snapshot, by inode; null where two claim the same
	 * @param rowsWith returns the rows of an inode's socket
	 */
	pairUnix(
		sockets: ReadonlyMap<number, KernelSocket | null>,
		rowsWith: (inode: number) => readonly Entry[],
	): void;
	/** Called before a row leaves the table. */
	entryRemoved(entry: Entry): void;
};

/**
 * A server's JavaScript may see a connection only after its client has closed, when the connection waited in
 * the accept queue. Up to this much later, an unpaired closed client is matched as its other end; closed rows
 * are kept as long.
 */
const lateAcceptMs = 10_000;

/** @param rows reports changed rows */
export function createPairs(rows: Rows): Pairs {
	const namespaces = new Map<string, MultiMap<number, Entry>>();

	function unindex(entry: Entry): void {
		const {pairKeys} = entry;
		if (pairKeys.bucket === null) return;
		pairKeys.bucket.delete(pairKeys.hash, entry);
		if (pairKeys.bucket.size === 0 && pairKeys.netns !== null) namespaces.delete(pairKeys.netns);
		pairKeys.bucket = null;
	}

	function reindex(entry: Entry): void {
		const {pairKeys, row} = entry;
		const {netns, local, peer} = row;
		unindex(entry);
		pairKeys.netns = netns;
		pairKeys.local = local;
		pairKeys.peer = peer;
		if (row.role === 'listener' || row.kind === 'unix' || netns === null) return;
		const hash = pairHash(local, peer);
		if (hash === null) return;
		pairKeys.bucket = getOrCreate(namespaces, netns, () => createMultiMap());
		pairKeys.hash = hash;
		pairKeys.bucket.add(hash, entry);
	}

	function pairOf({row}: Entry): Entry | null {
		return row.pair === null ? null : (rows.find(row.pair) ?? null);
	}

	/** @returns the former other end */
	function unpair(entry: Entry): Entry | null {
		const other = pairOf(entry);
		entry.row.pair = null;
		if (other !== null) other.row.pair = null;
		return other;
	}

	function pair(entry: Entry, other: Entry): void {
		const formerPeers = [unpair(entry), unpair(other)];
		entry.row.pair = other.row.id;
		other.row.pair = entry.row.id;
		rows.touch(other);
		rows.touch(entry);
		// A row that has lost its other end is matched again.
		for (const unpaired of formerPeers) if (unpaired !== null) rows.touch(unpaired);
	}

	/** Decides whether a row may be an entry's other end: of several rows of one socket, the youngest. */
	function canPairWith(other: Entry, entry: Entry): boolean {
		if (other.row.pair === null) return canBePair(entry, other);
		const currentPair = pairOf(other);
		return currentPair !== null && overlaps(entry, other) && beganAt(entry) > beganAt(currentPair);
	}

	function update(entry: Entry): void {
		const {pairKeys, row} = entry;
		if (row.local !== pairKeys.local || row.peer !== pairKeys.peer || row.netns !== pairKeys.netns) {
			const isDifferentTuple = row.netns !== pairKeys.netns || !isSameTuple(row, pairKeys);
			reindex(entry);
			// The row has a new socket: the former pair belonged to the old one.
			if (isDifferentTuple && row.kind !== 'unix') {
				const unpaired = unpair(entry);
				if (unpaired !== null) rows.touch(unpaired);
			}
		}

		if (pairKeys.bucket === null || row.pair !== null) return;
		const candidates = pairKeys.bucket.get(pairKeys.hash);
		if (candidates === undefined || !isList(candidates)) return;
		let youngest: Entry | null = null;
		for (const other of candidates) {
			if (other === entry || !isMirror(row, other.row) || !canPairWith(other, entry)) continue;
			if (youngest === null || beganAt(other) > beganAt(youngest)) youngest = other;
		}

		if (youngest !== null) pair(entry, youngest);
	}

	rows.onTouch(update);

	return {
		pairUnix(sockets, rowsWith) {
			for (const [inode, socket] of sockets) {
				const peerInode = socket?.peerInode ?? null;
				// A forged path can claim a peer, but the peer does not claim it back. Each pair comes twice.
				if (peerInode === null || peerInode <= inode || sockets.get(peerInode)?.peerInode !== inode) continue;
				const entry = rowsWith(inode).find(isUnpairedUnix);
				const other = rowsWith(peerInode).find(isUnpairedUnix);
				if (entry !== undefined && other !== undefined) pair(entry, other);
			}
		},
		entryRemoved(entry) {
			unindex(entry);
			const other = pairOf(entry);
			// Once both are closed, the row that stays longer keeps the id of its removed pair.
			if (other === null || other.row.closedAt !== null) return;
			unpair(entry);
			rows.touch(other);
		},
	};
}

const isUnpairedUnix = ({row}: Entry): boolean => row.kind === 'unix' && row.pair === null;

const isMirror = (one: Row, other: Row): boolean =>
	(one.kind === 'udp') === (other.kind === 'udp') && isSameTuple(one, {local: other.peer, peer: other.local});

/** Start of a row's lifetime: a client's attempt; for a kernel-only row, the first snapshot with it. */
const beganAt = ({row, attemptAt}: Entry): number => attemptAt ?? row.openedAt;

/** States in which a closed socket keeps its addresses from reuse; TIME-WAIT may give them up. */
const addressHeldStates: ReadonlySet<KernelState | null> = new Set<KernelState>([
	'FIN-WAIT-1',
	'FIN-WAIT-2',
	'CLOSING',
	'LAST-ACK',
]);

const endsAt = ({row, facts}: Entry): number =>
	row.closedAt === null || addressHeldStates.has(facts.kernelState) ? Number.POSITIVE_INFINITY : row.closedAt;

/** The lifetimes overlap in at least one moment. */
const overlaps = (one: Entry, other: Entry): boolean =>
	beganAt(one) <= endsAt(other) && beganAt(other) <= endsAt(one);

const canBePair = (one: Entry, other: Entry): boolean =>
	overlaps(one, other) || acceptsLate(one, other) || acceptsLate(other, one);

const acceptsLate = (server: Entry, client: Entry): boolean => {
	if (server.row.role !== 'server' || client.row.role !== 'client' || !client.facts.connected) return false;
	return beganAt(client) <= beganAt(server) && beganAt(server) - endsAt(client) <= lateAcceptMs;
};
