import {write} from 'node:fs';

export type LineWriter = {
	/**
	 * @param isLast set for the last line of the recording: the queue limit does not apply to it
	 * @returns false where the line was dropped: it is too long, the reader is too slow, or gone
	 */
	writeLine(text: string, isLast?: boolean): boolean;
	/** Dropped lines. */
	readonly droppedLines: number;
	/** Resolves when all lines are written, or the reader is gone. */
	end(): Promise<void>;
};

/** Queue limit for a slow reader, in bytes. */
export const maxPendingBytes = 16 * 1024 * 1024;
/** Longest line of the format, in bytes with its line feed. */
export const maxLineBytes = 64 * 1024;

/** Delay before the next write to a full pipe that another process made non-blocking, in ms. */
const retryMs = 10;

/**
 * Writes lines to a descriptor without ever waiting for its reader: a stopped reader of a pipe must not keep
 * netwatch from reading the hooks' records.
 */
export function createLineWriter(descriptor: number): LineWriter {
	let queue: string[] = [];
	/** Bytes in the queue, and in the pending write. */
	let pendingBytes = 0;
	let droppedLines = 0;
	let closed = false;
	let writing = false;
	let idleResolvers: Array<() => void> = [];

	function writeNext(): void {
		if (queue.length === 0) {
			writing = false;
			for (const resolve of idleResolvers) resolve();
			idleResolvers = [];
			return;
		}

		writing = true;
		const bytes = Buffer.from(queue.join(''), 'utf8');
		queue = [];
		writeAll(bytes, 0);
	}

	function writeAll(bytes: Buffer, from: number): void {
		write(descriptor, bytes, from, bytes.length - from, null, (error, written) => {
			if (error?.code === 'EAGAIN') {
				setTimeout(() => writeAll(bytes, from), retryMs);
			} else if (error) {
				closed = true;
				droppedLines += queue.length;
				queue = [];
				writeNext();
			} else if (from + written < bytes.length) {
				writeAll(bytes, from + written);
			} else {
				pendingBytes -= bytes.length;
				writeNext();
			}
		});
	}

	return {
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
			if (!writing) return Promise.resolve();
			return new Promise(resolve => {
				idleResolvers.push(resolve);
			});
		},
	};
}
