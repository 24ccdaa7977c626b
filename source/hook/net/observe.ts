/**
 * The heart of the hook: the state of a socket is compared with its last known state at moments when Node
 * itself touches the socket (see sockets.ts) and once a tick. No listener and no wrapped callback: the
 * program's own functions never run with a frame of the hook below them.
 */
import type {Address} from '../../wire/field-types.ts';
import {handleClassName, type WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import {stamp, type Tracked, trackedOf} from '../state/tracked.ts';
import {forgetUnseenBytes} from './first-bytes.ts';
import {trackServer} from './listeners.ts';
import {
	reportConnection,
	reportCreated,
	reportLookup,
	reportLookupStart,
	reportPendingSteps,
} from './report-connection.ts';

const connecting = 1;
const needDrain = 2;
const flowStopped = 4;
const readEnded = 8;
const writeEnding = 16;
const securing = 32;

/** True if the socket's write buffer was full at the last check. */
export const wasFull = (tracked: Tracked): boolean => (tracked.statusBits & needDrain) !== 0;

function statusOf(socket: WatchedSocket): number {
	const writable = socket._writableState;
	const readable = socket._readableState;
	return (
		(socket.connecting ? connecting : 0) |
		(writable.needDrain ? needDrain : 0) |
		(readable.flowing === false && readable.readableListening !== true ? flowStopped : 0) |
		(readable.ended ? readEnded : 0) |
		(writable.ending ? writeEnding : 0) |
		(isSecuring(socket) ? securing : 0)
	);
}

/**
 * On a server's TLS socket that the program created itself (STARTTLS), `secureConnecting` stays true for
 * ever.
 */
const isSecuring = (socket: WatchedSocket): boolean =>
	socket.secureConnecting === true &&
	!(socket._secureEstablished === true && socket._tlsOptions?.isServer === true);

/**
 * @returns the tracked state of this socket (a TLS socket takes over that of its raw socket), or null if none
 */
export function observe(context: Context, socket: WatchedSocket, initial: Tracked): Tracked | null {
	let tracked = initial;
	if (tracked.isExcluded || tracked.closed) return null;
	// The raw socket below TLS: the row follows the TLS socket.
	if (tracked.socket !== null && tracked.socket !== socket) return null;
	if (!tracked.announced) {
		const known = decideRole(context, socket, tracked);
		if (known === null) return tracked;
		tracked = known;
	}

	const status = statusOf(socket);
	if (status !== tracked.statusBits) {
		const before = tracked.statusBits;
		tracked.statusBits = status;
		reportStatusChange(context, socket, tracked, before, status);
	}

	return tracked;
}

/** A socket is reported only when its role is known: accepted, connecting, or the TLS side of a known one. */
function decideRole(context: Context, socket: WatchedSocket, tracked: Tracked): Tracked | null {
	const rawSocket = socket._parent;
	if (rawSocket) {
		const rawTracked = trackedOf(rawSocket);
		if (rawTracked && rawTracked !== tracked && !rawTracked.closed && !rawTracked.isExcluded) {
			return transferToTls(context, socket, tracked, rawTracked);
		}
	}

	if (socket._server) {
		tracked.role = 'server';
		tracked.accepted = true;
		const listener = trackServer(context, socket._server);
		tracked.listener = listener?.id ?? 0;
		// A listener on one address gives its connections that local address: one system call less.
		if (listener && isSpecificAddress(listener.local)) tracked.local = listener.local;
		// After an immediate reset the peer name is lost, so it is read now; beyond the budget of a tick, reading
		// costs too much.
		if (socket._handle && context.peerNameBudget-- > 0) tracked.peer = peerOf(socket._handle);
	} else if (socket.connecting || tracked.connectCalled) {
		tracked.role = 'client';
	} else if (tracked.role === 'client' && (socket._handle?.fd ?? -1) >= 0) {
		// Node 18 emits nothing between connect() and here: the descriptor shows that connect() was called.
		tracked.connectCalled = true;
	} else {
		return null;
	}

	announce(context, socket, tracked, tracked.accepted);
	return tracked;
}

const isSpecificAddress = (local: Address | null): boolean =>
	local !== null && 'address' in local && local.address !== '::' && local.address !== '0.0.0.0';

/** @param deferRecord writes no record yet: a socket that closes before the next tick needs only one */
export function announce(
	context: Context,
	socket: WatchedSocket,
	tracked: Tracked,
	deferRecord = false,
): void {
	tracked.announced = true;
	tracked.createPending = true;
	if (socket.encrypted) tracked.kind = 'tls';
	else if (handleClassName(socket._handle) === 'Pipe') tracked.kind = 'unix';
	if (!deferRecord) reportCreated(context, tracked);
}

function transferToTls(
	context: Context,
	socket: WatchedSocket,
	tracked: Tracked,
	rawTracked: Tracked,
): Tracked {
	tracked.isExcluded = true;
	context.live.remove(tracked);
	rawTracked.socket = socket;
	rawTracked.kind = 'tls';
	stamp(socket, rawTracked);
	if (!rawTracked.announced) announce(context, socket, rawTracked);
	reportCreated(context, rawTracked);
	context.channel.write({type: 'secureStart', id: rawTracked.id, at: now()});
	// The raw socket's end and pause bits do not apply to the TLS socket.
	rawTracked.statusBits &= connecting;
	// A handshake on this host may be complete before the TLS socket is first checked.
	if (socket._secureEstablished === true && !isSecuring(socket) && !socket.destroyed) {
		reportConnection(context, socket, rawTracked, true);
		reportSecure(context, socket, rawTracked);
	}

	return rawTracked;
}

function reportStatusChange(
	context: Context,
	socket: WatchedSocket,
	tracked: Tracked,
	before: number,
	after: number,
): void {
	const setBits = after & ~before;
	const clearedBits = before & ~after;

	if (setBits & connecting) {
		tracked.role = 'client';
		tracked.connectCalled = true;
		if (socket._host) reportLookupStart(context, tracked, socket._host);
	}

	if (setBits & (readEnded | writeEnding)) forgetUnseenBytes(socket, tracked);
	if (setBits & readEnded && tracked.peerEnd === 0) {
		tracked.peerEnd = tracked.ageUs();
		tracked.firstEnd ??= 'peer-end';
	}

	if (setBits & writeEnding && tracked.localEnd === 0) {
		tracked.localEnd = tracked.ageUs();
		tracked.firstEnd ??= 'local-end';
	}

	if (tracked.connectionReported) reportPendingSteps(context, tracked);

	if (clearedBits & securing && !socket.destroyed) {
		reportConnection(context, socket, tracked, true);
		reportSecure(context, socket, tracked);
	}

	if (setBits & needDrain) reportFull(context, socket, tracked);
	if (clearedBits & needDrain && tracked.fullReported) {
		tracked.fullReported = false;
		context.channel.write({type: 'drain', id: tracked.id, at: now()});
	}

	// A stream that was read to its end stops flowing, too.
	if (setBits & flowStopped && !(socket._readableState.ended && socket._readableState.length === 0))
		reportPause(context, socket, tracked);
	if (clearedBits & flowStopped && tracked.pauseReported) {
		tracked.pauseReported = false;
		context.channel.write({type: 'resume', id: tracked.id, at: now()});
	}
}

function reportSecure(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	context.channel.write({
		type: 'secure',
		id: tracked.id,
		at: now(),
		protocol: socket.getProtocol?.() ?? null,
		alpn: socket.alpnProtocol || null,
		servername: socket.servername || null,
		authorized:
			tracked.role === 'client' || socket._tlsOptions?.requestCert === true
				? socket.authorized === true
				: null,
	});
}

/**
 * Records that the socket is connected. A cleared `connecting` alone is not enough: it also precedes a
 * reported failure.
 */
export function markConnected(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	if (!tracked.connectCalled || tracked.connectedAt !== 0 || socket.connecting || socket.destroyed) return;
	// Node 18 signals connect() before the call: the handle has no descriptor yet.
	if ((socket._handle?.fd ?? 0) < 0) return;
	reportLookup(context, tracked);
	tracked.attemptOpen = false;
	tracked.connectedAt = now();
	// Node 18 emits no attempt: after a reset the peer name could not be read any more.
	if (tracked.attemptAddress === null && socket._handle) tracked.peer = peerOf(socket._handle);
}

/** A bulk transfer fills and drains thousands of times a second: one pair a tick is reported. */
function reportFull(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	if (tracked.fullTick === context.tick) return;
	tracked.fullTick = context.tick;
	tracked.fullReported = true;
	reportConnection(context, socket, tracked, true);
	context.channel.write({type: 'full', id: tracked.id, at: now(), buffered: socket._writableState.length});
}

function reportPause(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	if (tracked.pauseTick === context.tick) return;
	tracked.pauseTick = context.tick;
	tracked.pauseReported = true;
	reportConnection(context, socket, tracked, true);
	context.channel.write({type: 'pause', id: tracked.id, at: now(), buffered: socket._readableState.length});
}
