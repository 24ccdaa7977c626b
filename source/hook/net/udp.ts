/**
 * UDP sockets. Node publishes each at its construction. From then on its state is looked at when it emits (as with
 * servers, `emit` is an accessor that hands out the original) and once a tick.
 */
import {EventEmitter} from 'node:events';
import {watchEmit} from '../runtime/emit-accessor.ts';
import {errorOf, targetOf} from '../runtime/error-fields.ts';
import {observer} from '../runtime/guard.ts';
import {touchesEmit} from '../runtime/options.ts';
import {getPrototypeOf, now, subscribe, symbolOf} from '../runtime/primordials.ts';
import {inodeOf, localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import {stamp} from '../state/tracked.ts';
import {TrackedUdp, trackedUdpOf, type UdpSocket, type UdpState} from '../state/tracked-udp.ts';
import {takeSite, tellSite} from './creation-site.ts';

const {listenerCount} = EventEmitter.prototype;

/** At most this many are watched at a time. */
const udpLimit = 4096;

/** What `bindState` and `connectState` are once they are done (lib/dgram.js). */
const done = 2;

export function watchUdp(context: Context): void {
	let isEmitWatched = !touchesEmit;
	subscribe?.(
		'udp.socket',
		observer('udp socket', message => {
			const {socket} = message as {socket: UdpSocket};
			if (!isEmitWatched) {
				isEmitWatched = true;
				watchUdpEmit(context, socket);
			}

			discovered(context, socket);
		}),
	);
}

function discovered(context: Context, socket: UdpSocket): void {
	const state = stateOf(socket);
	if (!state || context.channel.dead) return;
	if (context.udp.items.length >= udpLimit) {
		tellLimit(context);
		return;
	}

	const tracked = new TrackedUdp(context.nextId(), socket, state);
	takeSite(tracked);
	stamp(socket, tracked);
	context.udp.add(tracked);
}

let isLimitTold = false;

function tellLimit({channel}: Context): void {
	if (isLimitTold) return;
	isLimitTold = true;
	const message = `of more than ${udpLimit} UDP sockets that are open at once, the others are not shown`;
	channel.write({type: 'notice', at: now(), level: 'warn', message});
}

function stateOf(socket: UdpSocket): UdpState | undefined {
	const symbol = symbolOf(socket, 'state symbol');
	const state = symbol === undefined ? undefined : socket[symbol];
	return typeof state === 'object' && state !== null && 'handle' in state && 'bindState' in state
		? (state as UdpState)
		: undefined;
}

/** @param first any UDP socket: Node's module of them is not loaded for this alone */
function watchUdpEmit(context: Context, first: UdpSocket): void {
	let prototype: object = first;
	while (!Object.hasOwn(prototype, 'addMembership')) prototype = getPrototypeOf(prototype) as object;
	const isErrorNext = observer('udp emits', (socket: UdpSocket): boolean => {
		const tracked = trackedUdpOf(socket);
		return tracked !== undefined && !emits(context, tracked) && canOnlyFail(socket, tracked);
	});
	const failed = observer('udp error', (socket: UdpSocket, error: unknown) => {
		const tracked = trackedUdpOf(socket);
		if (tracked) tellError(context, tracked, error);
	});
	watchEmit(prototype, isErrorNext, (socket: UdpSocket, type, values) => {
		if (type === 'error') failed(socket, values[1]);
	});
}

/** @returns whether its state has changed: then what it emits is 'listening', 'connect' or 'close'. */
function emits(context: Context, t: TrackedUdp): boolean {
	const {bindState, connectState, handle} = t.state;
	const changed = handle === null || bindState > t.bindState || connectState > t.connectState;
	t.bindState = bindState;
	t.connectState = connectState;
	// A socket a question: past so many a tick, it costs too much to ask each for its names at once.
	if (changed && (handle === null || context.namesLeft-- > 0)) tell(context, t);
	return changed;
}

/** Nobody hears messages, or none can come: the next event is an error, and somebody listens for it. */
const canOnlyFail = (socket: UdpSocket, {state}: TrackedUdp): boolean =>
	(state.bindState !== done || listenerCount.call(socket, 'message') === 0) &&
	listenerCount.call(socket, 'error') > 0;

/** Tells what has changed since it was told last. */
function tell(context: Context, t: TrackedUdp): void {
	const {channel} = context;
	const {id, state} = t;
	const {handle} = state;
	if (!t.announced) announce(context, t);
	if (handle === null) {
		close(context, t);
		return;
	}

	const connected = state.connectState === done;
	if (state.bindState === done && (!t.bound || (t.connected && !connected))) {
		t.bound = true;
		t.connected = false;
		t.failed = false;
		t.peer = null;
		t.local = localOf(handle);
		t.inode = inodeOf(handle);
		channel.write({type: 'bound', id, at: now(), local: t.local, inode: t.inode});
	}

	if (connected && !t.connected) {
		t.connected = true;
		t.local = localOf(handle);
		t.peer = peerOf(handle);
		channel.write({type: 'connect', id, at: now(), local: t.local, peer: t.peer, inode: t.inode});
	}
}

function announce(context: Context, t: TrackedUdp): void {
	t.announced = true;
	tellSite(context, t, t.createdAt);
	context.channel.write({type: 'create', id: t.id, at: t.createdAt, kind: 'udp', role: 'unknown'});
}

function close(context: Context, t: TrackedUdp): void {
	context.udp.remove(t);
	if (t.socket === null) return;
	t.socket = null;
	context.channel.write({
		type: 'close',
		id: t.id,
		at: now(),
		hadError: t.failed,
		bytesRead: null,
		bytesWritten: null,
		reason: t.failed ? 'error' : 'local-destroy',
	});
}

/** Of many errors in a tick (a peer that refuses each datagram) one is told. */
function tellError(context: Context, t: TrackedUdp, error: unknown): void {
	if (t.socket === null || t.errorTick === context.tick) return;
	t.errorTick = context.tick;
	t.failed = !t.bound;
	if (!t.announced) announce(context, t);
	const named = targetOf(error);
	context.channel.write({
		type: 'error',
		id: t.id,
		at: now(),
		...errorOf(error),
		local: t.bound ? t.local : named,
		peer: t.bound ? (named ?? t.peer) : null,
	});
}

/** Once a tick. @param withSample whether also what waits in its queue is told */
export function checkUdp(context: Context, withSample: boolean): void {
	const {items} = context.udp;
	for (let index = items.length - 1; index >= 0; index--) {
		const t = items[index];
		if (!t) continue;
		tell(context, t);
		if (withSample && !context.channel.congested) sample(context, t);
	}
}

function sample({channel}: Context, t: TrackedUdp): void {
	const {handle} = t.state;
	if (handle === null || t.socket === null) return;
	const writeQueueSize = handle.getSendQueueSize?.() ?? null;
	const writeQueueCount = handle.getSendQueueCount?.() ?? null;
	const errorListeners = listenerCount.call(t.socket, 'error');
	const referenced = handle.hasRef?.() ?? null;
	const told = `${writeQueueSize} ${writeQueueCount} ${errorListeners} ${referenced}`;
	if (told === t.sampled) return;
	t.sampled = told;
	channel.write({
		type: 'sampleUdp',
		id: t.id,
		at: now(),
		writeQueueSize,
		writeQueueCount,
		errorListeners,
		referenced,
	});
}

/** After lost records. */
export function tellUdpAlive(context: Context, t: TrackedUdp): void {
	if (t.socket === null) return;
	t.sampled = '';
	tellSite(context, t, t.createdAt);
	context.channel.write({
		type: 'alive',
		id: t.id,
		at: t.createdAt,
		kind: 'udp',
		role: t.connected ? 'client' : 'unknown',
		host: null,
		local: t.local,
		peer: t.peer,
		inode: t.inode,
		listener: null,
		connecting: false,
		securing: false,
	});
}
