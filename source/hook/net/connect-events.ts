/**
 * The events of a connecting socket: the only ones that the hook sees by name, and only while the socket
 * connects.
 */
import type {Address} from '../../wire/field-types.ts';
import {errorCode, toAddress} from '../runtime/error-fields.ts';
import type {WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {type Tracked, trackedOf} from '../state/tracked.ts';
import {addCandidate, reportLookup, reportLookupStart} from './report-connection.ts';

/** @param values the arguments of emit(): the event's name, then the event's arguments */
export function onConnectEvent(
	context: Context,
	socket: WatchedSocket,
	type: unknown,
	values: ArrayLike<unknown>,
): void {
	if (typeof type !== 'string') return;
	const tracked = trackedOf(socket);
	if (!tracked || tracked.closed || !tracked.announced) return;
	const first = values[1];
	const second = values[2];
	const fourth = values[4];
	switch (type) {
		case 'lookup':
			reportLookupStart(context, tracked, String(fourth ?? ''));
			addCandidate(
				tracked,
				typeof second === 'string' ? second : null,
				first ? errorCode(first) : null,
				now(),
			);
			return;
		case 'connectionAttempt':
			reportLookup(context, tracked);
			tracked.attempts++;
			tracked.attemptOpen = true;
			tracked.attemptAddress = toAttemptAddress(first, second);
			context.channel.write({
				type: 'attempt',
				id: tracked.id,
				at: now(),
				address: tracked.attemptAddress,
				index: tracked.attempts,
				of: Math.max(tracked.candidateCount, tracked.attempts),
			});
			return;
		case 'connectionAttemptFailed':
			reportAttemptFailed(context, tracked, toAttemptAddress(first, second), errorCode(fourth));
			return;
		case 'connectionAttemptTimeout':
			tracked.attemptOpen = false;
			context.channel.write({
				type: 'attemptTimeout',
				id: tracked.id,
				at: now(),
				address: toAttemptAddress(first, second),
				index: tracked.attempts,
			});
	}
}

export function reportAttemptFailed(
	context: Context,
	tracked: Tracked,
	address: Address | null,
	error: string,
): void {
	tracked.attemptOpen = false;
	context.channel.write({
		type: 'attemptFailed',
		id: tracked.id,
		at: now(),
		address,
		index: tracked.attempts,
		error,
	});
}

/** A Unix socket has a path in place of an address. */
const toAttemptAddress = (address: unknown, port: unknown): Address | null =>
	toAddress(address, Number(port)) ?? (typeof address === 'string' ? {path: address} : null);
