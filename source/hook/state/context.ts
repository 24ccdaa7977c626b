import type {Channel} from './channel.ts';
import {DenseList, type Tracked, type TrackedServer} from './tracked.ts';
import type {TrackedUdp} from './tracked-udp.ts';

/** The state that the observers of one thread share. */
export type Context = {
	readonly channel: Channel;
	/** Sockets with a handle that were announced. */
	readonly live: DenseList<Tracked>;
	/** Sockets checked each tick: new ones, and those whose connection has not been reported yet. */
	readonly fresh: Tracked[];
	/** Sockets without a handle, held weakly. */
	readonly handleless: DenseList<Tracked>;
	/** Sockets of HTTP servers whose response has not been sent yet. */
	readonly pendingResponses: Tracked[];
	/** Those whose response was still pending at the tick after their request. */
	readonly slowResponses: Tracked[];
	readonly servers: DenseList<TrackedServer>;
	readonly udp: DenseList<TrackedUdp>;
	/** Counts the hook's own ticks: the unit of "at most once a tick". */
	tick: number;
	/**
	 * Accepted sockets whose peer name may still be read in this tick: at accept, and at the close of a short
	 * connection.
	 */
	peerNameBudget: number;
	shortConnectionNameBudget: number;
	/** A lookup is long under way, as of this tick: see lifecycle/pool.ts. */
	lookupWaits: boolean;
	nextId(): number;
};

/** Ticks between two samples of a socket, a server or a UDP queue: four a second. */
export const sampleEveryTicks = 5;
/**
 * A client that resets at once takes its peer name along, and without the name the kernel's last counters of
 * that connection match no row: so many names a tick are read at accept. A name costs about 0.6 µs, an accept
 * a hundred times that; a busy event loop runs its ticks late, and this is more than it accepts in half a
 * second.
 */
export const peerNamesPerTick = 5000;
/**
 * Budget for connections that end before the tick: the local name where the listener has several, and a peer
 * name not read at accept.
 */
export const shortConnectionNamesPerTick = 100;

export function createContext(channel: Channel): Context {
	let lastId = 0;
	return {
		channel,
		live: new DenseList(),
		fresh: [],
		pendingResponses: [],
		slowResponses: [],
		handleless: new DenseList(),
		servers: new DenseList(),
		udp: new DenseList(),
		tick: 0,
		lookupWaits: false,
		peerNameBudget: peerNamesPerTick,
		shortConnectionNameBudget: shortConnectionNamesPerTick,
		nextId: () => ++lastId,
	};
}
