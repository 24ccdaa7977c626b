/**
 * What a connection is used for beyond one HTTP/1 message at a time: how many requests or streams are under way, and
 * the protocol that it speaks now. Only sockets that need it carry one.
 */
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {stamp, type Tracked, trackedOf} from '../state/tracked.ts';

export function speaks(tracked: Tracked, protocol: string | null): void {
	const exchange = exchangeOf(tracked);
	exchange.protocol = protocol;
	exchange.changed = true;
}

/** @param message what stands for the request: it is given to `messageEnded` when it is over */
export function messageBegan(tracked: Tracked, message: object): void {
	const exchange = exchangeOf(tracked);
	exchange.open++;
	exchange.changed = true;
	stamp(message, tracked);
}

export function messageEnded(message: object): void {
	const exchange = trackedOf(message)?.exchange;
	if (!exchange) return;
	stamp(message, null);
	exchange.open--;
	exchange.changed = true;
}

export function tellExchange(context: Context, {id, exchange}: Tracked): void {
	if (!exchange?.changed) return;
	exchange.changed = false;
	const {protocol, open} = exchange;
	context.channel.write({type: 'exchange', id, at: now(), protocol, open});
}

function exchangeOf(tracked: Tracked) {
	tracked.exchange ??= {protocol: null, open: 0, changed: false};
	return tracked.exchange;
}
