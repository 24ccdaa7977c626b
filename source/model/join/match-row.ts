/** Which row a socket of a look belongs to, from sure to likely. */

import {isListeningOn, isSameTuple, tupleHash} from '../../domain/address.ts';
import type {Owner} from '../../domain/events.ts';
import type {JoinedBy, KernelSocket, Kind, Row} from '../../domain/row.ts';
import {lingeringStates} from '../../domain/stage.ts';
import {isList, listOf} from '../../shared/multi-map.ts';
import type {Entry, Space} from '../table/entry.ts';

/** Whether a row of this kind is one of such a socket. */
export const suits = (kind: Kind, socket: KernelSocket): boolean => {
	if (kind === 'udp' || kind === 'unix') return socket.kind === kind;
	return socket.kind === 'tcp' || socket.kind === 'mptcp';
};

/**
 * Whether a row's socket is another one than this: an inode may come back, a cookie never does. And a unix socket's line
 * may come from somebody's path (see holdUnix in join.ts), with the inode of any socket.
 */
const isAnother = (entry: Entry, socket: KernelSocket): boolean => {
	if (!suits(entry.row.kind, socket)) return true;
	return (
		entry.cookieIsSure && entry.cookie !== null && socket.cookie !== null && entry.cookie !== socket.cookie
	);
};

/**
 * Rows whose socket this is for sure: by inode, or by the cookie of an earlier look. Several processes may hold one
 * socket.
 *
 * @returns null where there is none
 */
export function findSurely(space: Space, socket: KernelSocket): Entry | readonly Entry[] | null {
	const {inode} = socket;
	if (inode !== null) {
		const held = space.byInode.get(inode);
		if (held !== undefined && !isList(held)) {
			if (!isAnother(held, socket)) return held;
		} else if (held !== undefined) {
			const its = held.filter(entry => !isAnother(entry, socket));
			if (its.length > 0) return its;
		}

		if (space.cookieOnly === 0) return null;
	}

	const cookie = space.byCookie.size === 0 ? null : socket.cookie;
	const held = cookie === null ? undefined : space.byCookie.get(cookie);
	if (held === undefined) return null;
	// Who has closed it has it no more; another process goes on with it.
	const its = listOf(held).filter(({facts}) => inode === null || !facts.closed || facts.kernelOnly);
	return its.length === 0 ? null : its;
}

/** How a row is known to have a socket that `findSurely` has found. */
export function wayTo({inode, cookieIsSure}: Entry, socket: KernelSocket): JoinedBy {
	if (inode !== null && inode === socket.inode) return 'inode';
	// Of a row that was joined by its tuple the kernel has told the inode, or the cookie of its TIME-WAIT.
	return cookieIsSure ? 'cookie' : 'tuple';
}

/** What a socket's tuple says of the rows. */
export type Likely = {
	/** May be joined at the end of the look, if nothing surer has turned up by then. */
	rows: readonly Entry[];
	/** It is the socket of a row that is younger than the look, or that was closed after the look began or untold. */
	isOutdated: boolean;
};

const unlikely: Likely = {rows: [], isOutdated: false};

/** When a look began, and when all of it had come: what it shows was so at some moment between them. */
export type LookTime = {at: number; until: number};

/**
 * @param time of the look; `until` is infinite as long as it goes on
 * @param misses looks without it after which a closed row's socket is gone: its tuple is somebody else's then
 * @param owners processes that hold a socket, by inode
 */
export function findLikely(
	space: Space,
	socket: KernelSocket,
	time: LookTime,
	misses: number,
	owners: ReadonlyMap<number, Owner>,
): Likely {
	const {at} = time;
	const {inode} = socket;
	if (space.byTuple.size === 0) return unlikely;
	const {local, peer} = socket;
	const hash = tupleHash(local, peer);
	const held = hash === null ? undefined : space.byTuple.get(hash);
	if (held === undefined) return unlikely;
	const rows: Entry[] = [];
	let isOutdated = false;
	const owner = inode === null ? undefined : owners.get(inode);
	for (const entry of listOf(held)) {
		const {row, facts} = entry;
		if (facts.kernelOnly || !suits(row.kind, socket) || !isSameTuple(row, {local, peer})) continue;
		if (isAnother(entry, socket) || entry.seenAt > at) continue;
		if (row.openedAt > at || (row.closedAt ?? 0) > at || isClosedUntold(entry, socket)) isOutdated = true;
		if (row.openedAt > at || (owner !== undefined && owner.pid !== row.pid)) continue;
		if (mayHave(entry, socket, time, misses)) rows.push(entry);
	}

	return {rows, isOutdated};
}

/** What lingers has no process any more: the row's has closed it, and that is still on its way to us. */
const isClosedUntold = ({facts, inode: had}: Entry, {inode, state}: KernelSocket): boolean =>
	!facts.closed && had !== null && inode === null && lingeringStates.has(state);

/** Whether a socket with the row's tuple may be the row's: a tuple is used again, by whoever. */
function mayHave(
	{row, inode, facts, misses: missed}: Entry,
	socket: KernelSocket,
	time: LookTime,
	misses: number,
): boolean {
	if (facts.closed) {
		if (socket.inode !== null || !lingeringStates.has(socket.state)) return false;
		const passedMs = timeWaitPassed(socket);
		return passedMs === null ? missed < misses : isAtEndOf(row, passedMs, time);
	}

	// As long as the process has it, its inode tells; a platform without ss tells neither inode nor cookie.
	return inode === null || (socket.inode === null && socket.cookie === null);
}

/** How long TIME-WAIT lasts in Linux, whatever the settings (TCP_TIMEWAIT_LEN). */
const timeWaitMs = 60_000;
/** ss tells its timer in whole seconds, rounded down. */
const timerStepMs = 1000;
/** A connection that is slower at its end has been seen to linger. */
const endMs = 3000;

function timeWaitPassed({state, timer}: KernelSocket): number | null {
	if (state !== 'TIME-WAIT' || timer === null || timer.ms === null) return null;
	return Math.max(0, timeWaitMs - timer.ms);
}

/** On a busy machine seconds may pass between the beginning of a look and the moment that it shows. */
const isAtEndOf = ({openedAt, closedAt}: Row, passedMs: number, {at, until}: LookTime): boolean =>
	until - passedMs + timerStepMs >= openedAt && at - passedMs <= (closedAt ?? at) + endMs;

/** Of rows with one tuple, which a socket belongs to that has no process any more: the youngest. */
export const youngestOf = (entries: readonly Entry[]): Entry | undefined =>
	entries.reduce<Entry | undefined>(
		(best, entry) => (best !== undefined && best.row.openedAt >= entry.row.openedAt ? best : entry),
		undefined,
	);

/** Rows of listeners whose inode nobody has told, at the address of a socket that listens. */
export function findListeners(space: Space, socket: KernelSocket, at: number): readonly Entry[] {
	const {local} = socket;
	if (local === null || 'path' in local) return [];
	return listOf(space.listeners.get(local.port)).filter(entry => {
		const {row, facts, inode} = entry;
		if (inode !== null || facts.kernelOnly || !facts.listening || row.openedAt > at) return false;
		return !isAnother(entry, socket) && isListeningOn(local, row.local);
	});
}
