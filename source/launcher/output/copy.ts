import {
	closeSync,
	constants,
	fstatSync,
	ftruncateSync,
	lstatSync,
	openSync,
	type Stats,
	writeSync,
} from 'node:fs';
import {isatty} from 'node:tty';

/** A file that receives all output as it arrives. */
export type OutputCopy = {
	readonly path: string;
	/** Bytes written so far. */
	readonly bytes: number;
	readonly isOpen: boolean;
	/**
	 * @returns the number of bytes written: fewer than given where the reader is slow, 0 once the copy has
	 * ended
	 */
	write(bytes: Buffer): number;
	/** The content in words, for people. */
	describe(): string;
	/** Ends the copy; the reason is reported once. */
	fail(reason: string): void;
	close(): void;
};

/**
 * Opens the file that `--output` names, as tee(1) and script(1) do: an existing file is emptied and keeps its
 * mode, a new one is readable by its owner alone. A pipe or a device may be named as well.
 *
 * @param onFail called once, when nothing more can be written; the command goes on
 * @throws where the file may not be written to, with a message that says what to do
 */
export const openOutputCopy = (path: string, onFail: (message: string) => void): OutputCopy => {
	const fd = openTarget(path);
	let bytes = 0;
	let isOpen = true;
	let failure: string | null = null;
	const close = (): void => {
		if (isOpen) closeSync(fd);
		isOpen = false;
	};
	const fail = (reason: string): void => {
		if (!isOpen) return;
		close();
		failure = reason;
		onFail(describe());
	};
	const describe = (): string => {
		if (failure === null) return `${path} has all of the output (${bytes} bytes)`;
		const part = bytes === 0 ? 'nothing' : `the first ${bytes} bytes`;
		return `${path} has ${part} of the output: ${failure}`;
	};
	return {
		path,
		get bytes() {
			return bytes;
		},
		get isOpen() {
			return isOpen;
		},
		write(chunk) {
			if (!isOpen) return 0;
			try {
				const written = writeSync(fd, chunk);
				bytes += written;
				return written;
			} catch (error) {
				if (errorCode(error) !== 'EAGAIN') fail(describeError(error));
				return 0;
			}
		},
		describe,
		fail,
		close,
	};
};

// Non-blocking: a pipe without a reader must not stop netwatch. Appending: a file emptied meanwhile (by
// logrotate, for one) gets no hole.
const openFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK | constants.O_NOCTTY;

const openTarget = (path: string): number => {
	let fd: number | undefined;
	try {
		fd = openNamed(path);
		const refusal = refusalReason(fstatSync(fd), fd);
		if (refusal !== null) throw new Error(refusal);
		if (fstatSync(fd).isFile()) ftruncateSync(fd);
		return fd;
	} catch (cause) {
		if (fd !== undefined) closeSync(fd);
		throw new Error(`cannot write the output to ${path}: ${describeError(cause)}`, {cause});
	}
};

const openNamed = (path: string): number => {
	try {
		return openSync(path, openFlags | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
	} catch (error) {
		if (errorCode(error) !== 'ELOOP') throw error;
		const {uid} = lstatSync(path);
		// The rule of the kernel's fs.protected_symlinks, applied in every directory. Links of root, as in /dev,
		// are allowed.
		if (uid !== process.geteuid?.() && uid !== 0) throw new Error('it is a symbolic link of another user');
		return openSync(path, openFlags);
	}
};

const refusalReason = (stats: Stats, fd: number): string | null => {
	if (isatty(fd)) return 'it is a terminal, which would obey what the command prints';
	if (stats.isBlockDevice()) return 'it is a disk';
	if (stats.isFile() && stats.nlink > 1 && stats.uid !== process.geteuid?.())
		return 'it is a file of another user that has more than one name';
	return null;
};

const errorHints: Readonly<Record<string, string>> = {
	EACCES: 'permission denied',
	EDQUOT: 'the quota is used up',
	EFBIG: 'the file would be too large',
	EISDIR: 'it is a directory; name a file in it',
	ENOENT: 'there is no such directory; make it first',
	ENOSPC: 'the disk is full',
	ENOTDIR: 'a part of the path is no directory',
	ENXIO: 'no process reads from it; start the reader first',
	EPIPE: 'no process reads it any more',
	EROFS: 'the file system is read-only',
};

const describeError = (error: unknown): string => {
	const code = errorCode(error);
	return errorHints[code] ?? (error instanceof Error ? error.message : String(error));
};

const errorCode = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : '';
