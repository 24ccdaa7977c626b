import {isIPv4, isIPv6} from 'node:net';
import {ownText} from './own-text.ts';
import {type Parsed, parsed, refused} from './parsed.ts';

/** The host part of an address as ss prints it. */
export type Host = {
	/** Without brackets, scope and the `::ffff:` prefix; `*` reads `::`. */
	address: string;
	family: 4 | 6;
	/** The device the socket is bound to, or the scope of a link-local address. */
	device: string | null;
	/** It was `*`: the wildcard of both families. */
	dualStack: boolean;
};

export type SocketAddress = {
	/** Shared between answers: do not change it. */
	host: Host;
	/** null where ss printed `*`, a wildcard. */
	port: number | null;
};

/**
 * One address of a line of `ss -n`.
 *
 * @param text The field, e.g. `[fe80::1]%eth0:443`, `*:80`, `0.0.0.0:*`, `[::ffff:10.0.0.1]:443`.
 */
export const parseAddress = (text: string): Parsed<SocketAddress> => {
	const colon = text.lastIndexOf(':');
	if (colon <= 0) return refused('it has no port');
	const port = parsePort(text, colon + 1);
	if (port === undefined) return refused('its port is no number');
	const host = hostOf(text.slice(0, colon));
	if (host === null) return refused('it is neither IPv4 nor IPv6');
	return parsed({host, port});
};

/**
 * A port, `*` or neither, in the rest of a field.
 *
 * @returns null for `*`, undefined where it is neither.
 */
const parsePort = (text: string, from: number): number | null | undefined => {
	if (text.length === from + 1 && text.charCodeAt(from) === 0x2a) return null;
	if (text.length === from || text.length > from + 5) return undefined;
	let port = 0;
	for (let at = from; at < text.length; at++) {
		const digit = text.charCodeAt(at) - 0x30;
		if (digit < 0 || digit > 9) return undefined;
		port = port * 10 + digit;
	}
	return port > 65_535 ? undefined : port;
};

/**
 * The same few hosts stand in every line of every look, so they are understood once. The memory is dropped when it is
 * full; null is a text that is no host.
 */
const memory = new Map<string, Host | null>();
const memoryLimit = 65_536;

const hostOf = (text: string): Host | null => {
	const known = memory.get(text);
	if (known !== undefined) return known;
	const own = ownText(text);
	const host = parseHost(own);
	if (memory.size >= memoryLimit) memory.clear();
	memory.set(own, host);
	return host;
};

const parseHost = (text: string): Host | null => {
	const percent = text.indexOf('%');
	const device = percent === -1 ? null : printable(text.slice(percent + 1).replace(/\]$/, ''));
	const bare = (percent === -1 ? text : text.slice(0, percent)).replace(/^\[/, '').replace(/\]$/, '');
	if (bare === '*') return {address: '::', family: 6, device, dualStack: true};
	const address = unmapped(bare);
	if (isIPv4(address)) return {address, family: 4, device, dualStack: false};
	if (isIPv6(address)) return {address, family: 6, device, dualStack: false};
	return null;
};

/** `::ffff:1.2.3.4` is an IPv4 connection of an IPv6 socket: the part that the other side knows. */
export const unmapped = (address: string): string =>
	/^::ffff:/i.test(address) && isIPv4(address.slice(7)) ? address.slice(7) : address;

/** The kernel lets nearly every byte into a device's name, control characters too. */
const printable = (name: string): string => name.slice(0, 15).replace(/[^\x21-\x7e]/g, '?');
