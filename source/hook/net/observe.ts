/**
 * The heart of the hook: the state of a socket is compared with what was seen last, at moments when Node itself
 * touches the socket (see sockets.ts) and once a tick. No listener, no wrapped callback: the program's own
 * functions never run with a frame of ours below them.
 */
import type {Address} from '../../wire/records.ts';
import {kindOf, type WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import {stamp, type Tracked, trackedOf} from '../state/tracked.ts';
import {trackServer} from './listeners.ts';
import {settle, tellCandidates, tellCreated, tellLookupStart, tellWaiting} from './report-connection.ts';

const connecting = 1;
const needDrain = 2;
const stopped = 4;
const readEnded = 8;
const writeEnding = 16;
const securing = 32;

/** Whether the socket's buffer was full when it was last looked at. */
export const wasFull = (t: Tracked): boolean => (t.status & needDrain) !== 0;

function statusOf(socket: WatchedSocket): number {
	const writable = socket._writableState;
	const readable = socket._readableState;
	return (
		(socket.connecting ? connecting : 0) |
		(writable.needDrain ? needDrain : 0) |
		(readable.flowing === false && readable.readableListening !== true ? stopped : 0) |
		(readable.ended ? readEnded : 0) |
		(writable.ending ? writeEnding : 0) |
		(isSecuring(socket) ? securing : 0)
	);
}

/** Of a server's TLS socket that the program made by itself (STARTTLS), `secureConnecting` stays true for ever. */
const isSecuring = (socket: WatchedSocket): boolean =>
	socket.secureConnecting === true &&
	!(socket._secureEstablished === true && socket._tlsOptions?.isServer === true);

/** @returns what is tracked of this socket now (a TLS socket takes over its raw socket's), or null if nothing is. */
export function observe(context: Context, socket: WatchedSocket, given: Tracked): Tracked | null {
	let tracked = given;
	if (tracked.ignored || tracked.closed) return null;
	// The raw socket below TLS: the TLS socket speaks for the row.
	if (tracked.socket !== null && tracked.socket !== socket) return null;
	if (!tracked.announced) {
		const decided = decideRole(context, socket, tracked);
		if (decided === null) return tracked;
		tracked = decided;
	}

	const status = statusOf(socket);
	if (status !== tracked.status) {
		const before = tracked.status;
		tracked.status = status;
		change(context, socket, tracked, before, status);
	}

	return tracked;
}

/** A socket is told of only when its part is known: accepted, connecting, or the TLS side of a known one. */
function decideRole(context: Context, socket: WatchedSocket, tracked: Tracked): Tracked | null {
	const raw = socket._parent;
	if (raw) {
		const below = trackedOf(raw);
		if (below && below !== tracked && !below.closed && !below.ignored) {
			return takeOver(context, socket, tracked, below);
		}
	}

	if (socket._server) {
		tracked.role = 'server';
		tracked.accepted = true;
		const listener = trackServer(context, socket._server);
		tracked.listener = listener?.id ?? 0;
		// A listener on one address has accepted at that address: one system call less.
		if (listener && isOneAddress(listener.local)) tracked.local = listener.local;
		// A client that resets at once takes its name along; past so many a tick, it costs too much to ask each.
		if (socket._handle && context.namesLeft-- > 0) tracked.peer = peerOf(socket._handle);
	} else if (socket.connecting || tracked.connects) {
		tracked.role = 'client';
	} else if (tracked.role === 'client' && (socket._handle?.fd ?? -1) >= 0) {
		// Node 18, where nothing was emitted on its way: connect() has given it a descriptor.
		tracked.connects = true;
	} else {
		return null;
	}

	announce(context, socket, tracked, tracked.accepted);
	return tracked;
}

const isOneAddress = (local: Address | null): boolean =>
	local !== null && 'address' in local && local.address !== '::' && local.address !== '0.0.0.0';

/** @param later it may be over before the next tick, and then one record tells all of it */
export function announce(context: Context, socket: WatchedSocket, tracked: Tracked, later = false): void {
	tracked.announced = true;
	tracked.untold = true;
	if (socket.encrypted) tracked.kind = 'tls';
	else if (kindOf(socket._handle) === 'Pipe') tracked.kind = 'unix';
	if (!later) tellCreated(context, tracked);
}

function takeOver(context: Context, socket: WatchedSocket, tracked: Tracked, below: Tracked): Tracked {
	tracked.ignored = true;
	context.live.remove(tracked);
	below.socket = socket;
	below.kind = 'tls';
	stamp(socket, below);
	if (!below.announced) announce(context, socket, below);
	tellCreated(context, below);
	context.channel.write({type: 'upgrade', id: below.id, at: now()});
	// The raw socket's ends and pauses are not the TLS socket's.
	below.status &= connecting;
	// A handshake on this host may be over before the TLS socket is looked at.
	if (socket._secureEstablished === true && !isSecuring(socket) && !socket.destroyed) {
		settle(context, socket, below, true);
		tellSecure(context, socket, below);
	}

	return below;
}

function change(context: Context, socket: WatchedSocket, t: Tracked, before: number, after: number): void {
	const began = after & ~before;
	const ended = before & ~after;

	if (began & connecting) {
		t.role = 'client';
		t.connects = true;
		if (socket._host) tellLookupStart(context, t, socket._host);
	}

	if (began & readEnded && t.peerEnd === 0) {
		t.peerEnd = t.age();
		t.endedFirst ??= 'peer-end';
	}

	if (began & writeEnding && t.localEnd === 0) {
		t.localEnd = t.age();
		t.endedFirst ??= 'local-end';
	}

	if (t.settled) tellWaiting(context, t);

	if (ended & securing && !socket.destroyed) {
		settle(context, socket, t, true);
		tellSecure(context, socket, t);
	}

	if (began & needDrain) tellFull(context, socket, t);
	if (ended & needDrain && t.fullTold) {
		t.fullTold = false;
		context.channel.write({type: 'drain', id: t.id, at: now()});
	}

	// The end of a stream that was read to its end stops it, too.
	if (began & stopped && !(socket._readableState.ended && socket._readableState.length === 0))
		tellPause(context, socket, t);
	if (ended & stopped && t.pauseTold) {
		t.pauseTold = false;
		context.channel.write({type: 'resume', id: t.id, at: now()});
	}
}

function tellSecure(context: Context, socket: WatchedSocket, t: Tracked): void {
	context.channel.write({
		type: 'secure',
		id: t.id,
		at: now(),
		protocol: socket.getProtocol?.() ?? null,
		alpn: socket.alpnProtocol || null,
		servername: socket.servername || null,
		authorized:
			t.role === 'client' || socket._tlsOptions?.requestCert === true ? socket.authorized === true : null,
	});
}

/** The connection stands. `connecting` alone does not say so: it ends before a failure is told, too. */
export function connected(context: Context, socket: WatchedSocket, t: Tracked): void {
	if (!t.connects || t.connectedAt !== 0 || socket.connecting || socket.destroyed) return;
	// Node 18 tells of connect() before it is called: the handle has no descriptor yet.
	if ((socket._handle?.fd ?? 0) < 0) return;
	tellCandidates(context, t);
	t.attemptOpen = false;
	t.connectedAt = now();
	// Node 18 tells no attempt: after a reset, nobody knows the peer any more.
	if (t.attempted === null && socket._handle) t.peer = peerOf(socket._handle);
}

/** A bulk transfer fills and drains thousands of times a second: one pair a tick is told. */
function tellFull(context: Context, socket: WatchedSocket, t: Tracked): void {
	if (t.fullTick === context.tick) return;
	t.fullTick = context.tick;
	t.fullTold = true;
	settle(context, socket, t, true);
	context.channel.write({type: 'full', id: t.id, at: now(), buffered: socket._writableState.length});
}

function tellPause(context: Context, socket: WatchedSocket, t: Tracked): void {
	if (t.pauseTick === context.tick) return;
	t.pauseTick = context.tick;
	t.pauseTold = true;
	settle(context, socket, t, true);
	context.channel.write({type: 'pause', id: t.id, at: now(), buffered: socket._readableState.length});
}
