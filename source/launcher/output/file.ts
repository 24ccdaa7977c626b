import {execFile} from 'node:child_process';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import type {OutputCopy} from './copy.ts';

/** Most bytes read at once; of more, the newest. */
export const maxReadBytes = 4 * 1024 * 1024;

/** Bytes read after which their disk blocks are released. */
const trimBytes = 8 * 1024 * 1024;
const blockBytes = 4096;
const readBytes = 64 * 1024;

/** Most bytes copied at once: keys are handled in between. */
const maxCopyBytes = 4 * 1024 * 1024;
const copyBlockBytes = 1024 * 1024;

/** Most bytes that stay on the disk for a slow reader of the copy. */
export const maxCopyBacklogBytes = 256 * 1024 * 1024;
export const slowReaderReason = 'it is read too slowly';

export type OutputRead = {
	/** The appended bytes, at most `maxReadBytes`; valid until the next read. */
	chunk: Buffer;
	/** Bytes before the chunk that were skipped. */
	skippedBytes: number;
	/** The file was emptied (by `> /dev/stdout`, for one): the chunk starts at its beginning. */
	isRestarted: boolean;
};

export type OutputFile = {
	/**
	 * @returns the bytes appended since the last read; null for none, or once closed
	 * @throws where the disk fails
	 */
	read(): OutputRead | null;
	/**
	 * Copies appended bytes before they are trimmed, as long as there is a copy to write to.
	 *
	 * @param most largest number of bytes
	 * @returns `more` if there is more to copy, `stuck` if the copy's reader has to read first
	 */
	copyNext(most?: number): 'done' | 'more' | 'stuck';
	close(): void;
};

/**
 * Follows a file that other processes append to, and releases the disk blocks already read by punching holes,
 * so that the file stays append-only and no byte is lost between a read and a truncation.
 *
 * @param onTrimFailed called once, where holes cannot be punched and the file will grow
 * @param copy receives all appended bytes; those not copied yet stay on the disk
 * @throws where the file cannot be opened
 */
export const openOutputFile = (
	path: string,
	onTrimFailed: (reason: string) => void,
	copy: OutputCopy | null = null,
): OutputFile => {
	const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	const smallBuffer = Buffer.allocUnsafe(readBytes);
	let offset = 0;
	let trimmed = 0;
	let copied = 0;
	let block: Buffer | null = null;
	let canTrim = true;
	let isTrimming = false;
	let isClosed = false;

	const trim = () => {
		const consumed = copy?.isOpen ? Math.min(offset, copied) : offset;
		const end = consumed - (consumed % blockBytes);
		if (!canTrim || isClosed || isTrimming || end - trimmed < trimBytes) return;
		isTrimming = true;
		punchHole(path, trimmed, end - trimmed, failure => {
			isTrimming = false;
			trimmed = Math.max(trimmed, end);
			if (failure === null || isClosed) return;
			canTrim = false;
			onTrimFailed(failure);
		});
	};

	return {
		read() {
			if (isClosed) return null;
			trim();
			const {size} = fstatSync(fd);
			const isRestarted = size < offset;
			if (isRestarted) {
				offset = 0;
				trimmed = 0;
				copied = 0;
			}
			const backlog = size - offset;
			if (backlog === 0) return null;
			const readLength = Math.min(backlog, maxReadBytes);
			const skippedBytes = backlog - readLength;
			const buffer = readLength <= smallBuffer.length ? smallBuffer : Buffer.allocUnsafe(readLength);
			const bytesRead = readSync(fd, buffer, 0, readLength, offset + skippedBytes);
			if (bytesRead === 0) return null;
			offset += skippedBytes + bytesRead;
			return {chunk: buffer.subarray(0, bytesRead), skippedBytes, isRestarted};
		},
		copyNext(maxBytes = maxCopyBytes) {
			if (isClosed || !copy?.isOpen) return 'done';
			block ??= Buffer.allocUnsafe(copyBlockBytes);
			const {size} = fstatSync(fd);
			if (size < copied) copied = 0;
			const end = Math.min(size, copied + maxBytes);
			while (copied < end) {
				const bytesRead = readSync(fd, block, 0, Math.min(copyBlockBytes, end - copied), copied);
				if (bytesRead === 0) return 'done';
				const written = copy.write(block.subarray(0, bytesRead));
				copied += written;
				if (!copy.isOpen) return 'done';
				if (written === bytesRead) continue;
				if (size - copied > maxCopyBacklogBytes) copy.fail(slowReaderReason);
				return 'stuck';
			}
			return copied < size ? 'more' : 'done';
		},
		close() {
			if (!isClosed) closeSync(fd);
			isClosed = true;
		},
	};
};

/** Node has no fallocate(2), so util-linux's program is run. */
const punchHole = (
	path: string,
	offset: number,
	length: number,
	done: (failure: string | null) => void,
): void => {
	const args = ['--punch-hole', '--offset', String(offset), '--length', String(length), path];
	execFile('fallocate', args, {timeout: 10_000}, (error, _, stderr) => {
		if (error === null) done(null);
		else if (error.code === 'ENOENT')
			done(
				'the program fallocate is missing. Install it (Debian: apt-get install util-linux, Alpine: apk add util-linux)',
			);
		else done(stderr.trim().split('\n').at(-1) || error.message);
	});
};
