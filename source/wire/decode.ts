import {unknownU32} from './encode-values.ts';
import {type Address, closeReasons, type FieldType, kinds, roles} from './field-types.ts';
import {frame, type Sender} from './frame.ts';
import {type RecordName, records, type WireRecord, wireVersion} from './records.ts';

export type Frame = {sender: Sender; sequence: number; records: WireRecord[]};

/** Input that arrived and could not be used, counted since the start. */
export type DecoderCounters = {
	/** Bytes that belong to no frame of this version. */
	strayBytes: number;
	/** Frames with the magic number and version of a frame, but a broken header or body. */
	badFrames: number;
	/** Records whose fields did not decode. */
	badRecords: number;
	/** Frames of another version of netwatch. */
	otherVersion: number;
	/** Records of a code that this version does not define. */
	unknownRecords: number;
};

/** A record's header: its code and the length of its body. */
const recordHeaderBytes = 3;

type Layout = {name: RecordName; fields: ReadonlyArray<readonly [name: string, type: FieldType]>};

/** The record table by code, built once: a busy server sends tens of thousands of records a second. */
const layouts = new Map<number, Layout>();
for (const name of Object.keys(records) as RecordName[]) {
	layouts.set(records[name].code, {name, fields: Object.entries(records[name].fields)});
}

/**
 * Reads frames from a stream of untrusted bytes: the reader never throws, holds at most one frame, and finds
 * the next frame after a bad one.
 */
export function createFrameReader(): {push(chunk: Buffer): Frame[]; readonly counters: DecoderCounters} {
	let partialFrame: Buffer = Buffer.alloc(0);
	const counters: DecoderCounters = {
		strayBytes: 0,
		badFrames: 0,
		badRecords: 0,
		otherVersion: 0,
		unknownRecords: 0,
	};

	function push(chunk: Buffer): Frame[] {
		const bytes = partialFrame.length === 0 ? chunk : Buffer.concat([partialFrame, chunk]);
		const frames: Frame[] = [];
		let position = 0;
		while (bytes.length - position >= frame.headerBytes) {
			const length = frameLengthAt(bytes, position, counters);
			if (length === null) {
				// A false frame start may hide the start of a real frame: go on byte by byte.
				position++;
				counters.strayBytes++;
				continue;
			}

			if (bytes.length - position < length) break;
			frames.push(decodeFrame(bytes.subarray(position, position + length), counters));
			position += length;
		}

		// A copy: a kept slice would pin the whole chunk.
		partialFrame = Buffer.from(bytes.subarray(position));
		return frames;
	}

	return {push, counters};
}

/**
 * @returns the length of the frame, which may not have arrived whole; null where no frame of this version
 * begins
 */
function frameLengthAt(bytes: Buffer, position: number, counters: DecoderCounters): number | null {
	if (bytes.readUInt16LE(position) !== frame.magic) return null;
	const length = bytes.readUInt16LE(position + 2);
	if (length <= frame.headerBytes || length > frame.limit) return null;
	if (bytes[position + 4] !== wireVersion) {
		counters.otherVersion++;
		return null;
	}

	if (containsWholeRecords(bytes, position, length)) return length;
	counters.badFrames++;
	return null;
}

/** True if whole records fill the frame that begins here, as far as it has arrived. */
function containsWholeRecords(bytes: Buffer, begin: number, length: number): boolean {
	let at = frame.headerBytes;
	while (at < length) {
		if (at + recordHeaderBytes > length) return false;
		if (begin + at + recordHeaderBytes > bytes.length) return true;
		// Code 0 is unused: a run of zeros is not a chain of empty records.
		if (bytes[begin + at] === 0) return false;
		at += recordHeaderBytes + bytes.readUInt16LE(begin + at + 1);
	}

	return at === length;
}

/** @param bytes a frame that consists of whole records */
function decodeFrame(bytes: Buffer, counters: DecoderCounters): Frame {
	const result: Frame = {
		sender: {pid: bytes.readUInt32LE(6), thread: bytes.readUInt32LE(10), nonce: bytes.readUInt32LE(14)},
		sequence: bytes.readUInt32LE(18),
		records: [],
	};
	let position = frame.headerBytes;
	while (position < bytes.length) {
		const body = position + recordHeaderBytes;
		const end = body + bytes.readUInt16LE(position + 1);
		const layout = layouts.get(bytes[position] ?? 0);
		if (layout === undefined) {
			counters.unknownRecords++;
		} else {
			const record = decodeRecord(layout, new Cursor(bytes, body, end));
			if (record === null) counters.badRecords++;
			else result.records.push(record);
		}

		position = end;
	}

	return result;
}

function decodeRecord({name, fields}: Layout, cursor: Cursor): WireRecord | null {
	const record: Record<string, unknown> = {type: name};
	for (const [field, type] of fields) record[field] = decodeField(cursor, type);
	// The table gave each field its type.
	return cursor.failed ? null : (record as WireRecord);
}

function decodeField(cursor: Cursor, type: FieldType): unknown {
	switch (type) {
		case 'u8':
			return cursor.u8();
		case 'u16':
			return cursor.u16();
		case 'u32':
			return cursor.u32();
		case 'u32?': {
			const value = cursor.u32();
			return value === unknownU32 ? null : value;
		}

		case 'f64':
			return cursor.finite() ?? cursor.fail(0);
		case 'f64?':
			return cursor.finite();
		case 'flag':
			return cursor.u8() === 1;
		case 'flag?': {
			const value = cursor.u8();
			return value === 2 ? null : value === 1;
		}

		case 'kind':
			return kinds[cursor.u8()] ?? cursor.fail('tcp');
		case 'role':
			return roles[cursor.u8()] ?? cursor.fail('unknown');
		case 'reason':
			return closeReasons[cursor.u8()] ?? cursor.fail('unknown');
		case 'text':
			return cursor.text() ?? '';
		case 'text?':
			return cursor.text();
		case 'list':
			return cursor.list();
		case 'address?':
			return cursor.address();
		default:
			return unreachable(type);
	}
}

/** Reads the fields of one record; a read past its end sets `failed` and returns zero. */
class Cursor {
	failed = false;
	readonly #bytes: Buffer;
	#position: number;
	readonly #end: number;

	constructor(bytes: Buffer, position: number, end: number) {
		this.#bytes = bytes;
		this.#position = position;
		this.#end = end;
	}

	fail<Value>(value: Value): Value {
		this.failed = true;
		return value;
	}

	u8(): number {
		const at = this.#take(1);
		return at === null ? 0 : this.#bytes.readUInt8(at);
	}

	u16(): number {
		const at = this.#take(2);
		return at === null ? 0 : this.#bytes.readUInt16LE(at);
	}

	u32(): number {
		const at = this.#take(4);
		return at === null ? 0 : this.#bytes.readUInt32LE(at);
	}

	/** @returns a number, or null for NaN and the infinities */
	finite(): number | null {
		const at = this.#take(8);
		if (at === null) return 0;
		const value = this.#bytes.readDoubleLE(at);
		return Number.isFinite(value) ? value : null;
	}

	text(): string | null {
		const length = this.u16();
		if (length === 0xff_ff) return null;
		const at = this.#take(length);
		return at === null ? '' : this.#bytes.toString('utf8', at, at + length);
	}

	list(): string[] {
		const list: string[] = [];
		for (let left = this.u8(); left > 0 && !this.failed; left--) list.push(this.text() ?? '');
		return list;
	}

	address(): Address | null {
		const family = this.u8();
		if (family === 0) return null;
		const text = this.text() ?? '';
		if (family === 1) return {path: text};
		if (family === 4 || family === 6) return {address: text, port: this.u16(), family};
		return this.fail(null);
	}

	#take(bytes: number): number | null {
		const at = this.#position;
		if (this.failed || at + bytes > this.#end) return this.fail(null);
		this.#position = at + bytes;
		return at;
	}
}

function unreachable(value: never): never {
	throw new TypeError(`no such field type: ${String(value)}`);
}
