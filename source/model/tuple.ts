import type {Address} from './types.ts';

/** An address as the kernel and the process both mean it: IPv4 in IPv6 and a scope are taken off. */
export function plainAddress(address: string): string {
	// Most are IPv4, and there are very many of them.
	if (!address.includes(':') && !address.includes('%')) return address;
	const unscoped = address.replace(/%.*$/s, '').toLowerCase();
	return unscoped.startsWith('::ffff:') && unscoped.includes('.') ? unscoped.slice(7) : unscoped;
}

/** The key of a connection within one network namespace; null where a part is not known. */
export function tupleKey(local: Address | null, peer: Address | null): string | null {
	if (local === null || peer === null || 'path' in local || 'path' in peer) return null;
	return `${plainAddress(local.address)} ${local.port} ${plainAddress(peer.address)} ${peer.port}`;
}

/** The key of a connection among all namespaces, each of which may have the same tuple. */
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
	address !== null && !('path' in address) && wildcards.has(plainAddress(address.address));

/** Whether a connection to `local` belongs to a listener on `listener`. */
export function isListeningOn(listener: Address | null, local: Address | null): boolean {
	if (listener === null || local === null || 'path' in listener || 'path' in local) return false;
	if (listener.port !== local.port) return false;
	const [listening, address] = [plainAddress(listener.address), plainAddress(local.address)];
	// `::` takes both families, unless it was told not to; `0.0.0.0` takes its own.
	if (listening === '0.0.0.0') return !address.includes(':');
	return wildcards.has(listening) || listening === address;
}
