/** Which row a socket of a look belongs to, from sure to likely. */

import {isListeningOn, isSameTuple, tupleHash} from '../../domain/address.ts';
import type {SocketOwner} from '../../domain/events.ts';
import type {JoinedBy, KernelSocket, Kind, Row} from '../../domain/row.ts';
import {lingeringStates} from '../../domain/stage.ts';
import {isList, listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';

/** Whether a row of this kind is one of such a socket. */
export const kindMatches = (kind: Kind, socket: KernelSocket): boolean => {
	if (kind === 'udp' || kind === 'unix') return socket.kind === kind;
	return socket.kind === 'tcp' || socket.kind === 'mptcp';
};

/**
 * Whether a row's socket is another one than this: an inode may come back, a cookie never does. And a unix socket's line
 * may come from somebody's path (see `addUnix` in deferred-sockets.ts), with the inode of any socket.
 */
const isDifferentSocket = (entry: Entry, socket: KernelSocket): boolean => {
	if (!kindMatches(entry.row.kind, socket)) return true;
	return (
		entry.cookieConfirmed && entry.cookie !== null && socket.cookie !== null && entry.cookie !== socket.cookie
	);
};

/**
 * Rows whose socket this is for sure: by inode, or by the cookie of an earlier look. Several processes may hold one
 * socket.
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
	// Who has closed it has it no more; another process goes on with it.
	const matches = listOf(candidates).filter(({facts}) => inode === null || !facts.closed || facts.kernelOnly);
	return matches.length === 0 ? null : matches;
}

/** How a row is known to have a socket that `matchByIdentity` has found. */
export function matchMethod({inode, cookieConfirmed: cookieIsSure}: Entry, socket: KernelSocket): JoinedBy {
	if (inode !== null && inode === socket.inode) return 'inode';
	// Of a row that was joined by its tuple the kernel has told the inode, or the cookie of its TIME-WAIT.
	return cookieIsSure ? 'cookie' : 'tuple';
}

/** What a socket's tuple says of the rows. */
export type TupleMatch = {
	/** May be joined at the end of the look, if nothing surer has turned up by then. */
	entries: readonly Entry[];
	/** It is the socket of a row that is younger than the look, or that was closed after the look began or untold. */
	isStale: boolean;
};

const noTupleMatch: TupleMatch = {entries: [], isStale: false};

/** When a look began, and when all of it had come: what it shows was so at some moment between them. */
export type SnapshotInterval = {at: number; until: number};

/**
 * @param interval of the look; `until` is infinite as long as it goes on
 * @param maxMissed looks without it after which a closed row's socket is gone: its tuple is somebody else's then
 * @param owners processes that hold a socket, by inode
 */
export function matchByTuple(
	namespace: NamespaceIndex,
	socket: KernelSocket,
	interval: SnapshotInterval,
	maxMissed: number,
	owners: ReadonlyMap<number, SocketOwner>,
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

/** What lingers has no process any more: the row's has closed it, and that is still on its way to us. */
const isCloseUnreported = ({facts, inode: rowInode}: Entry, {inode, state}: KernelSocket): boolean =>
	!facts.closed && rowInode !== null && inode === null && lingeringStates.has(state);

/** Whether a socket with the row's tuple may be the row's: a tuple is used again, by whoever. */
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

	// As long as the process has it, its inode tells; a platform without ss tells neither inode nor cookie.
	return inode === null || (socket.inode === null && socket.cookie === null);
}

/** How long TIME-WAIT lasts in Linux, whatever the settings (TCP_TIMEWAIT_LEN). */
const timeWaitMs = 60_000;
/** ss tells its timer in whole seconds, rounded down. */
const timerResolutionMs = 1000;
/** A connection that is slower at its end has been seen to linger. */
const slowCloseMs = 3000;

function timeWaitElapsedMs({state, timer}: KernelSocket): number | null {
	if (state !== 'TIME-WAIT' || timer === null || timer.ms === null) return null;
	return Math.max(0, timeWaitMs - timer.ms);
}

/** On a busy machine seconds may pass between the beginning of a look and the moment that it shows. */
const timeWaitMatchesClose = (
	{openedAt, closedAt}: Row,
	elapsedMs: number,
	{at, until}: SnapshotInterval,
): boolean =>
	until - elapsedMs + timerResolutionMs >= openedAt && at - elapsedMs <= (closedAt ?? at) + slowCloseMs;

/** Of rows with one tuple, which a socket belongs to that has no process any more: the youngest. */
export const newestEntry = (entries: readonly Entry[]): Entry | undefined =>
	entries.reduce<Entry | undefined>(
		(best, entry) => (best !== undefined && best.row.openedAt >= entry.row.openedAt ? best : entry),
		undefined,
	);

/** Rows of listeners whose inode nobody has told, at the address of a socket that listens. */
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
