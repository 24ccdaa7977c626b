import {isIP} from 'node:net';
import type {RouteFlow} from '../../domain/route.ts';
import {err, ok, type Result} from '../../shared/result.ts';
import {unmapIPv4} from '../parsing/address.ts';

/** A line for `ip -batch`. Only buildRouteQuery creates one: no other text may reach ip. */
export type RouteQuery = {
	/** The destination, without scope and prefix. */
	address: string;
	line: string;
};

/**
 * Builds the query for the route to an address. Without a source, the answer has the one that the host would
 * choose.
 *
 * @param address IPv4 or IPv6, also mapped or scoped (`::ffff:10.0.0.1`, `fe80::1%eth0`)
 * @param device the device that the socket is bound to, or the scope of a link-local address
 * @param source the source that the socket is bound to, of the same family
 * @param flow protocol and ports, where policy rules read them
 * @returns a reason where the text is not an address or not a device name: `ip -batch` would stop at it
 */
export const buildRouteQuery = (
	address: string,
	device: string | null = null,
	source: string | null = null,
	flow: RouteFlow | null = null,
): Result<RouteQuery> => {
	const {bare, scope} = splitScope(address);
	const outDevice = device ?? scope;
	if (isIP(bare) === 0) return err('not an address');
	let line = `route get ${bare}`;
	if (source !== null) {
		const from = splitScope(source).bare;
		if (isIP(from) !== isIP(bare)) return err('not a source of the same family');
		line += ` from ${from}`;
	}
	if (outDevice !== null) {
		if (!/^[A-Za-z0-9_.:@-]{1,15}$/.test(outDevice)) return err('not the name of a device');
		line += ` oif ${outDevice}`;
	}
	if (flow !== null)
		line += ` ipproto ${flow.protocol}${portWords('sport', flow.localPort)}${portWords('dport', flow.peerPort)}`;
	return ok({address: bare, line});
};

const portWords = (name: 'sport' | 'dport', port: number | null): string =>
	port === null || !Number.isInteger(port) || port < 1 || port > 65_535 ? '' : ` ${name} ${port}`;

/**
 * The source for the query, if the socket can send from that address to this destination.
 *
 * @returns null for a wildcard, and for an address of the other family
 */
export const querySource = (address: string, source: string | null): string | null => {
	if (source === null) return null;
	const from = splitScope(source).bare;
	const isWildcard = from === '0.0.0.0' || from === '::';
	return isWildcard || isIP(from) === 0 || isIP(from) !== isIP(splitScope(address).bare) ? null : from;
};

const splitScope = (address: string): {bare: string; scope: string | null} => {
	const percent = address.indexOf('%');
	if (percent === -1) return {bare: unmapIPv4(address), scope: null};
	return {bare: unmapIPv4(address.slice(0, percent)), scope: address.slice(percent + 1)};
};
