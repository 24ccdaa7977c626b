import {constants, openSync} from 'node:fs';
import {Socket} from 'node:net';
import {createFrameReader, type DecoderCounters, type Frame} from '../wire/decode.ts';

export type FifoReader = {readonly counters: DecoderCounters; close(): void};

/**
 * Reads the hooks' FIFO. The FIFO is opened for reading and writing, so that it has a writer, and so no end
 * of file, for as long as netwatch lives.
 *
 * @throws when the FIFO cannot be opened
 */
export function openFifoReader(path: string, onFrame: (frame: Frame) => void): FifoReader {
	const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
	const {push, counters} = createFrameReader();
	const socket = new Socket({fd: descriptor, readable: true, writable: false});
	socket.on('data', chunk => {
		for (const frame of push(chunk)) onFrame(frame);
	});
	// No other process opens it for reading; after an error no record arrives any more, and the pids still show
	// which processes end.
	socket.on('error', () => socket.destroy());
	return {
		counters,
		close() {
			socket.destroy();
		},
	};
}
