/**
 * The one way out of the watched process: synchronous writes to a FIFO that was opened non-blocking. The
 * program sees and waits for no handle, no request and no async resource. While netwatch is slow, frames wait
 * here up to a fixed number and are then dropped and counted; once netwatch is gone, writing ends for good.
 */
import {createFrameWriter} from '../../wire/encode.ts';
import {frame} from '../../wire/frame.ts';
import type {WireRecord} from '../../wire/records.ts';
import {
	closeSync,
	constants,
	fstat,
	getEffectiveUid,
	isMainThread,
	now,
	openSync,
	threadId,
	writeSync,
} from '../runtime/primordials.ts';

/** Frames that wait for a slow netwatch: 256 KiB, of which only the used part becomes resident. */
const ringFrames = 64;
/** Number of waiting frames at which the channel sends before the next tick. */
const flushThreshold = 4;
/** Pause after a full FIFO, in ms. */
const backOffMs = 5;

/** The wait at exit sleeps on this cell. */
const sleepCell = new Int32Array(new SharedArrayBuffer(4));
const sleepMs = 1;

export type Channel = {
	write(record: WireRecord): void;
	flush(): void;
	/** Drops the newest waiting frame if the ring is full. */
	dropNewestFrame(): void;
	/** Sends the waiting frames for at most `ms`, and closes the channel of a worker thread. */
	flushAtExit(ms: number): void;
	/** True while netwatch lags: samples can wait, stages cannot. */
	readonly congested: boolean;
	/** True once netwatch is gone: nothing more will be sent. */
	readonly dead: boolean;
	readonly sent: number;
	readonly dropped: number;
	/** True once after records were dropped and the ring has room again. */
	takeResyncRequest(): boolean;
};

/**
 * @returns null unless the path is a FIFO of this user (or root) with a reader: the hook is then not
 * installed
 */
export function openChannel(path: string): Channel | null {
	let descriptor: number;
	try {
		descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
	} catch {
		return null;
	}

	const inode = ownFifoInode(descriptor);
	if (inode === null) {
		closeSync(descriptor);
		return null;
	}

	const ring = Buffer.allocUnsafeSlow(ringFrames * frame.limit);
	const lengths = new Uint16Array(ringFrames);
	const counts = new Uint16Array(ringFrames);
	let head = 0;
	let waiting = 0;
	let sent = 0;
	let sentFrames = 0;
	let dropped = 0;
	let isResyncDue = false;
	let dead = false;
	let backOffUntil = 0;

	const writer = createFrameWriter(
		{pid: process.pid, thread: threadId, nonce: (now() * 1000) >>> 0},
		(bytes, length, count) => {
			if (dead) return;
			if (waiting === ringFrames) {
				dropped += count;
				isResyncDue = true;
				return;
			}

			const slot = (head + waiting) % ringFrames;
			bytes.copy(ring, slot * frame.limit, 0, length);
			lengths[slot] = length;
			counts[slot] = count;
			waiting++;
			if (waiting >= flushThreshold && now() >= backOffUntil) send();
		},
	);

	function send(): void {
		if (waiting === 0 || dead) return;
		// A program may close descriptors that it did not open; the number may be a file of its own by now.
		if (ownFifoInode(descriptor) !== inode) {
			dead = true;
			return;
		}

		while (waiting > 0 && !dead) {
			// Frames are numbered as they are sent: a frame dropped here is counted, and leaves no gap in the
			// sequence.
			ring.writeUInt32LE(sentFrames, head * frame.limit + frame.sequenceAt);
			try {
				writeSync(descriptor, ring, head * frame.limit, lengths[head] ?? 0);
			} catch (error) {
				if (isWouldBlock(error)) backOffUntil = now() + backOffMs;
				else disconnect();
				return;
			}

			sentFrames = (sentFrames + 1) >>> 0;
			sent += counts[head] ?? 0;
			head = (head + 1) % ringFrames;
			waiting--;
		}
	}

	function flush(): void {
		writer.flush();
		send();
	}

	function disconnect(): void {
		dead = true;
		waiting = 0;
		closeSync(descriptor);
	}

	return {
		get congested() {
			return waiting > ringFrames / 2;
		},
		get dead() {
			return dead;
		},
		get sent() {
			return sent;
		},
		get dropped() {
			return dropped;
		},
		write(record) {
			if (!dead) writer.write(record);
		},
		flush,
		dropNewestFrame() {
			flush();
			if (waiting < ringFrames) return;
			waiting--;
			dropped += counts[(head + waiting) % ringFrames] ?? 0;
		},
		flushAtExit(ms) {
			const deadline = now() + ms;
			flush();
			while (waiting > 0 && !dead && now() < deadline) {
				Atomics.wait(sleepCell, 0, 0, sleepMs);
				send();
			}

			// A worker's descriptor would stay open until the process exits.
			if (!isMainThread && !dead) disconnect();
		},
		takeResyncRequest() {
			if (!isResyncDue || waiting > ringFrames / 4) return false;
			isResyncDue = false;
			return true;
		},
	};
}

/** The hook writes only to a FIFO of this user or root; another file at that path is not netwatch's. */
function ownFifoInode(descriptor: number): number | null {
	try {
		const status = fstat(descriptor);
		const uid = Number(status.uid);
		const isOwned = uid === getEffectiveUid() || uid === 0;
		// Netwatch creates the FIFO for one user: one with access for others is not netwatch's.
		const isPrivate = (Number(status.mode) & 0o077) === 0;
		return status.isFIFO() && isOwned && isPrivate ? Number(status.ino) : null;
	} catch {
		return null;
	}
}

const isWouldBlock = (error: unknown): boolean =>
	typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAGAIN';
