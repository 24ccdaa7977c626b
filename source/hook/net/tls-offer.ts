/**
 * What a TLS client asks for, where its handshake fails or is long in coming: the server's name, the protocols above
 * TLS, and, of TLS on another connection, the host and port that it is meant for.
 */
import type {WatchedSocket} from '../runtime/node-internals.ts';
import {findSymbol, now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';

/** The options of tls.connect(), of which Node has made a copy: reading them runs no code of the program. */
type ConnectOptions = {servername?: unknown; host?: unknown; port?: unknown; ALPNProtocols?: unknown};

export function reportTlsOffer({channel}: Context, tracked: Tracked, socket: WatchedSocket): void {
	if (tracked.offerReported || tracked.role !== 'client' || socket.secureConnecting !== true) return;
	tracked.offerReported = true;
	const options = valueAt(socket, 'connect-options') as ConnectOptions | undefined;
	if (!options) return;
	const {servername, host, ALPNProtocols: alpn} = options;
	const request = socket._httpMessage;
	const port = Number(options.port) || (request ? requestPort(request) : 0);
	channel.write({
		type: 'tlsOffer',
		id: tracked.id,
		at: now(),
		servername: textOf(servername),
		alpn: Array.isArray(alpn) ? alpn.filter(each => typeof each === 'string') : [],
		host: textOf(host) ?? textOf(request?.host),
		port: port || null,
		http: Boolean(request),
	});
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function valueAt(object: object, description: string): unknown {
	const symbol = findSymbol(object, description);
	return symbol === undefined ? undefined : Reflect.get(object, symbol);
}

/** The port in the request's Host header, which leaves out the usual one: an agent that wraps a socket drops the option. */
function requestPort(request: object): number {
	const headers = valueAt(request, 'kOutHeaders') as Record<string, [string, unknown]> | null | undefined;
	return Number(/:(\d+)$/.exec(String(headers?.host?.[1]))?.[1] ?? 443);
}
