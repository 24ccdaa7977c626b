/**
 * How many local ports each pair of a local address and a destination has in use: a pair has the whole ephemeral range
 * for itself, and connect() fails with EADDRNOTAVAIL where it is used up. Counted as the parts of a look pass, of those
 * destinations alone that watched clients have.
 */

import {plainAddress} from '../../domain/address.ts';
import type {KernelPart, LookKind} from '../../domain/kernel.ts';
import type {Address, KernelCounters} from '../../domain/row.ts';
import type {EphemeralUse} from '../../domain/view/namespace.ts';

/** The ephemeral range, both ends included. */
export type EphemeralRange = {low: number; high: number};

export type EphemeralCount = {
	/** A watched client has this peer: its ports are counted from now on. */
	want(peer: Address | null): void;
	/** All clients have been named since this was said last: who was not is not counted any longer. */
	turn(): void;
	/** Counts the sockets of a part of a `table` or `time-wait` look. */
	part(part: KernelPart, range: EphemeralRange): void;
	/** All parts of the look that began at this time have come. */
	end(look: LookKind, at: number): void;
	/** The pair that has the most ports in use; null where there is none. @param at of the newest look */
	worst(range: EphemeralRange, at: number): EphemeralUse | null;
};

/** @returns null where the kernel did not tell the range */
export const rangeOf = ({ephemeralLow, ephemeralHigh}: KernelCounters): EphemeralRange | null =>
	ephemeralLow === null || ephemeralHigh === null || ephemeralHigh < ephemeralLow
		? null
		: {low: ephemeralLow, high: ephemeralHigh};

/** A socket is in TIME-WAIT for a minute: nobody asks for them any longer where the last look is older than this. */
const timeWaitKeptMs = 15_000;

export function createEphemeralCount(): EphemeralCount {
	let wanted = createDestinations();
	let next = createDestinations();
	const looks: {[Look in CountedLook]: {begun: Counts; whole: Counts}} = {
		table: {begun: createCounts(-1), whole: createCounts(-1)},
		'time-wait': {begun: createCounts(-1), whole: createCounts(-1)},
	};

	return {
		want(peer) {
			if (peer === null || 'path' in peer) return;
			const address = plainAddress(peer.address);
			wanted.add(peer.port, address);
			next.add(peer.port, address);
		},
		turn() {
			wanted = next;
			next = createDestinations();
		},
		part({look, at, sockets}, range) {
			if (!isCounted(look)) return;
			const of = looks[look];
			if (of.begun.at !== at) of.begun = createCounts(at);
			if (wanted.size === 0) return;
			for (const socket of sockets) {
				if (socket.kind !== 'tcp') continue;
				const {peer} = socket;
				if (peer === null || 'path' in peer) continue;
				const addresses = wanted.at(peer.port);
				if (addresses === undefined) continue;
				const {local} = socket;
				if (local === null || 'path' in local) continue;
				if (local.port < range.low || local.port > range.high) continue;
				const address = plainAddress(peer.address);
				if (addresses.has(address)) of.begun.add(plainAddress(local.address), address, peer.port);
			}
		},
		end(look, at) {
			if (!isCounted(look)) return;
			const of = looks[look];
			of.whole = of.begun.at === at ? of.begun : createCounts(at);
			of.begun = createCounts(-1);
		},
		worst({low, high}, at) {
			const live = looks.table.whole;
			const {whole} = looks['time-wait'];
			const waiting = at - whole.at > timeWaitKeptMs ? createCounts(-1) : whole;
			let worst: Pair | null = null;
			let most = 0;
			for (const {pairs} of [live, waiting]) {
				for (const pair of pairs) {
					const used = live.of(pair) + waiting.of(pair);
					if (used > most) [worst, most] = [pair, used];
				}
			}

			if (worst === null) return null;
			const {local, peer, peerPort} = worst;
			const range = high - low + 1;
			// A connection that ended between the two looks is in both.
			return {local, peer, peerPort, used: Math.min(most, range), range};
		},
	};
}

/** The looks that show connections. */
type CountedLook = 'table' | 'time-wait';

const isCounted = (look: LookKind): look is CountedLook => look === 'table' || look === 'time-wait';

const destinationsWanted = 4096;

/** Addresses by port: the port tells most sockets apart. */
function createDestinations() {
	const byPort = new Map<number, Set<string>>();
	let size = 0;
	return {
		get size() {
			return size;
		},
		at: (port: number): ReadonlySet<string> | undefined => byPort.get(port),
		add(port: number, address: string): void {
			const addresses = byPort.get(port);
			if (addresses?.has(address) || size >= destinationsWanted) return;
			size++;
			if (addresses === undefined) byPort.set(port, new Set([address]));
			else addresses.add(address);
		},
	};
}

type Pair = {local: string; peer: string; peerPort: number; used: number};

/** What one look has shown. @param at when it began; -1 for none */
type Counts = {
	at: number;
	pairs: readonly Pair[];
	add(local: string, peer: string, peerPort: number): void;
	/** How many it has of a pair. */
	of(pair: Pair): number;
};

const pairsCounted = 4096;

function createCounts(at: number): Counts {
	const pairs: Pair[] = [];
	// One after the other: a key of all three would have to be put together for each socket.
	const byPort = new Map<number, Map<string, Map<string, Pair>>>();
	return {
		at,
		pairs,
		add(local, peer, peerPort) {
			const byPeer = getOrAdd(byPort, peerPort);
			const byLocal = getOrAdd(byPeer, peer);
			const pair = byLocal.get(local);
			if (pair !== undefined) {
				pair.used++;
			} else if (pairs.length < pairsCounted) {
				const made = {local, peer, peerPort, used: 1};
				byLocal.set(local, made);
				pairs.push(made);
			}
		},
		of: ({local, peer, peerPort}) => byPort.get(peerPort)?.get(peer)?.get(local)?.used ?? 0,
	};
}

function getOrAdd<Key, Inner, Value>(map: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
	let found = map.get(key);
	if (found === undefined) {
		found = new Map();
		map.set(key, found);
	}

	return found;
}
