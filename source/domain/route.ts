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
	/** What a policy rule of the namespace reads of the packets beside addresses; absent where none does. */
	flow?: RouteFlow;
};

/** The part of a connection's protocol and ports that policy rules read. */
export type RouteFlow = {
	protocol: 'tcp' | 'udp';
	/** null where no rule reads it: all such ports have the same way. */
	localPort: number | null;
	peerPort: number | null;
};

/** What a policy rule selects by protocol and ports; a port range has both ends included. */
export type FlowSelector = {
	protocol: string | null;
	localPorts: PortRange | null;
	peerPorts: PortRange | null;
};

/** What decides about the routes of a namespace beside their destinations. */
export type RouteInputs = {
	/** The way depends on the source: policy rules read it, or it selects among the next hops of a route. */
	source: boolean;
	/** What policy rules read of protocols and ports. */
	selectors: readonly FlowSelector[];
};

export type PortRange = readonly [low: number, high: number];

/**
 * The flow to ask a row's route with. A port that lies in no rule's range is left out: rules treat it as they
 * treat none, and rows with the same destination share one query.
 *
 * @param selectors of the namespace's policy rules
 */
export function flowOf({kind, local, peer}: Row, selectors: readonly FlowSelector[]): RouteFlow | null {
	if (selectors.length === 0) return null;
	const protocol = kind === 'udp' ? 'udp' : 'tcp';
	const read = selectors.filter(each => each.protocol === null || each.protocol === protocol);
	if (read.length === 0) return null;
	const localPort = portIn(
		local,
		read.map(each => each.localPorts),
	);
	const peerPort = portIn(
		peer,
		read.map(each => each.peerPorts),
	);
	const readsProtocol = read.some(each => each.protocol !== null);
	return readsProtocol || localPort !== null || peerPort !== null ? {protocol, localPort, peerPort} : null;
}

function portIn(address: Row['local'], ranges: readonly (PortRange | null)[]): number | null {
	if (address === null || 'path' in address) return null;
	const {port} = address;
	return ranges.some(range => range !== null && port >= range[0] && port <= range[1]) ? port : null;
}

/** "10.0.0.1"; "one of 10.0.0.1, 10.0.0.2" where it is not known which; null where there is none. */
export function gatewayText({
	gateway,
	dev,
	nextHops,
}: Pick<RouteView, 'gateway' | 'dev' | 'nextHops'>): string | null {
	if (nextHops === undefined) return gateway;
	const hops = nextHops.map(hop =>
		hop.gateway === null || (dev === null && hop.dev !== null)
			? [hop.gateway, hop.dev].filter(part => part !== null).join(' by ')
			: hop.gateway,
	);
	return `one of ${hops.join(', ')}`;
}

/** A route that leads to the peer without a gateway between. */
export const isDirect = ({gateway, nextHops, dev}: RouteView): boolean =>
	gateway === null && nextHops === undefined && dev !== null;

/**
 * The route query of a row.
 *
 * @returns null where a row has no route: no peer, a unix socket, a listener; and a link-local peer without a
 *   device, which may be on any link
 *
 * @param selectors of the policy rules of the row's namespace
 */
export function routeQueryOf(row: Row, selectors: readonly FlowSelector[] = []): RouteQuery | null {
	const {netns, peer, local, kernel} = row;
	if (row.role === 'listener' || netns === null || peer === null || 'path' in peer || isWildcard(peer))
		return null;
	const address = normalizeAddress(peer.address);
	const device = kernel?.device ?? scopeOf(peer.address) ?? (local === null ? null : scopeOfLocal(local));
	if (device === null && isLinkLocal(address)) return null;
	const source = sourceOf(local);
	const sameFamily = source !== null && source.includes(':') === address.includes(':');
	const flow = flowOf(row, selectors);
	const query = {netns, address, source: sameFamily ? source : null, device};
	return flow === null ? query : {...query, flow};
}

export const queryKey = ({netns, address, source, device, flow}: RouteQuery): string =>
	`${netns} ${address} ${source ?? ''} ${device ?? ''}${flowKey(flow)}`;

const flowKey = (flow: RouteFlow | undefined): string =>
	flow === undefined ? '' : ` ${flow.protocol} ${flow.localPort ?? ''} ${flow.peerPort ?? ''}`;

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
		one.rule === other.rule &&
		gatewayText(one) === gatewayText(other) &&
		one.table === other.table &&
		one.mtu === other.mtu &&
		one.error === other.error
	);
}
