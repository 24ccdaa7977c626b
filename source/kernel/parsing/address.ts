import {isIPv4, isIPv6} from 'node:net';
import {err, ok, type Result} from '../../shared/result.ts';
import {detachString} from './detach-string.ts';
import {latin1Bytes, startsWith} from './scan.ts';

/** The host part of an address as ss prints it. */
export type Host = {
	/** Without brackets, scope and the `::ffff:` prefix; `*` reads `::`. */
	address: string;
	family: 4 | 6;
	/** The device the socket is bound to, or the scope of a link-local address. */
	device: string | null;
	/** The text was `*`: the wildcard of both families. */
	dualStack: boolean;
};

export type ParsedAddress = {
	/** Shared between results: do not change it. */
	host: Host;
	/** null where ss printed `*`, a wildcard. */
	port: number | null;
};

/**
 * Parses one address of a line of `ss -n`.
 *
 * @param text the field, e.g. `[fe80::1]%eth0:443`, `*:80`, `0.0.0.0:*`, `[::ffff:10.0.0.1]:443`
 */
export const parseAddress = (text: string): Result<ParsedAddress> => {
	const colon = text.lastIndexOf(':');
	if (colon <= 0) return err('it has no port');
	const port = parsePort(text, colon + 1);
	if (port === undefined) return err('its port is no number');
	const host = cachedHost(text.slice(0, colon));
	if (host === null) return err('it is neither IPv4 nor IPv6');
	return ok({host, port});
};

/**
 * Checks that a field is an address without creating a string: most are IPv4 addresses, bare or mapped.
 *
 * @param bytes the output of ss
 * @param from start of the field
 * @param to end of the field
 * @returns `wildcard` for an address with `*` as its port
 */
export const classifyAddress = (bytes: Buffer, from: number, to: number): 'port' | 'wildcard' | 'none' => {
	let colon = to - 1;
	let port = 0;
	let scale = 1;
	for (; colon > from && bytes[colon] !== 0x3a; colon--) {
		const code = bytes[colon] ?? 0;
		if (code === 0x2a && colon === to - 1) continue;
		if (code < 0x30 || code > 0x39 || to - colon > 5) return 'none';
		port += (code - 0x30) * scale;
		scale *= 10;
	}
	const width = to - 1 - colon;
	if (colon <= from || width === 0 || port > 65_535) return 'none';
	const wildcard = bytes[to - 1] === 0x2a;
	if (wildcard && width !== 1) return 'none';
	if (!isPlainHost(bytes, from, colon) && cachedHost(bytes.toString('latin1', from, colon)) === null)
		return 'none';
	return wildcard ? 'wildcard' : 'port';
};

/** IPv4, mapped IPv4 and IPv6 without a device, as printed by ss since 4.13: nearly all addresses. */
const isPlainHost = (bytes: Uint8Array, from: number, to: number): boolean => {
	if (bytes[from] !== 0x5b) return isIPv4At(bytes, from, to);
	if (bytes[to - 1] !== 0x5d) return false;
	return startsWith(bytes, from, to, mappedPrefix)
		? isIPv4At(bytes, from + mappedPrefix.length, to - 1)
		: isIPv6At(bytes, from + 1, to - 1);
};
const mappedPrefix = latin1Bytes('[::ffff:');

/** Four numbers up to 255 with dots between them. */
const isIPv4At = (bytes: Uint8Array, from: number, to: number): boolean => {
	let value = -1;
	let dots = 0;
	for (let at = from; at < to; at++) {
		const code = bytes[at] ?? 0;
		if (code === 0x2e) {
			if (value === -1 || ++dots > 3) return false;
			value = -1;
			continue;
		}
		// No leading zero: `01` is not a number of an address.
		if (code < 0x30 || code > 0x39 || value === 0) return false;
		value = value === -1 ? code - 0x30 : value * 10 + code - 0x30;
		if (value > 255) return false;
	}
	return dots === 3 && value !== -1;
};

/** Eight groups of up to four hexadecimal digits with colons between them, or fewer with one `::` (RFC 5952). */
const isIPv6At = (bytes: Uint8Array, from: number, to: number): boolean => {
	let groups = 0;
	let gaps = 0;
	let width = 0;
	for (let at = from; at < to; at++) {
		const code = bytes[at] ?? 0;
		if (code !== 0x3a) {
			const isDigit = code >= 0x30 && code <= 0x39;
			if ((!isDigit && (code < 0x61 || code > 0x66)) || ++width > 4) return false;
			if (width === 1) groups++;
		} else if (width > 0) width = 0;
		else if (at === from) {
			if (bytes[++at] !== 0x3a || at >= to) return false;
			gaps++;
		} else gaps++;
	}
	const hasValidEnd = width > 0 || (to - from >= 2 && bytes[to - 1] === 0x3a && bytes[to - 2] === 0x3a);
	return hasValidEnd && (gaps === 0 ? groups === 8 : gaps === 1 && groups < 8);
};

/**
 * A port, `*` or neither, in the rest of a field.
 *
 * @returns null for `*`, undefined where it is neither
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
 * Cache of parsed hosts: the same few are in every line of every snapshot. The cache is emptied when it is
 * full; null marks a text that is not a host.
 */
const hostCache = new Map<string, Host | null>();
const maxCachedHosts = 65_536;

const cachedHost = (text: string): Host | null => {
	const cached = hostCache.get(text);
	if (cached !== undefined) return cached;
	const detached = detachString(text);
	const host = parseHost(detached);
	if (hostCache.size >= maxCachedHosts) hostCache.clear();
	hostCache.set(detached, host);
	return host;
};

const parseHost = (text: string): Host | null => {
	const percent = text.indexOf('%');
	const device = percent === -1 ? null : printableName(text.slice(percent + 1).replace(/\]$/, ''));
	const unbracketed = (percent === -1 ? text : text.slice(0, percent)).replace(/^\[/, '').replace(/\]$/, '');
	if (unbracketed === '*') return {address: '::', family: 6, device, dualStack: true};
	const address = unmapIPv4(unbracketed);
	if (isIPv4(address)) return {address, family: 4, device, dualStack: false};
	if (isIPv6(address)) return {address, family: 6, device, dualStack: false};
	return null;
};

/** `::ffff:1.2.3.4` is an IPv4 connection of an IPv6 socket: the peer sees only its IPv4 part. */
export const unmapIPv4 = (address: string): string =>
	/^::ffff:/i.test(address) && isIPv4(address.slice(7)) ? address.slice(7) : address;

/** The kernel allows nearly every byte in a device name, control characters too. */
const printableName = (name: string): string => name.slice(0, 15).replace(/[^\x21-\x7e]/g, '?');
