/**
 * Indexes rows by the kernel's keys of a socket. Updated as rows change, so that a snapshot's socket is
 * joined as it arrives. Each network namespace has its own index: inodes are unique on the host, tuples are
 * not.
 */

import {tupleHash} from '../../domain/address.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import {createMultiMap} from '../../shared/multi-map.ts';
import type {Entry, IndexKeys, NamespaceIndex} from './entry.ts';

export type SocketIndex = {
	namespace(netns: string): NamespaceIndex | undefined;
	/** Must be called after each change of a row: updates its keys. */
	update(entry: Entry): void;
	/** Removes a row that leaves the table. */
	drop(entry: Entry): void;
};

export function createSocketIndex(): SocketIndex {
	const namespaces = new Map<string, NamespaceIndex>();

	function acquire(netns: string): NamespaceIndex {
		const namespace = getOrCreate(namespaces, netns, createNamespaceIndex);
		namespace.rows++;
		return namespace;
	}

	function drop(entry: Entry): void {
		const {indexKeys: keys} = entry;
		const {namespace} = keys;
		if (namespace === null) return;
		indexInode(namespace, entry, null);
		indexCookie(namespace, entry, null);
		indexTuple(namespace, entry, null);
		indexPort(namespace, entry, null);
		updateCounts(namespace, keys, {cookieOnly: false, withoutInode: false, kind: null});
		keys.local = null;
		keys.peer = null;
		keys.namespace = null;
		namespace.rows--;
		if (namespace.rows === 0) namespaces.delete(namespace.netns);
	}

	return {
		namespace: netns => namespaces.get(netns),
		update(entry) {
			const {indexKeys: keys, row, facts} = entry;
			if (row.netns !== (keys.namespace?.netns ?? null)) {
				drop(entry);
				if (row.netns !== null) keys.namespace = acquire(row.netns);
			}

			const {namespace} = keys;
			if (namespace === null) return;
			const isAlive = !facts.closed;
			// A closed row's inode that still exists is held by another process.
			const inode = isAlive ? (entry.inode ?? row.kernel?.inode ?? null) : null;
			if (inode !== keys.inode) indexInode(namespace, entry, inode);
			if (entry.cookie !== keys.cookie) indexCookie(namespace, entry, entry.cookie);
			if (facts.kernelOnly || !entry.cookieConfirmed) {
				if (row.local !== keys.local || row.peer !== keys.peer) {
					keys.local = row.local;
					keys.peer = row.peer;
					indexTuple(namespace, entry, row.kind === 'unix' ? null : tupleHash(row.local, row.peer));
				}
			} else if (keys.tuple !== null || keys.local !== null) {
				indexTuple(namespace, entry, null);
				keys.local = null;
				keys.peer = null;
			}

			const listens = isAlive && row.role === 'listener' && row.local !== null && 'port' in row.local;
			const port = listens && row.local !== null && 'port' in row.local ? row.local.port : null;
			if (port !== keys.listenPort) indexPort(namespace, entry, port);
			updateCounts(namespace, keys, {
				cookieOnly: keys.cookie !== null && keys.inode === null,
				withoutInode:
					isAlive && !facts.kernelOnly && entry.inode === null && (keys.tuple !== null || port !== null),
				kind: isAlive && !facts.kernelOnly ? row.kind : null,
			});
		},
		drop,
	};
}

const createNamespaceIndex = (netns: string): NamespaceIndex => ({
	netns,
	byInode: createMultiMap(),
	byCookie: createMultiMap(),
	byTuple: createMultiMap(),
	listeners: createMultiMap(),
	cookieOnly: 0,
	withoutInode: 0,
	udp: 0,
	unix: 0,
	rows: 0,
	lastDestroyEventAt: 0,
});

function indexInode(namespace: NamespaceIndex, entry: Entry, inode: number | null): void {
	const {indexKeys: keys} = entry;
	if (keys.inode !== null) namespace.byInode.delete(keys.inode, entry);
	if (inode !== null) namespace.byInode.add(inode, entry);
	keys.inode = inode;
}

function indexCookie(namespace: NamespaceIndex, entry: Entry, cookie: string | null): void {
	const {indexKeys: keys} = entry;
	if (keys.cookie !== null) namespace.byCookie.delete(keys.cookie, entry);
	if (cookie !== null) namespace.byCookie.add(cookie, entry);
	keys.cookie = cookie;
}

function indexTuple(namespace: NamespaceIndex, entry: Entry, tuple: number | null): void {
	const {indexKeys: keys} = entry;
	if (keys.tuple !== null) namespace.byTuple.delete(keys.tuple, entry);
	if (tuple !== null) namespace.byTuple.add(tuple, entry);
	keys.tuple = tuple;
}

function indexPort(namespace: NamespaceIndex, entry: Entry, port: number | null): void {
	const {indexKeys: keys} = entry;
	if (keys.listenPort !== null) namespace.listeners.delete(keys.listenPort, entry);
	if (port !== null) namespace.listeners.add(port, entry);
	keys.listenPort = port;
}

function updateCounts(
	namespace: NamespaceIndex,
	keys: IndexKeys,
	now: Pick<IndexKeys, 'cookieOnly' | 'withoutInode' | 'kind'>,
): void {
	if (now.cookieOnly !== keys.cookieOnly) {
		namespace.cookieOnly += now.cookieOnly ? 1 : -1;
		keys.cookieOnly = now.cookieOnly;
	}

	if (now.withoutInode !== keys.withoutInode) {
		namespace.withoutInode += now.withoutInode ? 1 : -1;
		keys.withoutInode = now.withoutInode;
	}

	if (now.kind === keys.kind) return;
	if (keys.kind === 'udp' || keys.kind === 'unix') namespace[keys.kind]--;
	if (now.kind === 'udp' || now.kind === 'unix') namespace[now.kind]++;
	keys.kind = now.kind;
}
