/**
 * Connections that a server drops because it has as many as it may (`maxConnections`). Node emits 'drop', with
 * whose connection it was; who reads `emit` does not say which event. But before, and nowhere else, Node asks a
 * handle for its name that has no owner: `getsockname` of the handles becomes an accessor that notes by whom it is
 * read. Only in a process with such a server.
 */

import type {Handle, WatchedServer} from '../runtime/node-internals.ts';
import {
	defineProperty,
	getOwnPropertyDescriptor,
	getPrototypeOf,
	now,
	symbolOf,
} from '../runtime/primordials.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {TrackedServer} from '../state/tracked.ts';

/** Drops a tick and process that are told one by one; all are counted. */
const toldATick = 10;

let asked: Handle | null = null;
let watching = false;
let tick = -1;
let toldInTick = 0;

/** Now and at each tick: whether the server has a limit, and how many connections it has. */
export function lookAtLimit(context: Context, server: WatchedServer, t: TrackedServer): void {
	asked = null;
	const {_connections: connections, maxConnections} = server;
	const limit = typeof maxConnections === 'number' ? maxConnections : null;
	if (limit !== null && t.handle) watch(getPrototypeOf(t.handle) ?? t.handle);
	if (connections === t.connections && limit === t.maxConnections && t.drops === t.dropsTold) return;
	t.connections = connections;
	t.maxConnections = limit;
	t.dropsTold = t.drops;
	const {id, drops} = t;
	context.channel.write({type: 'serving', id, at: now(), connections, maxConnections: limit, drops});
}

/** The server is about to emit something. */
export function lookForDrop(context: Context, server: WatchedServer, t: TrackedServer): void {
	if (asked === null) return;
	const handle = asked;
	asked = null;
	const {_connections: connections, maxConnections} = server;
	if (typeof maxConnections !== 'number' || connections < maxConnections || hasOwner(handle)) return;
	t.drops++;
	if (tick !== context.tick) toldInTick = 0;
	tick = context.tick;
	if (toldInTick++ >= toldATick) return;
	const {id, drops} = t;
	const names = {local: localOf(handle), peer: peerOf(handle)};
	context.channel.write({type: 'drop', id, at: now(), ...names, connections, drops});
	asked = null;
}

function hasOwner(handle: Handle): boolean {
	const key = symbolOf(handle, 'owner_symbol');
	return key !== undefined && Boolean((handle as {[key: symbol]: unknown})[key]);
}

function watch(prototype: object): void {
	if (watching) return;
	const original = getOwnPropertyDescriptor(prototype, 'getsockname');
	// A worker's share of a listener has no name of its own to ask for.
	if (typeof original?.value !== 'function' || !original.configurable) return;
	watching = true;
	const {enumerable = true, value} = original;
	defineProperty(prototype, 'getsockname', {
		configurable: true,
		enumerable,
		get(this: Handle) {
			asked = this;
			return value;
		},
		set(this: object, own: unknown) {
			defineProperty(this, 'getsockname', {configurable: true, enumerable: true, writable: true, value: own});
		},
	});
}
