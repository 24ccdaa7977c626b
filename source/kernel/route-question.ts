import {isIP} from 'node:net';
import {unmapped} from './parse-address.ts';
import {type Parsed, parsed, refused} from './parsed.ts';

/** A line for `ip -batch`. Only routeQuestion makes one: nothing else may become words of ip's. */
export type RouteQuestion = {
	/** The destination, without scope and prefix. */
	address: string;
	line: string;
};

/**
 * Asks for the route to an address, without `from`: so the answer tells the source that the host would choose.
 *
 * @param address IPv4 or IPv6; mapped and scoped ones are understood (`::ffff:10.0.0.1`, `fe80::1%eth0`).
 * @param device The device that the socket is bound to, or the scope of a link-local address.
 * @returns A reason where it is no address or no name of a device: `ip -batch` would end at it.
 */
export const routeQuestion = (address: string, device: string | null = null): Parsed<RouteQuestion> => {
	const percent = address.indexOf('%');
	const bare = unmapped(percent === -1 ? address : address.slice(0, percent));
	const through = device ?? (percent === -1 ? null : address.slice(percent + 1));
	if (isIP(bare) === 0 || bare.includes('%')) return refused('not an address');
	if (through === null) return parsed({address: bare, line: `route get ${bare}`});
	if (!/^[A-Za-z0-9_.:@-]{1,15}$/.test(through)) return refused('not the name of a device');
	return parsed({address: bare, line: `route get ${bare} oif ${through}`});
};
