/** What a touch of the timer reveals in a process where `emit` is not intercepted. */

import type {WatchedSocket} from '../runtime/node-internals.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {announce} from './observe.ts';
import {reportLookupStart} from './report-connection.ts';

/** connect() touches the timer of a socket that has a handle, and no descriptor until the connection is begun. */
export function onTouchWithoutEmit(context: Context, socket: WatchedSocket, tracked: Tracked): void {
	if (!tracked.announced && !socket._server && !socket._parent && (socket._handle?.fd ?? 0) < 0) {
		tracked.role = 'client';
		tracked.connectCalled = true;
		announce(context, socket, tracked);
	}

	if (tracked.connectCalled && socket._host) reportLookupStart(context, tracked, socket._host);
}
