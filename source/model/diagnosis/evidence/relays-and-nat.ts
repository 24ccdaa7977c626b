/**
 * Relations between rows that are not one connection to the kernel: relays, translated addresses, virtual
 * networks.
 */

import {normalizeAddress} from '../../../domain/address.ts';
import type {RuleFacts} from '../../../domain/diagnosis/diagnosis.ts';
import {isDirect} from '../../../domain/route.ts';
import type {Address, Row} from '../../../domain/row.ts';
import {getOrCreate} from '../../../shared/get-or-create.ts';
import {sanitize} from '../../../text/sanitize.ts';

type InetAddress = Extract<Address, {port: number}>;

const inetAddress = (address: Address | null): InetAddress | null =>
	address !== null && 'port' in address ? address : null;

/**
 * Limit of accepted connections compared with outgoing ones: in a busier relay, byte counts are not
 * distinctive.
 */
const relayLimit = 2000;
/** Fewer bytes match by chance. */
const minRelayBytes = 32;
/** A relay connects soon after it has accepted. */
const relayWindowMs = 5000;

/**
 * The accepted connection whose bytes an outgoing one of the same process relays, one for one in both
 * directions.
 *
 * @returns null where there is none, or more than one
 */
export function relaySourceOf(row: Row, facts: RuleFacts): Row | null {
	const {process, proc, pair} = row;
	const read = process?.bytesRead ?? 0;
	const written = process?.bytesWritten ?? 0;
	if (proc === null || read === 0 || written === 0 || read + written < minRelayBytes) return null;
	// Two ends of one tunnel through a proxy count alike, too, and one process may have both.
	if (speaksHttp(row) || isConnectionToSelf(row, facts)) return null;
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

/** The process itself writes what passes here: a relay carries on what it does not read. */
const speaksHttp = ({http}: Row): boolean => http !== null && http.requests !== 0;

/** Both times are from one clock; the accepted connection may be reported slightly later. */
const relayClockSlackMs = 5;

/**
 * Detects a process connected to itself: both ends, and other connections of the kind, count alike. A short
 * connection may have no known pair, but its listener is known.
 */
function isConnectionToSelf({pair, proc, peer, netns}: Row, facts: RuleFacts): boolean {
	if (pair !== null && facts.rows.get(pair)?.proc === proc) return true;
	const port = inetAddress(peer)?.port;
	return port !== undefined && facts.listenerRowsOn(netns, port).some(listener => listener.proc === proc);
}

/** The row was accepted at the other's destination: connections of one kind, no relay. */
const isAcceptedAtPeer = (local: Address | null, peer: Address | null): boolean => {
	const end = inetAddress(peer);
	return end !== null && isSameEndpoint(inetAddress(local), end);
};

/** Accepted connections by process and bytes read and written. */
function acceptedByByteCounts({rows}: RuleFacts): ReadonlyMap<string, readonly Row[]> {
	const rowsByCounts = new Map<string, Row[]>();
	let count = 0;
	for (const row of rows.values()) {
		const {role, proc, process, pair} = row;
		if (role !== 'server' || proc === null || !process?.bytesRead || !process.bytesWritten) continue;
		if (speaksHttp(row)) continue;
		count++;
		if (count > relayLimit) return new Map();
		if (pair !== null && rows.get(pair)?.proc === proc) continue;
		const key = `${proc} ${process.bytesRead} ${process.bytesWritten}`;
		getOrCreate(rowsByCounts, key, () => []).push(row);
	}

	return rowsByCounts;
}

/** A connection at its accepting end, where its addresses differ from those of the connecting end. */
export type TranslatedConnection = {accepted: Row; changed: 'source' | 'destination'};

/** Margin for a slow accept queue. */
const acceptWindowMs = 10_000;
const acceptSlackMs = 5;

/**
 * The accepting end of a connection with translated source or destination. Its source port is unchanged, as
 * NAT mostly leaves it (RFC 4787 §4.2.1), one address is equal at both ends, the times agree, and so do the
 * bytes. Without those a proxy on the same host would be translation: Linux gives one source port to
 * connections of different processes, as long as their destinations differ.
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
			if (isSameSource === isSameTarget || !hasSameBytes(row, far) || !hasSameRequests(row, far)) return [];
			// 127.0.0.1 differs between namespaces.
			const same = isSameSource ? local : peer;
			if (far.netns !== row.netns && isLoopback(same.address)) return [];
			return [{accepted: far, changed: isSameSource ? 'destination' : 'source'}];
		},
	);
	const [first] = matches;
	return first === undefined || matches.length > 1 ? null : first;
}

/**
 * Some bytes have passed, and each end has read what the other has written. Of TLS the process counts what is encrypted,
 * and that is the same at both ends of a tunnel through a proxy: only the kernel counts what each connection carries.
 */
const hasSameBytes = (nearRow: Row, farRow: Row): boolean => {
	const [near, far] = [nearRow.process, farRow.process];
	if (nearRow.kind === 'tls' || farRow.kind === 'tls') return hasSameKernelBytes(nearRow, farRow);
	if (near === null || far === null) return false;
	const {bytesWritten, bytesRead} = near;
	if (bytesWritten === null || bytesRead === null) return false;
	return bytesWritten + bytesRead > 0 && far.bytesRead === bytesWritten && far.bytesWritten === bytesRead;
};

/** SYN and FIN count as a byte of each way (tcp_info). */
const maxFlagBytes = 2;

const hasSameKernelBytes = ({kernel: near}: Row, {kernel: far}: Row): boolean => {
	const [one, other] = [near?.info ?? null, far?.info ?? null];
	if (one === null || other === null || one.bytesAcked + one.bytesReceived <= maxFlagBytes) return false;
	return (
		Math.abs(one.bytesAcked - other.bytesReceived) <= maxFlagBytes &&
		Math.abs(one.bytesReceived - other.bytesAcked) <= maxFlagBytes
	);
};

/** A tunnel through a proxy has the request for it at one end only. */
const hasSameRequests = ({http: near}: Row, {http: far}: Row): boolean =>
	near === null || far === null || (near.requests === far.requests && near.protocol === far.protocol);

/** A lookup and failed attempts come before the connection. */
const connectDelayMs = ({openedAt, steps}: Row): number =>
	(steps.find(({step}) => step === 'connect')?.at ?? openedAt) - openedAt;

const isSameEndpoint = (one: InetAddress | null, other: InetAddress): boolean =>
	one !== null &&
	one.port === other.port &&
	normalizeAddress(one.address) === normalizeAddress(other.address);

const isLoopback = (address: string): boolean => /^(?:127\.|::1$)/.test(normalizeAddress(address));

/** Accepted connections without a pair, by their peer's port. */
function unpairedServersByPeerPort({rows}: RuleFacts): ReadonlyMap<number, readonly Row[]> {
	const byPort = new Map<number, Row[]>();
	for (const row of rows.values()) {
		if (row.role !== 'server' || row.pair !== null || row.proc === null) continue;
		const port = inetAddress(row.peer)?.port;
		if (port === undefined) continue;
		getOrCreate(byPort, port, () => []).push(row);
	}

	return byPort;
}

/** A network that connects parts of this host. */
export type HostVirtualNetwork = {
	/** Equal for all connections to one peer. */
	key: string;
	device: string;
	/** "a veth device", … */
	description: string;
	seenAt: number;
};

/** Devices whose other end is on this host, or in one of its virtual machines. */
const virtualKinds: ReadonlySet<string> = new Set(['veth', 'tun', 'tap']);

/** This host's virtual network with a row's peer: directly behind a veth, or a bridge of such; else null. */
export function hostVirtualNetworkOf(
	{route, netns, peer, role}: Row,
	{interfaces}: RuleFacts,
): HostVirtualNetwork | null {
	if (route === null || !isDirect(route) || netns === null) return null;
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
	// A bridge with a network card leads out of the host.
	if (bridgePorts.length === 0 || !bridgePorts.every(({kind}) => kind !== null && virtualKinds.has(kind)))
		return null;
	return {key, device, description: 'a bridge of virtual devices alone', seenAt: routeInterface.seenAt};
}

/** The oldest connection to each peer on a virtual network, by `key`: one finding covers all. */
export function oldestPerVirtualNetwork(facts: RuleFacts): ReadonlyMap<string, string> {
	const oldest = new Map<string, Row>();
	for (const row of facts.rows.values()) {
		if (row.closedAt !== null || row.role === 'listener' || row.role === null) continue;
		const key = hostVirtualNetworkOf(row, facts)?.key;
		if (key === undefined) continue;
		const current = oldest.get(key);
		if (current === undefined || row.openedAt < current.openedAt) oldest.set(key, row);
	}

	return new Map([...oldest].map(([key, {id}]) => [key, id]));
}
