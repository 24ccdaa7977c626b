/** The events of a connection on its way: only these are seen by name, and only while the socket connects. */
import type {Address} from '../wire/records.ts';
import {isIP, now} from './builtins.ts';
import type {Context} from './context.ts';
import type {WatchedSocket} from './internals.ts';
import {addCandidate, tellCandidates, tellLookupStart} from './settle.ts';
import {type Tracked, trackedOf} from './tracked.ts';

export function onPathEvent(context: Context, socket: WatchedSocket, type: unknown, values: unknown[]): void {
	if (typeof type !== 'string') return;
	const tracked = trackedOf(socket);
	if (tracked === undefined || tracked.closed || !tracked.announced) return;
	const first = values[0];
	const second = values[1];
	const fourth = values[3];
	switch (type) {
		case 'lookup':
			tellLookupStart(context, tracked, String(fourth ?? ''));
			addCandidate(tracked, typeof second === 'string' ? second : null, first ? codeOf(first) : null, now());
			return;
		case 'connectionAttempt':
			tellCandidates(context, tracked);
			tracked.attempts++;
			tracked.attemptOpen = true;
			tracked.attempted = addressOf(first, second);
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
			attemptFailed(context, tracked, addressOf(first, second), codeOf(fourth));
			return;
		case 'connectionAttemptTimeout':
			tracked.attemptOpen = false;
			context.channel.write({
				type: 'attemptTimeout',
				id: tracked.id,
				at: now(),
				address: addressOf(first, second),
				index: tracked.attempts,
			});
	}
}

export function attemptFailed(context: Context, t: Tracked, address: Address | null, error: string): void {
	t.attemptOpen = false;
	context.channel.write({type: 'attemptFailed', id: t.id, at: now(), address, index: t.attempts, error});
}

export function codeOf(error: unknown): string {
	if (typeof error !== 'object' || error === null) return 'unknown';
	if ('code' in error && typeof error.code === 'string') return error.code;
	return 'name' in error && typeof error.name === 'string' ? error.name : 'Error';
}

function addressOf(address: unknown, port: unknown): Address | null {
	if (typeof address !== 'string') return null;
	const family = isIP(address);
	if (family === 0) return {path: address};
	return {address, port: typeof port === 'number' ? port : Number(port) || 0, family: family === 6 ? 6 : 4};
}
