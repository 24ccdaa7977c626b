/**
 * Listeners. As with sockets, `emit` is an accessor: a server is looked at when it emits, and the original is
 * handed out. An error of listen() comes by diagnostics channel; where Node publishes none (a cluster's worker, a
 * host that does not resolve) a wrapper sees it, unless nobody listens for 'error': then the crash's text is sacred.
 */
import type {Address} from '../../wire/records.ts';
import {net, now, subscribe} from '../runtime/primordials.ts';
import {type Context, sampleEvery} from '../state/context.ts';
import {lookAtLimit, lookForDrop} from './dropped-connections.ts';
import {watchEmit} from '../runtime/emit-accessor.ts';
import {errorOf, targetOf} from '../runtime/error-fields.ts';
import type {WatchedServer} from '../runtime/node-internals.ts';
import {inodeOf, localOf} from '../runtime/socket-names.ts';
import {observe} from './observe.ts';
import {observer, reportOnce} from '../runtime/guard.ts';
import {touchesEmit} from '../runtime/options.ts';
import {takeSite, tellSite} from './creation-site.ts';
import {stamp, TrackedServer, trackedServerOf} from '../state/tracked.ts';

export function watchServers(context: Context): void {
	if (touchesEmit) watchServerEmit(context);
	subscribe?.(
		'tracing:net.server.listen:asyncStart',
		observer('listen', message => {
			const {server, options} = message as {server: WatchedServer; options?: {backlog?: unknown}};
			const tracked = stamped(context, server);
			tracked.pending = true;
			takeSite(tracked);
			// Node takes 0 for "not given" (a cluster's primary hands that on).
			tracked.backlog = typeof options?.backlog === 'number' ? options.backlog || null : null;
		}),
	);
	subscribe?.(
		'tracing:net.server.listen:asyncEnd',
		observer('listening', message => {
			trackServer(context, (message as {server: WatchedServer}).server);
		}),
	);
	subscribe?.(
		'tracing:net.server.listen:error',
		observer('listen error', message => {
			const {server, error} = message as {server: WatchedServer; error: unknown};
			listenFailed(context, server, error);
		}),
	);
}

function watchServerEmit(context: Context): void {
	// A proxy or a mock that throws when it is read must not blind the hook to all servers.
	const look = (server: WatchedServer): boolean => {
		try {
			looked(context, server);
			return awaitsListening(server);
		} catch (error) {
			reportOnce('odd server', 'what no server is was left alone after an exception', error);
			return false;
		}
	};

	const failed = observer('server error', (server: WatchedServer, error: unknown) =>
		listenFailed(context, server, error),
	);
	watchEmit(net.Server.prototype, look, (server, type, values) => {
		if (type === 'error') failed(server, values[1]);
	});
}

/** Once a tick: which listeners are closed. */
export function checkServers(context: Context): void {
	const {items} = context.servers;
	for (let index = items.length - 1; index >= 0; index--) {
		const tracked = items[index];
		if (tracked) checkServer(context, tracked);
	}
}

function checkServer(context: Context, tracked: TrackedServer): void {
	if (tracked.handle === null) return;
	// A worker's share of the cluster primary's listener has no descriptor of its own.
	const {fd} = tracked.handle;
	const closed = typeof fd === 'number' ? fd < 0 : tracked.server?.deref()?._handle !== tracked.handle;
	if (!closed) {
		const server = tracked.server?.deref();
		if (server && context.tick % sampleEvery === 0) lookAtLimit(context, server, tracked);
		return;
	}

	tracked.handle = null;
	context.servers.remove(tracked);
	context.channel.write({type: 'unlisten', id: tracked.id, at: now()});
}

/** @returns what is tracked of a server that listens, null for one that does not. */
export function trackServer(context: Context, server: WatchedServer): TrackedServer | null {
	const handle = server._handle;
	const known = trackedServerOf(server);
	if (!handle || known?.handle) return known ?? null;
	const tracked = known ?? stamped(context, server);
	tracked.handle = handle;
	tracked.server = new WeakRef(server);
	tracked.pending = false;
	context.servers.add(tracked);
	tellListener(context, tracked, addressOf(server));
	lookAtLimit(context, server, tracked);
	// At once: whoever waits while the event loop is blocked from here on is known by its listener.
	context.channel.flush();
	return tracked;
}

export function tellListener(context: Context, tracked: TrackedServer, local: Address | null): void {
	if (tracked.handle === null) return;
	tracked.local = local;
	tellSite(context, tracked, now());
	context.channel.write({
		type: 'listen',
		id: tracked.id,
		at: now(),
		local,
		inode: inodeOf(tracked.handle),
		backlog: tracked.backlog,
	});
}

function stamped(context: Context, server: WatchedServer): TrackedServer {
	const known = trackedServerOf(server);
	if (known) return known;
	const tracked = new TrackedServer(context.nextId());
	stamp(server, tracked);
	return tracked;
}

function looked(context: Context, server: WatchedServer): void {
	if (typeof server !== 'object' || server === null) return;
	const known = trackedServerOf(server);
	const tracked = server._handle ? trackServer(context, server) : null;
	if (tracked !== null) lookForDrop(context, server, tracked);
	else if (known) checkServer(context, known);
	// 'connection' is emitted right after the socket was made: the newest one is the one that is handed over.
	const newest = context.fresh.at(-1);
	if (newest?.announced === false && newest.socket?._server === server) {
		observe(context, newest.socket, newest);
	}
}

const awaitsListening = (server: WatchedServer): boolean =>
	trackedServerOf(server)?.pending === true && !server._handle && server.listenerCount('error') > 0;

function addressOf(server: WatchedServer): Address | null {
	if (server._pipeName) return {path: server._pipeName};
	return server._handle ? localOf(server._handle) : null;
}

function listenFailed(context: Context, server: WatchedServer, error: unknown): void {
	const tracked = stamped(context, server);
	if (!tracked.pending) return;
	tracked.pending = false;
	tellSite(context, tracked, now());
	context.channel.write({
		type: 'bindError',
		id: tracked.id,
		at: now(),
		local: targetOf(error),
		...errorOf(error, 'listen'),
	});
}
