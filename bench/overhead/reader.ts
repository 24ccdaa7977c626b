/**
 * Reads the hook's FIFO in netwatch's place, for as little CPU time as it takes, and counts the records. It polls every
 * few milliseconds and takes all there is: waiting for the FIFO would wake it for each frame, on the CPU of the load
 * generator and at the expense of the hook's writes. The FIFO holds 64 KiB and the hook 256 KiB more, so nothing is
 * lost below 10 MB of records a second. On a line of input it prints the counts since the last one, as JSON.
 */
import {constants, openSync, readSync} from 'node:fs';
import {createFrameReader} from '../../source/wire/decode.ts';
import {frame} from '../../source/wire/frame.ts';
import {records} from '../../source/wire/records.ts';

const lookEveryMs = 5;
/** Of a record: its code and the length of its body. */
const recordHeaderBytes = 3;

const fd = openSync(process.argv[2] ?? '', constants.O_RDWR | constants.O_NONBLOCK);
const chunk = Buffer.allocUnsafe(64 * 1024);
let count = 0;
let dropped = 0;
let ended = false;

function drain(): void {
	for (;;) {
		const bytes = readNow();
		// Frames are written whole and the chunk is as large as the FIFO: each read ends where a frame does.
		for (let at = 0; at < bytes; at += lookAtFrame(at));
		if (bytes < chunk.length) return;
	}
}

function readNow(): number {
	try {
		return readSync(fd, chunk, 0, chunk.length, null);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
		throw error;
	}
}

/** Counts a frame's records without decoding them, but for the one in which the hook reports its drops. */
function lookAtFrame(begin: number): number {
	if (chunk.readUInt16LE(begin) !== frame.magic) throw new Error('no frame of the hook');
	const length = chunk.readUInt16LE(begin + 2);
	let hasLoad = false;
	for (let at = begin + frame.headerBytes; at < begin + length; ) {
		if (chunk[at] === records.load.code) hasLoad = true;
		if (chunk[at] === records.exit.code) ended = true;
		at += recordHeaderBytes + chunk.readUInt16LE(at + 1);
		count++;
	}

	if (hasLoad) readLoad(chunk.subarray(begin, begin + length));
	return length;
}

function readLoad(bytes: Buffer): void {
	for (const decoded of createFrameReader().push(bytes)) {
		for (const record of decoded.records) {
			if (record.type === 'load') dropped = record.dropped;
		}
	}
}

// An empty FIFO throws an exception: without its stack it is cheap.
Error.stackTraceLimit = 0;
setInterval(drain, lookEveryMs);
process.stdin.on('data', () => {
	drain();
	// Without its end, the last drops of the hook are unknown.
	console.log(JSON.stringify({count, unit: 'records', dropped: ended ? dropped : null}));
	count = 0;
	dropped = 0;
	ended = false;
});
process.stdin.on('end', () => process.exit(0));
console.log('reading');
