/** Paths of unix sockets, and the paths that the kernel can hold. */
import type {Address} from '../../../domain/row.ts';

/** Longest path of a unix socket, in bytes of UTF-8: sun_path of unix(7) without its end. */
export const maxPathBytes = 107;

/** @returns null for an internet address, and where unknown */
export const socketPathOf = (address: Address | null): string | null =>
	address !== null && 'path' in address ? address.path : null;

/** An abstract name, which begins with a null byte, has no end of its own. */
export const isPathTooLong = (path: string): boolean =>
	// A UTF-16 unit has three bytes of UTF-8 at most: most paths need not be counted.
	path.length > maxPathBytes / 3 && !path.startsWith('\0') && pathBytes(path).length > maxPathBytes;

export const pathBytes = (path: string): Uint8Array => new TextEncoder().encode(path);

/** The part of a path that Node 20 and 22 pass on; a character that is cut becomes U+FFFD. */
export const cutPath = (path: string): string =>
	isPathTooLong(path) ? new TextDecoder().decode(pathBytes(path).subarray(0, maxPathBytes)) : path;

export const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/'))) || '.';
