/**
 * Reports an established connection with its addresses. The record is the costly part of a short connection
 * (two system calls for the names, one for the inode), so it waits for the tick, or for the first record that
 * needs it.
 */

import type {WatchedSocket} from '../runtime/node-internals.ts';
import {inodeOf, localOf, peerOf} from '../runtime/socket-names.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {reportSite} from './creation-site.ts';

/** @param withInode false for a socket that is being destroyed: no kernel snapshot will contain its inode */
export function reportConnection(
	context: Context,
	socket: WatchedSocket,
	tracked: Tracked,
	withInode: boolean,
): void {
	if (tracked.connectionReported || (tracked.connectedAt === 0 && !tracked.accepted)) return;
	reportCreated(context, tracked);
	tracked.connectionReported = true;
	const handle = socket._handle;
	if (handle) {
		tracked.peer ??= peerOf(handle) ?? tracked.attemptAddress;
		tracked.local ??= localOf(handle);
		if (withInode) tracked.inode = inodeOf(handle);
	}

	const {channel} = context;
	const {id, local, peer, inode} = tracked;
	if (tracked.connectedAt > 0) {
		channel.write({type: 'connect', id, at: tracked.connectedAt, local, peer, inode});
	} else {
		channel.write({
			type: 'accept',
			id,
			at: tracked.createdAt,
			local,
			peer,
			inode,
			listener: tracked.listener || null,
		});
	}

	reportPendingSteps(context, tracked);
	// Released after the report: the handle can give both again, and an idle socket should cost little memory.
	tracked.local = null;
	tracked.peer = null;
}

export function reportCreated(context: Context, tracked: Tracked): void {
	if (!tracked.createPending) return;
	tracked.createPending = false;
	reportSite(context, tracked, tracked.createdAt);
	context.channel.write({
		type: 'create',
		id: tracked.id,
		at: tracked.createdAt,
		kind: tracked.kind,
		role: tracked.role,
	});
}

/**
 * Reports the stages that happened before the connection was reported. The order of the records is not the
 * order of the times: each record carries its own.
 */
export function reportPendingSteps(context: Context, tracked: Tracked): void {
	const {channel} = context;
	const {id} = tracked;
	if (tracked.firstIn > 0) {
		channel.write({type: 'firstIn', id, at: tracked.timeAt(tracked.firstIn), bytes: tracked.firstInBytes});
		tracked.firstIn = -1;
	}

	if (tracked.firstOut > 0) {
		channel.write({type: 'firstOut', id, at: tracked.timeAt(tracked.firstOut), bytes: tracked.firstOutBytes});
		tracked.firstOut = -1;
	}

	if (tracked.peerEnd > 0) {
		channel.write({type: 'peerEnd', id, at: tracked.timeAt(tracked.peerEnd)});
		tracked.peerEnd = -1;
	}

	if (tracked.localEnd > 0) {
		channel.write({type: 'localEnd', id, at: tracked.timeAt(tracked.localEnd)});
		tracked.localEnd = -1;
	}
}

export function reportLookupStart(context: Context, tracked: Tracked, host: string): void {
	if (tracked.host !== null) return;
	tracked.host = host;
	// The DNS lookup begins inside connect(), right after the handle is created.
	context.channel.write({
		type: 'lookupStart',
		id: tracked.id,
		at: tracked.handleAt || tracked.createdAt,
		host,
	});
}

/**
 * Collects one address of a DNS answer: 'lookup' is emitted once for each, in one go, and reported as one
 * record.
 */
export function addCandidate(
	tracked: Tracked,
	address: string | null,
	error: string | null,
	at: number,
): void {
	if (tracked.candidates === null) {
		tracked.candidates = [];
		tracked.lookupAt = at;
	}

	if (error !== null) tracked.lookupError = error;
	if (address !== null && tracked.candidates.length < 32 && !tracked.candidates.includes(address)) {
		tracked.candidates.push(address);
	}
}

export function reportLookup(context: Context, tracked: Tracked): void {
	if (tracked.candidates === null) return;
	const {candidates} = tracked;
	tracked.candidates = null;
	tracked.candidateCount = candidates.length;
	context.channel.write({
		type: 'lookup',
		id: tracked.id,
		at: tracked.lookupAt,
		host: tracked.host ?? '',
		candidates,
		error: tracked.lookupError,
	});
}
