/** What connects rows that are not the two ends of one connection as the kernel sees it: relays, translated addresses, virtual networks. */

import {normalizeAddress} from '../../../domain/address.ts';
import type {World} from '../../../domain/diagnosis/diagnosis.ts';
import type {Address, Row} from '../../../domain/row.ts';
import {sanitize} from '../../../text/sanitize.ts';

type Inet = Extract<Address, {port: number}>;

const inet = (address: Address | null): Inet | null =>
	address !== null && 'port' in address ? address : null;

/** Accepted connections that are compared with outgoing ones: a relay of more is none that can be told by its bytes. */
const relaysKept = 2000;
/** Few bytes are the same by chance. */
const leastBytes = 32;
/** A relay connects when it was connected to. */
const relayWithinMs = 5000;

/**
 * The accepted connection whose bytes an outgoing one of the same process carries on, one for one in both directions.
 *
 * @returns null where there is none, or more than one
 */
export function relayedBy(row: Row, world: World): Row | null {
	const {process, proc, pair} = row;
	const read = process?.bytesRead ?? 0;
	const written = process?.bytesWritten ?? 0;
	if (proc === null || read === 0 || written === 0 || read + written < leastBytes) return null;
	if (isWithin(row, world)) return null;
	const found = (world.once(carried).get(`${proc} ${written} ${read}`) ?? []).filter(
		({id, local, openedAt}) =>
			id !== pair &&
			!isAtSame(local, row.peer) &&
			openedAt <= row.openedAt + relaySlackMs &&
			row.openedAt - openedAt < relayWithinMs,
	);
	const [source] = found;
	return source === undefined || found.length > 1 ? null : source;
}

/** Both are told by one clock, and the connection that was accepted a moment later. */
const relaySlackMs = 5;

/**
 * A process talks to itself: one connection's ends, and those of others of the kind, count alike. The pair of a
 * connection that was short may not be known, but who listens there is.
 */
function isWithin({pair, proc, peer, netns}: Row, world: World): boolean {
	if (pair !== null && world.rows.get(pair)?.proc === proc) return true;
	const port = inet(peer)?.port;
	return port !== undefined && world.listenersOn(netns, port).some(listener => listener.proc === proc);
}

/** Accepted where the other one leads to: they are of one kind, and nothing is carried on. */
const isAtSame = (local: Address | null, peer: Address | null): boolean => {
	const end = inet(peer);
	return end !== null && isSame(inet(local), end);
};

/** Accepted connections by their process and the bytes read and written. */
function carried({rows}: World): ReadonlyMap<string, readonly Row[]> {
	const found = new Map<string, Row[]>();
	let count = 0;
	for (const row of rows.values()) {
		const {role, proc, process, pair} = row;
		if (role !== 'server' || proc === null || !process?.bytesRead || !process.bytesWritten) continue;
		if (++count > relaysKept) return new Map();
		if (pair !== null && rows.get(pair)?.proc === proc) continue;
		const key = `${proc} ${process.bytesRead} ${process.bytesWritten}`;
		const known = found.get(key);
		if (known === undefined) found.set(key, [row]);
		else known.push(row);
	}

	return found;
}

/** A connection as its accepting end sees it, where that is not what the connecting end sees. */
export type Rewritten = {far: Row; changed: 'source' | 'destination'};

/** An accept queue may be slow. */
const acceptWithinMs = 10_000;
const acceptSlackMs = 5;

/**
 * The accepting end of a connection whose source or destination was translated on the way. Its own port has stayed, as
 * NAT leaves it where it can (RFC 4787 §4.2.1), one of the addresses is the same at both ends, and the times agree.
 *
 * @returns null where there is none, or more than one
 */
export function rewrittenBy(row: Row, world: World): Rewritten | null {
	const [local, peer] = [inet(row.local), inet(row.peer)];
	if (local === null || peer === null) return null;
	const found = (world.once(unpairedByPort).get(local.port) ?? []).flatMap((far): Rewritten[] => {
		const late = far.openedAt - row.openedAt;
		if (late < -acceptSlackMs || late > acceptWithinMs + connectedAfter(row)) return [];
		const isSameSource = isSame(inet(far.peer), local);
		const isSameTarget = isSame(inet(far.local), peer);
		if (isSameSource === isSameTarget) return [];
		// 127.0.0.1 is another one in each namespace.
		const same = isSameSource ? local : peer;
		if (far.netns !== row.netns && isLoopback(same.address)) return [];
		return [{far, changed: isSameSource ? 'destination' : 'source'}];
	});
	const [first] = found;
	return first === undefined || found.length > 1 ? null : first;
}

/** A lookup and attempts that failed come before. */
const connectedAfter = ({openedAt, steps}: Row): number =>
	(steps.find(({step}) => step === 'connect')?.at ?? openedAt) - openedAt;

const isSame = (one: Inet | null, other: Inet): boolean =>
	one !== null &&
	one.port === other.port &&
	normalizeAddress(one.address) === normalizeAddress(other.address);

const isLoopback = (address: string): boolean => /^(?:127\.|::1$)/.test(normalizeAddress(address));

/** Accepted connections whose other end is no row, by the port that they come from. */
function unpairedByPort({rows}: World): ReadonlyMap<number, readonly Row[]> {
	const found = new Map<number, Row[]>();
	for (const row of rows.values()) {
		if (row.role !== 'server' || row.pair !== null || row.proc === null) continue;
		const port = inet(row.peer)?.port;
		if (port === undefined) continue;
		const known = found.get(port);
		if (known === undefined) found.set(port, [row]);
		else known.push(row);
	}

	return found;
}

/** A network that other parts of this host are on. */
export type OwnNetwork = {
	/** The same for all connections to one peer. */
	key: string;
	device: string;
	/** "a veth device", … */
	what: string;
	seenAt: number;
};

/** Devices whose other end is on this host, or in a machine that it runs. */
const virtualKinds: ReadonlySet<string> = new Set(['veth', 'tun', 'tap']);

/** The virtual network of this host on which a row's peer is: right behind a veth, or a bridge of such; else null. */
export function ownNetworkOf({route, netns, peer, role}: Row, {interfaces}: World): OwnNetwork | null {
	if (route === null || route.dev === null || route.gateway !== null || netns === null) return null;
	if (route.error !== null || peer === null || !('address' in peer)) return null;
	const all = interfaces.get(netns) ?? [];
	const its = all.find(({name}) => name === route.dev);
	if (its === undefined) return null;
	const device = sanitize(its.name);
	const key = `${netns} ${device} ${role} ${normalizeAddress(peer.address)}`;
	if (its.kind === 'veth') return {key, device, what: 'a veth device', seenAt: its.seenAt};
	if (its.kind !== 'bridge') return null;
	const parts = all.filter(({master}) => master === its.name);
	// What has a network card in it leads out of the host.
	if (parts.length === 0 || !parts.every(({kind}) => kind !== null && virtualKinds.has(kind))) return null;
	return {key, device, what: 'a bridge of virtual devices alone', seenAt: its.seenAt};
}

/** Of the connections to each peer on a virtual network of this host the oldest, by `OwnNetwork.key`: one tells of all. */
export function representatives(world: World): ReadonlyMap<string, string> {
	const oldest = new Map<string, Row>();
	for (const row of world.rows.values()) {
		if (row.closedAt !== null || row.role === 'listener' || row.role === null) continue;
		const key = ownNetworkOf(row, world)?.key;
		if (key === undefined) continue;
		const known = oldest.get(key);
		if (known === undefined || row.openedAt < known.openedAt) oldest.set(key, row);
	}

	return new Map([...oldest].map(([key, {id}]) => [key, id]));
}
