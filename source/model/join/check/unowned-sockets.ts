/**
 * Accepted connections of watched listeners, as their inode shows, without a known owner. A record may still
 * be on its way, so a socket counts as unowned only from its second snapshot.
 */

import {isListeningOn} from '../../../domain/address.ts';
import type {KernelSocket} from '../../../domain/row.ts';
import {getOrCreate} from '../../../shared/get-or-create.ts';
import {listOf} from '../../../shared/multi-map.ts';
import type {NamespaceIndex} from '../../table/entry.ts';

export type UnownedSockets = {
	/**
	 * @param socket without a row
	 * @param at when the snapshot began
	 * @returns whether it came by a watched listener, and the previous snapshot has shown it as well
	 */
	isUnowned(namespace: NamespaceIndex, socket: KernelSocket, at: number): boolean;
	/** Excludes a socket with an owner: an unwatched server that keeps its older connections. */
	exclude(netns: string, inode: number): void;
	/** A snapshot of a namespace's table has ended. */
	endSnapshot(netns: string): void;
};

/** Limit of sockets kept between snapshots, for each namespace. */
const maxInodes = 1000;

type SeenInodes = {previous: ReadonlySet<number>; current: Set<number>; excluded: Set<number>};

const nothingSeenYet = (): SeenInodes => ({previous: new Set(), current: new Set(), excluded: new Set()});

export function createUnownedSockets(): UnownedSockets {
	const namespaces = new Map<string, SeenInodes>();

	return {
		isUnowned(namespace, socket, at) {
			const {inode, state, local} = socket;
			if (inode === null || local === null || 'path' in local) return false;
			const listeners = listOf(namespace.listeners.get(local.port));
			if (listeners.length === 0 || (state !== 'ESTAB' && state !== 'CLOSE-WAIT')) return false;
			const listener = listeners.find(
				({row, facts, absent}) =>
					!absent && !facts.kernelOnly && facts.listening && isListeningOn(row.local, local),
			);
			// Another process that listens on the port has connections of its own.
			if (
				listener === undefined ||
				listener.row.openedAt > at ||
				(listener.row.acceptQueue?.others.length ?? 0) > 0
			)
				return false;
			const inodes = getOrCreate(namespaces, namespace.netns, nothingSeenYet);
			if (inodes.current.size < maxInodes) inodes.current.add(inode);
			return inodes.previous.has(inode) && !inodes.excluded.has(inode);
		},
		exclude(netns, inode) {
			const inodes = getOrCreate(namespaces, netns, nothingSeenYet);
			inodes.current.add(inode);
			inodes.excluded.add(inode);
		},
		endSnapshot(netns) {
			const inodes = namespaces.get(netns);
			if (inodes === undefined) return;
			const excluded = new Set([...inodes.excluded].filter(inode => inodes.current.has(inode)));
			if (inodes.current.size === 0) namespaces.delete(netns);
			else namespaces.set(netns, {previous: inodes.current, current: new Set(), excluded});
		},
	};
}
