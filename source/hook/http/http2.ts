/**
 * The streams of HTTP/2 sessions, on Node versions that publish them (22.17, 24.2 and newer). Older versions
 * offer no way from a stream to the socket of its session.
 */

import {noteCountedBytes} from '../net/first-bytes.ts';
import {stringOrEmpty} from '../runtime/error-fields.ts';
import {guard} from '../runtime/guard.ts';
import type {HttpMessage, WatchedSocket} from '../runtime/node-internals.ts';
import {findSymbol, subscribe} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {trackedOf} from '../state/tracked.ts';
import {beginMessage, endMessage, setProtocol} from './activity.ts';
import {recordRequest, recordResponse} from './http1.ts';

const [major, minor] = process.versions.node.split('.', 2).map(Number);

/** This Node publishes the streams of HTTP/2. */
export const publishesStreams =
	major !== undefined &&
	minor !== undefined &&
	(major > 24 || (major === 24 && minor >= 2) || (major === 22 && minor >= 17));

type Stream = HttpMessage & {session?: object | null};
type Message = {stream: Stream; headers: {[name: string]: unknown}};

export function watchStreams(context: Context): void {
	for (const side of ['client', 'server']) {
		const subscribeTo = (event: string, handler: (message: Message) => void): void =>
			subscribe?.(
				`http2.${side}.stream.${event}`,
				guard(`${side} stream ${event}`, message => handler(message as Message)),
			);

		subscribeTo('start', ({stream, headers}) => {
			const socket = sessionSocket(stream.session);
			const tracked = socket && trackedOf(socket);
			if (!tracked || tracked.closed) return;
			noteCountedBytes(context, socket, tracked);
			if (tracked.activity === null) setProtocol(tracked, 'h2');
			beginMessage(tracked, stream);
			// The stream stands for its request, which has no object of its own.
			tracked.request = stream;
			recordRequest(
				tracked,
				{method: stringOrEmpty(headers[':method']), path: stringOrEmpty(headers[':path'])},
				side === 'server',
			);
		});
		subscribeTo('finish', ({stream, headers}) => {
			const tracked = trackedOf(stream);
			if (tracked?.socket) noteCountedBytes(context, tracked.socket, tracked);
			if (tracked?.request === stream) recordResponse(tracked, {statusCode: Number(headers[':status']) || 0});
		});
		subscribeTo('close', ({stream}) => {
			const tracked = trackedOf(stream);
			if (tracked?.request === stream) tracked.request = null;
			endMessage(stream);
		});
	}
}

let socketKey: symbol | undefined;

/** Not `session.socket`: that getter creates a proxy on first use. */
function sessionSocket(session: object | null | undefined): WatchedSocket | undefined {
	if (!session) return undefined;
	socketKey ??= findSymbol(session, 'socket');
	return socketKey && (session as {[key: symbol]: WatchedSocket | undefined})[socketKey];
}
