/**
 * Which HTTP message rides on a socket: method, path without query, status. Never headers, query or body. Per
 * request two strings and a counter are kept, and the message itself only while it is under way; what is told is the newest of a tick.
 */
import {now, subscribe} from './builtins.ts';
import type {Context} from './context.ts';
import type {HttpMessage, WatchedSocket} from './internals.ts';
import {observer} from './observers.ts';
import {type Tracked, trackedOf} from './tracked.ts';

const pathLimit = 200;

export function watchRequests(): void {
	subscribe?.(
		'http.server.request.start',
		observer('server request', message => {
			const {request, socket} = message as {request: HttpMessage; socket: WatchedSocket};
			began(socket, request, true);
		}),
	);
	subscribe?.(
		'http.server.response.finish',
		observer('server response', message => {
			const {response, socket} = message as {response: HttpMessage; socket: WatchedSocket};
			const tracked = trackedOf(socket);
			if (tracked === undefined || tracked.request === null) return;
			answered(tracked, response);
		}),
	);
	subscribe?.(
		'http.client.response.finish',
		observer('client response', message => {
			const {request, response} = message as {
				request: HttpMessage & {socket?: WatchedSocket | null};
				response: HttpMessage;
			};
			if (!request.socket) return;
			const tracked = began(request.socket, request, false);
			if (tracked === undefined) return;
			answered(tracked, response);
			tracked.answered = new WeakRef(request);
		}),
	);
}

/** A client's request has its socket only some time after it starts: looked up once a tick. */
export function lookForRequest(socket: WatchedSocket): void {
	const message = socket._httpMessage;
	if (message && typeof message.method === 'string' && typeof message.path === 'string') {
		began(socket, message, false);
	}
}

function began(socket: WatchedSocket, request: HttpMessage, inbound: boolean): Tracked | undefined {
	const tracked = trackedOf(socket);
	if (tracked === undefined || tracked.closed || tracked.request === request) return tracked;
	if (tracked.answered?.deref() === request) return tracked;
	tracked.request = request;
	tracked.requestMethod = request.method;
	tracked.requestUrl = request.url ?? request.path;
	tracked.requestInbound = inbound;
	tracked.requestStatus = 0;
	tracked.requestCount++;
	tracked.requestChanged = true;
	return tracked;
}

/** The message is let go: what hangs on it is the program's, and may be large. */
function answered(tracked: Tracked, response: HttpMessage): void {
	tracked.request = null;
	tracked.requestStatus = response.statusCode ?? 0;
	tracked.requestChanged = true;
}

export function tellLabel(context: Context, tracked: Tracked): void {
	if (!tracked.requestChanged) return;
	tracked.requestChanged = false;
	context.channel.write({
		type: 'label',
		id: tracked.id,
		at: now(),
		method: typeof tracked.requestMethod === 'string' ? tracked.requestMethod : '',
		path: pathOf(tracked.requestUrl),
		status: tracked.requestStatus,
		count: tracked.requestCount,
		inbound: tracked.requestInbound,
	});
}

function pathOf(url: unknown): string {
	if (typeof url !== 'string') return '';
	const end = url.search(/[?#]/);
	return (end === -1 ? url : url.slice(0, end)).slice(0, pathLimit);
}
