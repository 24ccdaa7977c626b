import type {Address} from './row.ts';

/**
 * The canonical form of an address, equal for kernel and process: without the IPv4-in-IPv6 prefix and the
 * scope.
 */
export function normalizeAddress(address: string): string {
	// Fast path: most addresses are IPv4, and a table has tens of thousands of them.
	if (!address.includes(':') && !address.includes('%')) return address;
	const unscoped = address.replace(/%.*$/s, '').toLowerCase();
	return unscoped.startsWith('::ffff:') && unscoped.includes('.') ? unscoped.slice(7) : unscoped;
}

/** An empty path is that of a unix socket whose path its process does not know. */
export const knownAddress = (address: Address | null): Address | null =>
	address !== null && 'path' in address && address.path === '' ? null : address;

/** The key of a connection within one network namespace; null where an address or port is unknown. */
export function tupleKey(local: Address | null, peer: Address | null): string | null {
	if (local === null || peer === null || 'path' in local || 'path' in peer) return null;
	return `${normalizeAddress(local.address)} ${local.port} ${normalizeAddress(peer.address)} ${peer.port}`;
}

/** The key of a connection across namespaces: two namespaces may hold the same tuple. */
export function netnsTupleKey(
	netns: string | null,
	local: Address | null,
	peer: Address | null,
): string | null {
	const key = tupleKey(local, peer);
	return netns === null || key === null ? null : `${netns} ${key}`;
}

const wildcards: ReadonlySet<string> = new Set(['::', '0.0.0.0', '*']);

export const isWildcard = (address: Address | null): boolean =>
	address !== null && !('path' in address) && wildcards.has(normalizeAddress(address.address));

/** Whether a connection to `local` belongs to a listener on `listener`. */
export function isListeningOn(listener: Address | null, local: Address | null): boolean {
	if (listener === null || local === null || 'path' in listener || 'path' in local) return false;
	if (listener.port !== local.port) return false;
	const [listening, address] = [normalizeAddress(listener.address), normalizeAddress(local.address)];
	// `::` accepts both families unless IPV6_V6ONLY is set; `0.0.0.0` accepts IPv4 only.
	if (listening === '0.0.0.0') return !address.includes(':');
	return wildcards.has(listening) || listening === address;
}

/**
 * Hashes a connection's tuple; both forms of an address hash alike. Equal tuples have equal hashes, and
 * collisions are rare. Avoids the strings that `tupleKey` allocates.
 *
 * @returns null where an address or port is unknown
 */
export function tupleHash(local: Address | null, peer: Address | null): number | null {
	if (local === null || peer === null || 'path' in local || 'path' in peer) return null;
	let hash = ((local.port << 16) ^ peer.port) | 0;
	hash = hashText(hash, normalizeAddress(local.address));
	return hashText(hash, normalizeAddress(peer.address));
}

/**
 * Hashes a connection independent of direction: both ends have the same hash, and collisions are rare.
 *
 * @returns null where an address or port is unknown, and for a socket that is connected to itself
 */
export function pairHash(local: Address | null, peer: Address | null): number | null {
	if (isSameAddress(local, peer)) return null;
	if (local === null || peer === null || 'path' in local || 'path' in peer) return null;
	return (
		(finalizeHash(hashText(local.port, normalizeAddress(local.address))) +
			finalizeHash(hashText(peer.port, normalizeAddress(peer.address)))) |
		0
	);
}

/**
 * The last step of MurmurHash3: without it, sums of two hashes collide where the sums of the ports are equal.
 */
function finalizeHash(hash: number): number {
	const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
	return twice ^ (twice >>> 16);
}

export function isSameTuple(
	one: {local: Address | null; peer: Address | null},
	other: {local: Address | null; peer: Address | null},
): boolean {
	return isSameAddress(one.local, other.local) && isSameAddress(one.peer, other.peer);
}

function isSameAddress(one: Address | null, other: Address | null): boolean {
	if (one === null || other === null || 'path' in one || 'path' in other) return false;
	return one.port === other.port && normalizeAddress(one.address) === normalizeAddress(other.address);
}

function hashText(from: number, text: string): number {
	let hash = from;
	for (let index = 0; index < text.length; index++) {
		hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
	}

	return hash;
}

/**
 * 224.0.0.0/4 and ff00::/8 (RFC 5771, RFC 4291 §2.7).
 *
 * @param address normalized
 */
export const isMulticast = (address: string): boolean =>
	address.includes(':') ? /^ff[0-9a-f]{2}:/.test(address) : /^(?:22[4-9]|23\d)\./.test(address);

/**
 * The broadcast address of an interface's network.
 *
 * @param withPrefix e.g. "10.0.0.5/24"
 * @returns null for IPv6, and for a network of fewer than three addresses, which has none
 */
export function broadcastAddressOf(withPrefix: string): string | null {
	const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(withPrefix);
	if (match === null) return null;
	const [first = 0, second = 0, third = 0, fourth = 0, prefix = 32] = match.slice(1).map(Number);
	if (prefix > 30) return null;
	const address = ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
	const broadcast = (address | (0xff_ff_ff_ff >>> prefix)) >>> 0;
	return [24, 16, 8, 0].map(shift => (broadcast >>> shift) & 0xff).join('.');
}
