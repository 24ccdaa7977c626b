import {tellSite} from '../net/creation-site.ts';
import {tellListener} from '../net/listeners.ts';
import {tellUdpAlive} from '../net/udp.ts';
import {now} from '../runtime/primordials.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {TrackedUdp} from '../state/tracked-udp.ts';

/** Sockets named in one tick, so that naming them does not overflow the channel again. */
const namedATick = 1000;

/**
 * After records were dropped: names every socket that lives, so that no closed row is left standing and none that
 * opened meanwhile is missing. Spread over ticks; begun again if records were dropped on the way, since netwatch
 * takes whoever is not named for gone.
 * @returns the step of one tick
 */
export function createResync(context: Context): () => void {
	const {channel} = context;
	let left: Array<Tracked | TrackedUdp> | null = null;
	let droppedBefore = 0;

	function begin(): void {
		droppedBefore = channel.dropped;
		channel.write({type: 'resyncBegin', at: now()});
		context.servers.items.forEach(server => {
			tellListener(context, server, server.local);
			server.connections = -1;
		});
		const all: Array<Tracked | TrackedUdp> = context.udp.items.slice();
		left = all.concat(context.created.items, context.live.items);
	}

	return () => {
		if (channel.takeResync()) begin();
		if (left === null) return;
		if (channel.dropped !== droppedBefore) {
			left = null;
			return;
		}

		for (let count = 0; count < namedATick && !channel.congested; count++) {
			const tracked = left.pop();
			if (!tracked) {
				left = null;
				// What was named in this tick may itself have been dropped: then it is begun again.
				if (channel.dropped === droppedBefore) channel.write({type: 'resyncEnd', at: now()});
				return;
			}

			if (tracked instanceof TrackedUdp) tellUdpAlive(context, tracked);
			else if (!tracked.closed && !tracked.ignored) nameAlive(context, tracked);
		}
	};
}

function nameAlive(context: Context, tracked: Tracked): void {
	tracked.sampled = false;
	tracked.requestChanged = tracked.requestCount > 0;
	if (tracked.exchange) tracked.exchange.changed = true;
	const handle = tracked.socket?._handle;
	tellSite(context, tracked, tracked.createdAt);
	context.channel.write({
		type: 'alive',
		id: tracked.id,
		at: tracked.createdAt,
		kind: tracked.kind,
		role: tracked.role,
		host: tracked.host,
		local: handle ? localOf(handle) : tracked.local,
		peer: (handle ? peerOf(handle) : tracked.peer) ?? tracked.attempted,
		inode: tracked.inode,
		listener: tracked.listener || null,
		connecting: tracked.socket?.connecting ?? false,
		securing: tracked.socket?.secureConnecting ?? false,
	});
}
