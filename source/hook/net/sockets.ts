/**
 * Where the hook touches net.Socket. Three methods that Node calls itself are wrapped (`_undestroy`, `_unrefTimer`,
 * `_destroy`: none of them runs the program's code), and `emit` becomes an accessor that looks and then hands out
 * the original: reading `socket.emit` is over before a listener runs, so no stack trace holds a frame of ours.
 * Only while a socket connects, and so can emit 'lookup' or an attempt's event, does it hand out a wrapper.
 */

import {isUpgrade, lookForSwitch, lookForUpgrade} from '../http/upgrade.ts';
import {watchEmit} from '../runtime/emit-accessor.ts';
import {observer} from '../runtime/guard.ts';
import {kindOf, type WatchedSocket} from '../runtime/node-internals.ts';
import {touchesEmit} from '../runtime/options.ts';
import {defineProperty, net, now, subscribe, symbolOf} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {stamp, Tracked, trackedOf} from '../state/tracked.ts';
import {onPathEvent} from './connect-events.ts';
import {takeSite} from './creation-site.ts';
import {touchedAlone} from './no-emit.ts';
import {connected, observe, wasFull} from './observe.ts';
import {destroyed} from './on-destroy.ts';
import {oddSocket} from './quarantine.ts';
import {tellClose} from './report-close.ts';
import {settle, tellCreated, tellWaiting} from './report-connection.ts';

type Prototype = {
	_undestroy?: (this: WatchedSocket) => void;
	_unrefTimer?: (this: WatchedSocket) => void;
	_destroy: (this: WatchedSocket, error: Error | null, callback: (error?: Error | null) => void) => void;
};

/** Sockets without a handle that are held until the next tick, at most. */
const freshLimit = 4096;

/** @returns the names of the hooks that this Node does not offer. */
export function watchSockets(context: Context): string[] {
	// The published types know none of these methods.
	const prototype: Prototype & object = net.Socket.prototype as never;
	const missing: string[] = [];

	const discover = observer('socket discovered', (socket: WatchedSocket) => discovered(context, socket));
	const touch = observer('socket touched', (socket: WatchedSocket) => {
		try {
			touched(context, socket);
		} catch (error) {
			oddSocket(context, trackedOf(socket), error);
		}
	});
	const end = observer('socket destroyed', (socket: WatchedSocket, error: Error | null) => {
		const tracked = trackedOf(socket);
		try {
			if (tracked) destroyed(context, socket, tracked, error);
		} catch (thrown) {
			oddSocket(context, tracked, thrown);
		}

		// What is not looked at any more has an end all the same.
		if (tracked?.ignored && tracked.announced && !tracked.closed) {
			tellCreated(context, tracked);
			tellClose(context, tracked, null, null);
		}

		// Nothing tells of the end of the process: what is not sent now may never be.
		if (!touchesEmit) context.channel.flush();
	});

	const undestroy = prototype._undestroy;
	if (typeof undestroy === 'function') {
		replace(prototype, '_undestroy', function _undestroy(this: WatchedSocket) {
			undestroy.call(this);
			discover(this);
		});
	} else {
		missing.push('_undestroy');
	}

	const unrefTimer = prototype._unrefTimer;
	if (typeof unrefTimer === 'function') {
		replace(prototype, '_unrefTimer', function _unrefTimer(this: WatchedSocket) {
			touch(this);
			unrefTimer.call(this);
		});
	} else {
		missing.push('_unrefTimer');
	}

	const destroy = prototype._destroy;
	replace(prototype, '_destroy', function _destroy(this: WatchedSocket, error, callback) {
		end(this, error);
		destroy.call(this, error, callback);
	} satisfies Prototype['_destroy']);

	if (touchesEmit) watchSocketEmit(context, prototype);
	// Node 18 touches a socket neither while it connects nor before.
	if (process.version.startsWith('v18.')) {
		subscribe?.(
			'net.client.socket',
			observer('client socket', message => {
				const tracked = trackedOf((message as {socket: WatchedSocket}).socket);
				if (tracked) tracked.connects = true;
			}),
		);
	}

	return missing;
}

/**
 * Enumerable also where the method was inherited: `for…in` over a socket lists the same names as ever. The function
 * bears the name and the length of the original, whatever a build makes of ours.
 */
function replace(prototype: Prototype, name: keyof Prototype, value: object): void {
	const original = prototype[name];
	for (const own of ['name', 'length'] as const) {
		defineProperty(value, own, {configurable: true, value: original?.[own]});
	}

	defineProperty(prototype, name, {configurable: true, enumerable: true, writable: true, value});
}

function discovered(context: Context, socket: WatchedSocket): void {
	// No tick looks at it any more, and so none would let it go.
	if (context.channel.dead) return;
	const kind = kindOf(socket._handle);
	if (kind !== undefined && kind !== 'TCP' && kind !== 'Pipe' && kind !== 'TLSWrap') return;
	// TLS over a stream of the program's own: what carries that has its row.
	if (kindOf(socket._handle?._parent) === 'JSStream') return;
	let tracked = trackedOf(socket);
	let isNew = false;
	if (!tracked || tracked.closed) {
		isNew = true;
		// An accepted one comes with its handle; so does a TLS socket, which knows its side.
		const isClientTls = kind === 'TLSWrap' && socket._tlsOptions?.isServer === false;
		const isAsked = kind === undefined || tracked !== undefined || isClientTls;
		const isRevived = tracked !== undefined && kind !== undefined;
		tracked = new Tracked(context.nextId(), socket);
		// Only connect() gives a closed socket a new handle.
		if (isRevived) tracked.role = 'client';
		stamp(socket, tracked);
		if (isAsked) takeSite(tracked);
		// Unused sockets of one burst past the limit are left to the garbage collector, and to connect().
		if (kind === undefined && context.fresh.length < freshLimit) lookNextTick(context, tracked);
	}

	if (kind === undefined) return;
	// It had none, and has one now: connect() made it. (A Node without events of attempts says it in no other way.)
	if (!isNew && tracked.handleAt === 0) tracked.role = 'client';
	tracked.handleAt = isNew ? tracked.createdAt : now();
	tracked.weak = null;
	tracked.socket = socket;
	context.created.remove(tracked);
	if (tracked.index < 0) lookNextTick(context, tracked);
}

function lookNextTick(context: Context, tracked: Tracked): void {
	if (tracked.waiting) return;
	tracked.waiting = true;
	context.fresh.push(tracked);
}

function touched(context: Context, socket: WatchedSocket): void {
	const given = trackedOf(socket);
	if (!given) return;
	// A server's kept connection is touched at each read and each write: nothing is left to be noticed but a full buffer.
	if (given.steady && given.socket === socket && isFull(socket) === wasFull(given) && !isUpgrade(socket))
		return;
	const tracked = observe(context, socket, given);
	if (tracked === null) return;
	if (!touchesEmit) touchedAlone(context, socket, tracked);
	// Node touches the timer of a socket that has just connected, and not of one that has failed to.
	connected(context, socket, tracked);
	lookForUpgrade(socket, tracked);
	if (tracked.firstIn === 0 || tracked.firstOut === 0) firstBytes(context, socket, tracked);
	tracked.steady = tracked.settled && tracked.firstIn < 0 && tracked.firstOut < 0;
}

const isFull = (socket: WatchedSocket): boolean => socket._writableState.needDrain === true;

/** Node touches a socket's timer when it reads, and before it writes. */
function firstBytes(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	if (tracked.connectedAt === 0 && !tracked.accepted) return;
	const read = socket._handle?.bytesRead ?? 0;
	if (tracked.firstIn === 0 && read > 0) {
		tracked.firstIn = tracked.age();
		tracked.firstInBytes = read;
	}

	if (tracked.firstOut === 0 && socket._writableState.length > 0) {
		tracked.firstOut = tracked.age();
		tracked.firstOutBytes = socket._writableState.length;
	}

	if (tracked.settled) tellWaiting(context, tracked);
}

function watchSocketEmit(context: Context, prototype: object): void {
	const pathEvent = observer(
		'path event',
		(socket: WatchedSocket, type: unknown, values: ArrayLike<unknown>) =>
			onPathEvent(context, socket, type, values),
	);
	/** Whether what is emitted may be an event of the path. */
	const look = observer('socket emits', (socket: WatchedSocket): boolean => {
		const tracked = trackedOf(socket);
		// Whoever reads it of something that is no watched socket (a mock, a proxy) meets nothing of ours.
		if (!tracked) return false;
		try {
			observe(context, socket, tracked);
			lookForSwitch(socket, tracked);
		} catch (error) {
			oddSocket(context, tracked, error);
		}

		if (!timerFires(socket)) return socket.connecting === true;
		timedOut(context, socket);
		return false;
	});
	watchEmit(prototype, look, pathEvent);
}

function timedOut(context: Context, socket: WatchedSocket): void {
	const tracked = trackedOf(socket);
	if (!tracked || tracked.socket !== socket || !tracked.announced) return;
	if (tracked.closed || tracked.timeoutTick === context.tick) return;
	tracked.timeoutTick = context.tick;
	settle(context, socket, tracked, true);
	context.channel.write({type: 'timeout', id: tracked.id, at: now()});
}

type Timer = {_idleNext?: unknown; _destroyed?: boolean};
let timerKey: symbol | null | undefined;

/**
 * Whether the socket's inactivity timer is what runs now: while its callback runs, a timer is out of its list and
 * not yet destroyed. The 'timeout' of a socket that is still connecting is the one event that a program often makes
 * an error in; it gets the original `emit`.
 */
function timerFires(socket: WatchedSocket): boolean {
	timerKey ??= findTimerKey(socket);
	if (timerKey === null || timerKey === undefined) return false;
	const timer = (socket as {[key: symbol]: Timer | null | undefined})[timerKey];
	return timer !== null && timer !== undefined && timer._idleNext === null && timer._destroyed === false;
}

/** @returns undefined as long as no socket was seen, null if this Node keeps its timer elsewhere. */
function findTimerKey(socket: WatchedSocket): symbol | null | undefined {
	if (trackedOf(socket) === undefined) return undefined;
	return symbolOf(socket, 'timeout') ?? null;
}
