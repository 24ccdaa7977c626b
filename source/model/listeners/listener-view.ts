/** The view of one listener, and the state behind it. */

import {isWildcard, normalizeAddress} from '../../domain/address.ts';
import {
	type ListeningSocket,
	type ListeningSockets,
	listeningAddress,
	type PortListeners,
} from '../../domain/listening-socket.ts';
import type {AcceptQueueView, OtherListener, Row} from '../../domain/row.ts';
import {createRate, type Rate} from '../../shared/rate.ts';
import type {Entry} from '../table/entry.ts';

export type Listener = {
	readonly entry: Entry;
	/** Distinguishes one listen() of a server from its next. */
	readonly openedAt: number;
	/** The row's view after the next `publish`. */
	readonly view: AcceptQueueView;
	readonly accepted: Rate;
	readonly drops: Rate;
	/** Set once its limit was compared with the cap, as soon as both were known: the cap may change later. */
	capChecked: boolean;
};

/** The holder of a socket. */
export type ProcessRef = {pid: number | null; program: string};

/** Limit of named sockets on a port. */
const maxOthersListed = 8;

export const createListener = (entry: Entry): Listener => ({
	entry,
	openedAt: entry.row.openedAt,
	view: {
		backlog: null,
		queueMax: null,
		queueMaxAt: null,
		halfOpen: null,
		accepted: entry.facts.kernelOnly ? null : 0,
		acceptedPerSecond: null,
		dropsPerSecond: null,
		takes: null,
		others: [],
		moreOthers: 0,
	},
	accepted: createRate(),
	drops: createRate(),
	capChecked: false,
});

export const portOf = ({local}: Row): number | null =>
	local === null || 'path' in local ? null : local.port;

/**
 * Updates the row's view.
 *
 * @returns whether it has changed
 */
export function publish({entry: {row}, view}: Listener): boolean {
	const before = row.acceptQueue;
	const next: AcceptQueueView = {...view, takes: acceptedFamilies(row)};
	if (before !== null && isSameView(before, next)) return false;
	row.acceptQueue = next;
	return true;
}

/**
 * A limit below the cap is the backlog passed to listen(), even where only the kernel shows it.
 *
 * @param somaxconn the current cap; null where unknown
 */
export function inferBacklog(listener: Listener, somaxconn: number | null): void {
	const {entry, view, capChecked} = listener;
	const limit = entry.row.kernel?.state === 'LISTEN' ? entry.row.kernel.sendQ : null;
	// The start of a server without a hook is unknown, and so is the cap at that time.
	if (capChecked || limit === null || somaxconn === null || entry.facts.kernelOnly) return;
	listener.capChecked = true;
	if (limit < somaxconn) view.backlog ??= limit;
}

/** The address families that a listener accepts; null where unknown, and for a unix socket. */
function acceptedFamilies({local, kernel}: Row): AcceptQueueView['takes'] {
	if (local === null || 'path' in local) return null;
	if (!normalizeAddress(local.address).includes(':')) return 'IPv4';
	if (!isWildcard(local) || kernel?.v6only === true) return 'IPv6';
	return kernel?.v6only === false ? 'both' : null;
}

/** The listener's socket in a snapshot; null where it is missing. */
export function ownSocket(entry: Entry, listening: ListeningSockets): ListeningSocket | null {
	const port = portOf(entry.row);
	const onPort = port === null ? undefined : listening.get(port);
	return onPort?.sockets.find(socket => isOwn(entry, socket)) ?? null;
}

/** Compares by inode or cookie; platforms without either have the address alone. */
function isOwn({inode, facts, row: {local, kernel}}: Entry, socket: ListeningSocket): boolean {
	// The listener failed or was closed.
	if (facts.closed) return false;
	const cookie = kernel?.cookie ?? null;
	if (cookie !== null && socket.cookie !== null) return cookie === socket.cookie;
	const ownInode = inode ?? kernel?.inode ?? null;
	if (ownInode !== null && socket.inode !== null) return ownInode === socket.inode;
	return local !== null && 'address' in local && normalizeAddress(local.address) === socket.address;
}

/** The other sockets on a listener's port, by address. */
export function otherListenersOf(
	own: ListeningSocket | null,
	onPort: PortListeners | undefined,
	ownerOf: (inode: number | null) => ProcessRef | null,
): Pick<AcceptQueueView, 'others' | 'moreOthers'> {
	if (onPort === undefined) return {others: [], moreOthers: 0};
	const others = onPort.sockets
		.filter(socket => socket !== own)
		.map((socket): OtherListener => {
			const owner = ownerOf(socket.inode);
			const program = owner?.program || null;
			return {address: listeningAddress(socket), pid: owner?.pid ?? null, program};
		})
		.sort(byAddressAndPid)
		.slice(0, maxOthersListed);
	return {others, moreOthers: onPort.count - (own === null ? 0 : 1) - others.length};
}

const byAddressAndPid = (one: OtherListener, other: OtherListener): number =>
	one.address === other.address ? (one.pid ?? 0) - (other.pid ?? 0) : one.address < other.address ? -1 : 1;

function isSameView({others, ...facts}: AcceptQueueView, next: AcceptQueueView): boolean {
	const names = Object.keys(facts) as Array<keyof typeof facts>;
	if (names.some(name => facts[name] !== next[name]) || others.length !== next.others.length) return false;
	return others.every((other, index) => {
		const now = next.others[index];
		return other.address === now?.address && other.pid === now.pid && other.program === now.program;
	});
}
