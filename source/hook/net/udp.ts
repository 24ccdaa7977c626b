/**
 * UDP sockets. Node publishes each at its construction. From then on the hook checks its state when it emits
 * (as with servers, `emit` is an accessor that returns the original) and once a tick.
 */
import {EventEmitter} from 'node:events';
import {watchEmit} from '../runtime/emit-accessor.ts';
import {errorFields, errorTarget} from '../runtime/error-fields.ts';
import {guard} from '../runtime/guard.ts';
import {interceptsEmit} from '../runtime/options.ts';
import {findSymbol, getPrototypeOf, now, subscribe} from '../runtime/primordials.ts';
import {inodeOf, localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import {stamp} from '../state/tracked.ts';
import {TrackedUdp, trackedUdpOf, type UdpSocket, type UdpState} from '../state/tracked-udp.ts';
import {captureSite, reportSite} from './creation-site.ts';

const {listenerCount} = EventEmitter.prototype;

/** Largest number of UDP sockets watched at a time. */
const udpLimit = 4096;

/** Final value of `bindState` and `connectState` (lib/dgram.js). */
const doneState = 2;

export function watchUdp(context: Context): void {
	let isEmitWatched = !interceptsEmit;
	subscribe?.(
		'udp.socket',
		guard('udp socket', message => {
			const {socket} = message as {socket: UdpSocket};
			if (!isEmitWatched) {
				isEmitWatched = true;
				watchUdpEmit(context, socket);
			}

			trackUdpSocket(context, socket);
		}),
	);
}

function trackUdpSocket(context: Context, socket: UdpSocket): void {
	const state = udpStateOf(socket);
	if (!state || context.channel.dead) return;
	if (context.udp.items.length >= udpLimit) {
		reportLimit(context);
		return;
	}

	const tracked = new TrackedUdp(context.nextId(), socket, state);
	captureSite(tracked);
	stamp(socket, tracked);
	context.udp.add(tracked);
}

let isLimitReported = false;

function reportLimit({channel}: Context): void {
	if (isLimitReported) return;
	isLimitReported = true;
	const message = `of more than ${udpLimit} UDP sockets that are open at once, the others are not shown`;
	channel.write({type: 'notice', at: now(), level: 'warn', message});
}

function udpStateOf(socket: UdpSocket): UdpState | undefined {
	const symbol = findSymbol(socket, 'state symbol');
	const state = symbol === undefined ? undefined : socket[symbol];
	return typeof state === 'object' && state !== null && 'handle' in state && 'bindState' in state
		? (state as UdpState)
		: undefined;
}

/** @param anySocket any UDP socket, to find the prototype: the hook does not load node:dgram itself */
function watchUdpEmit(context: Context, anySocket: UdpSocket): void {
	let prototype: object = anySocket;
	while (!Object.hasOwn(prototype, 'addMembership')) prototype = getPrototypeOf(prototype) as object;
	const isErrorNext = guard('udp emits', (socket: UdpSocket): boolean => {
		const tracked = trackedUdpOf(socket);
		return tracked !== undefined && !observeUdpState(context, tracked) && isNextEventError(socket, tracked);
	});
	const onError = guard('udp error', (socket: UdpSocket, error: unknown) => {
		const tracked = trackedUdpOf(socket);
		if (tracked) reportUdpError(context, tracked, error);
	});
	watchEmit(prototype, isErrorNext, (socket: UdpSocket, type, values) => {
		if (type === 'error') onError(socket, values[1]);
	});
}

/** @returns whether the state has changed: then the event is 'listening', 'connect' or 'close' */
function observeUdpState(context: Context, tracked: TrackedUdp): boolean {
	const {bindState, connectState, handle} = tracked.state;
	const changed = handle === null || bindState > tracked.bindState || connectState > tracked.connectState;
	tracked.bindState = bindState;
	tracked.connectState = connectState;
	// DNS clients open a socket a query: beyond the budget of a tick, reading the names at once costs too much.
	if (changed && (handle === null || context.peerNameBudget-- > 0)) reportUdpChanges(context, tracked);
	return changed;
}

/**
 * True if the next event is an error that has a listener: the socket has no 'message' listener, or cannot
 * receive.
 */
const isNextEventError = (socket: UdpSocket, {state}: TrackedUdp): boolean =>
	(state.bindState !== doneState || listenerCount.call(socket, 'message') === 0) &&
	listenerCount.call(socket, 'error') > 0;

/** Reports the changes since the last report. */
function reportUdpChanges(context: Context, tracked: TrackedUdp): void {
	const {channel} = context;
	const {id, state} = tracked;
	const {handle} = state;
	if (!tracked.announced) reportUdpCreated(context, tracked);
	if (handle === null) {
		reportUdpClose(context, tracked);
		return;
	}

	const connected = state.connectState === doneState;
	if (state.bindState === doneState && (!tracked.bound || (tracked.connected && !connected))) {
		tracked.bound = true;
		tracked.connected = false;
		tracked.failed = false;
		tracked.peer = null;
		tracked.local = localOf(handle);
		tracked.inode = inodeOf(handle);
		channel.write({type: 'bound', id, at: now(), local: tracked.local, inode: tracked.inode});
	}

	if (connected && !tracked.connected) {
		tracked.connected = true;
		tracked.local = localOf(handle);
		tracked.peer = peerOf(handle);
		channel.write({
			type: 'connect',
			id,
			at: now(),
			local: tracked.local,
			peer: tracked.peer,
			inode: tracked.inode,
		});
	}
}

function reportUdpCreated(context: Context, tracked: TrackedUdp): void {
	tracked.announced = true;
	reportSite(context, tracked, tracked.createdAt);
	context.channel.write({
		type: 'create',
		id: tracked.id,
		at: tracked.createdAt,
		kind: 'udp',
		role: 'unknown',
	});
}

function reportUdpClose(context: Context, tracked: TrackedUdp): void {
	context.udp.remove(tracked);
	if (tracked.socket === null) return;
	tracked.socket = null;
	context.channel.write({
		type: 'close',
		id: tracked.id,
		at: now(),
		hadError: tracked.failed,
		bytesRead: null,
		bytesWritten: null,
		reason: tracked.failed ? 'error' : 'local-destroy',
	});
}

/** Reports one error a tick: a peer that refuses each datagram causes many. */
function reportUdpError(context: Context, tracked: TrackedUdp, error: unknown): void {
	if (tracked.socket === null || tracked.errorTick === context.tick) return;
	tracked.errorTick = context.tick;
	tracked.failed = !tracked.bound;
	if (!tracked.announced) reportUdpCreated(context, tracked);
	const errorAddress = errorTarget(error);
	context.channel.write({
		type: 'error',
		id: tracked.id,
		at: now(),
		...errorFields(error),
		local: tracked.bound ? tracked.local : errorAddress,
		peer: tracked.bound ? (errorAddress ?? tracked.peer) : null,
	});
}

/**
 * Checks all UDP sockets, once a tick.
 *
 * @param withSample also reports the send queue
 */
export function checkUdp(context: Context, withSample: boolean): void {
	const {items} = context.udp;
	for (let index = items.length - 1; index >= 0; index--) {
		const t = items[index];
		if (!t) continue;
		reportUdpChanges(context, t);
		if (withSample && !context.channel.congested) sampleUdp(context, t);
	}
}

function sampleUdp({channel}: Context, tracked: TrackedUdp): void {
	const {handle} = tracked.state;
	if (handle === null || tracked.socket === null) return;
	const writeQueueSize = handle.getSendQueueSize?.() ?? null;
	const writeQueueCount = handle.getSendQueueCount?.() ?? null;
	const errorListeners = listenerCount.call(tracked.socket, 'error');
	const referenced = handle.hasRef?.() ?? null;
	const serialized = `${writeQueueSize} ${writeQueueCount} ${errorListeners} ${referenced}`;
	if (serialized === tracked.lastSample) return;
	tracked.lastSample = serialized;
	channel.write({
		type: 'sampleUdp',
		id: tracked.id,
		at: now(),
		writeQueueSize,
		writeQueueCount,
		errorListeners,
		referenced,
	});
}

/** Names the socket again after dropped records. */
export function reportUdpAlive(context: Context, tracked: TrackedUdp): void {
	if (tracked.socket === null) return;
	tracked.lastSample = '';
	reportSite(context, tracked, tracked.createdAt);
	context.channel.write({
		type: 'alive',
		id: tracked.id,
		at: tracked.createdAt,
		kind: 'udp',
		role: tracked.connected ? 'client' : 'unknown',
		host: null,
		local: tracked.local,
		peer: tracked.peer,
		inode: tracked.inode,
		listener: null,
		connecting: false,
		securing: false,
	});
}
