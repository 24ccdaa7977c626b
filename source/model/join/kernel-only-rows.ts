/**
 * Rows of sockets that no hook tells of: connections that wait at a watched listener, sockets of processes without
 * hook, and where all are asked for, everybody's.
 */

import {isListeningOn, isSameTuple, isWildcard, tupleKey} from '../../domain/address.ts';
import type {SocketOwner} from '../../domain/events.ts';
import type {KernelSocket, Row} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import {reopen} from '../table/lifecycle.ts';
import type {Rows} from '../table/rows.ts';
import {type MergeContext, mergeKernelSocket} from './merge-kernel-view.ts';

type Owners = ReadonlyMap<number, SocketOwner>;

/** A socket that is no row's. */
export type UnmatchedSocket = {
	netns: string;
	/** null where the namespace has no rows. */
	namespace: NamespaceIndex | undefined;
	socket: KernelSocket;
	owners: Owners;
	context: MergeContext;
	/** It came by a watched listener, and nobody that is known has it. */
	isUnowned: boolean;
};

export type KernelOnlyRows = {
	readonly showsAll: boolean;
	setShowAll(on: boolean): void;
	/** @returns the row that it has now; null where it has none, 'full' where there was no place for it */
	add(unclaimed: UnmatchedSocket): Entry | 'full' | null;
	/**
	 * Before a row of the kernel alone is joined again: who has its socket now.
	 *
	 * @returns whether that is news
	 */
	updateOwner(entry: Entry, socket: KernelSocket, owners: Owners): boolean;
	/** A row of the kernel alone gives way to the one of its process. */
	replaceWith(entry: Entry): void;
};

export function createKernelOnlyRows(rows: Rows): KernelOnlyRows {
	let showsAll = false;

	function setOwner(entry: Entry, owner: SocketOwner | undefined): boolean {
		const {row} = entry;
		if (owner === undefined || (row.pid === owner.pid && row.proc === owner.proc)) return false;
		row.proc = owner.proc;
		row.pid = owner.pid;
		row.program = owner.program;
		if (owner.proc !== null) rows.markWatched(entry);
		return true;
	}

	return {
		get showsAll() {
			return showsAll;
		},
		setShowAll(on) {
			showsAll = on;
		},
		add({netns, namespace, socket, owners, context, isUnowned}) {
			const {inode, cookie} = socket;
			const knownOwner = inode === null ? undefined : owners.get(inode);
			// Of a process that is not watched only its name is asked for, unless all sockets are.
			const owner = knownOwner?.proc === null && !showsAll ? undefined : knownOwner;
			const listener =
				namespace !== undefined && awaitsAccept(socket) ? listenerOf(namespace, socket) : undefined;
			if (owner === undefined && listener === undefined && !showsAll && !isUnowned) return null;
			if ((owner?.proc ?? null) === null && isUnnamed(socket)) return null;
			if (namespace !== undefined && wasClosedSince(namespace, cookie, context.at)) return null;
			const id = kernelRowId(netns, socket);
			if (id === null) return null;
			const isForeign = listener === undefined && (owner?.proc ?? null) === null && !isUnowned;
			const entry = rows.openKernelOnly(id, isForeign, context.at);
			if (entry === undefined) return 'full';
			initializeRow(entry, netns, socket, listener);
			if (isUnowned) entry.row.role = 'server';
			setOwner(entry, owner);
			mergeKernelSocket(entry, socket, 'cookie', {...context, full: true});
			rows.touch(entry);
			return entry;
		},
		updateOwner(entry, socket, owners) {
			const {inode} = socket;
			if (entry.facts.closed) {
				// It had only been missed.
				reopen(entry, entry.row.openedAt);
				rows.markReopened(entry);
			}

			entry.inode = inode;
			return inode !== null && owners.size > 0 && setOwner(entry, owners.get(inode));
		},
		replaceWith(entry) {
			const {indexKeys: keys, row} = entry;
			const {namespace, inode, tuple} = keys;
			if (namespace === null) return;
			for (const duplicate of inode === null ? [] : [...listOf(namespace.byInode.get(inode))]) {
				if (duplicate.facts.kernelOnly) rows.replace(duplicate, entry);
			}

			for (const duplicate of tuple === null ? [] : [...listOf(namespace.byTuple.get(tuple))]) {
				if (duplicate.facts.kernelOnly && isSameTuple(duplicate.row, row)) rows.replace(duplicate, entry);
			}
		},
	};
}

/** By what tells a socket best: its cookie; without ss its inode, and while it waits for accept only its tuple. */
function kernelRowId(netns: string, {cookie, inode, local, peer, recvQ}: KernelSocket): string | null {
	if (cookie !== null) return `k.${netns}.${cookie}`;
	if (inode !== null) return `k.${netns}.i.${inode}`;
	// Who tells no queues tells no inodes: such a socket may well be somebody's.
	const tuple = recvQ === null ? null : tupleKey(local, peer);
	return tuple === null ? null : `k.${netns}.t.${tuple.replaceAll(' ', '-')}`;
}

/** Two processes' unix socket without a path: a pipe, mostly. There are hundreds, and nothing tells one from another. */
const isUnnamed = ({kind, local, peer}: KernelSocket): boolean =>
	kind === 'unix' && local === null && peer === null;

/** Nobody has accepted it; CLOSE-WAIT is a client that has given up meanwhile. */
const awaitsAccept = ({inode, state, kind}: KernelSocket): boolean =>
	inode === null && (state === 'ESTAB' || state === 'CLOSE-WAIT') && kind !== 'udp' && kind !== 'unix';

/** A listener on the very address takes the connection before one on all of them. */
function listenerOf(namespace: NamespaceIndex, {local}: KernelSocket): Row | undefined {
	if (local === null || 'path' in local) return undefined;
	let found: Row | undefined;
	for (const {row, facts} of listOf(namespace.listeners.get(local.port))) {
		if (!facts.listening || row.listener !== null || !isListeningOn(row.local, local)) continue;
		if (!isWildcard(row.local)) return row;
		found ??= row;
	}

	return found;
}

/** The socket of a row that was closed after the look began is nobody else's. */
const wasClosedSince = (namespace: NamespaceIndex, cookie: string | null, at: number): boolean =>
	cookie !== null &&
	listOf(namespace.byCookie.get(cookie)).some(
		({row, facts}) => !facts.kernelOnly && (row.closedAt ?? 0) > at,
	);

function initializeRow(entry: Entry, netns: string, socket: KernelSocket, listener: Row | undefined): void {
	const {row, facts} = entry;
	facts.awaitingAccept = listener !== undefined;
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
