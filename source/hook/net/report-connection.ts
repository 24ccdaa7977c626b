/**
 * Tells that a connection stands, with its addresses. This is the costly part of a short connection (two system
 * calls for the names, one for the inode), so it waits for the tick, or for the first thing that cannot wait.
 */

import type {WatchedSocket} from '../runtime/node-internals.ts';
import {inodeOf, localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {tellSite} from './creation-site.ts';

/**
 * @param withInode false for a socket that is just being destroyed: no look at the kernel's table will find it
 */
export function settle(context: Context, socket: WatchedSocket, t: Tracked, withInode: boolean): void {
	if (t.settled || (t.connectedAt === 0 && !t.accepted)) return;
	tellCreated(context, t);
	t.settled = true;
	const handle = socket._handle;
	if (handle) {
		t.peer ??= peerOf(handle) ?? t.attempted;
		t.local ??= localOf(handle);
		if (withInode) t.inode = inodeOf(handle);
	}

	const {channel} = context;
	const {id, local, peer, inode} = t;
	if (t.connectedAt > 0) {
		channel.write({type: 'connect', id, at: t.connectedAt, local, peer, inode});
	} else {
		channel.write({
			type: 'accept',
			id,
			at: t.createdAt,
			local,
			peer,
			inode,
			listener: t.listener || null,
		});
	}

	tellWaiting(context, t);
	// They have been told, and can be asked of the handle again: an idle socket is not to be kept dear.
	t.local = null;
	t.peer = null;
}

export function tellCreated(context: Context, t: Tracked): void {
	if (!t.untold) return;
	t.untold = false;
	tellSite(context, t, t.createdAt);
	context.channel.write({type: 'create', id: t.id, at: t.createdAt, kind: t.kind, role: t.role});
}

/**
 * What happened once and waited for the connection to be told. The order is not that of the times: each record
 * carries its own.
 */
export function tellWaiting(context: Context, t: Tracked): void {
	const {channel} = context;
	const {id} = t;
	if (t.firstIn > 0) {
		channel.write({type: 'firstIn', id, at: t.timeAt(t.firstIn), bytes: t.firstInBytes});
		t.firstIn = -1;
	}

	if (t.firstOut > 0) {
		channel.write({type: 'firstOut', id, at: t.timeAt(t.firstOut), bytes: t.firstOutBytes});
		t.firstOut = -1;
	}

	if (t.peerEnd > 0) {
		channel.write({type: 'peerEnd', id, at: t.timeAt(t.peerEnd)});
		t.peerEnd = -1;
	}

	if (t.localEnd > 0) {
		channel.write({type: 'localEnd', id, at: t.timeAt(t.localEnd)});
		t.localEnd = -1;
	}
}

export function tellLookupStart(context: Context, t: Tracked, host: string): void {
	if (t.host !== null) return;
	t.host = host;
	// Looking up begins inside connect(), right after the handle was made.
	context.channel.write({type: 'lookupStart', id: t.id, at: t.handleAt || t.createdAt, host});
}

/** One address of the answer: they are emitted in one go, and told as one record. */
export function addCandidate(t: Tracked, address: string | null, error: string | null, at: number): void {
	if (t.candidates === null) {
		t.candidates = [];
		t.lookupAt = at;
	}

	if (error !== null) t.lookupError = error;
	if (address !== null && t.candidates.length < 32 && !t.candidates.includes(address)) {
		t.candidates.push(address);
	}
}

export function tellCandidates(context: Context, t: Tracked): void {
	if (t.candidates === null) return;
	const {candidates} = t;
	t.candidates = null;
	t.candidateCount = candidates.length;
	context.channel.write({
		type: 'lookup',
		id: t.id,
		at: t.lookupAt,
		host: t.host ?? '',
		candidates,
		error: t.lookupError,
	});
}
