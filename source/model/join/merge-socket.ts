/** Merges a socket into the rows that certainly have it, or into a kernel-only row. */

import type {JoinedBy, KernelSocket} from '../../domain/row.ts';
import {isList} from '../../shared/multi-map.ts';
import type {Entry, NamespaceIndex} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import type {CrossCheck} from './check/cross-check.ts';
import type {KernelOnlyRows} from './kernel-only-rows.ts';
import {matchByIdentity, matchMethod} from './match-row.ts';
import {mergeKernelSocket} from './merge-kernel-view.ts';
import type {PendingSnapshot} from './pending-snapshot.ts';

export type SocketMerge = {
	/** @returns whether a row certainly has the socket, by its inode or cookie */
	byIdentity(namespace: NamespaceIndex, socket: KernelSocket, snapshot: PendingSnapshot): boolean;
	into(entry: Entry, socket: KernelSocket, matchedBy: JoinedBy, snapshot: PendingSnapshot): void;
	/**
	 * Merges a socket that no process's row has: into a kernel-only row, where it gets one.
	 *
	 * @param isUnowned the socket came by a watched listener and has no known owner
	 */
	kernelOnly(
		namespace: NamespaceIndex | undefined,
		socket: KernelSocket,
		snapshot: PendingSnapshot,
		isUnowned?: boolean,
	): void;
	/** Rows with a new socket, or a changed device, since the last call. */
	takeJoined(): readonly Entry[];
};

export type SocketMergeParts = {rows: Rows; kernelOnlyRows: KernelOnlyRows; crossCheck: CrossCheck};

export function createSocketMerge({rows, kernelOnlyRows, crossCheck}: SocketMergeParts): SocketMerge {
	let joined: Entry[] = [];

	function into(entry: Entry, socket: KernelSocket, matchedBy: JoinedBy, snapshot: PendingSnapshot): void {
		const {facts, row} = entry;
		const device = row.kernel?.device;
		const ownerChanged = facts.kernelOnly && kernelOnlyRows.updateOwner(entry, socket, snapshot.owners);
		const changed = mergeKernelSocket(entry, socket, matchedBy, snapshot);
		if (changed || ownerChanged) rows.touch(entry);
		if (facts.kernelOnly && snapshot.kind === 'table')
			crossCheck.checkKernelOnly(entry, socket, snapshot.at, snapshot.owners);
		if (row.kernel?.device !== device) joined.push(entry);
	}

	return {
		byIdentity(namespace, socket, snapshot) {
			const matches = matchByIdentity(namespace, socket);
			if (matches === null) return false;
			if (!isList(matches)) {
				into(matches, socket, matchMethod(matches, socket), snapshot);
				return true;
			}

			const processEntry = matches.find(({facts}) => !facts.kernelOnly);
			for (const entry of [...matches]) {
				// The row of a process replaces the kernel-only row.
				if (processEntry !== undefined && entry.facts.kernelOnly) rows.replace(entry, processEntry);
				else into(entry, socket, matchMethod(entry, socket), snapshot);
			}

			return true;
		},
		into,
		kernelOnly(namespace, socket, snapshot, isUnowned = false) {
			const {owners, netns} = snapshot;
			const entry = kernelOnlyRows.add({netns, namespace, socket, owners, context: snapshot, isUnowned});
			if (entry === null) return;
			if (entry === 'full') {
				snapshot.notShown++;
				return;
			}

			joined.push(entry);
			if (isUnowned) crossCheck.checkKernelOnly(entry, socket, snapshot.at, owners);
		},
		takeJoined() {
			const taken = joined;
			joined = [];
			return taken;
		},
	};
}
