/** The events of a connection on its way: only these are seen by name, and only while the socket connects. */
import type {Address} from '../../wire/records.ts';
import {addressOf, codeOf} from '../runtime/error-fields.ts';
import type {WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {type Tracked, trackedOf} from '../state/tracked.ts';
import {addCandidate, tellCandidates, tellLookupStart} from './report-connection.ts';

/** @param values what emit() was called with: the event's name and its arguments */
export function onPathEvent(
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
			tellLookupStart(context, tracked, String(fourth ?? ''));
			addCandidate(tracked, typeof second === 'string' ? second : null, first ? codeOf(first) : null, now());
			return;
		case 'connectionAttempt':
			tellCandidates(context, tracked);
			tracked.attempts++;
			tracked.attemptOpen = true;
			tracked.attempted = placeOf(first, second);
			context.channel.write({
				type: 'attempt',
				id: tracked.id,
				at: now(),
				address: tracked.attempted,
				index: tracked.attempts,
				of: Math.max(tracked.candidateCount, tracked.attempts),
			});
			return;
		case 'connectionAttemptFailed':
			attemptFailed(context, tracked, placeOf(first, second), codeOf(fourth));
			return;
		case 'connectionAttemptTimeout':
			tracked.attemptOpen = false;
			context.channel.write({
				type: 'attemptTimeout',
				id: tracked.id,
				at: now(),
				address: placeOf(first, second),
				index: tracked.attempts,
			});
	}
}

export function attemptFailed(context: Context, t: Tracked, address: Address | null, error: string): void {
	t.attemptOpen = false;
	context.channel.write({type: 'attemptFailed', id: t.id, at: now(), address, index: t.attempts, error});
}

/** A socket file's path stands where else an address does. */
const placeOf = (address: unknown, port: unknown): Address | null =>
	addressOf(address, Number(port)) ?? (typeof address === 'string' ? {path: address} : null);
