import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createFrameWriter} from '../../../source/wire/encode.ts';
import {frame, listLimit, textLimit} from '../../../source/wire/frame.ts';
import {records, type WireRecord} from '../../../source/wire/records.ts';
import {anyRecord, recordNames, recordOf} from '../../helpers/wire/arbitrary-records.ts';
import {decode, encode, recordsIn, sender} from '../../helpers/wire/frames.ts';

describe("the hook's records are decoded by netwatch", () => {
	it.each(recordNames)('%s, with any values', name => {
		fc.assert(
			fc.property(recordOf(name), record => {
				expect(recordsIn(decode(...encode([record])).frames)).toEqual([record]);
			}),
		);
	});

	it('any records, in their order, over as many frames as it takes', () => {
		fc.assert(
			fc.property(fc.array(anyRecord, {maxLength: 200}), written => {
				const {frames, counters} = decode(...encode(written));
				expect(recordsIn(frames)).toEqual(written);
				expect(frames.every(({sender: from}) => from.pid === sender.pid && from.nonce === sender.nonce)).toBe(
					true,
				);
				expect(frames.map(({sequence}) => sequence)).toEqual([...frames.keys()]);
				expect(Object.values(counters)).toEqual([0, 0, 0, 0, 0]);
			}),
		);
	});

	it('no two records share a code', () => {
		const codes = Object.values(records).map(({code}) => code);
		expect(new Set(codes).size).toBe(codes.length);
		expect(codes.every(code => code > 0 && code < 256)).toBe(true);
	});
});

describe('a frame fits one atomic write', () => {
	const long = fc.string({unit: 'binary', maxLength: 1500, size: 'max'});
	const tooLong = {
		text: long,
		'text?': fc.option(long),
		list: fc.array(long, {maxLength: 100, size: 'max'}),
		'address?': fc.option(fc.record({path: long})),
	};

	it.each(recordNames)('also with a %s whose texts are too long, and the next record is whole', name => {
		const next: WireRecord = {type: 'exit', at: 7, exitCode: 3};
		fc.assert(
			fc.property(recordOf(name, tooLong), record => {
				const frames = encode([record, next, record, next]);
				expect(Math.max(...frames.map(({length}) => length))).toBeLessThanOrEqual(frame.limit);
				const read = recordsIn(decode(...frames).frames);
				expect(read.map(({type}) => type)).toEqual([name, 'exit', name, 'exit']);
				expect(read[1]).toEqual(next);
				expect(read[3]).toEqual(next);
			}),
			{numRuns: 10},
		);
	});

	it('full frames are passed on with the count of their records, the last one when it is sealed', () => {
		const counts: number[] = [];
		const writer = createFrameWriter(sender, (_, __, count) => counts.push(count));
		writer.flush();
		expect(counts).toEqual([]);
		const total = 1000;
		for (let index = 0; index < total; index++) writer.write({type: 'localEnd', id: index, at: index});
		expect(counts.length).toBeGreaterThan(1);
		expect(writer.pending).toBe(total - counts.reduce((sum, count) => sum + count, 0));
		writer.flush();
		expect(writer.pending).toBe(0);
		expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
	});
});

describe('a value too large is cut', () => {
	const roundTrip = (record: WireRecord): WireRecord => {
		const [read] = recordsIn(decode(...encode([record])).frames);
		if (read === undefined) throw new Error(`${record.type} was not read`);
		return read;
	};

	const hello = {
		type: 'hello',
		at: 1.5,
		node: 'v20.20.0',
		ppid: 7,
		netns: '4026531840',
		title: 'node',
		argv: [] as string[],
		execArgv: [] as string[],
	} as const;

	it('a text is cut at a whole character', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary', minLength: 400, maxLength: 2000, size: 'max'}), title => {
				const read = roundTrip({...hello, title});
				if (read.type !== 'hello') throw new Error('it is no hello');
				expect(title.startsWith(read.title)).toBe(true);
				const bytes = Buffer.byteLength(read.title);
				expect(bytes).toBeLessThanOrEqual(textLimit);
				if (read.title !== title) expect(bytes).toBeGreaterThan(textLimit - 4);
				expect({...read, title}).toEqual({...hello, title});
			}),
		);
	});

	it('a list is cut at a number of words, and at the end of the frame; the fields after it are kept', () => {
		const many = Array.from({length: 100}, (_, index) => `--word-${index}`);
		expect(roundTrip({...hello, argv: many})).toEqual({...hello, argv: many.slice(0, listLimit)});

		const large = Array.from({length: 40}, (_, index) => `${index}${'é'.repeat(200)}`);
		const read = roundTrip({...hello, argv: large, execArgv: ['--inspect']});
		if (read.type !== 'hello') throw new Error('it is no hello');
		expect(read).toMatchObject({node: hello.node, netns: hello.netns, title: hello.title});
		expect(read.argv.length).toBeGreaterThan(5);
		const whole = read.argv.slice(0, -1);
		expect(whole).toEqual(large.slice(0, whole.length));
		expect(large[whole.length]?.startsWith(read.argv.at(-1) ?? '–')).toBe(true);
	});

	it.each([
		['a number that is too large', {writableLength: 2 ** 40}, {writableLength: 2 ** 32 - 1}],
		[
			'an infinite one',
			{writableHighWaterMark: Number.POSITIVE_INFINITY},
			{writableHighWaterMark: 2 ** 32 - 1},
		],
		['a negative one', {readableLength: -5}, {readableLength: 0}],
		['a fraction', {timeoutMs: 1.7}, {timeoutMs: 1}],
		['one that is none', {errorListeners: Number.NaN}, {errorListeners: 0}],
	])('%s becomes the nearest value of the field', (_, given, read) => {
		const sample = {
			type: 'sample',
			id: 1,
			at: 1,
			bytesRead: 2,
			bytesWritten: 3,
			writableLength: 4,
			writableHighWaterMark: 5,
			readableLength: 6,
			writeQueueSize: 7,
			timeoutMs: 8,
			errorListeners: 9,
			flags: 10,
		} as const;
		expect(roundTrip({...sample, ...given})).toEqual({...sample, ...read});
	});

	it('an unobserved value stays null, neither 0 nor an empty text', () => {
		const nothing = {local: null, peer: null, inode: null};
		expect(roundTrip({type: 'connect', id: 1, at: 1, ...nothing})).toMatchObject(nothing);
		const delays = {loopDelayP50: null, loopDelayP99: Number.NaN, loopDelayMax: Number.POSITIVE_INFINITY};
		expect(
			roundTrip({type: 'load', at: 1, ...delays, sockets: 0, sent: 0, dropped: 0, sitesNotTaken: 0}),
		).toMatchObject({
			loopDelayP50: null,
			loopDelayP99: null,
			loopDelayMax: null,
		});
		expect(roundTrip({...hello, netns: null})).toMatchObject({netns: null});
		expect(roundTrip({...hello, netns: ''})).toMatchObject({netns: ''});
	});
});
