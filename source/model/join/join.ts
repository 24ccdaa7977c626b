/**
 * Lays the kernel's sockets over the rows, part by part as a look comes: by inode, then by cookie, and at the end of
 * the look by tuple, so that nobody else's socket is taken.
 */

import type {SnapshotEnd, SnapshotKind, SnapshotPart} from '../../domain/kernel.ts';
import type {JoinedBy, KernelSocket} from '../../domain/row.ts';
import {isList, listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import type {Limits} from '../table/limits.ts';
import type {Rows} from '../table/rows.ts';
import type {SocketIndex} from '../table/socket-index.ts';
import {createCrossCheck} from './cross-check.ts';
import {detachSocket} from './detach-socket.ts';
import {createJoinDestroyed} from './join-destroyed.ts';
import {createKernelOnlyRows} from './kernel-only-rows.ts';
import {matchByIdentity, matchByTuple, matchListeners, matchMethod, newestEntry} from './match-row.ts';
import {mergeKernelSocket} from './merge-kernel-view.ts';
import {dropNamespaceSockets, markMissing} from './missing-sockets.ts';
import type {Pairs} from './pairs.ts';
import type {Owners, PendingSnapshot} from './pending-snapshot.ts';

export type Join = {
	/** @returns whether the table changed */
	mergePart(part: SnapshotPart, owners: Owners): boolean;
	finishSnapshot(end: SnapshotEnd, owners: Owners): void;
	/** After a hook's record was applied to its row. */
	hookReported(entry: Entry): void;
	/** Whether sockets of others are rows. */
	setShowAll(on: boolean): void;
	/** A namespace is looked at no longer. */
	dropNamespace(netns: string, at: number): void;
	/** Rows that have a new socket since the last call: what the kernel alone knows of it may change their routes. */
	takeJoined(): readonly Entry[];
	readonly showsAll: boolean;
	/** Some connection on a watched port is nobody's that is known. */
	readonly hasUnownedSocket: boolean;
	/** Sockets of the newest looks that found no place in the table. */
	readonly notShown: number;
	/** Sockets that could not be held until their rows were known. */
	readonly pendingDropped: number;
};

const snapshotKinds: readonly SnapshotKind[] = ['table', 'listeners', 'info', 'time-wait'];
/** Tables with fewer sockets are read whole each time. */
const fullMergeLimit = 4000;
/** So many sockets of a look wait for its end, at most; the others may be joined by the next one. */
const maxDeferred = 20_000;

export function createJoin(rows: Rows, index: SocketIndex, limits: Limits, pairs: Pairs): Join {
	const pendingSnapshots = new Map<string, PendingSnapshot>();
	/** Sockets in the newest whole look, and those of them that got no row. */
	const lastSizes = new Map<string, {sockets: number; notShown: number}>();
	const kernelOnly = createKernelOnlyRows(rows);
	const destroyed = createJoinDestroyed(rows, limits);
	const crossCheck = createCrossCheck(rows);
	let pendingDropped = 0;
	let joined: Entry[] = [];

	/** A look with another time than its predecessor is a new one, whether or not that came to its end. */
	function pendingSnapshotOf(
		{netns, kind, at}: Pick<SnapshotPart, 'netns' | 'kind' | 'at'>,
		owners: Owners,
	): PendingSnapshot {
		const key = `${netns} ${kind}`;
		const known = pendingSnapshots.get(key);
		if (known?.at === at) {
			known.owners = owners;
			return known;
		}

		const full = (lastSizes.get(key)?.sockets ?? 0) < fullMergeLimit;
		const created: PendingSnapshot = {
			...{
				kind,
				at,
				full,
				socketsWithoutInfo: 0,
				owners,
				deferred: [],
				unixByInode: new Map(),
				hasInodes: false,
			},
			...{netns, sockets: 0, notShown: 0},
		};
		pendingSnapshots.set(key, created);
		return created;
	}

	function processPart({netns, kind, at, sockets}: SnapshotPart, owners: Owners): void {
		const namespace = index.namespace(netns);
		if (kind === 'destroyed') {
			if (namespace !== undefined)
				for (const socket of sockets) destroyed.socketDestroyed(namespace, socket, at);
			return;
		}

		const snapshot = pendingSnapshotOf({netns, kind, at}, owners);
		snapshot.sockets += sockets.length;
		if (snapshot.sockets > fullMergeLimit) snapshot.full = false;
		if (namespace === undefined && !kernelOnly.showsAll && owners.size === 0) return;
		for (const socket of sockets) joinSocket(namespace, socket, snapshot);
	}

	function joinSocket(
		namespace: NamespaceIndex | undefined,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
	): void {
		const {inode} = socket;
		const {kind} = snapshot;
		if (socket.kind === 'unix') {
			deferUnix(namespace, socket, snapshot);
			return;
		}

		if (inode !== null) snapshot.hasInodes = true;
		if (namespace !== undefined) {
			if (inode !== null && kind === 'table')
				crossCheck.checkClosed(namespace, socket, snapshot.at, snapshot.owners);
			if (mergeByIdentity(namespace, socket, snapshot)) return;
			if (kind !== 'info') {
				const mayMatchByTuple = inode === null || kernelOnly.showsAll || namespace.withoutInode > 0;
				if (mayMatchByTuple && tryDefer(namespace, socket, snapshot)) return;
			}
		}

		// Most sockets of a busy host are somebody else's.
		if (inode !== null && !kernelOnly.showsAll && !snapshot.owners.has(inode)) {
			if (
				kind === 'table' &&
				namespace !== undefined &&
				crossCheck.isUnowned(namespace, socket, snapshot.at)
			) {
				addKernelOnly(namespace, socket, snapshot, true);
			}

			return;
		}

		if (kind !== 'info') addKernelOnly(namespace, socket, snapshot);
	}

	/**
	 * The path of a unix socket may hold line feeds and what looks like another socket's line, and nothing but its inode
	 * tells a unix socket. So one is joined when the look has shown no other with its inode: of two, one is a lie.
	 */
	function deferUnix(
		namespace: NamespaceIndex | undefined,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
	): void {
		const {inode} = socket;
		if (inode === null) return;
		const isRelevant =
			kernelOnly.showsAll || snapshot.owners.has(inode) || namespace?.byInode.get(inode) !== undefined;
		if (!isRelevant) return;
		if (snapshot.unixByInode.has(inode)) snapshot.unixByInode.set(inode, null);
		else if (snapshot.unixByInode.size < maxDeferred) snapshot.unixByInode.set(inode, detachSocket(socket));
		else pendingDropped++;
	}

	function joinUnix(netns: string, snapshot: PendingSnapshot): void {
		for (const socket of snapshot.unixByInode.values()) {
			const namespace = index.namespace(netns);
			if (socket === null || (namespace !== undefined && mergeByIdentity(namespace, socket, snapshot)))
				continue;
			addKernelOnly(namespace, socket, snapshot);
		}

		pairs.pairUnix(snapshot.unixByInode, inode => listOf(index.namespace(netns)?.byInode.get(inode)));
	}

	function addKernelOnly(
		namespace: NamespaceIndex | undefined,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
		isUnowned = false,
	): void {
		const {owners, netns} = snapshot;
		const entry = kernelOnly.add({netns, namespace, socket, owners, context: snapshot, isUnowned});
		if (entry === 'full') snapshot.notShown++;
		else if (entry !== null) {
			joined.push(entry);
			if (isUnowned) crossCheck.checkKernelOnly(entry, socket, snapshot.at, owners);
		}
	}

	/** @returns whether it is some row's, now or maybe at the end of the look */
	function tryDefer(namespace: NamespaceIndex, socket: KernelSocket, snapshot: PendingSnapshot): boolean {
		if (socket.state === 'LISTEN') {
			if (matchListeners(namespace, socket, snapshot.at).length === 0) return false;
			defer(socket, snapshot);
			return true;
		}

		const {entries: candidates, isStale} = matchByTuple(
			namespace,
			socket,
			{at: snapshot.at, until: Number.POSITIVE_INFINITY},
			limits.missedSnapshots,
			snapshot.owners,
		);
		if (candidates.length > 0) defer(socket, snapshot);
		return candidates.length > 0 || isStale;
	}

	function defer(socket: KernelSocket, snapshot: PendingSnapshot): void {
		if (snapshot.deferred.length >= maxDeferred) pendingDropped++;
		else snapshot.deferred.push(detachSocket(socket));
	}

	function mergeByIdentity(
		namespace: NamespaceIndex,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
	): boolean {
		const found = matchByIdentity(namespace, socket);
		if (found === null) return false;
		if (!isList(found)) {
			merge(found, socket, matchMethod(found, socket), snapshot);
			return true;
		}

		const known = found.find(({facts}) => !facts.kernelOnly);
		for (const entry of [...found]) {
			// A row of the kernel alone gives way to one of a process.
			if (known !== undefined && entry.facts.kernelOnly) rows.replace(entry, known);
			else merge(entry, socket, matchMethod(entry, socket), snapshot);
		}

		return true;
	}

	function merge(entry: Entry, socket: KernelSocket, matchedBy: JoinedBy, snapshot: PendingSnapshot): void {
		const {facts, row} = entry;
		const device = row.kernel?.device;
		const ownerChanged = facts.kernelOnly && kernelOnly.updateOwner(entry, socket, snapshot.owners);
		const changed = mergeKernelSocket(entry, socket, matchedBy, snapshot);
		if (changed || ownerChanged) rows.touch(entry);
		if (facts.kernelOnly && snapshot.kind === 'table')
			crossCheck.checkKernelOnly(entry, socket, snapshot.at, snapshot.owners);
		if (row.kernel?.device !== device) joined.push(entry);
	}

	function finish(snapshotEnd: SnapshotEnd, owners: Owners): void {
		const {netns, kind} = snapshotEnd;
		if (kind === 'destroyed') return;
		const key = `${netns} ${kind}`;
		const snapshot = pendingSnapshotOf(snapshotEnd, owners);
		pendingSnapshots.delete(key);
		lastSizes.delete(key);
		joinUnix(netns, snapshot);
		const namespace = index.namespace(netns);
		if (namespace === undefined) return;
		for (const socket of snapshot.deferred)
			resolveDeferred(namespace, socket, snapshot, snapshot.at + snapshotEnd.tookMs);
		lastSizes.set(key, {sockets: snapshot.sockets, notShown: snapshot.notShown});
		if (kind === 'table' || kind === 'time-wait') {
			markMissing(rows, limits, {...snapshotEnd, kind});
		}

		if (kind === 'table') crossCheck.endSnapshot(snapshotEnd, snapshot.hasInodes);
	}

	/**
	 * A socket that waited for the end of its look: it is known now who was joined in a surer way.
	 *
	 * @param until when all of the look had come
	 */
	function resolveDeferred(
		namespace: NamespaceIndex,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
		until: number,
	): void {
		if (mergeByIdentity(namespace, socket, snapshot)) return;
		const isUnmatched = ({seenAt, inode, facts}: Entry): boolean =>
			seenAt < snapshot.at && (facts.closed || inode === null || !snapshot.hasInodes);
		const candidates =
			socket.state === 'LISTEN'
				? matchListeners(namespace, socket, snapshot.at)
				: matchByTuple(namespace, socket, {at: snapshot.at, until}, limits.missedSnapshots, snapshot.owners)
						.entries;
		const unmatched = candidates.filter(isUnmatched);
		const entry = socket.state === 'LISTEN' ? unmatched[0] : newestEntry(unmatched);
		if (entry !== undefined) merge(entry, socket, 'tuple', snapshot);
		else addKernelOnly(namespace, socket, snapshot);
	}

	return {
		mergePart(snapshotPart, owners) {
			const before = rows.changeCount;
			processPart(snapshotPart, owners);
			return rows.changeCount !== before;
		},
		finishSnapshot: finish,
		hookReported(entry) {
			const {indexKeys: keys, facts} = entry;
			if (keys.namespace === null || facts.kernelOnly) return;
			if (facts.closed) destroyed.rowClosed(entry);
			else kernelOnly.replaceWith(entry);
		},
		setShowAll(on) {
			kernelOnly.setShowAll(on);
			if (!on) for (const entry of [...rows.foreign]) rows.remove(entry);
		},
		dropNamespace(netns, at) {
			for (const kind of snapshotKinds) {
				pendingSnapshots.delete(`${netns} ${kind}`);
				lastSizes.delete(`${netns} ${kind}`);
			}

			dropNamespaceSockets(rows, limits, netns, at);
			crossCheck.dropNamespace(netns);
		},
		takeJoined() {
			if (joined.length === 0) return joined;
			const taken = joined;
			joined = [];
			return taken;
		},
		get showsAll() {
			return kernelOnly.showsAll;
		},
		get hasUnownedSocket() {
			return crossCheck.hasUnownedSocket;
		},
		get notShown() {
			return [...lastSizes.values()].reduce((sum, {notShown}) => sum + notShown, 0);
		},
		get pendingDropped() {
			return pendingDropped + destroyed.dropped;
		},
	};
}
