import ipaddr from 'ipaddr.js';
import type {Address} from '../../domain/row.ts';

/**
 * An IP address as text that compares like the address: its family, then 8 or 32 hexadecimal digits.
 * An IPv4-mapped address (`::ffff:10.0.0.1`) is the IPv4 address; a scope (`%eth0`) is left out.
 *
 * @returns null when the text is no complete IP address
 */
export const addressKey = (text: string): string | null => {
	const ipv4 = parseIpv4(unmapIpv4(text));
	if (ipv4 !== null) {
		return `4${toHex(ipv4, 8)}`;
	}
	const cached = ipv6Keys.get(text);
	if (cached !== undefined) {
		return cached;
	}
	const key = ipv6Key(text);
	if (key !== null) {
		if (ipv6Keys.size >= ipv6KeyLimit) {
			ipv6Keys.clear();
		}
		ipv6Keys.set(text, key);
	}
	return key;
};

/**
 * Matches an address as text, in display form: `10.0.0.9:443`, `[::1]:80`, a path unchanged. An IPv4-mapped
 * address is matched in both notations, since a dual-stack socket may show either.
 */
export const matchesAddress = (address: Address, test: (text: string) => boolean): boolean => {
	if ('path' in address) {
		return test(address.path);
	}
	const plain = unmapIpv4(address.address);
	if (plain !== address.address && test(`[${address.address}]:${address.port}`)) {
		return true;
	}
	return test(plain.includes(':') ? `[${plain}]:${address.port}` : `${plain}:${address.port}`);
};

/**
 * Completion of an address: without its port, since many connections share it, unless the typed text goes
 * beyond that; a path unchanged.
 *
 * @param typed the typed part of it
 */
export const addressCompletions = (address: Address | null, typed: string): readonly string[] => {
	if (address === null) {
		return [];
	}
	if ('path' in address) {
		return [address.path];
	}
	const plain = unmapIpv4(address.address);
	const isIpv6 = plain.includes(':');
	const withPort = isIpv6 ? typed.startsWith('[') : typed.includes(':');
	return [withPort ? `${isIpv6 ? `[${plain}]` : plain}:${address.port}` : plain];
};

/** The first `bits` bits of an address key: the common part of a range's addresses. */
export type AddressRange = {contains: (key: string) => boolean};

/**
 * The range that `ADDRESS/BITS` names.
 *
 * @param bits 0 to 32, or to 128 for IPv6; a mapped range (`::ffff:10.0.0.0/104`) is the IPv4 one
 * @returns null when there is no such range
 */
export const addressRange = (address: string, bits: number): AddressRange | null => {
	const key = addressKey(address);
	if (key === null) {
		return null;
	}
	const mapped = key.startsWith('4') && address.includes(':');
	const ownBits = mapped ? bits - 96 : bits;
	if (ownBits < 0 || ownBits > (key.startsWith('4') ? 32 : 128)) {
		return null;
	}
	const wholeDigits = 1 + Math.floor(ownBits / 4);
	const prefix = key.slice(0, wholeDigits);
	const shift = 4 - (ownBits % 4);
	if (shift === 4) {
		return {contains: other => other.startsWith(prefix)};
	}
	const tail = hexDigitAt(key, wholeDigits) >> shift;
	return {contains: other => other.startsWith(prefix) && hexDigitAt(other, wholeDigits) >> shift === tail};
};

const mappedPrefix = '::ffff:';

const unmapIpv4 = (address: string): string =>
	address.startsWith(mappedPrefix) && parseIpv4(address.slice(mappedPrefix.length)) !== null
		? address.slice(mappedPrefix.length)
		: address;

// ipaddr.js takes 4 µs per IPv6 address, and thousands of rows share a few peers.
const ipv6Keys = new Map<string, string>();
const ipv6KeyLimit = 16_384;

const ipv6Key = (text: string): string | null => {
	const bare = text.split('%', 1)[0] ?? '';
	if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) {
		return null;
	}
	const address = ipaddr.IPv6.parse(bare);
	if (address.isIPv4MappedAddress()) {
		return addressKey(address.toIPv4Address().toString());
	}
	return `6${address.parts.map(part => toHex(part, 4)).join('')}`;
};

// Four decimal parts and nothing else: ipaddr.js, like inet_aton(3), would also take "10.1" and octal.
const parseIpv4 = (text: string): number | null => {
	let value = 0;
	let part = -1;
	let parts = 0;
	if (text.length > 15) {
		return null;
	}
	for (let index = 0; index <= text.length; index++) {
		const code = index === text.length ? dot : text.charCodeAt(index);
		if (code === dot) {
			if (part < 0 || part > 255) {
				return null;
			}
			value = value * 256 + part;
			part = -1;
			parts++;
		} else if (code >= zero && code <= zero + 9 && part !== 0) {
			part = Math.max(part, 0) * 10 + code - zero;
		} else {
			return null;
		}
	}
	return parts === 4 ? value : null;
};

const dot = 46;
const zero = 48;

const toHex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

const hexDigitAt = (key: string, index: number): number => Number.parseInt(key[index] ?? '0', 16);
