/**
 * Connections that a server drops because it has as many as it may (`maxConnections`). Node emits 'drop', with
 * whose connection it was; who reads `emit` does not say which event. But before, and nowhere else, Node asks a
 * handle for its name that has no owner: `getsockname` of the handles becomes an accessor that notes by whom it is
 * read. Only in a process with such a server.
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

/** Drops a tick and process that are told one by one; all are counted. */
const dropsReportedPerTick = 10;

let nameQueriedHandle: Handle | null = null;
let isAccessorInstalled = false;
let countedTick = -1;
let reportedInTick = 0;

/** Now and at each tick: whether the server has a limit, and how many connections it has. */
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

/** The server is about to emit something. */
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
	// A worker's share of a listener has no name of its own to ask for.
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
