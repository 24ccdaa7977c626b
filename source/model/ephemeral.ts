/**
 * How many local ports each pair of a local address and a destination has in use: a pair has the whole ephemeral range
 * for itself, and connect() fails with EADDRNOTAVAIL where it is used up. Counted as the parts of a look pass, of those
 * destinations alone that watched clients have.
 */
import type {KernelPart, LookKind} from './kernel-types.ts';
import {plainAddress} from './tuple.ts';
import type {Address, KernelCounters} from './types.ts';
import type {EphemeralUse} from './view.ts';

/** The ephemeral range, both ends included. */
export type EphemeralRange = {low: number; high: number};

type Pair = {local: string; peer: string; peerPort: number; used: number};

/** One look's counts, by pair. */
type Counts = {at: number; pairs: Map<string, Pair>};

/** The looks that show connections. */
type CountedLook = 'table' | 'time-wait';

export type EphemeralCount = {
	/** A watched client has this peer: its ports are counted from now on. */
	want(peer: Address | null): void;
	/** What was wanted is no more: the peers of all clients are to be named again. */
	forget(): void;
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

const destinationsWanted = 4096;
const pairsCounted = 4096;
/** A socket is in TIME-WAIT for a minute: nobody asks for them any longer where the last look is older than this. */
const timeWaitKeptMs = 15_000;

export function createEphemeralCount(): EphemeralCount {
	/** Addresses by port: the port tells most sockets apart. */
	const wanted = new Map<number, Set<string>>();
	let wantedSize = 0;
	const looks: {[Look in CountedLook]: {begun: Counts; whole: Counts}} = {
		table: {begun: noCounts, whole: noCounts},
		'time-wait': {begun: noCounts, whole: noCounts},
	};

	return {
		want(peer) {
			if (peer === null || 'path' in peer || wantedSize >= destinationsWanted) return;
			const address = plainAddress(peer.address);
			const addresses = wanted.get(peer.port);
			if (addresses?.has(address)) return;
			wantedSize++;
			if (addresses === undefined) wanted.set(peer.port, new Set([address]));
			else addresses.add(address);
		},
		forget() {
			wanted.clear();
			wantedSize = 0;
		},
		part({look, at, sockets}, range) {
			if (!isCounted(look)) return;
			const of = looks[look];
			if (of.begun.at !== at) of.begun = {at, pairs: new Map()};
			if (wantedSize === 0) return;
			for (const socket of sockets) {
				if (socket.kind !== 'tcp') continue;
				const {peer} = socket;
				if (peer === null || 'path' in peer) continue;
				const addresses = wanted.get(peer.port);
				if (addresses === undefined) continue;
				const {local} = socket;
				if (local === null || 'path' in local) continue;
				if (local.port < range.low || local.port > range.high) continue;
				const address = plainAddress(peer.address);
				if (addresses.has(address)) count(of.begun.pairs, local.address, address, peer.port);
			}
		},
		end(look, at) {
			if (!isCounted(look)) return;
			const of = looks[look];
			of.whole = of.begun.at === at ? of.begun : {at, pairs: new Map()};
			of.begun = noCounts;
		},
		worst({low, high}, at) {
			const live = looks.table.whole.pairs;
			const {whole} = looks['time-wait'];
			const waiting = at - whole.at > timeWaitKeptMs ? noCounts.pairs : whole.pairs;
			let worst: Pair | null = null;
			let most = 0;
			for (const [key, pair] of [...live, ...waiting]) {
				const used = (live.get(key)?.used ?? 0) + (waiting.get(key)?.used ?? 0);
				if (used > most) [worst, most] = [pair, used];
			}

			if (worst === null) return null;
			const {local, peer, peerPort} = worst;
			const range = high - low + 1;
			// A connection that ended between the two looks is in both.
			return {local, peer, peerPort, used: Math.min(most, range), range};
		},
	};
}

const noCounts: Counts = {at: -1, pairs: new Map()};

const isCounted = (look: LookKind): look is CountedLook => look === 'table' || look === 'time-wait';

function count(pairs: Map<string, Pair>, localAddress: string, peer: string, peerPort: number): void {
	const local = plainAddress(localAddress);
	const key = `${local} ${peer} ${peerPort}`;
	const pair = pairs.get(key);
	if (pair !== undefined) pair.used++;
	else if (pairs.size < pairsCounted) pairs.set(key, {local, peer, peerPort, used: 1});
}
