import {write} from 'node:fs';

export type Sink = {
	/**
	 * @param isLast of the line that ends the recording: it is taken however much waits already
	 * @returns false where the line was left out: it is too long, the reader is too slow, or gone
	 */
	line(text: string, isLast?: boolean): boolean;
	/** Lines that were left out. */
	readonly lost: number;
	/** Resolves when all is written, or the reader is gone. */
	end(): Promise<void>;
};

/** What may wait for a slow reader, in bytes. */
export const waitingBytes = 16 * 1024 * 1024;
/** Longest line of the format, in bytes with its line feed. */
export const lineLimit = 64 * 1024;

/** Before a pipe that somebody made non-blocking, and that is full, is tried again, in ms. */
const againMs = 10;

/**
 * Writes lines to a descriptor without ever waiting for its reader: a pipe whose reader stands still must not stop
 * netwatch from reading what the hooks send.
 */
export function createSink(descriptor: number): Sink {
	let queue: string[] = [];
	/** Bytes in the queue, and in the write that is under way. */
	let waiting = 0;
	let lost = 0;
	let closed = false;
	let writing = false;
	let whenIdle: Array<() => void> = [];

	function next(): void {
		if (queue.length === 0) {
			writing = false;
			for (const resolve of whenIdle) resolve();
			whenIdle = [];
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
				setTimeout(() => writeAll(bytes, from), againMs);
			} else if (error) {
				closed = true;
				lost += queue.length;
				queue = [];
				next();
			} else if (from + written < bytes.length) {
				writeAll(bytes, from + written);
			} else {
				waiting -= bytes.length;
				next();
			}
		});
	}

	return {
		get lost() {
			return lost;
		},
		line(text, isLast = false) {
			const bytes = Buffer.byteLength(text) + 1;
			const isTooMuch = waiting + bytes > waitingBytes && !isLast;
			if (closed || isTooMuch || bytes > lineLimit) {
				lost++;
				return false;
			}

			queue.push(`${text}\n`);
			waiting += bytes;
			if (!writing) next();
			return true;
		},
		end() {
			if (!writing) return Promise.resolve();
			return new Promise(resolve => {
				whenIdle.push(resolve);
			});
		},
	};
}
