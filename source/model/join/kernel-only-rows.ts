/**
 * Rows of sockets without a hook's report: connections in a watched listener's accept queue, sockets of
 * processes without a hook, and with `--all` every socket.
 */

import {isListeningOn, isSameTuple, isWildcard, tupleKey} from '../../domain/address.ts';
import type {Owners, SocketOwner} from '../../domain/events.ts';
import type {KernelSocket, Row} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import {reopen} from '../table/lifecycle.ts';
import type {Rows} from '../table/rows.ts';
import {type MergeContext, mergeKernelSocket} from './merge-kernel-view.ts';

/** A socket that matched no row. */
export type UnmatchedSocket = {
	netns: string;
	/** null where the namespace has no rows. */
	namespace: NamespaceIndex | undefined;
	socket: KernelSocket;
	owners: Owners;
	context: MergeContext;
	/** It came by a watched listener and has no known owner. */
	isUnowned: boolean;
};

export type KernelOnlyRows = {
	readonly showsAll: boolean;
	setShowAll(on: boolean): void;
	/** @returns the socket's row; null where it gets none, 'full' where the table is full */
	add(unmatched: UnmatchedSocket): Entry | 'full' | null;
	/**
	 * Updates the owner of a kernel-only row before it is joined again.
	 *
	 * @returns whether the owner changed
	 */
	updateOwner(entry: Entry, socket: KernelSocket, owners: Owners): boolean;
	/** Replaces a kernel-only row by the row of its process. */
	replaceWith(entry: Entry): void;
};

export function createKernelOnlyRows(rows: Rows): KernelOnlyRows {
	let showsAll = false;

	function setOwner(entry: Entry, owner: SocketOwner | undefined): boolean {
		const {row} = entry;
		if (owner === undefined || (row.pid === owner.pid && row.proc === owner.proc)) return false;
		// One that has come by a watched listener is on its way to a row of its own.
		if (owner.native && row.role === 'server') return false;
		row.proc = owner.proc;
		if (owner.native) row.native = true;
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
			// The owner of an unwatched process is only a name, shown where all sockets are rows.
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
				// Snapshots had only missed the socket.
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

/**
 * Built from the best identity of a socket: its cookie; without ss its inode, and in an accept queue its
 * tuple.
 */
function kernelRowId(netns: string, {cookie, inode, local, peer, recvQ}: KernelSocket): string | null {
	if (cookie !== null) return `k.${netns}.${cookie}`;
	if (inode !== null) return `k.${netns}.i.${inode}`;
	// A source without queues has no inodes either: such a socket may well have an owner.
	const tuple = recvQ === null ? null : tupleKey(local, peer);
	return tuple === null ? null : `k.${netns}.t.${tuple.replaceAll(' ', '-')}`;
}

/** A unix socket without a path, mostly a pipe between two processes: there are hundreds, indistinguishable. */
const isUnnamed = ({kind, local, peer}: KernelSocket): boolean =>
	kind === 'unix' && local === null && peer === null;

/** In the accept queue; CLOSE-WAIT is a client that has closed meanwhile. */
const awaitsAccept = ({inode, state, kind}: KernelSocket): boolean =>
	inode === null && (state === 'ESTAB' || state === 'CLOSE-WAIT') && kind !== 'udp' && kind !== 'unix';

/** A listener on the specific address takes precedence over a wildcard. */
function listenerOf(namespace: NamespaceIndex, {local}: KernelSocket): Row | undefined {
	if (local === null || 'path' in local) return undefined;
	let wildcardListener: Row | undefined;
	for (const {row, facts, absent} of listOf(namespace.listeners.get(local.port))) {
		if (absent || !facts.listening || row.listener !== null || !isListeningOn(row.local, local)) continue;
		if (!isWildcard(row.local)) return row;
		wildcardListener ??= row;
	}

	return wildcardListener;
}

/** The socket of a row that was closed after the snapshot began belongs to no other row. */
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
