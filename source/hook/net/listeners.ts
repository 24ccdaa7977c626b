import type {Address} from '../../wire/field-types.ts';
import {handleClassName, type WatchedServer} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {inodeOf, localOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import {stamp, TrackedServer, trackedServerOf} from '../state/tracked.ts';
import {reportSite} from './creation-site.ts';
import {checkConnectionLimit} from './dropped-connections.ts';

/** @returns the tracked state of a listening server, null for a server that does not listen */
export function trackServer(context: Context, server: WatchedServer): TrackedServer | null {
	const handle = server._handle;
	const known = trackedServerOf(server);
	if (!handle || known?.handle) return known ?? null;
	const tracked = known ?? ensureTracked(context, server);
	tracked.handle = handle;
	tracked.server = new WeakRef(server);
	tracked.pending = false;
	context.servers.add(tracked);
	reportListener(context, tracked, listeningAddress(server));
	checkConnectionLimit(context, server, tracked);
	// Flushed at once: clients that queue while the event loop is blocked from here on are matched by this
	// listener.
	context.channel.flush();
	return tracked;
}

export function reportListener(context: Context, tracked: TrackedServer, local: Address | null): void {
	if (tracked.handle === null) return;
	tracked.local = local;
	reportSite(context, tracked, now());
	context.channel.write({
		type: 'listen',
		id: tracked.id,
		at: now(),
		local,
		inode: inodeOf(tracked.handle),
		backlog: tracked.backlog,
	});
}

export function ensureTracked(context: Context, server: WatchedServer): TrackedServer {
	const known = trackedServerOf(server);
	if (known) return known;
	const tracked = new TrackedServer(context.nextId());
	stamp(server, tracked);
	return tracked;
}

export function listeningAddress(server: WatchedServer): Address | null {
	const {_handle: handle, _pipeName: path} = server;
	// Of a unix socket that listens by its descriptor, Node does not know the path.
	if (path || handleClassName(handle) === 'Pipe') return {path: path ?? ''};
	return handle ? localOf(handle) : null;
}
