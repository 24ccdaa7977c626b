/**
 * The HTTP message on a socket: method, path without query, status. Never headers, query or body. Each
 * request costs two strings and a counter; the message itself is kept only while it is under way, and a
 * sample reports the newest. A server's responses are checked once a tick: a diagnostics message for each
 * would cost a busy server more than all other observation.
 */

import {stringOrEmpty} from '../runtime/error-fields.ts';
import {guard} from '../runtime/guard.ts';
import type {HttpMessage, WatchedSocket} from '../runtime/node-internals.ts';
import {now, subscribe} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import {type Tracked, trackedOf} from '../state/tracked.ts';
import {endTunnel} from './activity.ts';

const pathLimit = 200;

/** Ticks between two checks of slow responses: there may be thousands of them. */
const slowCheckEveryTicks = 5;

let isStopped = false;

/** Drops all references to messages once netwatch is gone: from then on no tick would release them. */
export function releaseRequests({
	live,
	pendingResponses: answering,
	slowResponses: slowAnswers,
}: Context): void {
	isStopped = true;
	[live.items, answering, slowAnswers].forEach(list => {
		list.forEach(tracked => {
			tracked.request = null;
			tracked.response = null;
		});
		list.length = 0;
	});
}

export function watchRequests(context: Context): void {
	subscribe?.(
		'http.server.request.start',
		guard('server request', message => {
			const {request, response, socket} = message as {
				request: HttpMessage;
				response: HttpMessage;
				socket: WatchedSocket;
			};
			const tracked = trackedOf(socket);
			if (!tracked || tracked.closed || isStopped) return;
			recordRequest(tracked, request, true);
			tracked.response = response;
			if (tracked.responsePending) return;
			tracked.responsePending = true;
			context.pendingResponses.push(tracked);
		}),
	);
	subscribe?.(
		'http.client.response.finish',
		guard('client response', message => {
			const {request, response} = message as {
				request: HttpMessage & {socket?: WatchedSocket | null};
				response: HttpMessage;
			};
			if (!request.socket) return;
			const tracked = attachRequest(request.socket, request, false);
			if (!tracked) return;
			recordResponse(tracked, response);
			tracked.lastAnsweredRequest = new WeakRef(request);
		}),
	);
}

/**
 * A client's request gets its socket only some time after it starts, so the socket is checked once a tick.
 */
export function detectClientRequest(socket: WatchedSocket): void {
	const message = socket._httpMessage;
	if (message && typeof message.method === 'string' && typeof message.path === 'string') {
		attachRequest(socket, message, false);
	}
}

export function attachRequest(
	socket: WatchedSocket,
	request: HttpMessage,
	inbound: boolean,
): Tracked | undefined {
	const tracked = trackedOf(socket);
	if (!tracked || tracked.closed || isStopped || tracked.request === request) return tracked;
	if (tracked.lastAnsweredRequest?.deref() === request) return tracked;
	tracked.request = request;
	recordRequest(tracked, request, inbound);
	return tracked;
}

export function recordRequest(tracked: Tracked, request: HttpMessage, inbound: boolean): void {
	endTunnel(tracked);
	tracked.requestMethod = request.method;
	tracked.requestUrl = request.url ?? request.path;
	tracked.requestInbound = inbound;
	tracked.requestStatus = 0;
	tracked.requestCount++;
	tracked.requestChanged = true;
}

/** Checks once a tick which responses have been sent, and releases those. */
export function checkResponses({
	pendingResponses: answering,
	slowResponses: slowAnswers,
	tick,
}: Context): void {
	if (tick % slowCheckEveryTicks === 0) keepPending(slowAnswers, slowAnswers, 0);
	keepPending(answering, slowAnswers, slowAnswers.length);
	answering.length = 0;
}

/**
 * Moves the responses that are still pending to another list.
 *
 * @param to receives the pending ones from index `kept` on, and is cut after the last
 * @param kept number of items of `to` that stay
 */
function keepPending(from: Tracked[], to: Tracked[], kept: number): void {
	for (let index = 0; index < from.length; index++) {
		const tracked = from[index];
		if (!tracked) continue;
		checkResponseSent(tracked);
		if (tracked.response === null) tracked.responsePending = false;
		else to[kept++] = tracked;
	}

	to.length = kept;
}

/** A response has been sent when it is finished, its output is empty, and its socket was detached. */
function checkResponseSent(tracked: Tracked): void {
	const {response} = tracked;
	if (response === null || response.finished !== true || response.socket || response.outputSize !== 0) return;
	recordResponse(tracked, response);
}

/** Releases the message: it holds objects of the program, which may be large. */
export function recordResponse(tracked: Tracked, response: HttpMessage): void {
	tracked.request = null;
	tracked.response = null;
	tracked.requestStatus = response.statusCode ?? 0;
	tracked.requestChanged = true;
}

export type Label = {method: string; path: string; status: number; count: number; inbound: boolean};

/** @returns the label that has not been reported yet, or null */
export function takeLabel(tracked: Tracked): Label | null {
	checkResponseSent(tracked);
	if (!tracked.requestChanged) return null;
	tracked.requestChanged = false;
	const path = requestPath(tracked.requestUrl);
	// A copy: a slice would keep all of a long query in memory.
	if (tracked.requestStatus !== 0) tracked.requestUrl = Buffer.from(path).toString();
	return {
		method: stringOrEmpty(tracked.requestMethod),
		path,
		status: tracked.requestStatus,
		count: tracked.requestCount,
		inbound: tracked.requestInbound,
	};
}

export function reportLabel(context: Context, tracked: Tracked): void {
	const pendingLabel = takeLabel(tracked);
	if (pendingLabel !== null)
		context.channel.write({type: 'label', id: tracked.id, at: now(), ...pendingLabel});
}

/** A request to a proxy begins with a scheme or a host, and may carry a user name and a password. */
const credentials = /^((?:[a-z][\w+.-]*:)?(?:\/\/)?)[^/?#]*@/i;

function requestPath(value: unknown): string {
	if (typeof value !== 'string') return '';
	const url = value[0] === '/' ? value : value.replace(credentials, '$1');
	let end = 0;
	while (end < url.length && end < pathLimit && url[end] !== '?' && url[end] !== '#') end++;
	return url.slice(0, end);
}
