/**
 * Requests of undici, which also carries the global fetch() and WebSocket: Node's built-in copy and the
 * package publish on the same channels.
 */

import {guard} from '../runtime/guard.ts';
import type {HttpMessage, WatchedSocket} from '../runtime/node-internals.ts';
import {subscribe} from '../runtime/primordials.ts';
import {trackedOf} from '../state/tracked.ts';
import {beginMessage, beginUpgrade, endMessage, reportTunnel, setProtocol} from './activity.ts';
import {attachRequest, recordResponse} from './http1.ts';
import {publishesStreams} from './http2.ts';

type Message = {
	request: HttpMessage & {upgrade?: unknown};
	response: HttpMessage;
	socket: WatchedSocket;
	headers?: unknown;
};

export function watchUndici(): void {
	// NODE_DEBUG output of undici uses these channels too, and is printed only while they have no other
	// subscriber.
	if (/undici|fetch|websocket|\*/i.test(process.env.NODE_DEBUG ?? '')) return;
	const subscribeTo = (name: string, handler: (message: Message) => void): void =>
		subscribe?.(
			`undici:${name}`,
			guard(name, message => handler(message as Message)),
		);

	subscribeTo('client:sendHeaders', ({request, socket, headers}) => {
		// Without the request line of HTTP/1: undici then carries the request by a stream of node:http2.
		const isHttp2 = typeof headers === 'string' && !headers.startsWith(`${request.method} `);
		if (isHttp2 && publishesStreams) return;
		// A retried request rides on another connection.
		endMessage(request);
		const tracked = attachRequest(socket, request, false);
		if (!tracked) return;
		if (isHttp2) setProtocol(tracked, 'h2');
		const {upgrade} = request;
		if (typeof upgrade === 'string') beginUpgrade(socket, tracked, request, upgrade);
		else if (request.method === 'CONNECT') beginUpgrade(socket, tracked, request, null);
		else beginMessage(tracked, request);
	});
	subscribeTo('request:headers', ({request, response}) => {
		const tracked = trackedOf(request);
		if (tracked?.request !== request) return;
		recordResponse(tracked, response);
		if (request.method === 'CONNECT') reportTunnel(tracked, tracked.requestStatus);
		else if (request.upgrade && tracked.requestStatus !== 101) setProtocol(tracked, null);
	});
	subscribeTo('request:trailers', ({request}) => endMessage(request));
	subscribeTo('request:error', ({request}) => endMessage(request));
}
