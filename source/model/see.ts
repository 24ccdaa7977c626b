import {type Entry, updateStage} from './entry.ts';
import type {KernelSocket, KernelView} from './types.ts';

/**
 * Lays one socket of a look over a row.
 *
 * @param at when the look began
 * @returns whether anything but the time has changed
 */
export function see(
	entry: Entry,
	socket: KernelSocket,
	by: 'inode' | 'cookie' | 'tuple',
	at: number,
): boolean {
	const {row, facts} = entry;
	const before = row.kernel;
	const joinedBy = facts.kernelOnly ? null : by;
	const view = viewOf(socket, at);
	row.kernel = view;
	entry.misses = 0;
	if (before !== null && row.joinedBy === joinedBy && looksEqual(before, view)) return false;

	row.joinedBy = joinedBy;
	// Somebody has accepted it: the row of its process takes over as soon as its hook tells.
	if (socket.inode !== null) facts.waiting = false;
	facts.kernelState = socket.state;
	if (row.local === null && row.role !== 'listener') row.local = socket.local;
	if (row.peer === null && row.role !== 'listener') row.peer = socket.peer;
	updateStage(entry, at);
	return true;
}

/** A timer that only runs down is no news. */
function looksEqual(one: KernelView, other: KernelView): boolean {
	return (
		one.state === other.state &&
		one.recvQ === other.recvQ &&
		one.sendQ === other.sendQ &&
		one.inode === other.inode &&
		one.cookie === other.cookie &&
		one.timer?.name === other.timer?.name &&
		one.timer?.count === other.timer?.count &&
		one.rttMs === other.rttMs &&
		one.cwnd === other.cwnd &&
		one.retransNow === other.retransNow &&
		one.retransTotal === other.retransTotal &&
		one.peerWindow === other.peerWindow &&
		one.deliveryBps === other.deliveryBps
	);
}

function viewOf(socket: KernelSocket, at: number): KernelView {
	return {
		state: socket.state,
		local: socket.local,
		peer: socket.peer,
		recvQ: socket.recvQ,
		sendQ: socket.sendQ,
		inode: socket.inode,
		cookie: socket.cookie,
		uid: socket.uid,
		timer: socket.timer,
		rttMs: socket.rttMs,
		cwnd: socket.cwnd,
		retransNow: socket.retransNow,
		retransTotal: socket.retransTotal,
		peerWindow: socket.peerWindow,
		deliveryBps: socket.deliveryBps,
		seenAt: at,
	};
}
