/** Matches a socket of a snapshot to its row, from certain to likely. */

import {isListeningOn, isSameTuple, tupleHash} from '../../domain/address.ts';
import type {Owners} from '../../domain/events.ts';
import type {JoinedBy, KernelSocket, Kind, Row} from '../../domain/row.ts';
import {lingeringStates} from '../../domain/stage.ts';
import {isList, listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';

/** Compares the kind of a row with that of a socket. */
export const kindMatches = (kind: Kind, socket: KernelSocket): boolean => {
	if (kind === 'udp' || kind === 'unix') return socket.kind === kind;
	return socket.kind === 'tcp' || socket.kind === 'mptcp';
};

/**
 * Detects that a row's socket is not this one: inodes are reused, cookies never are. And a unix socket's line
 * may be forged by a path (see `addUnix` in deferred-sockets.ts), with the inode of any socket.
 */
const isDifferentSocket = (entry: Entry, socket: KernelSocket): boolean => {
	if (!kindMatches(entry.row.kind, socket)) return true;
	// A connection never listens: with MPTCP it may have the cookie of its listener.
	if (socket.state === 'LISTEN' && entry.row.peer !== null && entry.row.role !== 'listener') return true;
	return (
		entry.cookieConfirmed && entry.cookie !== null && socket.cookie !== null && entry.cookie !== socket.cookie
	);
};

/**
 * Rows certain to have this socket: by inode, or by the cookie of an earlier snapshot. Several processes may
 * hold one socket.
 *
 * @returns null where there is none
 */
export function matchByIdentity(
	namespace: NamespaceIndex,
	socket: KernelSocket,
): Entry | readonly Entry[] | null {
	const {inode} = socket;
	if (inode !== null) {
		const candidates = namespace.byInode.get(inode);
		if (candidates !== undefined && !isList(candidates)) {
			if (!isDifferentSocket(candidates, socket)) return candidates;
		} else if (candidates !== undefined) {
			const matches = candidates.filter(entry => !isDifferentSocket(entry, socket));
			if (matches.length > 0) return matches;
		}

		if (namespace.cookieOnly === 0) return null;
	}

	const cookie = namespace.byCookie.size === 0 ? null : socket.cookie;
	const candidates = cookie === null ? undefined : namespace.byCookie.get(cookie);
	if (candidates === undefined) return null;
	// A process that has closed it no longer holds it; another process keeps it open.
	const matches = listOf(candidates).filter(
		entry =>
			(inode === null || !entry.facts.closed || entry.facts.kernelOnly) && !isDifferentSocket(entry, socket),
	);
	return matches.length === 0 ? null : matches;
}

/** How `matchByIdentity` has matched a row. */
export function matchMethod({inode, cookieConfirmed}: Entry, socket: KernelSocket): JoinedBy {
	if (inode !== null && inode === socket.inode) return 'inode';
	// A row joined by tuple has since got the inode, or the cookie of its TIME-WAIT, from the kernel.
	return cookieConfirmed ? 'cookie' : 'tuple';
}

/** The rows that match a socket by tuple. */
export type TupleMatch = {
	/** Joined at the end of the snapshot, unless a more certain match comes first. */
	entries: readonly Entry[];
	/**
	 * The socket's row is younger than the snapshot, or was closed after the snapshot began, or its close is not
	 * yet reported.
	 */
	isStale: boolean;
};

const noTupleMatch: TupleMatch = {entries: [], isStale: false};

/** Start of a snapshot and arrival of its last part: a socket's state was read at some moment between them. */
export type SnapshotInterval = {at: number; until: number};

/**
 * @param interval of the snapshot; `until` is infinite while parts are missing
 * @param maxMissed snapshots without a closed row's socket after which its tuple may be reused
 * @param owners processes that hold a socket, by inode
 */
export function matchByTuple(
	namespace: NamespaceIndex,
	socket: KernelSocket,
	interval: SnapshotInterval,
	maxMissed: number,
	owners: Owners,
): TupleMatch {
	const {at} = interval;
	const {inode} = socket;
	if (namespace.byTuple.size === 0) return noTupleMatch;
	const {local, peer} = socket;
	const hash = tupleHash(local, peer);
	const candidates = hash === null ? undefined : namespace.byTuple.get(hash);
	if (candidates === undefined) return noTupleMatch;
	const entries: Entry[] = [];
	let isStale = false;
	const owner = inode === null ? undefined : owners.get(inode);
	for (const entry of listOf(candidates)) {
		const {row, facts} = entry;
		if (facts.kernelOnly || !kindMatches(row.kind, socket) || !isSameTuple(row, {local, peer})) continue;
		if (isDifferentSocket(entry, socket) || entry.seenAt > at) continue;
		if (row.openedAt > at || (row.closedAt ?? 0) > at || isCloseUnreported(entry, socket)) isStale = true;
		if (row.openedAt > at || (owner !== undefined && owner.pid !== row.pid)) continue;
		if (couldOwn(entry, socket, interval, maxMissed)) entries.push(entry);
	}

	return {entries, isStale};
}

/** A lingering socket has no process: the hook's report of the close is still on its way. */
const isCloseUnreported = ({facts, inode: rowInode}: Entry, {inode, state}: KernelSocket): boolean =>
	!facts.closed && rowInode !== null && inode === null && lingeringStates.has(state);

/** Decides whether a socket with a row's tuple may be the row's: tuples are reused, by any process. */
function couldOwn(
	{row, inode, facts, missedSnapshots: missed}: Entry,
	socket: KernelSocket,
	interval: SnapshotInterval,
	maxMissed: number,
): boolean {
	if (facts.closed) {
		if (socket.inode !== null || !lingeringStates.has(socket.state)) return false;
		const elapsedMs = timeWaitElapsedMs(socket);
		return elapsedMs === null ? missed < maxMissed : timeWaitMatchesClose(row, elapsedMs, interval);
	}

	// While the process holds it, the inode identifies it; a platform without ss has neither inode nor cookie.
	return inode === null || (socket.inode === null && socket.cookie === null);
}

/** Duration of TIME-WAIT in Linux, not configurable (TCP_TIMEWAIT_LEN). */
const timeWaitMs = 60_000;
/** ss prints the timer in whole seconds, rounded down. */
const timerResolutionMs = 1000;
/** A connection that closes more slowly was seen lingering. */
const slowCloseMs = 3000;

function timeWaitElapsedMs({state, timer}: KernelSocket): number | null {
	if (state !== 'TIME-WAIT' || timer === null || timer.ms === null) return null;
	return Math.max(0, timeWaitMs - timer.ms);
}

/** On a busy machine seconds may pass between the start of a snapshot and the state that it shows. */
const timeWaitMatchesClose = (
	{openedAt, closedAt}: Row,
	elapsedMs: number,
	{at, until}: SnapshotInterval,
): boolean =>
	until - elapsedMs + timerResolutionMs >= openedAt && at - elapsedMs <= (closedAt ?? at) + slowCloseMs;

/** The youngest of several rows with the tuple of a socket without a process. */
export const newestEntry = (entries: readonly Entry[]): Entry | undefined =>
	entries.reduce<Entry | undefined>(
		(best, entry) => (best !== undefined && best.row.openedAt >= entry.row.openedAt ? best : entry),
		undefined,
	);

/** Listener rows without a known inode, at the address of a listening socket. */
export function matchListeners(
	namespace: NamespaceIndex,
	socket: KernelSocket,
	at: number,
): readonly Entry[] {
	const {local} = socket;
	if (local === null || 'path' in local) return [];
	return listOf(namespace.listeners.get(local.port)).filter(entry => {
		const {row, facts, inode} = entry;
		if (inode !== null || facts.kernelOnly || !facts.listening || row.openedAt > at) return false;
		return !isDifferentSocket(entry, socket) && isListeningOn(local, row.local);
	});
}
