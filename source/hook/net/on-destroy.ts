/** The end of a socket: the last look at its handle, just before Node closes it. */
import type {CloseReason} from '../../wire/records.ts';
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {codeOf, errorOf, sourceOf, targetOf} from '../runtime/error-fields.ts';
import {tellExchange} from '../http/activity.ts';
import {kindOf, type WatchedSocket} from '../runtime/node-internals.ts';
import {takeLabel, tellLabel} from '../http/http1.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import {announce, observe} from './observe.ts';
import {attemptFailed} from './connect-events.ts';
import {sample} from './sample.ts';
import {settle, tellCandidates, tellWaiting} from './report-connection.ts';
import type {Tracked} from '../state/tracked.ts';

export function destroyed(
	context: Context,
	socket: WatchedSocket,
	given: Tracked,
	error: Error | null,
): void {
	const tracked = observe(context, socket, given);
	if (tracked === null || tracked.closed) return;
	if (!tracked.announced) {
		// A standard stream, also of a child; or a socket that was made and thrown away.
		const kind = kindOf(socket._handle);
		if (kind !== 'TCP' && (!error || (kind === 'Pipe' && tracked.role === 'unknown'))) {
			forget(context, tracked);
			return;
		}

		announce(context, socket, tracked);
		// It was received with its connection, and has lived for less than a tick.
		if (!tracked.connects && tracked.role !== 'client' && socket._handle)
			tracked.connectedAt = tracked.createdAt;
	}

	const unsent = socket._writableState.length;
	if (tracked.untold && !error && tracked.exchange === null && !unsent) {
		tellBrief(context, tracked, socket);
		return;
	}

	const code = error ? codeOf(error) : null;
	tellCandidates(context, tracked);
	if (tracked.attemptOpen && code !== null) attemptFailed(context, tracked, tracked.attempted, code);
	settle(context, socket, tracked, false);
	tellWaiting(context, tracked);
	// What is thrown away unsent is to be known exactly.
	if (unsent !== tracked.writableLength && socket._handle) sample(context, tracked, true);
	tellExchange(context, tracked);
	tellLabel(context, tracked);
	if (error && code !== null) tellError(context, tracked, error);
	tellClose(context, tracked, socket, code);
}

const unlabelled = {method: null, path: '', status: 0, count: 0};

/** An accepted connection that lived for less than a tick. */
function tellBrief(context: Context, t: Tracked, socket: WatchedSocket): void {
	const handle = socket._handle;
	if (handle && context.briefNamesLeft-- > 0) {
		t.peer ??= peerOf(handle);
		t.local ??= localOf(handle);
	}

	const {method, path, status, count} = takeLabel(t) ?? unlabelled;
	context.channel.write({
		type: 'brief',
		id: t.id,
		at: t.createdAt,
		kind: t.kind,
		listener: t.listener || null,
		local: t.local,
		peer: t.peer,
		firstIn: t.firstIn || null,
		firstInBytes: t.firstInBytes,
		firstOut: t.firstOut || null,
		firstOutBytes: t.firstOutBytes,
		peerEnd: t.peerEnd || null,
		localEnd: t.localEnd || null,
		method,
		path,
		status,
		count,
		closed: t.age(),
		bytesRead: handle?.bytesRead ?? null,
		bytesWritten: handle?.bytesWritten ?? null,
		reason: reasonOf(context, t, null),
	});
	forget(context, t);
}

/** Also for a socket whose class destroys it in its own way: noticed a tick later. */
export function tellClose(
	context: Context,
	tracked: Tracked,
	socket: WatchedSocket | null,
	code: string | null,
): void {
	const handle = socket?._handle;
	context.channel.write({
		type: 'close',
		id: tracked.id,
		at: now(),
		hadError: code !== null,
		bytesRead: handle?.bytesRead ?? null,
		bytesWritten: handle?.bytesWritten ?? null,
		reason: socket?.destroyed === false ? 'unknown' : reasonOf(context, tracked, code),
	});
	forget(context, tracked);
}

function forget(context: Context, tracked: Tracked): void {
	tracked.closed = true;
	tracked.socket = null;
	tracked.weak = null;
	tracked.request = null;
	tracked.response = null;
	context.live.remove(tracked);
	context.created.remove(tracked);
}

function reasonOf(context: Context, tracked: Tracked, code: string | null): CloseReason {
	if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset';
	if (code === 'ETIMEDOUT') return 'timeout';
	// A listener of 'timeout' that destroys the socket does so in the tick the timer fired in.
	if (tracked.timeoutTick === context.tick) return 'timeout';
	if (code !== null) return 'error';
	return tracked.endedFirst ?? 'local-destroy';
}

function tellError(context: Context, tracked: Tracked, error: Error): void {
	const told = errorOf(error);
	const target = targetOf(error);
	// What a client's own bind was asked for is its own end.
	const isBind = told.operation === 'bind';
	context.channel.write({
		type: 'error',
		id: tracked.id,
		at: now(),
		...told,
		local: (isBind ? target : sourceOf(error)) ?? tracked.local,
		peer: (isBind ? null : target) ?? tracked.peer ?? tracked.attempted,
	});
}
