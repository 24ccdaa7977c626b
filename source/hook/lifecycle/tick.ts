/** The hook's one timer: settles new connections, samples, measures how late the event loop is, and sends. */

import {checkAnswers, forgetRequests} from '../http/http1.ts';
import {sitesNotTaken} from '../net/creation-site.ts';
import {announce, connected, observe} from '../net/observe.ts';
import {oddSocket} from '../net/quarantine.ts';
import {tellClose} from '../net/report-close.ts';
import {settle, tellLookupStart} from '../net/report-connection.ts';
import {sample} from '../net/sample.ts';
import {checkServers} from '../net/servers.ts';
import {checkUdp} from '../net/udp.ts';
import {observer} from '../runtime/guard.ts';
import {createDelayMeter} from '../runtime/loop-delay.ts';
import {kindOf, type WatchedSocket} from '../runtime/node-internals.ts';
import {clearIntervalOnce, now, setIntervalOnce} from '../runtime/primordials.ts';
import {inodeOf, localOf, peerOf} from '../runtime/socket-names.ts';
import {briefNamesATick, type Context, namesATick, sampleEvery} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {createResync} from './resync.ts';

export const tickMs = 50;
/** The load is told once a second: by the clock, as ticks may come late. */
const loadMs = 1000;
/** At most this many sockets are sampled in one tick, so that a tick stays short. */
const samplesATick = 4096;
const createdLimit = 4096;

export function startTicking(context: Context): {finish(): void} {
	const delay = createDelayMeter(tickMs, now());
	let cursor = 0;
	let loadAt = now();

	function sampleSome(limit: number): void {
		const {items} = context.live;
		for (let left = Math.min(limit, items.length); left > 0; left--) {
			if (cursor >= items.length) cursor = 0;
			const tracked = items[cursor++];
			if (tracked) sampleGuarded(context, tracked);
		}
	}

	/** A loop that did not run is told by itself: a share of a second's delays says not when. */
	function measure(): void {
		const at = now();
		const ms = delay.tick(at);
		if (ms >= tickMs) context.channel.write({type: 'blocked', at, ms});
	}

	function tellLoad(): void {
		const {channel} = context;
		loadAt = now();
		channel.write({
			type: 'load',
			at: loadAt,
			...delay.take(),
			sockets: context.live.items.length + context.created.items.length + context.udp.items.length,
			sent: channel.sent,
			dropped: channel.dropped,
			sitesNotTaken: sitesNotTaken(),
		});
	}

	const settleFresh = observer('settle', () => settleAll(context));
	const sampling = observer('sample', () => {
		sampleSome(samplesATick);
		checkCreated(context);
	});
	const answers = observer('answers', () => checkAnswers(context));
	const udp = observer('udp', (withSample: boolean) => checkUdp(context, withSample));
	const servers = observer('servers', () => checkServers(context));
	const load = observer('load', tellLoad);
	const resyncing = observer('resync', createResync(context));

	const tick = observer('tick', () => {
		if (context.channel.dead) {
			clearIntervalOnce(timer);
			forgetRequests(context);
			[context.fresh, context.created.items, context.udp.items].forEach(list => {
				list.length = 0;
			});
			return;
		}

		measure();
		context.tick++;
		context.namesLeft = namesATick;
		context.briefNamesLeft = briefNamesATick;
		settleFresh();
		answers();
		servers();
		udp(context.tick % sampleEvery === 0);
		const isDue = now() - loadAt >= loadMs - tickMs / 2;
		// What the samples before it do not tell has not changed.
		if (isDue || context.tick % sampleEvery === 0) sampling();
		if (isDue) load();
		resyncing();
		context.channel.flush();
	});
	const timer = setIntervalOnce(() => tick(), tickMs);
	timer.unref();

	return {
		finish: observer('finish', () => {
			measure();
			settleAll(context);
			checkAnswers(context);
			checkServers(context);
			checkUdp(context, true);
			sampleSome(context.live.items.length);
			// Whatever was lost, that it was, and the end, are told.
			context.channel.makeRoom();
			tellLoad();
		}),
	};
}

/** Sockets that became known since the last tick, and those that are still connecting. */
function settleAll(context: Context): void {
	const {fresh} = context;
	let kept = 0;
	for (let index = 0; index < fresh.length; index++) {
		const tracked = fresh[index];
		if (!tracked) continue;
		if (!settleGuarded(context, tracked)) {
			tracked.waiting = false;
			continue;
		}

		fresh[kept++] = tracked;
	}

	fresh.length = kept;
}

function settleGuarded(context: Context, tracked: Tracked): boolean {
	try {
		return settleOne(context, tracked);
	} catch (error) {
		oddSocket(context, tracked, error);
		return false;
	}
}

function sampleGuarded(context: Context, tracked: Tracked): void {
	try {
		sample(context, tracked);
	} catch (error) {
		oddSocket(context, tracked, error);
	}
}

/** @returns whether to look again next tick. */
function settleOne(context: Context, given: Tracked): boolean {
	const {socket} = given;
	if (socket === null || given.closed || given.ignored) return false;
	const tracked = observe(context, socket, given);
	if (tracked === null) return false;
	if (!tracked.announced && !decide(context, tracked)) return false;
	if (socket._handle) context.live.add(tracked);
	if (socket.connecting) {
		if (socket._host) tellLookupStart(context, tracked, socket._host);
		if (tracked.attemptOpen) tellHandle(context, tracked, socket);
		return tracked === given;
	}

	// Without a touch of its timer (an old Node), a name of the other side tells that it is connected.
	if (tracked.connects && tracked.connectedAt === 0 && socket._handle && peerOf(socket._handle) !== null)
		connected(context, socket, tracked);
	settle(context, socket, tracked, true);
	// It was passed on to another process right after it was accepted.
	if (!socket._handle) tellClose(context, tracked, socket, null);
	return false;
}

/** An attempt that lasts: by its inode the kernel's view is found, by its name the source address. */
function tellHandle(context: Context, tracked: Tracked, socket: WatchedSocket): void {
	if (tracked.handleTold === tracked.attempts || !socket._handle) return;
	const inode = inodeOf(socket._handle);
	if (inode === null) return;
	tracked.handleTold = tracked.attempts;
	const local = localOf(socket._handle);
	context.channel.write({type: 'handle', id: tracked.id, at: now(), local, inode});
}

/** A socket that nobody accepted and that does not connect: made but not used, received, or no connection at all. */
function decide(context: Context, tracked: Tracked): boolean {
	const {socket} = tracked;
	if (socket === null) return false;
	const kind = kindOf(socket._handle);
	if (kind === 'Pipe') {
		tracked.ignored = true;
		return false;
	}

	if (kind !== undefined) {
		announce(context, socket, tracked);
		tracked.connectedAt = tracked.createdAt;
		return true;
	}

	if (context.created.items.length >= createdLimit) return false;
	announce(context, socket, tracked);
	tracked.weak = new WeakRef(socket);
	tracked.socket = null;
	context.created.add(tracked);
	return false;
}

/** Sockets that were made, never used, and thrown away. */
function checkCreated(context: Context): void {
	const {items} = context.created;
	for (let index = items.length - 1; index >= 0; index--) {
		const tracked = items[index];
		if (tracked?.weak?.deref() === undefined && tracked) {
			tellClose(context, tracked, null, null);
		}
	}
}
