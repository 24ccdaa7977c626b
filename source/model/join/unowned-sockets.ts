/**
 * Sockets of connections to watched listeners that have been accepted, since they have an inode, but are nobody's that is
 * known. A record that tells of one may still be on its way, so one is a stray only at its second look.
 */

import {isListeningOn} from '../../domain/address.ts';
import type {KernelSocket} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {NamespaceIndex} from '../table/entry.ts';

export type UnownedSockets = {
	/**
	 * @param socket that no row has
	 * @param at when the look began
	 * @returns whether it came by a watched listener, and the look before has shown it as well
	 */
	isUnowned(space: NamespaceIndex, socket: KernelSocket, at: number): boolean;
	/** It turned out to be somebody else's: a server that was there before, and goes on with its connections. */
	exclude(netns: string, inode: number): void;
	/** A look at the table of a namespace has ended. */
	endSnapshot(netns: string): void;
};

/** Sockets remembered from one look to the next, a namespace. */
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
				({row, facts}) => !facts.kernelOnly && facts.listening && isListeningOn(row.local, local),
			);
			// Another process that listens there, too, has connections of its own.
			if (
				listener === undefined ||
				listener.row.openedAt > at ||
				(listener.row.acceptQueue?.others.length ?? 0) > 0
			)
				return false;
			const seen = getOrCreate(namespaces, namespace.netns, nothingSeenYet);
			if (seen.current.size < maxInodes) seen.current.add(inode);
			return seen.previous.has(inode) && !seen.excluded.has(inode);
		},
		exclude(netns, inode) {
			const seen = getOrCreate(namespaces, netns, nothingSeenYet);
			seen.current.add(inode);
			seen.excluded.add(inode);
		},
		endSnapshot(netns) {
			const seen = namespaces.get(netns);
			if (seen === undefined) return;
			const excluded = new Set([...seen.excluded].filter(inode => seen.current.has(inode)));
			if (seen.current.size === 0) namespaces.delete(netns);
			else namespaces.set(netns, {previous: seen.current, current: new Set(), excluded});
		},
	};
}
