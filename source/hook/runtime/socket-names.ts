import type {Address} from '../../wire/field-types.ts';
import type {Handle, SocketName} from './node-internals.ts';
import {fstat} from './primordials.ts';

/**
 * The addresses and the inode of a handle, read from the handle itself: `socket.remoteAddress` would cache
 * its value in the socket and outlive the close, visible to the program.
 */
export const peerOf = (handle: Handle): Address | null => queryName(handle, handle.getpeername);
export const localOf = (handle: Handle): Address | null => queryName(handle, handle.getsockname);

/** Costs about 3 µs: read once, and only for sockets that live longer than a tick. */
export function inodeOf(handle: Handle): number | null {
	const descriptor = handle.fd;
	if (typeof descriptor !== 'number' || descriptor < 0) return null;
	try {
		return Number(fstat(descriptor).ino);
	} catch {
		return null;
	}
}

function queryName(handle: Handle, method: Handle['getpeername']): Address | null {
	if (typeof method !== 'function') return null;
	const name: SocketName = {};
	if (method.call(handle, name) !== 0 || !name.address) return null;
	return {address: name.address, port: name.port ?? 0, family: name.family === 'IPv6' ? 6 : 4};
}
