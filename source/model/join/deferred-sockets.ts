/**
 * Sockets that wait for the end of their snapshot: only then is it known which rows were joined in a surer way, and
 * that no other socket claims the same inode.
 */

import type {KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import type {Limits} from '../table/limits.ts';
import type {SocketIndex} from '../table/socket-index.ts';
import {detachSocket} from './detach-socket.ts';
import {matchByTuple, matchListeners, newestEntry} from './match-row.ts';
import type {SocketMerge} from './merge-socket.ts';
import type {Pairs} from './pairs.ts';
import type {PendingSnapshot} from './pending-snapshot.ts';

export type DeferredSockets = {
	/**
	 * Keeps a socket that may be some row's by its tuple, or by its address where it listens.
	 *
	 * @returns false where it is no row's
	 */
	add(namespace: NamespaceIndex, socket: KernelSocket, snapshot: PendingSnapshot): boolean;
	/**
	 * Keeps a unix socket. Its path may hold line feeds and what looks like another socket's line, and nothing but its
	 * inode tells a unix socket. So one is joined where the snapshot has shown no other with its inode: of two, one is a
	 * lie.
	 */
	addUnix(socket: KernelSocket, snapshot: PendingSnapshot): void;
	/** All unix sockets of a snapshot have come. */
	resolveUnix(snapshot: PendingSnapshot): void;
	/**
	 * All sockets of a snapshot have come.
	 *
	 * @param until when they had
	 */
	resolve(namespace: NamespaceIndex, snapshot: PendingSnapshot, until: number): void;
	/** Sockets that were not kept because there were too many. */
	readonly dropped: number;
};

/** So many sockets of a snapshot are kept, at most; the others may be joined by the next one. */
const maxDeferred = 20_000;

export type DeferredSocketsParts = {merge: SocketMerge; index: SocketIndex; pairs: Pairs; limits: Limits};

export function createDeferredSockets({merge, index, pairs, limits}: DeferredSocketsParts): DeferredSockets {
	let dropped = 0;

	function keep(socket: KernelSocket, {deferred}: PendingSnapshot): void {
		if (deferred.length >= maxDeferred) dropped++;
		else deferred.push(detachSocket(socket));
	}

	/** The row that a socket is likely to be of, of those that the snapshot has not shown another one of. */
	function likelyRow(
		namespace: NamespaceIndex,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
		until: number,
	): Entry | undefined {
		const {at, owners, hasInodes} = snapshot;
		const isUnmatched = ({seenAt, inode, facts}: Entry): boolean =>
			seenAt < at && (facts.closed || inode === null || !hasInodes);
		if (socket.state === 'LISTEN') return matchListeners(namespace, socket, at).find(isUnmatched);
		const {entries} = matchByTuple(namespace, socket, {at, until}, limits.missedSnapshots, owners);
		return newestEntry(entries.filter(isUnmatched));
	}

	return {
		add(namespace, socket, snapshot) {
			const {at, owners} = snapshot;
			if (socket.state === 'LISTEN') {
				if (matchListeners(namespace, socket, at).length === 0) return false;
				keep(socket, snapshot);
				return true;
			}

			const interval = {at, until: Number.POSITIVE_INFINITY};
			const match = matchByTuple(namespace, socket, interval, limits.missedSnapshots, owners);
			if (match.entries.length === 0) return match.isStale;
			keep(socket, snapshot);
			return true;
		},
		addUnix(socket, {unixByInode}) {
			const {inode} = socket;
			if (inode === null) return;
			if (unixByInode.has(inode)) unixByInode.set(inode, null);
			else if (unixByInode.size < maxDeferred) unixByInode.set(inode, detachSocket(socket));
			else dropped++;
		},
		resolveUnix(snapshot) {
			const {netns, unixByInode} = snapshot;
			for (const socket of unixByInode.values()) {
				if (socket === null) continue;
				const namespace = index.namespace(netns);
				if (namespace !== undefined && merge.byIdentity(namespace, socket, snapshot)) continue;
				merge.kernelOnly(namespace, socket, snapshot);
			}

			pairs.pairUnix(unixByInode, inode => listOf(index.namespace(netns)?.byInode.get(inode)));
		},
		resolve(namespace, snapshot, until) {
			for (const socket of snapshot.deferred) {
				if (merge.byIdentity(namespace, socket, snapshot)) continue;
				const entry = likelyRow(namespace, socket, snapshot, until);
				if (entry === undefined) merge.kernelOnly(namespace, socket, snapshot);
				else merge.into(entry, socket, 'tuple', snapshot);
			}
		},
		get dropped() {
			return dropped;
		},
	};
}
