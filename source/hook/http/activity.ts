/**
 * The use of a connection beyond one HTTP/1 message at a time: the number of open requests or streams, and
 * the protocol spoken now. Only sockets that need an activity record carry one.
 */
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {stamp, type Tracked, trackedOf} from '../state/tracked.ts';

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
