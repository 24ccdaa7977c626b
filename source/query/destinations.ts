/** Destinations of the connections: rows grouped by destination and route. */
import {isWildcard, normalizeAddress} from '../domain/address.ts';
import {gatewayText, sourceDiffers, sourceOf} from '../domain/route.ts';
import type {Row} from '../domain/row.ts';

/** Sockets that reach one address from one source by one route. */
export type Destination = {
	netns: string | null;
	/** Without port; IPv4 in IPv6 as IPv4. */
	dst: string;
	/** The sockets' source address; null before they have one. */
	source: string | null;
	/** The route, as in `RouteView`; all null before the first answer. */
	dev: string | null;
	src: string | null;
	from: string | null;
	/** "one of A, B" where it is not known which. */
	gateway: string | null;
	table: string | null;
	mtu: number | null;
	error: string | null;
	sockets: number;
	/** The source differs from the kernel's choice; null when unknown. */
	sourceDiffers: boolean | null;
};

export type Destinations = {
	list: readonly Destination[];
	/** Sockets whose destination exceeds the limit of the list. */
	notShown: number;
};

/**
 * The destinations in use, in an order independent of the rows' arrival.
 *
 * @param rows only open rows with a peer address count
 * @param limit length of the list, at most
 */
export function destinationsOf(rows: Iterable<Row>, limit = 4096): Destinations {
	const byKey = new Map<string, Destination>();
	let notShown = 0;
	for (const row of rows) {
		const dst = destinationAddress(row);
		if (dst === null) continue;
		const key = keyOf(row, dst);
		const existing = byKey.get(key);
		if (existing !== undefined) existing.sockets++;
		else if (byKey.size < limit) byKey.set(key, destinationOf(row, dst));
		else notShown++;
	}

	const sorted = [...byKey].map(([key, destination]) => ({
		order: sortKey(destination.dst),
		key,
		destination,
	}));
	sorted.sort((one, other) => compare(one.order, other.order) || compare(one.key, other.key));
	return {list: sorted.map(({destination}) => destination), notShown};
}

function destinationAddress({peer, closedAt, role}: Row): string | null {
	if (closedAt !== null || role === 'listener') return null;
	return peer === null || 'path' in peer || isWildcard(peer) ? null : normalizeAddress(peer.address);
}

function destinationOf(row: Row, dst: string): Destination {
	const {netns, route} = row;
	return {
		netns,
		dst,
		source: sourceOf(row.local),
		dev: route?.dev ?? null,
		src: route?.src ?? null,
		from: route?.from ?? null,
		gateway: route && gatewayText(route),
		table: route?.table ?? null,
		mtu: route?.mtu ?? null,
		error: route?.error ?? null,
		sockets: 1,
		sourceDiffers: sourceDiffers(row),
	};
}

/** Group key of a destination. No part can hold a line feed: addresses, device names, words of ip. */
function keyOf({netns, route, local}: Row, dst: string): string {
	const key = `${netns ?? ''}\n${dst}\n${sourceOf(local) ?? ''}`;
	if (route === null) return key;
	const {dev, src, from, table, mtu, error} = route;
	const gateway = gatewayText(route);
	return `${key}\n${dev ?? ''}\n${src ?? ''}\n${from ?? ''}\n${gateway ?? ''}\n${table ?? ''}\n${mtu ?? ''}\n${error ?? ''}`;
}

/** IPv4 numerically, before IPv6. */
const sortKey = (address: string): string =>
	address.includes(':')
		? `6 ${address}`
		: `4 ${address
				.split('.')
				.map(part => part.padStart(3, '0'))
				.join('.')}`;

const compare = (one: string, other: string): number => Number(one > other) - Number(one < other);
