/**
 * Sockets of connections to watched listeners that have been accepted, since they have an inode, but are nobody's that is
 * known. A record that tells of one may still be on its way, so one is a stray only at its second look.
 */

import {isListeningOn} from '../../domain/address.ts';
import type {KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {Space} from '../table/entry.ts';

export type Strays = {
	/**
	 * @param socket that no row has
	 * @param at when the look began
	 * @returns whether it came by a watched listener, and the look before has shown it as well
	 */
	isSecond(space: Space, socket: KernelSocket, at: number): boolean;
	/** It turned out to be somebody else's: a server that was there before, and goes on with its connections. */
	forgive(netns: string, inode: number): void;
	/** A look at the table of a namespace has ended. */
	end(netns: string): void;
};

/** Sockets remembered from one look to the next, a namespace. */
const straysKept = 1000;

type Seen = {before: ReadonlySet<number>; now: Set<number>; forgiven: Set<number>};

const nothingSeen = (): Seen => ({before: new Set(), now: new Set(), forgiven: new Set()});

export function createStrays(): Strays {
	const spaces = new Map<string, Seen>();

	return {
		isSecond(space, socket, at) {
			const {inode, state, local} = socket;
			if (inode === null || local === null || 'path' in local) return false;
			const listeners = listOf(space.listeners.get(local.port));
			if (listeners.length === 0 || (state !== 'ESTAB' && state !== 'CLOSE-WAIT')) return false;
			const its = listeners.find(
				({row, facts}) => !facts.kernelOnly && facts.listening && isListeningOn(row.local, local),
			);
			// Another process that listens there, too, has connections of its own.
			if (its === undefined || its.row.openedAt > at || (its.row.accepting?.others.length ?? 0) > 0)
				return false;
			const known = spaces.get(space.netns) ?? nothingSeen();
			spaces.set(space.netns, known);
			if (known.now.size < straysKept) known.now.add(inode);
			return known.before.has(inode) && !known.forgiven.has(inode);
		},
		forgive(netns, inode) {
			const known = spaces.get(netns) ?? nothingSeen();
			spaces.set(netns, known);
			known.now.add(inode);
			known.forgiven.add(inode);
		},
		end(netns) {
			const known = spaces.get(netns);
			if (known === undefined) return;
			const forgiven = new Set([...known.forgiven].filter(inode => known.now.has(inode)));
			if (known.now.size === 0) spaces.delete(netns);
			else spaces.set(netns, {before: known.now, now: new Set(), forgiven});
		},
	};
}
