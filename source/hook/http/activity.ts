/**
 * What a connection is used for beyond one HTTP/1 message at a time: how many requests or streams are under way, and
 * the protocol that it speaks now. Only sockets that need it carry one.
 */
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {stamp, type Tracked, trackedOf} from '../state/tracked.ts';

export function setProtocol(tracked: Tracked, protocol: string | null): void {
	const activity = activityOf(tracked);
	activity.protocol = protocol;
	activity.changed = true;
}

/** @param message what stands for the request: it is given to `messageEnded` when it is over */
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
	activity.open--;
	activity.changed = true;
}

export function reportActivity(context: Context, {id, activity: exchange}: Tracked): void {
	if (!exchange?.changed) return;
	exchange.changed = false;
	const {protocol, open} = exchange;
	context.channel.write({type: 'exchange', id, at: now(), protocol, open});
}

function activityOf(tracked: Tracked) {
	tracked.activity ??= {protocol: null, open: 0, changed: false};
	return tracked.activity;
}
