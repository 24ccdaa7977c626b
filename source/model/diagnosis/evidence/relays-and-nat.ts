/** What connects rows that are not the two ends of one connection as the kernel sees it: relays, translated addresses, virtual networks. */

import {normalizeAddress} from '../../../domain/address.ts';
import type {RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import type {Address, Row} from '../../../domain/row.ts';
import {getOrCreate} from '../../../shared/get-or-create.ts';
import {sanitize} from '../../../text/sanitize.ts';

type InetAddress = Extract<Address, {port: number}>;

const inetAddress = (address: Address | null): InetAddress | null =>
	address !== null && 'port' in address ? address : null;

/** Accepted connections that are compared with outgoing ones: a relay of more is none that can be told by its bytes. */
const relayLimit = 2000;
/** Few bytes are the same by chance. */
const minRelayBytes = 32;
/** A relay connects when it was connected to. */
const relayWindowMs = 5000;

/**
 * The accepted connection whose bytes an outgoing one of the same process carries on, one for one in both directions.
 *
 * @returns null where there is none, or more than one
 */
export function relaySourceOf(row: Row, facts: RuleFacts): Row | null {
	const {process, proc, pair} = row;
	const read = process?.bytesRead ?? 0;
	const written = process?.bytesWritten ?? 0;
	if (proc === null || read === 0 || written === 0 || read + written < minRelayBytes) return null;
	if (isConnectionToSelf(row, facts)) return null;
	const matches = (facts.cached(acceptedByByteCounts).get(`${proc} ${written} ${read}`) ?? []).filter(
		({id, local, openedAt}) =>
			id !== pair &&
			!isAcceptedAtPeer(local, row.peer) &&
			openedAt <= row.openedAt + relayClockSlackMs &&
			row.openedAt - openedAt < relayWindowMs,
	);
	const [source] = matches;
	return source === undefined || matches.length > 1 ? null : source;
}

/** Both are told by one clock, and the connection that was accepted a moment later. */
const relayClockSlackMs = 5;

/**
 * A process talks to itself: one connection's ends, and those of others of the kind, count alike. The pair of a
 * connection that was short may not be known, but who listens there is.
 */
function isConnectionToSelf({pair, proc, peer, netns}: Row, facts: RuleFacts): boolean {
	if (pair !== null && facts.rows.get(pair)?.proc === proc) return true;
	const port = inetAddress(peer)?.port;
	return port !== undefined && facts.listenerRowsOn(netns, port).some(listener => listener.proc === proc);
}

/** Accepted where the other one leads to: they are of one kind, and nothing is carried on. */
const isAcceptedAtPeer = (local: Address | null, peer: Address | null): boolean => {
	const end = inetAddress(peer);
	return end !== null && isSameEndpoint(inetAddress(local), end);
};

/** Accepted connections by their process and the bytes read and written. */
function acceptedByByteCounts({rows}: RuleFacts): ReadonlyMap<string, readonly Row[]> {
	const rowsByCounts = new Map<string, Row[]>();
	let count = 0;
	for (const row of rows.values()) {
		const {role, proc, process, pair} = row;
		if (role !== 'server' || proc === null || !process?.bytesRead || !process.bytesWritten) continue;
		count++;
		if (count > relayLimit) return new Map();
		if (pair !== null && rows.get(pair)?.proc === proc) continue;
		const key = `${proc} ${process.bytesRead} ${process.bytesWritten}`;
		getOrCreate(rowsByCounts, key, () => []).push(row);
	}

	return rowsByCounts;
}

/** A connection as its accepting end sees it, where that is not what the connecting end sees. */
export type TranslatedConnection = {accepted: Row; changed: 'source' | 'destination'};

/** An accept queue may be slow. */
const acceptWindowMs = 10_000;
const acceptSlackMs = 5;

/**
 * The accepting end of a connection whose source or destination was translated on the way. Its own port has stayed, as
 * NAT leaves it where it can (RFC 4787 §4.2.1), one of the addresses is the same at both ends, and the times agree.
 *
 * @returns null where there is none, or more than one
 */
export function translatedConnectionOf(row: Row, facts: RuleFacts): TranslatedConnection | null {
	const [local, peer] = [inetAddress(row.local), inetAddress(row.peer)];
	if (local === null || peer === null) return null;
	const matches = (facts.cached(unpairedServersByPeerPort).get(local.port) ?? []).flatMap(
		(far): TranslatedConnection[] => {
			const acceptDelayMs = far.openedAt - row.openedAt;
			if (acceptDelayMs < -acceptSlackMs || acceptDelayMs > acceptWindowMs + connectDelayMs(row)) return [];
			const isSameSource = isSameEndpoint(inetAddress(far.peer), local);
			const isSameTarget = isSameEndpoint(inetAddress(far.local), peer);
			if (isSameSource === isSameTarget) return [];
			// 127.0.0.1 is another one in each namespace.
			const same = isSameSource ? local : peer;
			if (far.netns !== row.netns && isLoopback(same.address)) return [];
			return [{accepted: far, changed: isSameSource ? 'destination' : 'source'}];
		},
	);
	const [first] = matches;
	return first === undefined || matches.length > 1 ? null : first;
}

/** A lookup and attempts that failed come before. */
const connectDelayMs = ({openedAt, steps}: Row): number =>
	(steps.find(({step}) => step === 'connect')?.at ?? openedAt) - openedAt;

const isSameEndpoint = (one: InetAddress | null, other: InetAddress): boolean =>
	one !== null &&
	one.port === other.port &&
	normalizeAddress(one.address) === normalizeAddress(other.address);

const isLoopback = (address: string): boolean => /^(?:127\.|::1$)/.test(normalizeAddress(address));

/** Accepted connections whose other end is no row, by the port that they come from. */
function unpairedServersByPeerPort({rows}: RuleFacts): ReadonlyMap<number, readonly Row[]> {
	const found = new Map<number, Row[]>();
	for (const row of rows.values()) {
		if (row.role !== 'server' || row.pair !== null || row.proc === null) continue;
		const port = inetAddress(row.peer)?.port;
		if (port === undefined) continue;
		getOrCreate(found, port, () => []).push(row);
	}

	return found;
}

/** A network that other parts of this host are on. */
export type HostVirtualNetwork = {
	/** The same for all connections to one peer. */
	key: string;
	device: string;
	/** "a veth device", … */
	description: string;
	seenAt: number;
};

/** Devices whose other end is on this host, or in a machine that it runs. */
const virtualKinds: ReadonlySet<string> = new Set(['veth', 'tun', 'tap']);

/** The virtual network of this host on which a row's peer is: right behind a veth, or a bridge of such; else null. */
export function hostVirtualNetworkOf(
	{route, netns, peer, role}: Row,
	{interfaces}: RuleFacts,
): HostVirtualNetwork | null {
	if (route === null || route.dev === null || route.gateway !== null || netns === null) return null;
	if (route.error !== null || peer === null || !('address' in peer)) return null;
	const namespaceInterfaces = interfaces.get(netns) ?? [];
	const routeInterface = namespaceInterfaces.find(({name}) => name === route.dev);
	if (routeInterface === undefined) return null;
	const device = sanitize(routeInterface.name);
	const key = `${netns} ${device} ${role} ${normalizeAddress(peer.address)}`;
	if (routeInterface.kind === 'veth')
		return {key, device, description: 'a veth device', seenAt: routeInterface.seenAt};
	if (routeInterface.kind !== 'bridge') return null;
	const bridgePorts = namespaceInterfaces.filter(({master}) => master === routeInterface.name);
	// What has a network card in it leads out of the host.
	if (bridgePorts.length === 0 || !bridgePorts.every(({kind}) => kind !== null && virtualKinds.has(kind)))
		return null;
	return {key, device, description: 'a bridge of virtual devices alone', seenAt: routeInterface.seenAt};
}

/** Of the connections to each peer on a virtual network of this host the oldest, by `OwnNetwork.key`: one tells of all. */
export function oldestPerVirtualNetwork(facts: RuleFacts): ReadonlyMap<string, string> {
	const oldest = new Map<string, Row>();
	for (const row of facts.rows.values()) {
		if (row.closedAt !== null || row.role === 'listener' || row.role === null) continue;
		const key = hostVirtualNetworkOf(row, facts)?.key;
		if (key === undefined) continue;
		const known = oldest.get(key);
		if (known === undefined || row.openedAt < known.openedAt) oldest.set(key, row);
	}

	return new Map([...oldest].map(([key, {id}]) => [key, id]));
}
