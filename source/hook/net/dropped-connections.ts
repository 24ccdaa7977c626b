/**
 * Connections that a server drops at its limit (`maxConnections`). Node emits 'drop' with the addresses of
 * the connection, but a read of `emit` does not reveal which event follows. Just before, and nowhere else,
 * Node reads the name of a handle that has no owner: `getsockname` of the handles becomes an accessor that
 * notes the reading handle. Installed only in a process with such a server.
 */

import type {Handle, WatchedServer} from '../runtime/node-internals.ts';
import {
	defineProperty,
	findSymbol,
	getOwnPropertyDescriptor,
	getPrototypeOf,
	now,
} from '../runtime/primordials.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {TrackedServer} from '../state/tracked.ts';

/** Drops reported one by one in a tick, for the whole process; all are counted. */
const dropsReportedPerTick = 10;

let nameQueriedHandle: Handle | null = null;
let isAccessorInstalled = false;
let countedTick = -1;
let reportedInTick = 0;

/** Reads, when the server starts and at each tick, its connection limit and the number of its connections. */
export function checkConnectionLimit(context: Context, server: WatchedServer, tracked: TrackedServer): void {
	nameQueriedHandle = null;
	const {_connections: connections, maxConnections} = server;
	const limit = typeof maxConnections === 'number' ? maxConnections : null;
	if (limit !== null && tracked.handle)
		interceptGetsockname(getPrototypeOf(tracked.handle) ?? tracked.handle);
	if (
		connections === tracked.connections &&
		limit === tracked.maxConnections &&
		tracked.drops === tracked.dropsReported
	)
		return;
	tracked.connections = connections;
	tracked.maxConnections = limit;
	tracked.dropsReported = tracked.drops;
	const {id, drops} = tracked;
	context.channel.write({type: 'serving', id, at: now(), connections, maxConnections: limit, drops});
}

/** Called when the server is about to emit an event. */
export function detectDrop(context: Context, server: WatchedServer, tracked: TrackedServer): void {
	if (nameQueriedHandle === null) return;
	const handle = nameQueriedHandle;
	nameQueriedHandle = null;
	const {_connections: connections, maxConnections} = server;
	if (typeof maxConnections !== 'number' || connections < maxConnections || hasOwner(handle)) return;
	tracked.drops++;
	if (countedTick !== context.tick) reportedInTick = 0;
	countedTick = context.tick;
	if (reportedInTick++ >= dropsReportedPerTick) return;
	const {id, drops} = tracked;
	const names = {local: localOf(handle), peer: peerOf(handle)};
	context.channel.write({type: 'drop', id, at: now(), ...names, connections, drops});
	nameQueriedHandle = null;
}

function hasOwner(handle: Handle): boolean {
	const key = findSymbol(handle, 'owner_symbol');
	return key !== undefined && Boolean((handle as {[key: symbol]: unknown})[key]);
}

function interceptGetsockname(prototype: object): void {
	if (isAccessorInstalled) return;
	const original = getOwnPropertyDescriptor(prototype, 'getsockname');
	// A cluster worker's share of a listener has no getsockname().
	if (typeof original?.value !== 'function' || !original.configurable) return;
	isAccessorInstalled = true;
	const {enumerable = true, value} = original;
	defineProperty(prototype, 'getsockname', {
		configurable: true,
		enumerable,
		get(this: Handle) {
			nameQueriedHandle = this;
			return value;
		},
		set(this: object, own: unknown) {
			defineProperty(this, 'getsockname', {configurable: true, enumerable: true, writable: true, value: own});
		},
	});
}
