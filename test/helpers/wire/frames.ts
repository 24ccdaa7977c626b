import {createFrameReader, type DecoderCounters, type Frame} from '../../../source/wire/decode.ts';
import {createFrameWriter} from '../../../source/wire/encode.ts';
import type {Sender} from '../../../source/wire/frame.ts';
import type {WireRecord} from '../../../source/wire/records.ts';

export const sender: Sender = {pid: 4711, thread: 0, nonce: 99};

/** The frames that a hook would write for these records. */
export const encode = (records: readonly WireRecord[], from: Sender = sender): Buffer[] => {
	const frames: Buffer[] = [];
	const writer = createFrameWriter(from, (frame, length) =>
		frames.push(Buffer.from(frame.subarray(0, length))),
	);
	for (const record of records) writer.write(record);
	writer.flush();
	return frames;
};

export const decode = (...chunks: Buffer[]): {frames: Frame[]; counters: DecoderCounters} => {
	const {push, counters} = createFrameReader();
	return {frames: chunks.flatMap(push), counters};
};

export const recordsIn = (frames: readonly Frame[]): WireRecord[] => frames.flatMap(({records}) => records);

/** A frame of one small record, whose sequence number is 0. */
export const notice = (message: string): Buffer => {
	const [frame] = encode([{type: 'notice', at: 1, level: 'warn', message}]);
	if (frame === undefined) throw new Error('nothing was written');
	return frame;
};
