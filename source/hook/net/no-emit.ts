/** What a touch of the timer has to tell where `emit` is left alone. */

import type {WatchedSocket} from '../runtime/node-internals.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {announce} from './observe.ts';
import {tellLookupStart} from './report-connection.ts';

/** connect() touches the timer of a socket that has a handle, and no descriptor until the connection is begun. */
export function touchedAlone(context: Context, socket: WatchedSocket, t: Tracked): void {
	if (!t.announced && !socket._server && !socket._parent && (socket._handle?.fd ?? 0) < 0) {
		t.role = 'client';
		t.connects = true;
		announce(context, socket, t);
	}

	if (t.connects && socket._host) tellLookupStart(context, t, socket._host);
}
