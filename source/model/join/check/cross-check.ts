/** Compares the kernel's table with the processes' reports, snapshot by snapshot, and records disagreements. */

import {isSameTuple} from '../../../domain/address.ts';
import type {Owners} from '../../../domain/events.ts';
import type {SnapshotEnd} from '../../../domain/kernel.ts';
import type {KernelSocket} from '../../../domain/row.ts';
import {listOf} from '../../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../../table/entry.ts';
import type {Rows} from '../../table/rows.ts';
import {createDisagreements} from '../disagreements.ts';
import {createUnownedSockets} from './unowned-sockets.ts';

export type CrossCheck = {
	/**
	 * Called for each socket with an inode in a snapshot of the table.
	 *
	 * @param at when the snapshot began
	 */
	checkClosed(namespace: NamespaceIndex, socket: KernelSocket, at: number, owners: Owners): void;
	/** @returns whether a socket without a row or a known owner came by a watched listener */
	isUnowned(namespace: NamespaceIndex, socket: KernelSocket, at: number): boolean;
	/** Whether a closed row had the socket with this inode. */
	isClosed(netns: string, inode: number): boolean;
	/** Called when a snapshot of the table has joined or made a kernel-only row. */
	checkKernelOnly(entry: Entry, socket: KernelSocket, at: number, owners: Owners): void;
	/** @param identifies whether the snapshot has inodes at all */
	endSnapshot(end: SnapshotEnd, identifies: boolean): void;
	/** Drops the state of a namespace that is no longer polled. */
	dropNamespace(netns: string): void;
	/** Set while a connection has no known owner. */
	readonly hasUnownedSocket: boolean;
};

/** Grace period of a connection attempt: its socket may not have existed when the snapshot began. */
const socketGraceMs = 200;

export function createCrossCheck(rows: Rows): CrossCheck {
	const disagreements = createDisagreements(rows);
	const unowned = createUnownedSockets();
	/** Closed rows, by the inode of their socket. */
	const closedByInode = new Map<number, Entry>();
	const connecting = new Set<Entry>();
	/** Namespaces with a snapshot that had inodes; the next one may be of an empty table. */
	const withInodes = new Set<string>();

	rows.onTouch(entry => {
		const {facts, inode, row} = entry;
		if (facts.kernelOnly) return;
		if (facts.connecting && row.kind !== 'unix' && row.kind !== 'udp') connecting.add(entry);
		else if (connecting.size > 0) connecting.delete(entry);
		if (facts.closed && inode !== null && row.role !== 'listener') closedByInode.set(inode, entry);
	});
	rows.onRemove(entry => {
		connecting.delete(entry);
		if (entry.inode !== null && closedByInode.get(entry.inode) === entry) closedByInode.delete(entry.inode);
	});

	function findClosed({netns, byInode}: NamespaceIndex, socket: KernelSocket, at: number): Entry | null {
		const {inode, cookie} = socket;
		const entry = inode === null ? undefined : closedByInode.get(inode);
		if (inode === null || entry === undefined || !entry.facts.closed || entry.row.netns !== netns)
			return null;
		if ((entry.row.closedAt ?? at) >= at || !isSameTuple(entry.row, socket)) return null;
		if (entry.cookieConfirmed && cookie !== null && cookie !== entry.cookie) return null;
		// The socket was passed to another watched process.
		return listOf(byInode.get(inode)).some(({facts}) => !facts.kernelOnly) ? null : entry;
	}

	return {
		checkClosed(namespace, socket, at, owners) {
			const entry = closedByInode.size === 0 ? null : findClosed(namespace, socket, at);
			// Another process has it, which may have no hook.
			if (entry?.isHandedOver) return;
			if (entry === null || (socket.state !== 'ESTAB' && socket.state !== 'CLOSE-WAIT')) return;
			const owner = owners.get(socket.inode ?? -1);
			disagreements.record(entry, 'left-open', at, socket, owner?.native ? undefined : owner);
		},
		isClosed: (netns, inode) => closedByInode.get(inode)?.row.netns === netns,
		isUnowned(namespace, socket, at) {
			return findClosed(namespace, socket, at) === null && unowned.isUnowned(namespace, socket, at);
		},
		checkKernelOnly(entry, socket, at, owners) {
			const {inode} = socket;
			const {row, foreign} = entry;
			// A socket in the accept queue has no inode yet.
			if (inode === null || foreign || row.role !== 'server') return;
			const owner = owners.get(inode);
			if (owner !== undefined && !owner.native) {
				if (owner.proc !== null || row.listener !== null || row.netns === null) return;
				unowned.exclude(row.netns, inode);
				rows.remove(entry);
				return;
			}

			if (socket.state === 'ESTAB' || socket.state === 'CLOSE-WAIT')
				disagreements.record(entry, 'no-owner', at, socket);
		},
		endSnapshot({netns, at, socketKinds}, hasInodes) {
			unowned.endSnapshot(netns);
			if (hasInodes) withInodes.add(netns);
			for (const entry of connecting) {
				const {row, seenAt, inode, attemptAt} = entry;
				if (
					row.netns !== netns ||
					inode === null ||
					seenAt >= at ||
					!withInodes.has(netns) ||
					!socketKinds.has('tcp')
				)
					continue;
				if (attemptAt !== null && attemptAt + socketGraceMs < at)
					disagreements.record(entry, 'no-socket', at);
			}

			disagreements.endSnapshot(netns, at);
		},
		dropNamespace(netns) {
			withInodes.delete(netns);
			disagreements.dropNamespace(netns);
		},
		get hasUnownedSocket() {
			return disagreements.hasUnownedSocket;
		},
	};
}
