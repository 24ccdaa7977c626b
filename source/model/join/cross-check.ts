/** Holds the kernel's table against what the processes say, look by look, and notes where they contradict each other. */

import {isSameTuple} from '../../domain/address.ts';
import type {Owner} from '../../domain/events.ts';
import type {KernelLookEnd} from '../../domain/kernel.ts';
import type {KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Entry, Space} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import {createDisagreements} from './disagreements.ts';
import {createStrays} from './unowned-sockets.ts';

type Owners = ReadonlyMap<number, Owner>;

export type Views = {
	/** Each socket with an inode of a look at the table. @param at when the look began */
	seen(space: Space, socket: KernelSocket, at: number, owners: Owners): void;
	/** @returns whether a socket that no row has, and nobody that is known, came by a watched listener */
	isStray(space: Space, socket: KernelSocket, at: number): boolean;
	/** A row that the kernel alone knows was joined by a look at the table, or made by it. */
	laid(entry: Entry, socket: KernelSocket, at: number, owners: Owners): void;
	/** @param identifies whether the look has told inodes at all */
	end(end: KernelLookEnd, identifies: boolean): void;
	/** A namespace is looked at no longer. */
	forget(netns: string): void;
	/** Some connection has nobody that is known. */
	readonly hasNoOwner: boolean;
};

/** An attempt that began so short a time before a look may not have had its socket yet. */
const connectsForMs = 200;

export function createViews(rows: Rows): Views {
	const disagreements = createDisagreements(rows);
	const strays = createStrays();
	/** Closed rows, by the inode that their socket had. */
	const closed = new Map<number, Entry>();
	const connecting = new Set<Entry>();
	/** Namespaces of which some look has told inodes; the next one may be of an empty table. */
	const identified = new Set<string>();

	rows.onTouched(entry => {
		const {facts, inode, row} = entry;
		if (facts.kernelOnly) return;
		if (facts.connecting && row.kind !== 'unix' && row.kind !== 'udp') connecting.add(entry);
		else if (connecting.size > 0) connecting.delete(entry);
		if (facts.closed && inode !== null && row.role !== 'listener') closed.set(inode, entry);
	});
	rows.onLeaving(entry => {
		connecting.delete(entry);
		if (entry.inode !== null && closed.get(entry.inode) === entry) closed.delete(entry.inode);
	});

	function findClosed({netns, byInode}: Space, socket: KernelSocket, at: number): Entry | null {
		const {inode, cookie} = socket;
		const entry = inode === null ? undefined : closed.get(inode);
		if (inode === null || entry === undefined || !entry.facts.closed || entry.row.netns !== netns)
			return null;
		if ((entry.row.closedAt ?? at) >= at || !isSameTuple(entry.row, socket)) return null;
		if (entry.cookieIsSure && cookie !== null && cookie !== entry.cookie) return null;
		// It was handed over to another watched process.
		return listOf(byInode.get(inode)).some(({facts}) => !facts.kernelOnly) ? null : entry;
	}

	return {
		seen(space, socket, at, owners) {
			const entry = closed.size === 0 ? null : findClosed(space, socket, at);
			if (entry === null || (socket.state !== 'ESTAB' && socket.state !== 'CLOSE-WAIT')) return;
			disagreements.note(entry, 'left-open', at, socket, owners.get(socket.inode ?? -1));
		},
		isStray(space, socket, at) {
			return findClosed(space, socket, at) === null && strays.isSecond(space, socket, at);
		},
		laid(entry, socket, at, owners) {
			const {inode} = socket;
			const {row, others} = entry;
			// Who waits for accept() has no inode yet.
			if (inode === null || others || row.role !== 'server') return;
			const owner = owners.get(inode);
			if (owner !== undefined) {
				if (owner.proc !== null || row.listener !== null || row.netns === null) return;
				strays.forgive(row.netns, inode);
				rows.remove(entry);
				return;
			}

			if (socket.state === 'ESTAB' || socket.state === 'CLOSE-WAIT')
				disagreements.note(entry, 'no-owner', at, socket);
		},
		end({netns, at, kinds}, identifies) {
			strays.end(netns);
			if (identifies) identified.add(netns);
			for (const entry of connecting) {
				const {row, seenAt, inode, attemptAt} = entry;
				if (
					row.netns !== netns ||
					inode === null ||
					seenAt >= at ||
					!identified.has(netns) ||
					!kinds.has('tcp')
				)
					continue;
				if (attemptAt !== null && attemptAt + connectsForMs < at) disagreements.note(entry, 'no-socket', at);
			}

			disagreements.end(netns, at);
		},
		forget(netns) {
			identified.delete(netns);
			disagreements.forget(netns);
		},
		get hasNoOwner() {
			return disagreements.hasNoOwner;
		},
	};
}
