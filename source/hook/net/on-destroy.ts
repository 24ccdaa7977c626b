/** The end of a socket: the last look at its handle, just before Node closes it. */

import {tellExchange} from '../http/activity.ts';
import {takeLabel, tellLabel} from '../http/http1.ts';
import {codeOf, errorOf, sourceOf, targetOf} from '../runtime/error-fields.ts';
import {kindOf, type WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {attemptFailed} from './connect-events.ts';
import {announce, observe} from './observe.ts';
import {forget, reasonOf, tellClose} from './report-close.ts';
import {settle, tellCandidates, tellWaiting} from './report-connection.ts';
import {sample} from './sample.ts';

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
