import type {KernelSocket} from '../../domain/row.ts';

/** Copies the fields of a socket: a lazily parsed one would keep the text of the whole snapshot alive. */
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
