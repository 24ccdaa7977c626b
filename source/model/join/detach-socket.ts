import type {KernelSocket} from '../../domain/row.ts';

/** A socket reads its fields from the look's text, which is not to be held for longer than the look. */
export const detachSocket = (socket: KernelSocket): KernelSocket => ({
	kind: socket.kind,
	state: socket.state,
	local: socket.local,
	peer: socket.peer,
	recvQ: socket.recvQ,
	sendQ: socket.sendQ,
	inode: socket.inode,
	peerInode: socket.peerInode,
	cookie: socket.cookie,
	uid: socket.uid,
	timer: socket.timer,
	device: socket.device,
	v6only: socket.v6only,
	shutdown: socket.shutdown,
	drops: socket.drops,
	info: socket.info,
});
