/**
 * The places where the hook touches net.Socket. Three methods that Node calls itself are wrapped
 * (`_undestroy`, `_unrefTimer`, `_destroy`: none of them runs code of the program), and `emit` becomes an
 * accessor that checks the socket and then returns the original: the read of `socket.emit` is over before a
 * listener runs, so no stack trace holds a frame of the hook. Only while a socket connects, and so can emit
 * 'lookup' or an attempt's event, does the accessor return a wrapper.
 */

import {detectClientUpgrade, detectServerUpgrade, isUpgradeRequest} from '../http/upgrade.ts';
import {watchEmit} from '../runtime/emit-accessor.ts';
import {guard} from '../runtime/guard.ts';
import {handleClassName, type WatchedSocket} from '../runtime/node-internals.ts';
import {interceptsEmit} from '../runtime/options.ts';
import {defineProperty, findSymbol, net, now, subscribe} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {stamp, Tracked, trackedOf} from '../state/tracked.ts';
import {onConnectEvent} from './connect-events.ts';
import {captureSite} from './creation-site.ts';
import {noteFirstBytes} from './first-bytes.ts';
import {onTouchWithoutEmit} from './no-emit.ts';
import {markConnected, observe, wasFull} from './observe.ts';
import {onDestroy} from './on-destroy.ts';
import {quarantineSocket} from './quarantine.ts';
import {reportClose} from './report-close.ts';
import {reportConnection, reportCreated} from './report-connection.ts';

type Prototype = {
	_undestroy?: (this: WatchedSocket) => void;
	_unrefTimer?: (this: WatchedSocket) => void;
	_destroy: (this: WatchedSocket, error: Error | null, callback: (error?: Error | null) => void) => void;
};

/** Largest number of sockets without a handle that are held until the next tick. */
const freshLimit = 4096;

/** @returns the names of the methods that this Node does not have */
export function watchSockets(context: Context): string[] {
	const prototype: Prototype = net.Socket.prototype;
	const missing: string[] = [];

	const onDiscovered = guard('socket discovered', (socket: WatchedSocket) => trackSocket(context, socket));
	const onTouched = guard('socket touched', (socket: WatchedSocket) => {
		try {
			onTimerTouch(context, socket);
		} catch (error) {
			quarantineSocket(context, trackedOf(socket), error);
		}
	});
	const beforeDestroy = guard('socket destroyed', (socket: WatchedSocket, error: Error | null) => {
		const tracked = trackedOf(socket);
		try {
			if (tracked) onDestroy(context, socket, tracked, error);
		} catch (thrown) {
			quarantineSocket(context, tracked, thrown);
		}

		// An excluded socket that was announced still gets its close record.
		if (tracked?.isExcluded && tracked.announced && !tracked.closed) {
			reportCreated(context, tracked);
			reportClose(context, tracked, null, null);
		}

		// Without `emit` the exit of the process is not seen: an unsent record may be lost.
		if (!interceptsEmit) context.channel.flush();
	});

	const undestroy = prototype._undestroy;
	if (typeof undestroy === 'function') {
		replaceMethod(prototype, '_undestroy', function _undestroy(this: WatchedSocket) {
			undestroy.call(this);
			onDiscovered(this);
		});
	} else {
		missing.push('_undestroy');
	}

	const unrefTimer = prototype._unrefTimer;
	if (typeof unrefTimer === 'function') {
		replaceMethod(prototype, '_unrefTimer', function _unrefTimer(this: WatchedSocket) {
			onTouched(this);
			unrefTimer.call(this);
		});
	} else {
		missing.push('_unrefTimer');
	}

	const destroy = prototype._destroy;
	replaceMethod(prototype, '_destroy', function _destroy(this: WatchedSocket, error, callback) {
		beforeDestroy(this, error);
		destroy.call(this, error, callback);
	} satisfies Prototype['_destroy']);

	if (interceptsEmit) watchSocketEmit(context, prototype);
	// Node 18 touches the timer neither before nor while a socket connects.
	if (process.version.startsWith('v18.')) {
		subscribe?.(
			'net.client.socket',
			guard('client socket', message => {
				const tracked = trackedOf((message as {socket: WatchedSocket}).socket);
				if (tracked) tracked.connectCalled = true;
			}),
		);
	}

	return missing;
}

/**
 * Enumerable also where the method was inherited: `for…in` over a socket lists the same names as without the
 * hook. The function keeps the name and the length of the original, whatever the bundler makes of them.
 */
function replaceMethod(prototype: Prototype, name: keyof Prototype, value: object): void {
	const original = prototype[name];
	for (const own of ['name', 'length'] as const) {
		defineProperty(value, own, {configurable: true, value: original?.[own]});
	}

	defineProperty(prototype, name, {configurable: true, enumerable: true, writable: true, value});
}

function trackSocket(context: Context, socket: WatchedSocket): void {
	// After the channel is dead, no tick checks the socket, and so none would release it.
	if (context.channel.dead) return;
	const kind = handleClassName(socket._handle);
	if (kind !== undefined && kind !== 'TCP' && kind !== 'Pipe' && kind !== 'TLSWrap') return;
	// TLS over a stream of the program: the socket that carries the stream has the row.
	if (handleClassName(socket._handle?._parent) === 'JSStream') return;
	let tracked = trackedOf(socket);
	let isNew = false;
	if (!tracked || tracked.closed) {
		isNew = true;
		// An accepted socket is created with its handle; so is a TLS socket, which knows its side.
		const isClientTls = kind === 'TLSWrap' && socket._tlsOptions?.isServer === false;
		const needsSite = kind === undefined || tracked !== undefined || isClientTls;
		const isReconnect = tracked !== undefined && kind !== undefined;
		tracked = new Tracked(context.nextId(), socket);
		// Only connect() gives a new handle to a closed socket.
		if (isReconnect) tracked.role = 'client';
		stamp(socket, tracked);
		if (needsSite) captureSite(tracked);
		// Unused sockets of one burst beyond the limit are left to the garbage collector and to connect().
		if (kind === undefined && context.fresh.length < freshLimit) addFresh(context, tracked);
	}

	if (kind === undefined) return;
	// The socket had no handle before: connect() created it. (A Node without attempt events gives no other
	// sign.)
	if (!isNew && tracked.handleAt === 0) tracked.role = 'client';
	tracked.handleAt = isNew ? tracked.createdAt : now();
	tracked.weakSocket = null;
	tracked.socket = socket;
	context.handleless.remove(tracked);
	if (tracked.index < 0) addFresh(context, tracked);
}

function addFresh(context: Context, tracked: Tracked): void {
	if (tracked.isFresh) return;
	tracked.isFresh = true;
	context.fresh.push(tracked);
}

function onTimerTouch(context: Context, socket: WatchedSocket): void {
	const initial = trackedOf(socket);
	if (!initial) return;
	// A server's kept-alive connection is touched at each read and write: only a full buffer can be new.
	if (
		initial.onlyFullCanChange &&
		initial.socket === socket &&
		isBufferFull(socket) === wasFull(initial) &&
		!isUpgradeRequest(socket)
	)
		return;
	const tracked = observe(context, socket, initial);
	if (tracked === null) return;
	if (!interceptsEmit) onTouchWithoutEmit(context, socket, tracked);
	// Node touches the timer of a socket that has just connected, and not of one whose connect failed.
	markConnected(context, socket, tracked);
	detectServerUpgrade(socket, tracked);
	if (tracked.firstIn === 0 || tracked.firstOut === 0) noteFirstBytes(context, socket, tracked);
	tracked.onlyFullCanChange = tracked.connectionReported && tracked.firstIn < 0 && tracked.firstOut < 0;
}

const isBufferFull = (socket: WatchedSocket): boolean => socket._writableState.needDrain === true;

function watchSocketEmit(context: Context, prototype: object): void {
	const connectEvent = guard(
		'path event',
		(socket: WatchedSocket, type: unknown, values: ArrayLike<unknown>) =>
			onConnectEvent(context, socket, type, values),
	);
	/** True if the event about to be emitted may be one of the connect path. */
	const shouldIntercept = guard('socket emits', (socket: WatchedSocket): boolean => {
		const tracked = trackedOf(socket);
		// A read on an object that is no watched socket (a mock, a proxy) gets the original.
		if (!tracked) return false;
		try {
			observe(context, socket, tracked);
			detectClientUpgrade(socket, tracked);
		} catch (error) {
			quarantineSocket(context, tracked, error);
		}

		if (!isTimeoutFiring(socket)) return socket.connecting === true;
		reportTimeout(context, socket);
		return false;
	});
	watchEmit(prototype, shouldIntercept, connectEvent);
}

function reportTimeout(context: Context, socket: WatchedSocket): void {
	const tracked = trackedOf(socket);
	if (!tracked || tracked.socket !== socket || !tracked.announced) return;
	if (tracked.closed || tracked.timeoutTick === context.tick) return;
	tracked.timeoutTick = context.tick;
	reportConnection(context, socket, tracked, true);
	context.channel.write({type: 'timeout', id: tracked.id, at: now()});
}

type Timer = {_idleNext?: unknown; _destroyed?: boolean};
let timerKey: symbol | null | undefined;

/**
 * True if the socket's inactivity timer is running its callback: the timer is then out of its list and not
 * yet destroyed. 'timeout' on a connecting socket is the event in which programs most often create an error;
 * it gets the original `emit`.
 */
function isTimeoutFiring(socket: WatchedSocket): boolean {
	timerKey ??= findTimerKey(socket);
	if (timerKey === null || timerKey === undefined) return false;
	const timer = (socket as {[key: symbol]: Timer | null | undefined})[timerKey];
	return timer !== null && timer !== undefined && timer._idleNext === null && timer._destroyed === false;
}

/** @returns undefined until a socket has been seen, null if this Node keeps its timer elsewhere */
function findTimerKey(socket: WatchedSocket): symbol | null | undefined {
	if (trackedOf(socket) === undefined) return undefined;
	return findSymbol(socket, 'timeout') ?? null;
}
