import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createFrameReader} from '../../../source/wire/decode.ts';
import {frame} from '../../../source/wire/frame.ts';
import {records, wireVersion} from '../../../source/wire/records.ts';
import {anyRecord} from '../../helpers/wire/arbitrary-records.ts';
import {decode, encode, notice, recordsIn} from '../../helpers/wire/frames.ts';

const anyBytes = fc.uint8Array({maxLength: 6000, size: 'max'});

/** The beginning of a frame, with any length, of any version: garbage that could be taken for a frame. */
const anyHeader = fc
	.tuple(
		fc.integer({min: 0, max: 0xff_ff}),
		fc.constantFrom(0, wireVersion, wireVersion + 1),
		fc.uint8Array({maxLength: 30}),
	)
	.map(([length, version, rest]) => {
		const bytes = Buffer.alloc(5 + rest.length);
		bytes.writeUInt16LE(frame.magic, 0);
		bytes.writeUInt16LE(length, 2);
		bytes[4] = version;
		bytes.set(rest, 5);
		return new Uint8Array(bytes);
	});

/** Cuts the bytes at these places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
	const sorted = [...places].map(place => place % (bytes.length + 1)).sort((one, two) => one - two);
	return [0, ...sorted].map((from, index) => bytes.subarray(from, sorted[index]));
};

describe('a stream of any bytes', () => {
	it('is read without an exception, and all its bytes are accounted for', () => {
		fc.assert(
			fc.property(fc.array(fc.oneof(anyBytes, anyHeader), {maxLength: 8}), chunks => {
				const {push} = createFrameReader();
				for (const chunk of chunks) push(Buffer.from(chunk));
			}),
		);
	});

	it("with changed bytes in a good frame loses that frame's records at most", () => {
		const change = fc.tuple(fc.nat(), fc.integer({min: 0, max: 255}));
		fc.assert(
			fc.property(
				fc.array(anyRecord, {minLength: 1, maxLength: 20}),
				fc.array(change),
				(written, changes) => {
					const bytes = Buffer.concat(encode(written));
					for (const [place, value] of changes) bytes[place % bytes.length] = value;
					for (const record of recordsIn(decode(bytes).frames)) {
						expect(Object.keys(record)).toEqual(['type', ...Object.keys(records[record.type].fields)]);
						expect(Object.values(record)).not.toContain(undefined);
					}
				},
			),
		);
	});

	it('is decoded the same in any chunks', () => {
		const part = fc.oneof(
			fc.array(anyRecord, {maxLength: 30}).map(written => Buffer.concat(encode(written))),
			anyBytes.map(bytes => Buffer.from(bytes)),
			anyHeader.map(bytes => Buffer.from(bytes)),
		);
		fc.assert(
			fc.property(fc.array(part, {maxLength: 5}), fc.array(fc.nat(), {maxLength: 12}), (parts, places) => {
				const bytes = Buffer.concat(parts);
				expect(decode(...cut(bytes, places))).toEqual(decode(bytes));
			}),
		);
	});

	it('is decoded the same in chunks of one byte', () => {
		const bytes = Buffer.concat([Buffer.from('WNWN'), notice('one'), Buffer.from('WN'), notice('two')]);
		expect(decode(...cut(bytes, [...bytes.keys()]))).toEqual(decode(bytes));
	});
});

describe('good frames between bad bytes are found again', () => {
	/** Long enough for a forged frame header to be rejected. */
	const padding = Buffer.alloc(frame.limit);

	const messagesIn = (...bytes: Buffer[]): unknown[] =>
		recordsIn(decode(...bytes).frames).map(record => 'message' in record && record.message);

	it('after any garbage', () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array({maxLength: 300}), {maxLength: 6}), parts => {
				const bytes = parts.flatMap((part, index) => [Buffer.from(part), notice(`message ${index}`)]);
				expect(messagesIn(...bytes, padding)).toEqual(parts.map((_, index) => `message ${index}`));
			}),
		);
	});

	it('after a forged frame header of any length', () => {
		const [one, two] = [notice('one'), notice('two')];
		for (let length = 0; length < frame.limit + 10; length += length < 200 ? 1 : 11) {
			const begin = Buffer.alloc(5, wireVersion);
			begin.writeUInt16LE(frame.magic, 0);
			begin.writeUInt16LE(length, 2);
			expect(messagesIn(begin, one, two, padding)).toEqual(['one', 'two']);
		}
	});

	it.each([
		['a frame that ends too early', (good: Buffer) => good.subarray(0, 30)],
		['the end of a frame', (good: Buffer) => good.subarray(9)],
		['a frame whose length is too large', (good: Buffer) => withU16(good, 2, 4000)],
		['a frame whose length is too small', (good: Buffer) => withU16(good, 2, frame.headerBytes + 1)],
		['a frame whose length is larger than any', (good: Buffer) => withU16(good, 2, 0xff_ff)],
		['a frame whose record is too long', (good: Buffer) => withU16(good, frame.headerBytes + 1, 3000)],
		['zeros', () => Buffer.alloc(5000)],
		['text', () => Buffer.from('WNWNWNWNWNWNWNWNWNWNWNWNWN\r\n')],
	])('after %s', (_, spoil) => {
		const messages = messagesIn(spoil(notice('spoilt')), notice('one'), notice('two'), padding);
		// A frame cut short may have taken the beginning of the next one for its own end.
		expect(messages.at(-1)).toBe('two');
		expect(messages.length).toBeLessThanOrEqual(2);
	});

	it('before the end of a header that cannot become a frame', () => {
		const broken = withU16(withU16(notice('x'), 2, 4000), frame.headerBytes + 1, 0xff_ff);
		expect(recordsIn(decode(broken, notice('one')).frames)).toHaveLength(1);
	});
});

describe('unknown input is counted', () => {
	it('a frame of another version, and the one after it is read', () => {
		const other = notice('from a newer netwatch');
		other[4] = wireVersion + 1;
		const {frames, counters} = decode(other, notice('ours'));
		expect(recordsIn(frames)).toEqual([{type: 'notice', at: 1, level: 'warn', message: 'ours'}]);
		expect(counters).toMatchObject({otherVersion: 1, badFrames: 0});
	});

	it('a record of a code that this version does not know, and those beside it are read', () => {
		const bytes = notice('known');
		const unknown = Buffer.from([250, 4, 0, 1, 2, 3, 4]);
		const body = bytes.subarray(frame.headerBytes);
		const whole = Buffer.concat([bytes.subarray(0, frame.headerBytes), body, unknown, body]);
		whole.writeUInt16LE(whole.length, 2);
		const {frames, counters} = decode(whole);
		expect(recordsIn(frames)).toHaveLength(2);
		expect(counters).toMatchObject({unknownRecords: 1, badRecords: 0, badFrames: 0});
	});

	it('a field that a newer netwatch added at the end of a record is ignored', () => {
		const bytes = notice('ours');
		const longer = Buffer.concat([bytes, Buffer.from([1, 2, 3])]);
		longer.writeUInt16LE(longer.length, 2);
		longer.writeUInt16LE(bytes.length - frame.headerBytes, frame.headerBytes + 1);
		expect(recordsIn(decode(longer).frames)).toEqual([
			{type: 'notice', at: 1, level: 'warn', message: 'ours'},
		]);
	});

	it('a record whose fields do not fit: it is left out, and its neighbours are kept', () => {
		const [frames] = encode([
			{type: 'create', id: 1, at: 1, kind: 'tcp', role: 'client'},
			{type: 'create', id: 2, at: 1, kind: 'tls', role: 'server'},
		]);
		if (frames === undefined) throw new Error('nothing was written');
		// Its kind is the last byte but one.
		const first = frame.headerBytes + 3 + frames.readUInt16LE(frame.headerBytes + 1);
		frames[first - 2] = 200;
		const {frames: read, counters} = decode(frames);
		expect(recordsIn(read)).toEqual([{type: 'create', id: 2, at: 1, kind: 'tls', role: 'server'}]);
		expect(counters).toMatchObject({badRecords: 1, badFrames: 0});
	});

	it('bytes outside any frame', () => {
		expect(decode(Buffer.alloc(100), notice('x')).counters).toMatchObject({strayBytes: 100});
	});
});

function withU16(bytes: Buffer, place: number, value: number): Buffer {
	const copy = Buffer.from(bytes);
	copy.writeUInt16LE(value, place);
	return copy;
}
