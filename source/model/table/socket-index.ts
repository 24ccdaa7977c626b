/**
 * Finds rows by what the kernel says of a socket: kept up to date as rows change, so that a socket of a look is joined
 * as it comes. Each network namespace has its own: inodes are the host's, but tuples are not.
 */

import {tupleHash} from '../../domain/address.ts';
import {createMultiMap} from '../../shared/multi-map.ts';
import type {Entry, IndexKeys, Space} from './entry.ts';

export type KernelIndex = {
	space(netns: string): Space | undefined;
	/** To be called after each change of a row: puts it where it is found now. */
	update(entry: Entry): void;
	/** The row has left the table. */
	drop(entry: Entry): void;
};

export function createKernelIndex(): KernelIndex {
	const spaces = new Map<string, Space>();

	function enter(netns: string): Space {
		let space = spaces.get(netns);
		if (space === undefined) {
			space = createSpace(netns);
			spaces.set(netns, space);
		}

		space.rows++;
		return space;
	}

	function drop(entry: Entry): void {
		const {keys} = entry;
		const {space} = keys;
		if (space === null) return;
		putInode(space, entry, null);
		putCookie(space, entry, null);
		putTuple(space, entry, null);
		putPort(space, entry, null);
		count(space, keys, {cookieOnly: false, blind: false, kind: null});
		keys.local = null;
		keys.peer = null;
		keys.space = null;
		space.rows--;
		if (space.rows === 0) spaces.delete(space.netns);
	}

	return {
		space: netns => spaces.get(netns),
		update(entry) {
			const {keys, row, facts} = entry;
			if (row.netns !== (keys.space?.netns ?? null)) {
				drop(entry);
				if (row.netns !== null) keys.space = enter(row.netns);
			}

			const {space} = keys;
			if (space === null) return;
			const alive = !facts.closed;
			// A closed socket's inode that is still there is in somebody else's hands.
			const inode = alive ? (entry.inode ?? row.kernel?.inode ?? null) : null;
			if (inode !== keys.inode) putInode(space, entry, inode);
			if (entry.cookie !== keys.cookie) putCookie(space, entry, entry.cookie);
			if (facts.kernelOnly || !entry.cookieIsSure) {
				if (row.local !== keys.local || row.peer !== keys.peer) {
					keys.local = row.local;
					keys.peer = row.peer;
					putTuple(space, entry, row.kind === 'unix' ? null : tupleHash(row.local, row.peer));
				}
			} else if (keys.tuple !== null || keys.local !== null) {
				putTuple(space, entry, null);
				keys.local = null;
				keys.peer = null;
			}

			const listens = alive && row.role === 'listener' && row.local !== null && 'port' in row.local;
			const port = listens && row.local !== null && 'port' in row.local ? row.local.port : null;
			if (port !== keys.port) putPort(space, entry, port);
			count(space, keys, {
				cookieOnly: keys.cookie !== null && keys.inode === null,
				blind: alive && !facts.kernelOnly && entry.inode === null && (keys.tuple !== null || port !== null),
				kind: alive && !facts.kernelOnly ? row.kind : null,
			});
		},
		drop,
	};
}

const createSpace = (netns: string): Space => ({
	netns,
	byInode: createMultiMap(),
	byCookie: createMultiMap(),
	byTuple: createMultiMap(),
	listeners: createMultiMap(),
	cookieOnly: 0,
	blind: 0,
	udp: 0,
	unix: 0,
	rows: 0,
	endsToldAt: 0,
});

function putInode(space: Space, entry: Entry, inode: number | null): void {
	const {keys} = entry;
	if (keys.inode !== null) space.byInode.delete(keys.inode, entry);
	if (inode !== null) space.byInode.add(inode, entry);
	keys.inode = inode;
}

function putCookie(space: Space, entry: Entry, cookie: string | null): void {
	const {keys} = entry;
	if (keys.cookie !== null) space.byCookie.delete(keys.cookie, entry);
	if (cookie !== null) space.byCookie.add(cookie, entry);
	keys.cookie = cookie;
}

function putTuple(space: Space, entry: Entry, tuple: number | null): void {
	const {keys} = entry;
	if (keys.tuple !== null) space.byTuple.delete(keys.tuple, entry);
	if (tuple !== null) space.byTuple.add(tuple, entry);
	keys.tuple = tuple;
}

function putPort(space: Space, entry: Entry, port: number | null): void {
	const {keys} = entry;
	if (keys.port !== null) space.listeners.delete(keys.port, entry);
	if (port !== null) space.listeners.add(port, entry);
	keys.port = port;
}

function count(space: Space, keys: IndexKeys, now: Pick<IndexKeys, 'cookieOnly' | 'blind' | 'kind'>): void {
	if (now.cookieOnly !== keys.cookieOnly) {
		space.cookieOnly += now.cookieOnly ? 1 : -1;
		keys.cookieOnly = now.cookieOnly;
	}

	if (now.blind !== keys.blind) {
		space.blind += now.blind ? 1 : -1;
		keys.blind = now.blind;
	}

	if (now.kind === keys.kind) return;
	if (keys.kind === 'udp' || keys.kind === 'unix') space[keys.kind]--;
	if (now.kind === 'udp' || now.kind === 'unix') space[now.kind]++;
	keys.kind = now.kind;
}
