/** The end of a socket: its handle is read a last time, just before Node closes it. */

import {countCutOffAnswer, reportActivity} from '../http/activity.ts';
import {detectClientRequest, reportLabel, takeLabel} from '../http/http1.ts';
import {errorCode, errorFields, errorSource, errorTarget} from '../runtime/error-fields.ts';
import {handleClassName, type WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import {localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {reportAttemptFailed} from './connect-events.ts';
import {announce, observe} from './observe.ts';
import {closeReason, reportClose, untrack} from './report-close.ts';
import {reportConnection, reportLookup, reportPendingSteps} from './report-connection.ts';
import {sample} from './sample.ts';
import {reportTlsOffer} from './tls-offer.ts';

export function onDestroy(
	context: Context,
	socket: WatchedSocket,
	initial: Tracked,
	error: Error | null,
): void {
	const tracked = observe(context, socket, initial);
	if (tracked === null || tracked.closed) return;
	if (!tracked.announced) {
		// A standard stream (also of a child process), or a socket that was created and discarded.
		const kind = handleClassName(socket._handle);
		if (kind !== 'TCP' && (!error || (kind === 'Pipe' && tracked.role === 'unknown'))) {
			untrack(context, tracked);
			return;
		}

		announce(context, socket, tracked);
		// A socket received with its connection that lived for less than a tick.
		if (!tracked.connectCalled && tracked.role !== 'client' && socket._handle)
			tracked.connectedAt = tracked.createdAt;
	}

	if (tracked.role === 'client') {
		detectClientRequest(socket);
		countCutOffAnswer(tracked, socket);
	}

	const unsent = socket._writableState.length;
	if (tracked.createPending && !error && tracked.activity === null && !unsent) {
		reportShortConnection(context, tracked, socket);
		return;
	}

	const code = error ? errorCode(error) : null;
	reportLookup(context, tracked);
	if (tracked.attemptOpen && code !== null)
		reportAttemptFailed(context, tracked, tracked.attemptAddress, code);
	reportConnection(context, socket, tracked, false);
	reportPendingSteps(context, tracked);
	// The number of discarded unsent bytes must be exact.
	if (unsent !== tracked.writableLength && socket._handle) sample(context, tracked, true);
	reportActivity(context, tracked, socket);
	reportLabel(context, tracked);
	if (error) reportTlsOffer(context, tracked, socket);
	if (error && code !== null) reportError(context, tracked, error);
	reportClose(context, tracked, socket, code, error);
}

const noLabel = {method: null, path: '', status: 0, count: 0};

/** An accepted connection that lived for less than a tick. */
function reportShortConnection(context: Context, tracked: Tracked, socket: WatchedSocket): void {
	const handle = socket._handle;
	if (handle && context.shortConnectionNameBudget-- > 0) {
		tracked.peer ??= peerOf(handle);
		tracked.local ??= localOf(handle);
	}

	const {method, path, status, count} = takeLabel(tracked) ?? noLabel;
	context.channel.write({
		type: 'shortConnection',
		id: tracked.id,
		at: tracked.createdAt,
		kind: tracked.kind,
		listener: tracked.listener || null,
		local: tracked.local,
		peer: tracked.peer,
		firstIn: tracked.firstIn > 0 ? tracked.firstIn : null,
		firstInBytes: tracked.firstInBytes,
		firstOut: tracked.firstOut > 0 ? tracked.firstOut : null,
		firstOutBytes: tracked.firstOutBytes,
		peerEnd: tracked.peerEnd || null,
		localEnd: tracked.localEnd || null,
		method,
		path,
		status,
		count,
		closed: tracked.ageUs(),
		bytesRead: handle?.bytesRead ?? null,
		bytesWritten: handle?.bytesWritten ?? null,
		reason: closeReason(context, tracked, null),
	});
	untrack(context, tracked);
}

function reportError(context: Context, tracked: Tracked, error: Error): void {
	const fields = errorFields(error);
	const target = errorTarget(error);
	// The target of a failed bind() in connect() is the local address.
	const isBind = fields.operation === 'bind';
	context.channel.write({
		type: 'error',
		id: tracked.id,
		at: now(),
		...fields,
		local: (isBind ? target : errorSource(error)) ?? tracked.local,
		peer: (isBind ? null : target) ?? tracked.peer ?? tracked.attemptAddress,
	});
}
