/**
 * Listeners. As with sockets, `emit` is an accessor: a server is checked when it emits, and the read returns
 * the original. An error of listen() arrives on a diagnostics channel; where Node publishes none (a cluster
 * worker, a host that does not resolve) a wrapper sees it, unless the server has no 'error' listener: then
 * the text of the crash must stay as it is.
 */

import type {Address} from '../../wire/field-types.ts';
import {watchEmit} from '../runtime/emit-accessor.ts';
import {errorFields, errorTarget} from '../runtime/error-fields.ts';
import {guard, reportOnce} from '../runtime/guard.ts';
import type {WatchedServer} from '../runtime/node-internals.ts';
import {interceptsEmit} from '../runtime/options.ts';
import {net, now, subscribe} from '../runtime/primordials.ts';
import {type Context, sampleEveryTicks} from '../state/context.ts';
import {type TrackedServer, trackedServerOf} from '../state/tracked.ts';
import {captureSite, reportSite} from './creation-site.ts';
import {checkConnectionLimit, detectDrop} from './dropped-connections.ts';
import {ensureTracked, trackServer} from './listeners.ts';
import {observe} from './observe.ts';

export function watchServers(context: Context): void {
	if (interceptsEmit) watchServerEmit(context);
	subscribe?.(
		'tracing:net.server.listen:asyncStart',
		guard('listen', message => {
			const {server, options} = message as {server: WatchedServer; options?: {backlog?: unknown}};
			const tracked = ensureTracked(context, server);
			tracked.pending = true;
			captureSite(tracked);
			// Node passes 0 for a missing backlog, and a cluster primary forwards it.
			tracked.backlog = typeof options?.backlog === 'number' ? options.backlog || null : null;
			if (!isNetDenied()) return;
			tracked.server = new WeakRef(server);
			deniedListens.push(tracked);
		}),
	);
	subscribe?.(
		'tracing:net.server.listen:asyncEnd',
		guard('listening', message => {
			trackServer(context, (message as {server: WatchedServer}).server);
		}),
	);
	subscribe?.(
		'tracing:net.server.listen:error',
		guard('listen error', message => {
			const {server, error} = message as {server: WatchedServer; error: unknown};
			reportListenFailure(context, server, error);
		}),
	);
}

function watchServerEmit(context: Context): void {
	// A proxy or a mock that throws when it is read must not stop the observation of all other servers.
	const shouldIntercept = (server: WatchedServer): boolean => {
		try {
			observeServer(context, server);
			return isListenPending(server);
		} catch (error) {
			reportOnce('odd server', 'what no server is was left alone after an exception', error);
			return false;
		}
	};

	const onListenError = guard('server error', (server: WatchedServer, error: unknown) =>
		reportListenFailure(context, server, error),
	);
	watchEmit(net.Server.prototype, shouldIntercept, (server, type, values) => {
		if (type === 'error') onListenError(server, values[1]);
	});
}

/**
 * Where Node's permission model (`--permission`, of the network since Node 25) denies it, listen() throws
 * after it has begun, without an event: a tick later the server still has neither a handle nor an error.
 */
const isNetDenied = (): boolean =>
	Number.parseInt(process.version.slice(1), 10) >= 25 &&
	(process as {permission?: {has(scope: string): boolean}}).permission?.has('net') === false;
const deniedListens: TrackedServer[] = [];

function reportDeniedListens(context: Context): void {
	// Without an iterator, which the program may have replaced.
	while (deniedListens.length > 0) {
		const tracked = deniedListens.shift();
		if (!tracked?.pending || tracked.server?.deref()?._handle) continue;
		reportBindError(context, tracked, null, deniedFields);
	}
}

const deniedFields = {
	operation: 'listen',
	error: 'ERR_ACCESS_DENIED',
	message: 'listen ERR_ACCESS_DENIED',
} as const;

/** Checks once a tick which listeners are closed. */
export function checkServers(context: Context): void {
	reportDeniedListens(context);
	const {items} = context.servers;
	for (let index = items.length - 1; index >= 0; index--) {
		const tracked = items[index];
		if (tracked) checkServer(context, tracked);
	}
}

function checkServer(context: Context, tracked: TrackedServer): void {
	if (tracked.handle === null) return;
	// A cluster worker's share of the primary's listener has no descriptor.
	const {fd} = tracked.handle;
	const closed = typeof fd === 'number' ? fd < 0 : tracked.server?.deref()?._handle !== tracked.handle;
	if (!closed) {
		const server = tracked.server?.deref();
		if (server && context.tick % sampleEveryTicks === 0) checkConnectionLimit(context, server, tracked);
		return;
	}

	tracked.handle = null;
	context.servers.remove(tracked);
	context.channel.write({type: 'unlisten', id: tracked.id, at: now()});
}

function observeServer(context: Context, server: WatchedServer): void {
	if (typeof server !== 'object' || server === null) return;
	const known = trackedServerOf(server);
	const tracked = server._handle ? trackServer(context, server) : null;
	if (tracked !== null) detectDrop(context, server, tracked);
	else if (known) checkServer(context, known);
	// 'connection' is emitted right after the socket is created: the newest socket is the one that the event
	// carries.
	const newestSocket = context.fresh.at(-1);
	if (newestSocket?.announced === false && newestSocket.socket?._server === server) {
		observe(context, newestSocket.socket, newestSocket);
	}
}

const isListenPending = (server: WatchedServer): boolean =>
	trackedServerOf(server)?.pending === true && !server._handle && server.listenerCount('error') > 0;

function reportListenFailure(context: Context, server: WatchedServer, error: unknown): void {
	const tracked = ensureTracked(context, server);
	if (tracked.pending) reportBindError(context, tracked, errorTarget(error), errorFields(error, 'listen'));
}

function reportBindError(
	context: Context,
	tracked: TrackedServer,
	local: Address | null,
	fields: ReturnType<typeof errorFields>,
): void {
	tracked.pending = false;
	const at = now();
	reportSite(context, tracked, at);
	context.channel.write({type: 'bindError', id: tracked.id, at, local, ...fields});
}
