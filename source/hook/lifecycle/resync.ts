import {reportSite} from '../net/creation-site.ts';
import {reportListener} from '../net/listeners.ts';
import {reportUdpAlive} from '../net/udp.ts';
import {now} from '../runtime/primordials.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {TrackedUdp} from '../state/tracked-udp.ts';

/** Sockets named in one tick, so that a resync does not overflow the channel again. */
const reportedPerTick = 1000;

/**
 * After dropped records: names every open socket, so that closed rows disappear and missing ones appear. The
 * resync is spread over ticks, and starts again when records are dropped meanwhile, since netwatch removes
 * every row that was not named.
 *
 * @returns the step of one tick
 */
export function createResync(context: Context): () => void {
	const {channel} = context;
	let remaining: Array<Tracked | TrackedUdp> | null = null;
	let droppedAtBegin = 0;

	function begin(): void {
		droppedAtBegin = channel.dropped;
		channel.write({type: 'resyncBegin', at: now()});
		context.servers.items.forEach(server => {
			reportListener(context, server, server.local);
			server.connections = -1;
		});
		const all: Array<Tracked | TrackedUdp> = context.udp.items.slice();
		remaining = all.concat(context.handleless.items, context.live.items);
	}

	return () => {
		if (channel.takeResyncRequest()) begin();
		if (remaining === null) return;
		if (channel.dropped !== droppedAtBegin) {
			remaining = null;
			return;
		}

		for (let count = 0; count < reportedPerTick && !channel.congested; count++) {
			const tracked = remaining.pop();
			if (!tracked) {
				remaining = null;
				// A drop in this tick may have hit the names themselves: the resync starts again.
				if (channel.dropped === droppedAtBegin) channel.write({type: 'resyncEnd', at: now()});
				return;
			}

			if (tracked instanceof TrackedUdp) reportUdpAlive(context, tracked);
			else if (!tracked.closed && !tracked.isExcluded) reportAlive(context, tracked);
		}
	};
}

function reportAlive(context: Context, tracked: Tracked): void {
	tracked.sampled = false;
	tracked.requestChanged = tracked.requestCount > 0;
	if (tracked.activity) tracked.activity.changed = true;
	const handle = tracked.socket?._handle;
	reportSite(context, tracked, tracked.createdAt);
	context.channel.write({
		type: 'alive',
		id: tracked.id,
		at: tracked.createdAt,
		kind: tracked.kind,
		role: tracked.role,
		host: tracked.host,
		local: handle ? localOf(handle) : tracked.local,
		peer: (handle ? peerOf(handle) : tracked.peer) ?? tracked.attemptAddress,
		inode: tracked.inode,
		listener: tracked.listener || null,
		connecting: tracked.socket?.connecting ?? false,
		securing: tracked.socket?.secureConnecting ?? false,
	});
}
