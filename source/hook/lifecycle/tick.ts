/**
 * The hook's one timer: reports new connections, samples sockets, measures the delay of the event loop, and
 * sends.
 */

import {checkResponses, releaseRequests} from '../http/http1.ts';
import {sitesNotTaken} from '../net/creation-site.ts';
import {announce, markConnected, observe} from '../net/observe.ts';
import {quarantineSocket} from '../net/quarantine.ts';
import {reportClose} from '../net/report-close.ts';
import {reportConnection, reportLookupStart} from '../net/report-connection.ts';
import {sample} from '../net/sample.ts';
import {checkServers} from '../net/servers.ts';
import {checkUdp} from '../net/udp.ts';
import {guard} from '../runtime/guard.ts';
import {createDelayMeter} from '../runtime/loop-delay.ts';
import {handleClassName, type WatchedSocket} from '../runtime/node-internals.ts';
import {now, primordialClearInterval, primordialSetInterval} from '../runtime/primordials.ts';
import {inodeOf, localOf, peerOf} from '../runtime/socket-names.ts';
import {
	type Context,
	peerNamesPerTick,
	sampleEveryTicks,
	shortConnectionNamesPerTick,
} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {checkPool, reportPool} from './pool.ts';
import {createResync} from './resync.ts';

export const tickMs = 50;
/** Interval of load records in ms, measured by the clock, as ticks may come late. */
const loadIntervalMs = 1000;
/** Largest number of sockets sampled in one tick, so that a tick stays short. */
const samplesPerTick = 4096;
const handlelessLimit = 4096;
/** A lookup that takes longer is worth a look at what the thread pool does, in ms. */
const longLookupMs = 250;

export function startTicking(context: Context): {finish(): void} {
	const delay = createDelayMeter(tickMs, now());
	let cursor = 0;
	let loadAt = now();

	function sampleSome(limit: number): void {
		const {items} = context.live;
		for (let remaining = Math.min(limit, items.length); remaining > 0; remaining--) {
			if (cursor >= items.length) cursor = 0;
			const tracked = items[cursor++];
			if (tracked) sampleGuarded(context, tracked);
		}
	}

	/** A blocked loop gets a record of its own: the sum of a second's delays carries no time of the block. */
	function measureLoopDelay(): void {
		const at = now();
		const ms = delay.tick(at);
		if (ms >= tickMs) context.channel.write({type: 'blocked', at, ms});
	}

	function reportLoad(): void {
		const {channel} = context;
		loadAt = now();
		channel.write({
			type: 'load',
			at: loadAt,
			...delay.take(),
			sockets: context.live.items.length + context.handleless.items.length + context.udp.items.length,
			sent: channel.sent,
			dropped: channel.dropped,
			sitesNotTaken: sitesNotTaken(),
		});
	}

	const checkFresh = guard('settle', () => checkFreshSockets(context));
	const sampling = guard('sample', () => {
		sampleSome(samplesPerTick);
		reportCollectedSockets(context);
	});
	const responses = guard('answers', () => checkResponses(context));
	const udp = guard('udp', (withSample: boolean) => checkUdp(context, withSample));
	const servers = guard('servers', () => checkServers(context));
	const pool = guard('pool', (withReport: boolean) => {
		checkPool(context);
		if (withReport) reportPool(context);
	});
	const load = guard('load', reportLoad);
	const resyncStep = guard('resync', createResync(context));

	const tick = guard('tick', () => {
		if (context.channel.dead) {
			primordialClearInterval(timer);
			releaseRequests(context);
			[context.fresh, context.handleless.items, context.udp.items].forEach(list => {
				list.length = 0;
			});
			return;
		}

		measureLoopDelay();
		context.tick++;
		context.peerNameBudget = peerNamesPerTick;
		context.shortConnectionNameBudget = shortConnectionNamesPerTick;
		context.lookupWaits = false;
		checkFresh();
		responses();
		servers();
		udp(context.tick % sampleEveryTicks === 0);
		const isDue = now() - loadAt >= loadIntervalMs - tickMs / 2;
		// Samples precede the load record: a value without a new sample by then has not changed.
		if (isDue || context.tick % sampleEveryTicks === 0) {
			sampling();
			pool(isDue);
		}

		if (isDue) load();
		resyncStep();
		context.channel.flush();
	});
	const timer = primordialSetInterval(() => tick(), tickMs);
	timer.unref();

	return {
		finish: guard('finish', () => {
			measureLoopDelay();
			checkFreshSockets(context);
			checkResponses(context);
			checkServers(context);
			checkUdp(context, true);
			sampleSome(context.live.items.length);
			// The lost records, the fact of the loss, and the end are all reported.
			context.channel.dropNewestFrame();
			reportLoad();
		}),
	};
}

/** Checks the sockets that became known since the last tick, and those that are still connecting. */
function checkFreshSockets(context: Context): void {
	const {fresh} = context;
	let kept = 0;
	for (let index = 0; index < fresh.length; index++) {
		const tracked = fresh[index];
		if (!tracked) continue;
		if (!checkFreshGuarded(context, tracked)) {
			tracked.isFresh = false;
			continue;
		}

		fresh[kept++] = tracked;
	}

	fresh.length = kept;
}

function checkFreshGuarded(context: Context, tracked: Tracked): boolean {
	try {
		return checkFreshSocket(context, tracked);
	} catch (error) {
		quarantineSocket(context, tracked, error);
		return false;
	}
}

function sampleGuarded(context: Context, tracked: Tracked): void {
	try {
		sample(context, tracked);
	} catch (error) {
		quarantineSocket(context, tracked, error);
	}
}

/** @returns whether the socket is checked again next tick */
function checkFreshSocket(context: Context, initial: Tracked): boolean {
	const {socket} = initial;
	if (socket === null || initial.closed || initial.isExcluded) return false;
	const tracked = observe(context, socket, initial);
	if (tracked === null) return false;
	if (!tracked.announced && !classifySocket(context, tracked)) return false;
	if (socket._handle) context.live.add(tracked);
	if (socket.connecting) {
		if (socket._host) reportLookupStart(context, tracked, socket._host);
		if (tracked.attemptOpen) reportHandle(context, tracked, socket);
		if (tracked.host !== null && tracked.candidateCount === 0 && now() - tracked.handleAt > longLookupMs)
			context.lookupWaits = true;
		return tracked === initial;
	}

	// On an old Node that does not touch the timer, a peer name shows that the socket is connected.
	if (tracked.connectCalled && tracked.connectedAt === 0 && socket._handle && peerOf(socket._handle) !== null)
		markConnected(context, socket, tracked);
	reportConnection(context, socket, tracked, true);
	// No handle: the accepted socket was passed on to another process.
	if (!socket._handle) reportClose(context, tracked, socket, null);
	return false;
}

/**
 * A lasting attempt reports its handle: the inode leads to the kernel's row, the name gives the source
 * address.
 */
function reportHandle(context: Context, tracked: Tracked, socket: WatchedSocket): void {
	if (tracked.handleReportedAttempt === tracked.attempts || !socket._handle) return;
	const inode = inodeOf(socket._handle);
	if (inode === null) return;
	tracked.handleReportedAttempt = tracked.attempts;
	const local = localOf(socket._handle);
	context.channel.write({type: 'handle', id: tracked.id, at: now(), local, inode});
}

/**
 * A socket that was neither accepted nor connects: created but unused, received with its connection, or no
 * connection at all.
 */
function classifySocket(context: Context, tracked: Tracked): boolean {
	const {socket} = tracked;
	if (socket === null) return false;
	const kind = handleClassName(socket._handle);
	if (kind === 'Pipe') {
		tracked.isExcluded = true;
		return false;
	}

	if (kind !== undefined) {
		announce(context, socket, tracked);
		tracked.connectedAt = tracked.createdAt;
		return true;
	}

	if (context.handleless.items.length >= handlelessLimit) return false;
	announce(context, socket, tracked);
	tracked.weakSocket = new WeakRef(socket);
	tracked.socket = null;
	context.handleless.add(tracked);
	return false;
}

/** Reports sockets that were created, never used, and garbage-collected. */
function reportCollectedSockets(context: Context): void {
	const {items} = context.handleless;
	for (let index = items.length - 1; index >= 0; index--) {
		const tracked = items[index];
		if (tracked?.weakSocket?.deref() === undefined && tracked) {
			reportClose(context, tracked, null, null, undefined, 'collected');
		}
	}
}
