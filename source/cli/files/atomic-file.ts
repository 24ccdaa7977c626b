/** Atomic replacement of the user's own files: a reader gets the old content or the new, never a mix. */
import {randomBytes} from 'node:crypto';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import {lstat, mkdir, open, realpath, rename, stat, unlink} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {delay} from '../../shared/delay.ts';

/**
 * Writes a file of mode 0600, and its directory of mode 0700 where missing. The user's own symbolic link (as
 * of dotfile managers) keeps pointing to the file; another user's link is replaced, never followed.
 *
 * @returns the reason for a failed write; null after success
 */
export async function writeAtomic(path: string, text: string): Promise<string | null> {
	try {
		const directory = dirname(path);
		const refusal = await foreignDirectoryReason(directory);
		if (refusal !== null) return refusal;
		await mkdir(directory, {recursive: true, mode: 0o700});
		const target = (await isOwnSymlink(path)) ? await realpath(path) : path;
		const existing = await lstat(target).catch(() => null);
		// The user's own link to /dev/null, say: a regular file must not replace the device.
		if (existing && !existing.isFile() && !existing.isSymbolicLink()) return 'it is no ordinary file';
		await replaceAtomically(target, text);
		return null;
	} catch (error) {
		return errorReason(error);
	}
}

/**
 * Reads a regular file as UTF-8.
 *
 * @param maxBytes size limit
 * @returns its text; null when it is no regular file (a FIFO would block) or too large
 * @throws if it cannot be opened or read
 */
export function readBounded(path: string, maxBytes: number): string | null {
	const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
	try {
		const stat = fstatSync(fd);
		if (!stat.isFile() || stat.size > maxBytes) return null;
		const buffer = Buffer.alloc(maxBytes + 1);
		const length = readSync(fd, buffer, 0, buffer.length, 0);
		return length > maxBytes ? null : buffer.toString('utf8', 0, length);
	} finally {
		closeSync(fd);
	}
}

/** Time limit for pending writes, in ms: a home directory on a network file system may hang. */
const flushTimeoutMs = 2000;

/** Settles with the promise, or resolves after `flushTimeoutMs`. */
export const withTimeout = (pending: Promise<void>): Promise<void> =>
	Promise.race([pending, delay(flushTimeoutMs)]);

export const isNotFound = (error: unknown): boolean =>
	error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The reason for a failed file operation: words for common error codes, else the code or the message. */
export function errorReason(error: unknown): string {
	if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
		return errnoReasons[error.code] ?? error.code;
	}

	return error instanceof Error ? error.message : String(error);
}

const errnoReasons: Readonly<Record<string, string>> = {
	EACCES: 'permission denied',
	EPERM: 'not permitted',
	EROFS: 'the file system is read-only',
	ENOSPC: 'no space left on the disk',
	EDQUOT: 'the disk quota is used up',
	ENOENT: 'there is no such directory',
	ENOTDIR: 'what should be its directory is none',
	EISDIR: 'it is a directory',
	EEXIST: 'it is there already',
	ELOOP: 'its symbolic link leads nowhere',
};

async function replaceAtomically(target: string, text: string): Promise<void> {
	const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`);
	const {O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW} = constants;
	const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
	try {
		try {
			await file.writeFile(text);
			await file.sync();
		} finally {
			await file.close();
		}

		await rename(temporary, target);
	} catch (error) {
		await unlink(temporary).catch(() => undefined);
		throw error;
	}
}

async function isOwnSymlink(path: string): Promise<boolean> {
	const stats = await lstat(path).catch(() => null);
	return stats?.isSymbolicLink() === true && stats.uid === process.getuid?.();
}

/**
 * Refuses a directory of another user: one behind a symbolic link of another user, or another user's home
 * under root, where root-owned files would lock its user out.
 *
 * @returns the reason not to write there; null where writing is allowed
 */
async function foreignDirectoryReason(directory: string): Promise<string | null> {
	const uid = process.getuid?.();
	if (uid === undefined) return null;
	const stats = await lstat(directory).catch(() => null);
	if (stats?.isSymbolicLink() && stats.uid !== uid && stats.uid !== 0) {
		return "its directory is another user's link";
	}

	const owner = await ownerOfNearest(directory);
	return uid === 0 && owner !== null && owner !== 0 ? 'the directory is of another user than root' : null;
}

/** The owner of the directory, or of its nearest existing parent. */
async function ownerOfNearest(directory: string): Promise<number | null> {
	const stats = await stat(directory).catch(() => null);
	if (stats !== null) return stats.uid;
	const above = dirname(directory);
	return above === directory ? null : ownerOfNearest(above);
}
