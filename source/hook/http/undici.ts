/** Requests of undici, which is also the global fetch() and WebSocket: Node's own and the package publish the same. */

import {observer} from '../runtime/guard.ts';
import type {HttpMessage, WatchedSocket} from '../runtime/node-internals.ts';
import {subscribe} from '../runtime/primordials.ts';
import {trackedOf} from '../state/tracked.ts';
import {messageBegan, messageEnded, speaks} from './activity.ts';
import {answered, began} from './http1.ts';

type Message = {
	request: HttpMessage & {upgrade?: unknown};
	response: HttpMessage;
	socket: WatchedSocket;
};

export function watchUndici(): void {
	// Where it prints what it does, it does so by these channels, and only while nobody else has subscribed.
	if (/undici|fetch|websocket|\*/i.test(process.env.NODE_DEBUG ?? '')) return;
	const on = (name: string, look: (message: Message) => void): void =>
		subscribe?.(
			`undici:${name}`,
			observer(name, message => look(message as Message)),
		);

	on('client:sendHeaders', ({request, socket}) => {
		// A request that is tried again rides on another connection.
		messageEnded(request);
		const tracked = began(socket, request, false);
		if (!tracked) return;
		messageBegan(tracked, request);
		if (typeof request.upgrade === 'string') speaks(tracked, request.upgrade);
	});
	on('request:headers', ({request, response}) => {
		const tracked = trackedOf(request);
		if (tracked?.request === request) answered(tracked, response);
	});
	on('request:trailers', ({request}) => messageEnded(request));
	on('request:error', ({request}) => messageEnded(request));
}
