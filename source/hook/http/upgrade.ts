/**
 * Connections that leave HTTP (WebSocket, CONNECT): Node publishes no event for their request. The hook reads
 * the request where Node touches the socket between parsing the message and handing the socket over.
 */

import type {UpgradeMessage, WatchedSocket} from '../runtime/node-internals.ts';
import type {Tracked} from '../state/tracked.ts';
import {beginUpgrade, reportTunnel, setProtocol} from './activity.ts';
import {attachRequest, recordResponse} from './http1.ts';

export const isUpgradeRequest = ({parser}: WatchedSocket): boolean => parser?.incoming?.upgrade === true;

/** Server side: called right after the parser has run. The program's answer is not known yet. */
export function detectServerUpgrade(socket: WatchedSocket, tracked: Tracked): void {
	const request = socket.parser?.incoming;
	if (!request?.upgrade || tracked.role !== 'server') return;
	attachRequest(socket, request, true);
	beginUpgrade(socket, tracked, request, upgradeProtocol(request));
}

/** Client side: called when the socket emits; Node emits 'agentRemove' as the connection leaves HTTP. */
export function detectClientUpgrade(socket: WatchedSocket, tracked: Tracked): void {
	const request = socket._httpMessage;
	if (request?.upgradeOrConnect !== true || !request.res) return;
	attachRequest(socket, request, false);
	recordResponse(tracked, request.res);
	if (request.method === 'CONNECT') reportTunnel(tracked, request.res.statusCode ?? 0);
	else setProtocol(tracked, upgradeProtocol(request.res));
}

/** The token of the Upgrade header, e.g. "websocket"; none for CONNECT. */
function upgradeProtocol({rawHeaders}: UpgradeMessage): string | null {
	if (!Array.isArray(rawHeaders)) return null;
	for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
		if (String(rawHeaders[index]).toLowerCase() !== 'upgrade') continue;
		return /^[\w.+/-]{1,32}/.exec(String(rawHeaders[index + 1]))?.[0].toLowerCase() ?? null;
	}

	return null;
}
