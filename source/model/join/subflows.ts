/**
 * MPTCP: a program's socket has TCP connections below it, its subflows. TCP's table shows the subflows, MPTCP's the
 * socket, and all with the inode of the program's descriptor: they would be several sockets of one row.
 */

import {isSameTuple} from '../../domain/address.ts';
import type {KernelSocket} from '../../domain/row.ts';
import {listOf} from '../../shared/multi-map.ts';
import type {NamespaceIndex} from '../table/entry.ts';
import {detachSocket} from './detach-socket.ts';

export type Subflows = {
	/**
	 * The socket to join, as one of several with its inode.
	 *
	 * @param at when the snapshot began
	 * @returns null for a socket that is not to be joined: another subflow than the first, MPTCP's where this snapshot
	 *   has shown the one below it, and MPTCP's in the accept queue, which TCP's table shows, too
	 */
	joinable(
		namespace: NamespaceIndex | undefined,
		netns: string,
		socket: KernelSocket,
		at: number,
	): KernelSocket | null;
	dropNamespace(netns: string): void;
};

export function createSubflows(): Subflows {
	/** Namespaces that have had such a socket: elsewhere an inode is that of one socket. */
	const namespaces = new Set<string>();

	/** The socket of the first subflow has the addresses that the program sees; another one's is not the row's. */
	function isOther({byInode}: NamespaceIndex, socket: KernelSocket, at: number): boolean {
		if (socket.inode === null) return false;
		return listOf(byInode.get(socket.inode)).some(entry => {
			const {row, seenAt} = entry;
			if (socket.kind === 'mptcp') return seenAt >= at && row.kernel?.inode === socket.inode;
			if (socket.peer === null || row.peer === null || row.local === null) return false;
			if (!isSameTuple(row, socket)) return true;
			// Before the namespace was known to have MPTCP, the row may have got another's cookie.
			if (entry.cookie !== socket.cookie) entry.cookieConfirmed = false;
			return false;
		});
	}

	return {
		joinable(namespace, netns, socket, at) {
			if (socket.kind === 'mptcp') namespaces.add(netns);
			else if (socket.kind !== 'tcp' || !namespaces.has(netns)) return socket;
			if (namespace !== undefined && isOther(namespace, socket, at)) return null;
			if (socket.kind === 'tcp') return socket;
			// An accepted socket has the cookie of its listener.
			return socket.inode === null ? null : {...detachSocket(socket), cookie: null};
		},
		dropNamespace: netns => void namespaces.delete(netns),
	};
}
