import {execFile} from 'node:child_process';
import {closeSync, constants, fstatSync, openSync, readSync} from 'node:fs';
import type {OutputCopy} from './copy.ts';

/** The most that is read at one look, in bytes; of more, the newest. */
export const maxReadBytes = 4 * 1024 * 1024;

/** How much has to be read before the disk is given back what it took. */
const trimBytes = 8 * 1024 * 1024;
const blockBytes = 4096;
const readBytes = 64 * 1024;

/** What is copied at one look, in bytes: keys are answered in between. */
const maxCopyBytes = 4 * 1024 * 1024;
const copyBlockBytes = 1024 * 1024;

/** What may wait on the disk for a reader of the copy that is too slow. */
export const maxCopyBacklogBytes = 256 * 1024 * 1024;
export const slowReaderReason = 'it is read too slowly';

export type OutputRead = {
	/** What was appended, at most `windowBytes`; valid until the next look. */
	chunk: Buffer;
	/** Bytes before the chunk that were not read. */
	skippedBytes: number;
	/** Somebody emptied the file (`> /dev/stdout` does): the chunk begins anew. */
	isRestarted: boolean;
};

export type OutputFile = {
	/**
	 * @returns what was appended since the last look; null for nothing, or once it is closed
	 * @throws where the disk fails
	 */
	read(): OutputRead | null;
	/**
	 * Copies what was appended, before it is trimmed, as long as there is a copy to write to.
	 *
	 * @param most bytes of it
	 * @returns whether there is more to copy, and whether whoever reads the copy has to read first
	 */
	copyNext(most?: number): 'done' | 'more' | 'stuck';
	close(): void;
};

/**
 * Follows a file that others append to, and gives the disk back what has been read: as holes, so that the file
 * stays append-only and nothing is lost between a read and a truncation.
 *
 * @param onTrimFailed told once, where holes cannot be made and the file will grow
 * @param copy takes all that is appended; what it has not taken yet stays on the disk
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

/** Node has no fallocate(2), so util-linux does it. */
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
