import {closeSync, constants, openSync} from 'node:fs';
import {Socket} from 'node:net';
import {createFrameReader, type DecoderCounters, type Frame} from '../wire/decode.ts';

export type FifoReader = {
	readonly counters: DecoderCounters;
	/**
	 * Lets go of netwatch's own writing end. Once no other process has one, everything that was written is read.
	 *
	 * @returns resolves then; never, where a process keeps the FIFO open
	 */
	readAll(): Promise<void>;
	close(): void;
};

/**
 * Reads the hooks' FIFO. It has a writing end of netwatch's own, and so no end of file, until `readAll`; after the
 * end of file it is opened again.
 *
 * @throws when the FIFO cannot be opened
 */
export function openFifoReader(path: string, onFrame: (frame: Frame) => void): FifoReader {
	const {push, counters} = createFrameReader();
	let onEnd = (): void => {};
	let reader = openReader();
	let writer = openWriter();

	function openReader(): Socket {
		const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
		const socket = new Socket({fd: descriptor, readable: true, writable: false});
		socket.on('data', chunk => {
			for (const frame of push(chunk)) onFrame(frame);
		});
		// No other process opens it for reading; after an error no record arrives any more, and the pids still show
		// which processes end.
		socket.on('error', () => socket.destroy());
		socket.on('end', () => {
			// A hook that starts later finds a reader at any time: the new one is open before the old one closes.
			try {
				reader = openReader();
				writer = openWriter();
			} catch {
				// Without the file no hook can open it either.
			}
			socket.destroy();
			onEnd();
		});
		return socket;
	}

	function openWriter(): number | null {
		return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
	}

	function closeWriter(): void {
		if (writer !== null) closeSync(writer);
		writer = null;
	}

	return {
		counters,
		async readAll() {
			closeWriter();
			await new Promise<void>(resolve => {
				onEnd = resolve;
			});
		},
		close() {
			closeWriter();
			reader.destroy();
		},
	};
}
