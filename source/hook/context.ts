import type {Channel} from './channel.ts';
import {Dense, type Tracked, type TrackedServer} from './tracked.ts';

/** What the observers of one thread share. */
export type Context = {
	readonly channel: Channel;
	/** Sockets with a handle that were announced. */
	readonly live: Dense<Tracked>;
	/** Sockets that are looked at each tick: new ones, and those whose connection has not been told yet. */
	readonly fresh: Tracked[];
	/** Sockets without a handle, held weakly. */
	readonly created: Dense<Tracked>;
	readonly servers: Dense<TrackedServer>;
	/** Counts the hook's own ticks: the unit of "at most once a tick". */
	tick: number;
	/** Names of accepted sockets' peers that may still be asked for at once in this tick. */
	namesLeft: number;
	nextId(): number;
};

export const namesATick = 25;

export function createContext(channel: Channel): Context {
	let lastId = 0;
	return {
		channel,
		live: new Dense(),
		fresh: [],
		created: new Dense(),
		servers: new Dense(),
		tick: 0,
		namesLeft: namesATick,
		nextId: () => ++lastId,
	};
}
