/**
 * The local ports in use for each pair of local address and destination: each pair has the whole ephemeral
 * range, and connect() fails with EADDRNOTAVAIL where it is used up. Counted as the parts of a snapshot pass,
 * for destinations of watched clients only.
 */

import {normalizeAddress} from '../../domain/address.ts';
import type {SnapshotKind, SnapshotPart} from '../../domain/kernel.ts';
import type {Address, KernelCounters} from '../../domain/row.ts';
import type {EphemeralUse} from '../../domain/view/namespace.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';

/** The ephemeral range, both ends included. */
export type EphemeralRange = {low: number; high: number};

export type EphemeralCount = {
	/** A watched client has this peer: counting of its ports begins. */
	trackPeer(peer: Address | null): void;
	/** A round over all clients has ended: peers not tracked in it are dropped. */
	rotate(): void;
	/** Counts the sockets of a part of a `table` or `time-wait` snapshot. */
	addPart(part: SnapshotPart, range: EphemeralRange): void;
	/** The snapshot that began at this time has ended. */
	endSnapshot(kind: SnapshotKind, at: number): void;
	/**
	 * The pair with the most ports in use; null where there is none.
	 *
	 * @param at of the newest snapshot
	 */
	busiest(range: EphemeralRange, at: number): EphemeralUse | null;
};

/** @returns null where the kernel's range is unknown */
export const rangeOf = ({ephemeralLow, ephemeralHigh}: KernelCounters): EphemeralRange | null =>
	ephemeralLow === null || ephemeralHigh === null || ephemeralHigh < ephemeralLow
		? null
		: {low: ephemeralLow, high: ephemeralHigh};

/** TIME-WAIT lasts a minute, but polling for it has stopped where the last snapshot is older than this. */
const timeWaitMaxAgeMs = 15_000;

export function createEphemeralCount(): EphemeralCount {
	let tracked = createDestinations();
	let nextTracked = createDestinations();
	const snapshots: {[Look in CountedSnapshot]: {begun: Counts; whole: Counts}} = {
		table: {begun: createCounts(-1), whole: createCounts(-1)},
		'time-wait': {begun: createCounts(-1), whole: createCounts(-1)},
	};

	return {
		trackPeer(peer) {
			if (peer === null || 'path' in peer) return;
			const address = normalizeAddress(peer.address);
			tracked.add(peer.port, address);
			nextTracked.add(peer.port, address);
		},
		rotate() {
			tracked = nextTracked;
			nextTracked = createDestinations();
		},
		addPart({kind, at, sockets}, range) {
			if (!isCountedSnapshot(kind)) return;
			const counts = snapshots[kind];
			if (counts.begun.at !== at) counts.begun = createCounts(at);
			if (tracked.size === 0) return;
			for (const socket of sockets) {
				if (socket.kind !== 'tcp') continue;
				const {peer} = socket;
				if (peer === null || 'path' in peer) continue;
				const addresses = tracked.at(peer.port);
				if (addresses === undefined) continue;
				const {local} = socket;
				if (local === null || 'path' in local) continue;
				if (local.port < range.low || local.port > range.high) continue;
				const address = normalizeAddress(peer.address);
				if (addresses.has(address)) counts.begun.add(normalizeAddress(local.address), address, peer.port);
			}
		},
		endSnapshot(kind, at) {
			if (!isCountedSnapshot(kind)) return;
			const counts = snapshots[kind];
			counts.whole = counts.begun.at === at ? counts.begun : createCounts(at);
			counts.begun = createCounts(-1);
		},
		busiest({low, high}, at) {
			const tableCounts = snapshots.table.whole;
			const {whole} = snapshots['time-wait'];
			const timeWaitCounts = at - whole.at > timeWaitMaxAgeMs ? createCounts(-1) : whole;
			let busiest: Pair | null = null;
			let mostUsed = 0;
			for (const {pairs} of [tableCounts, timeWaitCounts]) {
				for (const pair of pairs) {
					const used = tableCounts.usedBy(pair) + timeWaitCounts.usedBy(pair);
					if (used <= mostUsed) continue;
					busiest = pair;
					mostUsed = used;
				}
			}

			if (busiest === null) return null;
			const {local, peer, peerPort} = busiest;
			const range = high - low + 1;
			// A connection that ended between the two snapshots is in both.
			return {local, peer, peerPort, used: Math.min(mostUsed, range), range};
		},
	};
}

/** The kinds of snapshot that show connections. */
type CountedSnapshot = 'table' | 'time-wait';

const isCountedSnapshot = (kind: SnapshotKind): kind is CountedSnapshot =>
	kind === 'table' || kind === 'time-wait';

const maxDestinations = 4096;

/** Addresses by port: the port alone distinguishes most sockets. */
function createDestinations() {
	const byPort = new Map<number, Set<string>>();
	let size = 0;
	return {
		get size() {
			return size;
		},
		at: (port: number): ReadonlySet<string> | undefined => byPort.get(port),
		add(port: number, address: string): void {
			if (byPort.get(port)?.has(address) || size >= maxDestinations) return;
			size++;
			getOrCreate(byPort, port, () => new Set()).add(address);
		},
	};
}

type Pair = {local: string; peer: string; peerPort: number; used: number};

/**
 * The counts of one snapshot.
 *
 * @param at when it began; -1 for none
 */
type Counts = {
	at: number;
	pairs: readonly Pair[];
	add(local: string, peer: string, peerPort: number): void;
	/** The ports in use for a pair. */
	usedBy(pair: Pair): number;
};

const maxPairs = 4096;

function createCounts(at: number): Counts {
	const pairs: Pair[] = [];
	// Nested maps: a combined key would have to be built for each socket.
	const byPort = new Map<number, Map<string, Map<string, Pair>>>();
	return {
		at,
		pairs,
		add(local, peer, peerPort) {
			const byPeer = getOrCreate(byPort, peerPort, () => new Map());
			const byLocal = getOrCreate(byPeer, peer, () => new Map());
			const pair = byLocal.get(local);
			if (pair !== undefined) {
				pair.used++;
			} else if (pairs.length < maxPairs) {
				const made = {local, peer, peerPort, used: 1};
				byLocal.set(local, made);
				pairs.push(made);
			}
		},
		usedBy: ({local, peer, peerPort}) => byPort.get(peerPort)?.get(peer)?.get(local)?.used ?? 0,
	};
}
