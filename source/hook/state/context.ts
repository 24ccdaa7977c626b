import type {Channel} from './channel.ts';
import {Dense, type Tracked, type TrackedServer} from './tracked.ts';
import type {TrackedUdp} from './tracked-udp.ts';

/** What the observers of one thread share. */
export type Context = {
	readonly channel: Channel;
	/** Sockets with a handle that were announced. */
	readonly live: Dense<Tracked>;
	/** Sockets that are looked at each tick: new ones, and those whose connection has not been told yet. */
	readonly fresh: Tracked[];
	/** Sockets without a handle, held weakly. */
	readonly created: Dense<Tracked>;
	/** Sockets of HTTP servers whose answer has not left yet. */
	readonly answering: Tracked[];
	/** Those of them that had not left at the tick after their request. */
	readonly slowAnswers: Tracked[];
	readonly servers: Dense<TrackedServer>;
	readonly udp: Dense<TrackedUdp>;
	/** Counts the hook's own ticks: the unit of "at most once a tick". */
	tick: number;
	/** How many accepted sockets may still be asked for the name of their peer in this tick: at once, and at all. */
	namesLeft: number;
	briefNamesLeft: number;
	nextId(): number;
};

/** Ticks between two samples of a socket, a server or what waits: four a second. */
export const sampleEvery = 5;
/**
 * A client that is gone at once takes its name along, and without it nobody finds the kernel's last counters of such a
 * connection: of so many a tick it is asked when they are accepted. A name costs about 0.6 µs, accepting a hundred times
 * that; a busy event loop has its ticks late, and this is more than it accepts in half a second.
 */
export const namesATick = 5000;
/** Of connections that end before the tick: the local name where the listener has several, and what was not asked before. */
export const briefNamesATick = 100;

export function createContext(channel: Channel): Context {
	let lastId = 0;
	return {
		channel,
		live: new Dense(),
		fresh: [],
		answering: [],
		slowAnswers: [],
		created: new Dense(),
		servers: new Dense(),
		udp: new Dense(),
		tick: 0,
		namesLeft: namesATick,
		briefNamesLeft: briefNamesATick,
		nextId: () => ++lastId,
	};
}
