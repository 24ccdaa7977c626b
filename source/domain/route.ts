import {isWildcard, normalizeAddress} from './address.ts';
import type {RouteView, Row} from './row.ts';

/** The source address of a socket; null where it has none, or a wildcard. */
export function sourceOf(local: Row['local']): string | null {
	if (local === null || 'path' in local || isWildcard(local)) return null;
	return normalizeAddress(local.address);
}

/**
 * Compares a socket's source address with the kernel's choice for its peer. They differ with `localAddress`,
 * or where a client came in by another interface than the answers leave by.
 *
 * @returns null where unknown: no route yet, not bound yet, or the kernel would choose none
 */
export function sourceDiffers({route, local}: Pick<Row, 'route' | 'local'>): boolean | null {
	const source = sourceOf(local);
	if (source === null || route === null || route.src === null) return null;
	return normalizeAddress(route.src) !== source;
}

/** A route query, shared by rows with the same answer. */
export type RouteQuery = {
	netns: string;
	address: string;
	/**
	 * The sockets' source address; null where they have none yet. The answer is for this source where the kernel
	 * would choose another.
	 */
	source: string | null;
	/** The bound device, or the scope of a link-local address. */
	device: string | null;
};

/**
 * The route query of a row.
 *
 * @returns null where a row has no route: no peer, a unix socket, a listener; and a link-local peer without a
 *   device, which may be on any link
 */
export function routeQueryOf(row: Row): RouteQuery | null {
	const {netns, peer, local, kernel} = row;
	if (row.role === 'listener' || netns === null || peer === null || 'path' in peer || isWildcard(peer))
		return null;
	const address = normalizeAddress(peer.address);
	const device = kernel?.device ?? scopeOf(peer.address) ?? (local === null ? null : scopeOfLocal(local));
	if (device === null && isLinkLocal(address)) return null;
	const source = sourceOf(local);
	const sameFamily = source !== null && source.includes(':') === address.includes(':');
	return {netns, address, source: sameFamily ? source : null, device};
}

export const queryKey = ({netns, address, source, device}: RouteQuery): string =>
	`${netns} ${address} ${source ?? ''} ${device ?? ''}`;

export const scopeOf = (address: string): string | null => {
	const percent = address.indexOf('%');
	return percent === -1 ? null : address.slice(percent + 1);
};

export const scopeOfLocal = (local: NonNullable<Row['local']>): string | null =>
	'path' in local ? null : scopeOf(local.address);

/** fe80::/10: every link has this prefix (RFC 4291 §2.5.6). */
export const isLinkLocal = (address: string): boolean => /^fe[89ab][0-9a-f]:/.test(address);

/** Compares two answers, field by field. */
export function isSameRoute(one: RouteView, other: RouteView): boolean {
	return (
		one.dst === other.dst &&
		one.from === other.from &&
		one.dev === other.dev &&
		one.src === other.src &&
		one.gateway === other.gateway &&
		one.table === other.table &&
		one.mtu === other.mtu &&
		one.error === other.error
	);
}
