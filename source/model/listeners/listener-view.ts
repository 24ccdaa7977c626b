/** What is told of one listener, and what is remembered for it. */

import {isWildcard, plainAddress} from '../../domain/address.ts';
import {
	type ListeningSocket,
	type ListeningSockets,
	listeningAddress,
	type OnPort,
} from '../../domain/listening-socket.ts';
import type {AcceptingView, ListeningOther, Row} from '../../domain/row.ts';
import {newRate, type Rate} from '../../shared/rate.ts';
import type {Entry} from '../table/entry.ts';

export type Listener = {
	readonly entry: Entry;
	/** Tells one listen() of a server from its next. */
	readonly openedAt: number;
	/** What the row shows after the next `publish`. */
	readonly view: AcceptingView;
	readonly accepted: Rate;
	readonly drops: Rate;
	/** Whether its limit was held against what caps it, as soon as both were known: the cap may change later. */
	isHeldAgainstCap: boolean;
};

/** Who holds a socket. */
export type Who = {pid: number | null; program: string};

/** Others on a port that are named. */
const othersNamed = 8;

export const listenerOf = (entry: Entry): Listener => ({
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
	accepted: newRate(),
	drops: newRate(),
	isHeldAgainstCap: false,
});

export const portOf = ({local}: Row): number | null =>
	local === null || 'path' in local ? null : local.port;

/** Gives the row its view anew. @returns whether it differs from what the row had */
export function publish({entry: {row}, view}: Listener): boolean {
	const before = row.accepting;
	const next: AcceptingView = {...view, takes: takes(row)};
	if (before !== null && areEqual(before, next)) return false;
	row.accepting = next;
	return true;
}

/**
 * A limit that nothing has capped is what listen() was asked for, also where only the kernel was told.
 *
 * @param somaxconn What caps it now; null where that is not known.
 */
export function tellBacklog(listener: Listener, somaxconn: number | null): void {
	const {entry, view, isHeldAgainstCap} = listener;
	const limit = entry.row.kernel?.state === 'LISTEN' ? entry.row.kernel.sendQ : null;
	// Nobody tells how long a server without hook has listened, and what the cap was then.
	if (isHeldAgainstCap || limit === null || somaxconn === null || entry.facts.kernelOnly) return;
	listener.isHeldAgainstCap = true;
	if (limit < somaxconn) view.backlog ??= limit;
}

/** Which connections a listener takes; null where it is not known, and for a unix socket. */
function takes({local, kernel}: Row): AcceptingView['takes'] {
	if (local === null || 'path' in local) return null;
	if (!plainAddress(local.address).includes(':')) return 'IPv4';
	if (!isWildcard(local) || kernel?.v6only === true) return 'IPv6';
	return kernel?.v6only === false ? 'both' : null;
}

/** The listener's socket among those that a look has shown; null where it is not there. */
export function ownSocket(entry: Entry, listening: ListeningSockets): ListeningSocket | null {
	const port = portOf(entry.row);
	const on = port === null ? undefined : listening.get(port);
	return on?.sockets.find(socket => isOwn(entry, socket)) ?? null;
}

/** By what tells it surely; platforms that tell neither have its address alone. */
function isOwn({inode, facts, row: {local, kernel}}: Entry, socket: ListeningSocket): boolean {
	// It could not listen, or does no longer.
	if (facts.closed) return false;
	const cookie = kernel?.cookie ?? null;
	if (cookie !== null && socket.cookie !== null) return cookie === socket.cookie;
	const its = inode ?? kernel?.inode ?? null;
	if (its !== null && socket.inode !== null) return its === socket.inode;
	return local !== null && 'address' in local && plainAddress(local.address) === socket.address;
}

/** The other sockets on a listener's port, by their address. */
export function othersOf(
	own: ListeningSocket | null,
	on: OnPort | undefined,
	whoHas: (inode: number | null) => Who | null,
): Pick<AcceptingView, 'others' | 'moreOthers'> {
	if (on === undefined) return {others: [], moreOthers: 0};
	const others = on.sockets
		.filter(socket => socket !== own)
		.map((socket): ListeningOther => {
			const who = whoHas(socket.inode);
			const program = who?.program || null;
			return {address: listeningAddress(socket), pid: who?.pid ?? null, program};
		})
		.sort(byAddressAndPid)
		.slice(0, othersNamed);
	return {others, moreOthers: on.count - (own === null ? 0 : 1) - others.length};
}

const byAddressAndPid = (one: ListeningOther, other: ListeningOther): number =>
	one.address === other.address ? (one.pid ?? 0) - (other.pid ?? 0) : one.address < other.address ? -1 : 1;

function areEqual({others, ...facts}: AcceptingView, next: AcceptingView): boolean {
	const names = Object.keys(facts) as Array<keyof typeof facts>;
	if (names.some(name => facts[name] !== next[name]) || others.length !== next.others.length) return false;
	return others.every((other, index) => {
		const now = next.others[index];
		return other.address === now?.address && other.pid === now.pid && other.program === now.program;
	});
}
