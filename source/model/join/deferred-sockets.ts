/**
 * Sockets deferred to the end of their snapshot: only then is it known which rows had a more certain match,
 * and that no other socket claims the same inode.
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
	 * Defers a socket that may match a row by its tuple, or a listener by its address.
	 *
	 * @returns false where no row can match
	 */
	add(namespace: NamespaceIndex, socket: KernelSocket, snapshot: PendingSnapshot): boolean;
	/**
	 * Defers a unix socket. Its path may contain line feeds and text that imitates another socket's line, and
	 * the inode is its only key. So a socket is joined only where no other of the snapshot has its inode: of
	 * two, one is forged.
	 */
	addUnix(socket: KernelSocket, snapshot: PendingSnapshot): void;
	/** Resolves unix sockets after the last part of a snapshot. */
	resolveUnix(snapshot: PendingSnapshot): void;
	/**
	 * Resolves all deferred sockets after the last part of a snapshot.
	 *
	 * @param until when the last part arrived
	 */
	resolve(namespace: NamespaceIndex, snapshot: PendingSnapshot, until: number): void;
	/** Sockets dropped because too many were deferred. */
	readonly dropped: number;
};

/** Limit of deferred sockets in a snapshot; the next snapshot may join the others. */
const maxDeferred = 20_000;

export type DeferredSocketsParts = {merge: SocketMerge; index: SocketIndex; pairs: Pairs; limits: Limits};

export function createDeferredSockets({merge, index, pairs, limits}: DeferredSocketsParts): DeferredSockets {
	let dropped = 0;

	function keep(socket: KernelSocket, {deferred}: PendingSnapshot): void {
		if (deferred.length >= maxDeferred) dropped++;
		else deferred.push(detachSocket(socket));
	}

	/** The likely row of a socket, among rows that this snapshot has not joined to another socket. */
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
