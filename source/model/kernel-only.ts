/**
 * Rows of sockets that no hook tells of: connections that wait at a watched listener, and sockets of processes
 * without hook.
 */
import {reopen} from './apply-socket.ts';
import type {Entry} from './entry.ts';
import type {Owner} from './input.ts';
import type {KernelSnapshot} from './join.ts';
import type {Rows} from './rows.ts';
import {see} from './see.ts';
import {isListeningOn, isWildcard, netnsTupleKey, tupleKey} from './tuple.ts';
import type {KernelSocket, Row} from './types.ts';

type Unclaimed = {
	/** Sockets that belong to no row. */
	free: readonly KernelSocket[];
	/** Rows in the namespace of the look. */
	here: readonly Entry[];
	/** Tuples of connections that began after the look. */
	young: ReadonlySet<string>;
};

export function addKernelOnly(
	{rows, owners}: {rows: Rows; owners: ReadonlyMap<number, Owner>},
	snapshot: KernelSnapshot,
	{free, here, young}: Unclaimed,
): void {
	const listeners = here.filter(
		({row, facts}) => row.role === 'listener' && facts.listening && row.listener === null,
	);
	if (listeners.length === 0 && owners.size === 0) return;
	for (const socket of free) {
		if (socket.cookie === null) continue;
		const owner = socket.inode === null ? undefined : owners.get(socket.inode);
		const listener = waits(socket) ? listenerOf(listeners, socket) : undefined;
		if (owner === undefined && listener === undefined) continue;
		const tuple = tupleKey(socket.local, socket.peer);
		if (tuple !== null && young.has(tuple)) continue;
		const entry = rows.open(`k.${snapshot.netns}.${socket.cookie}`, null, snapshot.at);
		if (entry === undefined) return;
		if (entry.facts.closed) {
			// It had only been missed.
			reopen(entry, entry.row.openedAt);
			rows.revive(entry);
		}

		fill(entry, socket, snapshot, listener, owner);
		const key = netnsTupleKey(snapshot.netns, socket.local, socket.peer);
		if (key !== null) rows.kernelOnly.set(key, entry);
		rows.touch(entry);
	}
}

/** Nobody has accepted it; CLOSE-WAIT is a client that has given up meanwhile. */
const waits = ({inode, state}: KernelSocket): boolean =>
	inode === null && (state === 'ESTAB' || state === 'CLOSE-WAIT');

/** A listener on the very address takes the connection before one on all of them. */
function listenerOf(listeners: readonly Entry[], socket: KernelSocket): Row | undefined {
	let found: Row | undefined;
	for (const {row} of listeners) {
		if (!isListeningOn(row.local, socket.local)) continue;
		if (!isWildcard(row.local)) return row;
		found ??= row;
	}

	return found;
}

function fill(
	entry: Entry,
	socket: KernelSocket,
	snapshot: KernelSnapshot,
	listener: Row | undefined,
	owner: Owner | undefined,
): void {
	const {row, facts} = entry;
	facts.kernelOnly = true;
	facts.waiting = listener !== undefined;
	row.netns = snapshot.netns;
	row.local = socket.local;
	row.peer = socket.peer;
	row.role = socket.state === 'LISTEN' ? 'listener' : listener === undefined ? null : 'server';
	row.listener = listener?.id ?? null;
	row.proc = owner?.proc ?? listener?.proc ?? null;
	row.pid = owner?.pid ?? listener?.pid ?? null;
	row.program = owner?.program ?? listener?.program ?? '';
	facts.role = row.role;
	entry.inode = socket.inode;
	see(entry, socket, socket.inode === null ? 'cookie' : 'inode', snapshot.at);
}
