/**
 * The streams of HTTP/2 sessions, where Node publishes them (22.17, 24.2 and newer). Older ones keep the session
 * of a socket where nobody else can see it.
 */

import {textOf} from '../runtime/error-fields.ts';
import {observer} from '../runtime/guard.ts';
import type {HttpMessage, WatchedSocket} from '../runtime/node-internals.ts';
import {subscribe, symbolOf} from '../runtime/primordials.ts';
import {trackedOf} from '../state/tracked.ts';
import {messageBegan, messageEnded, speaks} from './activity.ts';
import {answered, label} from './http1.ts';

type Stream = HttpMessage & {session?: object | null};
type Message = {stream: Stream; headers: {[name: string]: unknown}};

export function watchStreams(): void {
	for (const side of ['client', 'server']) {
		const on = (event: string, look: (message: Message) => void): void =>
			subscribe?.(
				`http2.${side}.stream.${event}`,
				observer(`${side} stream ${event}`, message => look(message as Message)),
			);

		on('start', ({stream, headers}) => {
			const socket = socketOf(stream.session);
			const tracked = socket && trackedOf(socket);
			if (!tracked || tracked.closed) return;
			if (tracked.exchange === null) speaks(tracked, 'h2');
			messageBegan(tracked, stream);
			// The stream stands for its request, which has no object of its own.
			tracked.request = stream;
			label(tracked, {method: textOf(headers[':method']), path: textOf(headers[':path'])}, side === 'server');
		});
		on('finish', ({stream, headers}) => {
			const tracked = trackedOf(stream);
			if (tracked?.request === stream) answered(tracked, {statusCode: Number(headers[':status']) || 0});
		});
		on('close', ({stream}) => {
			const tracked = trackedOf(stream);
			if (tracked?.request === stream) tracked.request = null;
			messageEnded(stream);
		});
	}
}

let socketKey: symbol | undefined;

/** Not `session.socket`: that is a proxy, made when it is first asked for. */
function socketOf(session: object | null | undefined): WatchedSocket | undefined {
	if (!session) return undefined;
	socketKey ??= symbolOf(session, 'socket');
	return socketKey && (session as {[key: symbol]: WatchedSocket | undefined})[socketKey];
}
