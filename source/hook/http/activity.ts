/**
 * The use of a connection beyond one HTTP/1 message at a time: the number of open requests or streams, and
 * the protocol spoken now. Only sockets that need an activity record carry one.
 */
import type {WatchedSocket} from '../runtime/node-internals.ts';
import {findSymbol, getOwnPropertyDescriptor, now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {type Activity, stamp, type Tracked, trackedOf} from '../state/tracked.ts';

/** The protocol of a connection that CONNECT has made a tunnel, until HTTP is seen inside it. */
const tunnel = 'tunnel';

export function setProtocol(tracked: Tracked, protocol: string | null): void {
	const activity = activityOf(tracked);
	activity.protocol = protocol;
	activity.changed = true;
}

/** @param message the object that stands for the request; `endMessage` gets the same one */
export function beginMessage(tracked: Tracked, message: object): void {
	const activity = activityOf(tracked);
	activity.open++;
	activity.changed = true;
	stamp(message, tracked);
}

export function endMessage(message: object): void {
	const activity = trackedOf(message)?.activity;
	if (!activity) return;
	stamp(message, null);
	if (activity.upgrade === message) activity.upgrade = null;
	activity.open--;
	activity.changed = true;
}

/**
 * Begins a request that takes its connection out of HTTP once it is answered. No event reports the answer.
 *
 * @param protocol the token of the Upgrade header, or null for CONNECT
 */
export function beginUpgrade(
	socket: WatchedSocket,
	tracked: Tracked,
	request: object,
	protocol: string | null,
): void {
	beginMessage(tracked, request);
	setProtocol(tracked, protocol);
	const activity = activityOf(tracked);
	activity.upgrade = request;
	activity.writtenBefore = socket._handle?.bytesWritten ?? 0;
}

/** @param status 0 where the answer is not seen */
export function reportTunnel(tracked: Tracked, status: number): void {
	if (status === 0 || (status >= 200 && status < 300)) setProtocol(tracked, tunnel);
}

/** A request that begins on a tunnel speaks HTTP inside it. */
export function endTunnel(tracked: Tracked): void {
	const {activity} = tracked;
	if (activity === null) return;
	if (activity.upgrade) endMessage(activity.upgrade);
	if (activity.protocol === tunnel) setProtocol(tracked, null);
}

export function reportActivity(context: Context, tracked: Tracked, socket: WatchedSocket): void {
	const {id, activity} = tracked;
	if (activity === null) return;
	checkUpgradeAnswered(tracked, activity, socket);
	// A message of Node's http, inside a tunnel or cut off.
	const open = activity.open + (hasMessage(socket) ? 1 : 0);
	if (!activity.changed && open === activity.reported) return;
	activity.changed = false;
	activity.reported = open;
	context.channel.write({type: 'exchange', id, at: now(), protocol: activity.protocol, open});
}

/** A client's message stays on a socket that is not kept alive, also once its answer is complete. */
const hasMessage = ({_httpMessage: message}: WatchedSocket): boolean =>
	Boolean(message) && message?.res?.complete !== true;

/** Called as the socket is destroyed: an answer that has begun and not ended is still under way. */
export function countCutOffAnswer(tracked: Tracked, socket: WatchedSocket): void {
	if (socket._httpMessage?.res?.complete === false) activityOf(tracked).changed = true;
}

/**
 * A server has answered as soon as it has written anything; undici's client has got an answer when it has
 * given up the socket's parser.
 */
function checkUpgradeAnswered(tracked: Tracked, activity: Activity, socket: WatchedSocket): void {
	const {upgrade, protocol} = activity;
	if (upgrade === null) return;
	const isServer = tracked.role === 'server';
	if (
		isServer
			? (socket._handle?.bytesWritten ?? 0) <= activity.writtenBefore
			: getOwnPropertyDescriptor(socket, findSymbol(socket, 'parser') ?? '')?.value
	)
		return;
	endMessage(upgrade);
	if (tracked.request === upgrade) tracked.request = null;
	// A refusal ends with its connection.
	if (protocol === null && !socket.destroyed && !socket._writableState.ending)
		reportTunnel(tracked, tracked.requestStatus);
	if (protocol === null || isServer || tracked.requestStatus !== 0) return;
	// undici takes no other answer to an Upgrade header.
	tracked.requestStatus = 101;
	tracked.requestChanged = true;
}

function activityOf(tracked: Tracked): Activity {
	tracked.activity ??= {
		protocol: null,
		open: 0,
		changed: false,
		reported: 0,
		upgrade: null,
		writtenBefore: 0,
	};
	return tracked.activity;
}
