import type {Owners} from '../../domain/events.ts';
/**
 * Joins the kernel's sockets to the rows, part by part as a snapshot arrives: by inode, then by cookie, and
 * at the end of the snapshot by tuple, so that no socket of another process is matched.
 */

import {isListeningOn} from '../../domain/address.ts';
import type {SnapshotEnd, SnapshotPart} from '../../domain/kernel.ts';
import type {KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import type {SocketIndex} from '../table/socket-index.ts';
import {createAbsentSockets} from './check/absent-sockets.ts';
import {createCrossCheck} from './check/cross-check.ts';
import {createDeferredSockets} from './deferred-sockets.ts';
import {createJoinDestroyed} from './join-destroyed.ts';
import {createKernelOnlyRows} from './kernel-only-rows.ts';
import {createSocketMerge} from './merge-socket.ts';
import {dropNamespaceSockets, markMissing} from './missing-sockets.ts';
import type {Pairs} from './pairs.ts';
import {countSockets, createPendingSnapshots, type PendingSnapshot} from './pending-snapshot.ts';
import {createSubflows} from './subflows.ts';

export type Join = {
	/** @returns whether the table changed */
	mergePart(part: SnapshotPart, owners: Owners): boolean;
	finishSnapshot(end: SnapshotEnd, owners: Owners): void;
	/** Called after a hook's record was applied to its row. */
	hookReported(entry: Entry): void;
	/** Switches whether sockets of unwatched processes are rows. */
	setShowAll(on: boolean): void;
	/** Whether a row of a process has, or had, the socket with this inode. */
	hasSocket(netns: string, inode: number): boolean;
	/** Drops the state of a namespace that is no longer polled. */
	dropNamespace(netns: string, at: number): void;
	/** Rows with a new socket since the last call: the socket's device may change their routes. */
	takeJoined(): readonly Entry[];
	readonly showsAll: boolean;
	/** Set while a connection on a watched port has no known owner. */
	readonly hasUnownedSocket: boolean;
	/** Sockets of the newest snapshots that did not fit the table. */
	readonly notShown: number;
	/** Sockets dropped before their rows were known. */
	readonly pendingDropped: number;
};

export function createJoin(rows: Rows, index: SocketIndex, limits: Limits, pairs: Pairs): Join {
	const snapshots = createPendingSnapshots();
	const kernelOnlyRows = createKernelOnlyRows(rows);
	const destroyed = createJoinDestroyed(rows, limits);
	const crossCheck = createCrossCheck(rows);
	const absent = createAbsentSockets(rows);
	const merge = createSocketMerge({rows, kernelOnlyRows, crossCheck});
	const subflows = createSubflows();
	const deferred = createDeferredSockets({merge, index, pairs, limits});

	function processPart({netns, kind, at, sockets}: SnapshotPart, owners: Owners): void {
		const namespace = index.namespace(netns);
		if (kind === 'destroyed') {
			if (namespace === undefined) return;
			for (const socket of sockets) destroyed.socketDestroyed(namespace, socket, at);
			return;
		}

		const snapshot = snapshots.of({netns, kind, at}, owners);
		countSockets(snapshot, sockets.length);
		if (namespace === undefined && !kernelOnlyRows.showsAll && owners.size === 0) return;
		for (const each of sockets) {
			const socket = subflows.joinable(namespace, netns, each, at);
			if (socket === null) continue;
			if (socket.kind === 'unix') deferUnix(namespace, socket, snapshot);
			else joinSocket(namespace, socket, snapshot);
		}
	}

	function deferUnix(
		namespace: NamespaceIndex | undefined,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
	): void {
		const {inode} = socket;
		if (inode === null) return;
		const isRelevant =
			kernelOnlyRows.showsAll || snapshot.owners.has(inode) || namespace?.byInode.get(inode) !== undefined;
		if (isRelevant) deferred.addUnix(socket, snapshot);
	}

	function joinSocket(
		namespace: NamespaceIndex | undefined,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
	): void {
		const {inode} = socket;
		const {kind} = snapshot;
		if (inode !== null) snapshot.hasInodes = true;
		if (namespace !== undefined) {
			if (inode !== null && kind === 'table')
				crossCheck.checkClosed(namespace, socket, snapshot.at, snapshot.owners);
			if (merge.byIdentity(namespace, socket, snapshot)) return;
			if (kind !== 'info') {
				const mayMatchByTuple = inode === null || kernelOnlyRows.showsAll || namespace.withoutInode > 0;
				if (mayMatchByTuple && deferred.add(namespace, socket, snapshot)) return;
			}
		}

		// Most sockets of a busy host belong to unwatched processes.
		const owner = inode === null ? undefined : snapshot.owners.get(inode);
		const isOwned = owner !== undefined && !(owner.native && isOnItsWay(namespace, socket));
		if (inode !== null && !kernelOnlyRows.showsAll && !isOwned) {
			const isUnowned =
				kind === 'table' && namespace !== undefined && crossCheck.isUnowned(namespace, socket, snapshot.at);
			if (isUnowned) merge.kernelOnly(namespace, socket, snapshot, true);
			return;
		}

		if (kind !== 'info') merge.kernelOnly(namespace, socket, snapshot);
	}

	/** A connection that a watched listener has accepted is passed to a process that has a row for it. */
	function isOnItsWay(namespace: NamespaceIndex | undefined, {local, peer}: KernelSocket): boolean {
		if (namespace === undefined || local === null || 'path' in local || peer === null) return false;
		return listOf(namespace.listeners.get(local.port)).some(
			({row, facts}) => !facts.kernelOnly && isListeningOn(row.local, local),
		);
	}

	return {
		mergePart(part, owners) {
			const before = rows.changeCount;
			processPart(part, owners);
			return rows.changeCount !== before;
		},
		finishSnapshot(end, owners) {
			const {netns, kind} = end;
			if (kind === 'destroyed') return;
			const snapshot = snapshots.end(end, owners);
			deferred.resolveUnix(snapshot);
			const namespace = index.namespace(netns);
			if (namespace === undefined) return;
			deferred.resolve(namespace, snapshot, snapshot.at + end.tookMs);
			snapshots.recordSize(snapshot);
			if (kind === 'table' || kind === 'time-wait') markMissing(rows, limits, {...end, kind});
			if (kind !== 'table') return;
			crossCheck.endSnapshot(end, snapshot.hasInodes);
			const hasEverySocket = end.notUnderstood.count === 0 && (snapshot.hasInodes || snapshot.sockets === 0);
			absent.endSnapshot(end, hasEverySocket);
		},
		hookReported(entry) {
			const {indexKeys: keys, facts} = entry;
			if (keys.namespace === null || facts.kernelOnly) return;
			if (facts.closed) destroyed.rowClosed(entry);
			else kernelOnlyRows.replaceWith(entry);
		},
		setShowAll(on) {
			kernelOnlyRows.setShowAll(on);
			if (!on) for (const entry of [...rows.foreign]) rows.remove(entry);
		},
		hasSocket: (netns, inode) =>
			crossCheck.isClosed(netns, inode) ||
			listOf(index.namespace(netns)?.byInode.get(inode)).some(({facts}) => !facts.kernelOnly),
		dropNamespace(netns, at) {
			snapshots.dropNamespace(netns);
			subflows.dropNamespace(netns);
			dropNamespaceSockets(rows, limits, netns, at);
			crossCheck.dropNamespace(netns);
		},
		takeJoined: merge.takeJoined,
		get showsAll() {
			return kernelOnlyRows.showsAll;
		},
		get hasUnownedSocket() {
			return crossCheck.hasUnownedSocket;
		},
		get notShown() {
			return snapshots.notShown;
		},
		get pendingDropped() {
			return deferred.dropped + destroyed.dropped;
		},
	};
}
