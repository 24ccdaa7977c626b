import type {CloseReason} from '../../wire/field-types.ts';
import {errorFields} from '../runtime/error-fields.ts';
import type {WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';

/** Also called, a tick later, for a socket whose class overrides its destruction. */
export function reportClose(
	context: Context,
	tracked: Tracked,
	socket: WatchedSocket | null,
	code: string | null,
	error?: unknown,
	reason?: CloseReason,
): void {
	const handle = socket?._handle;
	context.channel.write({
		type: 'close',
		id: tracked.id,
		at: now(),
		hadError: code !== null,
		bytesRead: handle?.bytesRead ?? null,
		bytesWritten: handle?.bytesWritten ?? null,
		reason:
			reason ?? (socket?.destroyed === false ? 'handed-over' : closeReason(context, tracked, code, error)),
	});
	untrack(context, tracked);
}

export function untrack(context: Context, tracked: Tracked): void {
	tracked.closed = true;
	tracked.socket = null;
	tracked.weakSocket = null;
	tracked.request = null;
	tracked.response = null;
	context.live.remove(tracked);
	context.handleless.remove(tracked);
}

export function closeReason(
	context: Context,
	tracked: Tracked,
	code: string | null,
	error?: unknown,
): CloseReason {
	// Without a system call, Node itself has refused to write behind the other side's end.
	if (code === 'ECONNRESET' || (code === 'EPIPE' && errorFields(error).operation)) return 'reset';
	if (code === 'ETIMEDOUT') return 'timeout';
	// A listener of 'timeout' that destroys the socket does so in the tick the timer fired in.
	if (tracked.timeoutTick === context.tick) return 'timeout';
	if (code !== null) return 'error';
	return tracked.firstEnd ?? 'local-destroy';
}
