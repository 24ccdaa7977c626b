/** Holds the kernel's table against what the processes say, look by look, and notes where they contradict each other. */

import {isSameTuple} from '../../domain/address.ts';
import type {SocketOwner} from '../../domain/events.ts';
import type {SnapshotEnd} from '../../domain/kernel.ts';
import type {KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import {createDisagreements} from './disagreements.ts';
import {createUnownedSockets} from './unowned-sockets.ts';

type Owners = ReadonlyMap<number, SocketOwner>;

export type CrossCheck = {
	/** Each socket with an inode of a look at the table. @param at when the look began */
	checkClosed(space: NamespaceIndex, socket: KernelSocket, at: number, owners: Owners): void;
	/** @returns whether a socket that no row has, and nobody that is known, came by a watched listener */
	isUnowned(space: NamespaceIndex, socket: KernelSocket, at: number): boolean;
	/** A row that the kernel alone knows was joined by a look at the table, or made by it. */
	checkKernelOnly(entry: Entry, socket: KernelSocket, at: number, owners: Owners): void;
	/** @param identifies whether the look has told inodes at all */
	endSnapshot(end: SnapshotEnd, identifies: boolean): void;
	/** A namespace is looked at no longer. */
	dropNamespace(netns: string): void;
	/** Some connection has nobody that is known. */
	readonly hasUnownedSocket: boolean;
};

/** An attempt that began so short a time before a look may not have had its socket yet. */
const socketGraceMs = 200;

export function createCrossCheck(rows: Rows): CrossCheck {
	const disagreements = createDisagreements(rows);
	const unowned = createUnownedSockets();
	/** Closed rows, by the inode that their socket had. */
	const closedByInode = new Map<number, Entry>();
	const connecting = new Set<Entry>();
	/** Namespaces of which some look has told inodes; the next one may be of an empty table. */
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
		// It was handed over to another watched process.
		return listOf(byInode.get(inode)).some(({facts}) => !facts.kernelOnly) ? null : entry;
	}

	return {
		checkClosed(namespace, socket, at, owners) {
			const entry = closedByInode.size === 0 ? null : findClosed(namespace, socket, at);
			if (entry === null || (socket.state !== 'ESTAB' && socket.state !== 'CLOSE-WAIT')) return;
			disagreements.record(entry, 'left-open', at, socket, owners.get(socket.inode ?? -1));
		},
		isUnowned(namespace, socket, at) {
			return findClosed(namespace, socket, at) === null && unowned.isUnowned(namespace, socket, at);
		},
		checkKernelOnly(entry, socket, at, owners) {
			const {inode} = socket;
			const {row, foreign} = entry;
			// Who waits for accept() has no inode yet.
			if (inode === null || foreign || row.role !== 'server') return;
			const owner = owners.get(inode);
			if (owner !== undefined) {
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
