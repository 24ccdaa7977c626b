import {isIP} from 'node:net';
import {type Parsed, parsed, refused} from '../../shared/result.ts';
import {unmapped} from '../parsing/address.ts';

/** A line for `ip -batch`. Only routeQuestion makes one: nothing else may become words of ip's. */
export type RouteQuestion = {
	/** The destination, without scope and prefix. */
	address: string;
	line: string;
};

/**
 * Asks for the route to an address. Without a source the answer tells the one that the host would choose.
 *
 * @param address IPv4 or IPv6; mapped and scoped ones are understood (`::ffff:10.0.0.1`, `fe80::1%eth0`).
 * @param device The device that the socket is bound to, or the scope of a link-local address.
 * @param source The source that the socket is bound to, of the same family.
 * @returns A reason where it is no address or no name of a device: `ip -batch` would end at it.
 */
export const routeQuestion = (
	address: string,
	device: string | null = null,
	source: string | null = null,
): Parsed<RouteQuestion> => {
	const {bare, scope} = unscoped(address);
	const through = device ?? scope;
	if (isIP(bare) === 0) return refused('not an address');
	let line = `route get ${bare}`;
	if (source !== null) {
		const from = unscoped(source).bare;
		if (isIP(from) !== isIP(bare)) return refused('not a source of the same family');
		line += ` from ${from}`;
	}
	if (through !== null) {
		if (!/^[A-Za-z0-9_.:@-]{1,15}$/.test(through)) return refused('not the name of a device');
		line += ` oif ${through}`;
	}
	return parsed({address: bare, line});
};

/**
 * The source to ask for, where an address is one that a socket can send from to this destination.
 *
 * @returns null for a wildcard, and for an address of the other family.
 */
export const usableSource = (address: string, source: string | null): string | null => {
	if (source === null) return null;
	const from = unscoped(source).bare;
	const isWildcard = from === '0.0.0.0' || from === '::';
	return isWildcard || isIP(from) === 0 || isIP(from) !== isIP(unscoped(address).bare) ? null : from;
};

const unscoped = (address: string): {bare: string; scope: string | null} => {
	const percent = address.indexOf('%');
	if (percent === -1) return {bare: unmapped(address), scope: null};
	return {bare: unmapped(address.slice(0, percent)), scope: address.slice(percent + 1)};
};
