/**
 * Rows of sockets that no hook tells of: connections that wait at a watched listener, sockets of processes without
 * hook, and where all are asked for, everybody's.
 */

import {isListeningOn, isSameTuple, isWildcard, tupleKey} from '../../domain/address.ts';
import type {Owner} from '../../domain/events.ts';
import type {KernelSocket, Row} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, Space} from '../table/entry.ts';
import {reopen} from '../table/lifecycle.ts';
import type {Rows} from '../table/rows.ts';
import {type Reading, see} from './merge-kernel-view.ts';

type Owners = ReadonlyMap<number, Owner>;

/** A socket that is no row's. */
export type Unclaimed = {
	netns: string;
	/** null where the namespace has no rows. */
	space: Space | undefined;
	socket: KernelSocket;
	owners: Owners;
	reading: Reading;
	/** It came by a watched listener, and nobody that is known has it. */
	isStray: boolean;
};

export type KernelOnly = {
	readonly showsAll: boolean;
	setAll(on: boolean): void;
	/** @returns the row that it has now; null where it has none, 'full' where there was no place for it */
	add(unclaimed: Unclaimed): Entry | 'full' | null;
	/**
	 * Before a row of the kernel alone is joined again: who has its socket now.
	 *
	 * @returns whether that is news
	 */
	refresh(entry: Entry, socket: KernelSocket, owners: Owners): boolean;
	/** A row of the kernel alone gives way to the one of its process. */
	giveWay(entry: Entry): void;
};

export function createKernelOnly(rows: Rows): KernelOnly {
	let showsAll = false;

	function own(entry: Entry, owner: Owner | undefined): boolean {
		const {row} = entry;
		if (owner === undefined || (row.pid === owner.pid && row.proc === owner.proc)) return false;
		row.proc = owner.proc;
		row.pid = owner.pid;
		row.program = owner.program;
		if (owner.proc !== null) rows.own(entry);
		return true;
	}

	return {
		get showsAll() {
			return showsAll;
		},
		setAll(on) {
			showsAll = on;
		},
		add({netns, space, socket, owners, reading, isStray}) {
			const {inode, cookie} = socket;
			const holder = inode === null ? undefined : owners.get(inode);
			// Of a process that is not watched only its name is asked for, unless all sockets are.
			const owner = holder?.proc === null && !showsAll ? undefined : holder;
			const listener = space !== undefined && waits(socket) ? listenerOf(space, socket) : undefined;
			if (owner === undefined && listener === undefined && !showsAll && !isStray) return null;
			if ((owner?.proc ?? null) === null && isNameless(socket)) return null;
			if (space !== undefined && wasClosedSince(space, cookie, reading.at)) return null;
			const id = idOf(netns, socket);
			if (id === null) return null;
			const isOthers = listener === undefined && (owner?.proc ?? null) === null && !isStray;
			const entry = rows.openKernelOnly(id, isOthers, reading.at);
			if (entry === undefined) return 'full';
			fill(entry, netns, socket, listener);
			if (isStray) entry.row.role = 'server';
			own(entry, owner);
			see(entry, socket, 'cookie', {...reading, thorough: true});
			rows.touch(entry);
			return entry;
		},
		refresh(entry, socket, owners) {
			const {inode} = socket;
			if (entry.facts.closed) {
				// It had only been missed.
				reopen(entry, entry.row.openedAt);
				rows.revive(entry);
			}

			entry.inode = inode;
			return inode !== null && owners.size > 0 && own(entry, owners.get(inode));
		},
		giveWay(entry) {
			const {keys, row} = entry;
			const {space, inode, tuple} = keys;
			if (space === null) return;
			for (const twin of inode === null ? [] : [...listOf(space.byInode.get(inode))]) {
				if (twin.facts.kernelOnly) rows.giveWay(twin, entry);
			}

			for (const twin of tuple === null ? [] : [...listOf(space.byTuple.get(tuple))]) {
				if (twin.facts.kernelOnly && isSameTuple(twin.row, row)) rows.giveWay(twin, entry);
			}
		},
	};
}

/** By what tells a socket best: its cookie; without ss its inode, and while it waits for accept only its tuple. */
function idOf(netns: string, {cookie, inode, local, peer, recvQ}: KernelSocket): string | null {
	if (cookie !== null) return `k.${netns}.${cookie}`;
	if (inode !== null) return `k.${netns}.i.${inode}`;
	// Who tells no queues tells no inodes: such a socket may well be somebody's.
	const tuple = recvQ === null ? null : tupleKey(local, peer);
	return tuple === null ? null : `k.${netns}.t.${tuple.replaceAll(' ', '-')}`;
}

/** Two processes' unix socket without a path: a pipe, mostly. There are hundreds, and nothing tells one from another. */
const isNameless = ({kind, local, peer}: KernelSocket): boolean =>
	kind === 'unix' && local === null && peer === null;

/** Nobody has accepted it; CLOSE-WAIT is a client that has given up meanwhile. */
const waits = ({inode, state, kind}: KernelSocket): boolean =>
	inode === null && (state === 'ESTAB' || state === 'CLOSE-WAIT') && kind !== 'udp' && kind !== 'unix';

/** A listener on the very address takes the connection before one on all of them. */
function listenerOf(space: Space, {local}: KernelSocket): Row | undefined {
	if (local === null || 'path' in local) return undefined;
	let found: Row | undefined;
	for (const {row, facts} of listOf(space.listeners.get(local.port))) {
		if (!facts.listening || row.listener !== null || !isListeningOn(row.local, local)) continue;
		if (!isWildcard(row.local)) return row;
		found ??= row;
	}

	return found;
}

/** The socket of a row that was closed after the look began is nobody else's. */
const wasClosedSince = (space: Space, cookie: string | null, at: number): boolean =>
	cookie !== null &&
	listOf(space.byCookie.get(cookie)).some(({row, facts}) => !facts.kernelOnly && (row.closedAt ?? 0) > at);

function fill(entry: Entry, netns: string, socket: KernelSocket, listener: Row | undefined): void {
	const {row, facts} = entry;
	facts.waiting = listener !== undefined;
	row.netns = netns;
	row.kind = socket.kind === 'mptcp' ? 'tcp' : socket.kind;
	row.local = socket.local;
	row.peer = socket.peer;
	row.role = socket.state === 'LISTEN' ? 'listener' : listener === undefined ? null : 'server';
	row.listener = listener?.id ?? null;
	row.proc = listener?.proc ?? null;
	row.pid = listener?.pid ?? null;
	row.program = listener?.program ?? '';
	facts.role = row.role;
	entry.inode = socket.inode;
}
