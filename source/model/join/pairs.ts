/**
 * Finds the two ends of one connection: rows of one network namespace whose addresses mirror each other, whoever has
 * them, and which were there at the same time. What was found stays as long as both rows are in the table, since a
 * closed end still explains what the other one sees.
 */

import {isSameTuple, pairHash} from '../../domain/address.ts';
import type {KernelSocket, KernelState, Row} from '../../domain/row.ts';
import {createMultiMap, isList, type MultiMap} from '../../shared/multi-map.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';

export type Pairs = {
	/**
	 * Unix sockets know each other by inode.
	 *
	 * @param sockets of one look, by inode; null where two claim to have it
	 * @param rowsWith the rows that have the socket with an inode
	 */
	meetUnix(
		sockets: ReadonlyMap<number, KernelSocket | null>,
		rowsWith: (inode: number) => readonly Entry[],
	): void;
	/** A row is about to leave the table. */
	leaves(entry: Entry): void;
};

/**
 * A server's JavaScript may see a connection only after its client has given up: it waited in the accept queue. A
 * closed client that nobody has claimed is taken for its other end up to this time later; closed rows are kept as long.
 */
const lateAcceptMs = 10_000;

/** @param rows tells of rows that change */
export function createPairs(rows: Rows): Pairs {
	const spaces = new Map<string, MultiMap<number, Entry>>();

	function take(entry: Entry): void {
		const {mirror} = entry;
		if (mirror.among === null) return;
		mirror.among.delete(mirror.hash, entry);
		if (mirror.among.size === 0 && mirror.netns !== null) spaces.delete(mirror.netns);
		mirror.among = null;
	}

	function put(entry: Entry): void {
		const {mirror, row} = entry;
		const {netns, local, peer} = row;
		take(entry);
		mirror.netns = netns;
		mirror.local = local;
		mirror.peer = peer;
		if (row.role === 'listener' || row.kind === 'unix' || netns === null) return;
		const hash = pairHash(local, peer);
		if (hash === null) return;
		let among = spaces.get(netns);
		if (among === undefined) {
			among = createMultiMap();
			spaces.set(netns, among);
		}

		mirror.among = among;
		mirror.hash = hash;
		among.add(hash, entry);
	}

	function pairOf({row}: Entry): Entry | null {
		return row.pair === null ? null : (rows.find(row.pair) ?? null);
	}

	/** @returns the other end that it had */
	function part(entry: Entry): Entry | null {
		const other = pairOf(entry);
		entry.row.pair = null;
		if (other !== null) other.row.pair = null;
		return other;
	}

	function join(entry: Entry, other: Entry): void {
		const left = [part(entry), part(other)];
		entry.row.pair = other.row.id;
		other.row.pair = entry.row.id;
		rows.touch(other);
		rows.touch(entry);
		// Who has lost its other end looks for another one.
		for (const lonely of left) if (lonely !== null) rows.touch(lonely);
	}

	/** Whether it may have this other end: of several rows of one socket the youngest has. */
	function isFree(other: Entry, entry: Entry): boolean {
		if (other.row.pair === null) return mayMeet(entry, other);
		const its = pairOf(other);
		return its !== null && meets(entry, other) && began(entry) > began(its);
	}

	function update(entry: Entry): void {
		const {mirror, row} = entry;
		if (row.local !== mirror.local || row.peer !== mirror.peer || row.netns !== mirror.netns) {
			const isOther = row.netns !== mirror.netns || !isSameTuple(row, mirror);
			put(entry);
			// The socket has become another one: what it had was that one's.
			if (isOther && row.kind !== 'unix') {
				const lonely = part(entry);
				if (lonely !== null) rows.touch(lonely);
			}
		}

		if (mirror.among === null || row.pair !== null) return;
		const held = mirror.among.get(mirror.hash);
		if (held === undefined || !isList(held)) return;
		let found: Entry | null = null;
		for (const other of held) {
			if (other === entry || !isMirror(row, other.row) || !isFree(other, entry)) continue;
			if (found === null || began(other) > began(found)) found = other;
		}

		if (found !== null) join(entry, found);
	}

	rows.onTouched(update);

	return {
		meetUnix(sockets, rowsWith) {
			for (const [inode, socket] of sockets) {
				const peerInode = socket?.peerInode ?? null;
				// A path can forge whose other end this is, but not for the other end. Each pair comes twice.
				if (peerInode === null || peerInode <= inode || sockets.get(peerInode)?.peerInode !== inode) continue;
				const entry = rowsWith(inode).find(isLonelyUnix);
				const other = rowsWith(peerInode).find(isLonelyUnix);
				if (entry !== undefined && other !== undefined) join(entry, other);
			}
		},
		leaves(entry) {
			take(entry);
			const other = pairOf(entry);
			// Of two closed rows the one that stays longer says which the other was.
			if (other === null || other.row.closedAt !== null) return;
			part(entry);
			rows.touch(other);
		},
	};
}

const isLonelyUnix = ({row}: Entry): boolean => row.kind === 'unix' && row.pair === null;

const isMirror = (one: Row, other: Row): boolean =>
	(one.kind === 'udp') === (other.kind === 'udp') && isSameTuple(one, {local: other.peer, peer: other.local});

/** Of a client, its connection; of a row that the kernel alone knows, the look that has shown it. */
const began = ({row, attemptAt}: Entry): number => attemptAt ?? row.openedAt;

/** While the kernel goes on with a closed socket its addresses are nobody else's; but TIME-WAIT may give them up. */
const held: ReadonlySet<KernelState | null> = new Set<KernelState>([
	'FIN-WAIT-1',
	'FIN-WAIT-2',
	'CLOSING',
	'LAST-ACK',
]);

const over = ({row, facts}: Entry): number =>
	row.closedAt === null || held.has(facts.kernelState) ? Number.POSITIVE_INFINITY : row.closedAt;

/** Whether both were there at one time. */
const meets = (one: Entry, other: Entry): boolean => began(one) <= over(other) && began(other) <= over(one);

const mayMeet = (one: Entry, other: Entry): boolean =>
	meets(one, other) || acceptsLate(one, other) || acceptsLate(other, one);

const acceptsLate = (server: Entry, client: Entry): boolean => {
	if (server.row.role !== 'server' || client.row.role !== 'client' || !client.facts.connected) return false;
	return began(client) <= began(server) && began(server) - over(client) <= lateAcceptMs;
};
