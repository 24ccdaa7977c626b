import {readdirSync, readlinkSync} from 'node:fs';

/** The inodes of the sockets that a process holds, from its descriptors. */
export const socketsOf = (pid: number | null): number[] =>
	readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
		try {
			const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
			return inode === undefined ? [] : [Number(inode)];
		} catch {
			// The descriptor was closed meanwhile.
			return [];
		}
	});

/** The descriptor behind a socket or a server of node:net. */
export const descriptorOf = (socket: object): number => {
	const handle: unknown = Reflect.get(socket, '_handle');
	const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null;
	if (typeof fd !== 'number' || fd < 0) throw new Error('the socket has no descriptor');
	return fd;
};
