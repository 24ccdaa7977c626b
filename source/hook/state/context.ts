import type {Channel} from './channel.ts';
import {DenseList, type Tracked, type TrackedServer} from './tracked.ts';
import type {TrackedUdp} from './tracked-udp.ts';

/** What the observers of one thread share. */
export type Context = {
	readonly channel: Channel;
	/** Sockets with a handle that were announced. */
	readonly live: DenseList<Tracked>;
	/** Sockets that are looked at each tick: new ones, and those whose connection has not been told yet. */
	readonly fresh: Tracked[];
	/** Sockets without a handle, held weakly. */
	readonly handleless: DenseList<Tracked>;
	/** Sockets of HTTP servers whose answer has not left yet. */
	readonly pendingResponses: Tracked[];
	/** Those of them that had not left at the tick after their request. */
	readonly slowResponses: Tracked[];
	readonly servers: DenseList<TrackedServer>;
	readonly udp: DenseList<TrackedUdp>;
	/** Counts the hook's own ticks: the unit of "at most once a tick". */
	tick: number;
	/** How many accepted sockets may still be asked for the name of their peer in this tick: at once, and at all. */
	peerNameBudget: number;
	shortConnectionNameBudget: number;
	nextId(): number;
};

/** Ticks between two samples of a socket, a server or what waits: four a second. */
export const sampleEveryTicks = 5;
/**
 * A client that is gone at once takes its name along, and without it nobody finds the kernel's last counters of such a
 * connection: of so many a tick it is asked when they are accepted. A name costs about 0.6 µs, accepting a hundred times
 * that; a busy event loop has its ticks late, and this is more than it accepts in half a second.
 */
export const peerNamesPerTick = 5000;
/** Of connections that end before the tick: the local name where the listener has several, and what was not asked before. */
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
		peerNameBudget: peerNamesPerTick,
		shortConnectionNameBudget: shortConnectionNamesPerTick,
		nextId: () => ++lastId,
	};
}
