import {write} from 'node:fs';

export type LineWriter = {
	/**
	 * @param isLast set for the last line of the recording: the queue limit does not apply to it
	 * @returns false where the line was dropped: it is too long, the reader is too slow, or gone
	 */
	writeLine(text: string, isLast?: boolean): boolean;
	/** The queue is less than half full: a reader that keeps pace misses nothing. */
	readonly hasRoom: boolean;
	/** Lines wait for room on a full disk. */
	readonly isStuck: boolean;
	/** Dropped lines. */
	readonly droppedLines: number;
	/** Why lines could not be written, e.g. "the disk is full (ENOSPC)"; null also where the reader has left. */
	readonly failure: string | null;
	/** Resolves when all lines are written, the reader is gone, or the rest cannot be written. */
	end(): Promise<void>;
};

/** Queue limit for a slow reader, in bytes. */
export const maxPendingBytes = 16 * 1024 * 1024;
/** Characters after which a write takes no further line: the event loop is held for some milliseconds. */
const maxWriteLength = 1024 * 1024;
/** Longest line of the format, in bytes with its line feed. */
export const maxLineBytes = 64 * 1024;

/** Delay before the next write to a full pipe that another process made non-blocking, in ms. */
const retryMs = 10;
/** Delay before the next write to a full disk, in ms. */
const fullRetryMs = 500;

/** Errors of a disk without room, which may come back. */
const fullReasons: Readonly<Record<string, string>> = {
	EDQUOT: 'the quota is used up',
	EFBIG: 'the file would be too large',
	ENOSPC: 'the disk is full',
};

/**
 * Writes lines to a descriptor without ever waiting for its reader: a stopped reader of a pipe must not keep
 * netwatch from reading the hooks' records. On a full disk the lines wait as well, up to the same limit.
 *
 * @param onFailure called once, when lines cannot be written for another reason than a reader that has left
 */
export function createLineWriter(
	descriptor: number,
	onFailure: (reason: string) => void = () => {},
): LineWriter {
	let queue: string[] = [];
	/** Bytes in the queue, and in the pending write. */
	let pendingBytes = 0;
	let droppedLines = 0;
	let closed = false;
	let writing = false;
	let failure: string | null = null;
	let ending = false;
	/** The write to a full disk that waits for room. */
	let retry: {timer: NodeJS.Timeout; bytes: Buffer; from: number} | null = null;
	let idleResolvers: Array<() => void> = [];

	function writeNext(): void {
		if (queue.length === 0) {
			writing = false;
			for (const resolve of idleResolvers) resolve();
			idleResolvers = [];
			return;
		}

		writing = true;
		writeAll(takeLines(), 0);
	}

	function takeLines(): Buffer {
		let [length, count] = [0, 0];
		while (count < queue.length && length < maxWriteLength) length += queue[count++]?.length ?? 0;
		const lines = queue.slice(0, count);
		queue = queue.slice(count);
		return Buffer.from(lines.join(''), 'utf8');
	}

	function writeAll(bytes: Buffer, from: number): void {
		write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
			if (error?.code === 'EAGAIN') {
				setTimeout(() => writeAll(bytes, from), retryMs);
			} else if (error) {
				fail(error, bytes, from);
			} else if (from + written < bytes.length) {
				writeAll(bytes, from + written);
			} else {
				pendingBytes -= bytes.length;
				writeNext();
			}
		});
	}

	function fail(error: NodeJS.ErrnoException, bytes: Buffer, from: number): void {
		const {code = '', message} = error;
		const fullReason = fullReasons[code];
		if (code !== 'EPIPE' && failure === null) {
			failure = fullReason === undefined ? message : `${fullReason} (${code})`;
			onFailure(failure);
		}

		if (fullReason !== undefined && !ending) {
			const timer = setTimeout(writeAgain, fullRetryMs);
			retry = {timer, bytes, from};
			return;
		}

		closed = true;
		droppedLines += countLines(bytes, from) + queue.length;
		queue = [];
		writeNext();
	}

	function writeAgain(): void {
		if (retry === null) return;
		const {timer, bytes, from} = retry;
		retry = null;
		clearTimeout(timer);
		writeAll(bytes, from);
	}

	return {
		get hasRoom() {
			return closed || pendingBytes < maxPendingBytes / 2;
		},
		get isStuck() {
			return retry !== null;
		},
		get failure() {
			return failure;
		},
		get droppedLines() {
			return droppedLines;
		},
		writeLine(text, isLast = false) {
			const bytes = Buffer.byteLength(text) + 1;
			const isOverLimit = pendingBytes + bytes > maxPendingBytes && !isLast;
			if (closed || isOverLimit || bytes > maxLineBytes) {
				droppedLines++;
				return false;
			}

			queue.push(`${text}\n`);
			pendingBytes += bytes;
			if (!writing) writeNext();
			return true;
		},
		end() {
			ending = true;
			writeAgain();
			if (!writing) return Promise.resolve();
			return new Promise(resolve => {
				idleResolvers.push(resolve);
			});
		},
	};
}

/** A line counts where its line feed is not written: a part of it may be. */
function countLines(bytes: Buffer, from: number): number {
	let count = 0;
	for (let at = bytes.indexOf(lineFeed, from); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) count++;
	return count;
}

const lineFeed = 0x0a;
