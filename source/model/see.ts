import {type Entry, updateStage} from './entry.ts';
import type {JoinedBy, KernelSocket, KernelView} from './types.ts';

/**
 * Lays one socket of a look over a row.
 *
 * @param at when the look began
 * @returns whether anything but the time has changed
 */
export function see(entry: Entry, socket: KernelSocket, by: JoinedBy, at: number): boolean {
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
		one.info?.rttMs === other.info?.rttMs &&
		one.info?.cwnd === other.info?.cwnd &&
		one.info?.retransNow === other.info?.retransNow &&
		one.info?.retransTotal === other.info?.retransTotal &&
		one.info?.peerWindow === other.info?.peerWindow &&
		one.info?.deliveryBps === other.info?.deliveryBps
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
		device: socket.device,
		v6only: socket.v6only,
		shutdown: socket.shutdown,
		drops: socket.drops,
		info: socket.info,
		infoSeenAt: socket.info === null ? null : at,
		final: false,
		seenAt: at,
	};
}
