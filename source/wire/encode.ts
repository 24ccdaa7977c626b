import {encodeShortConnection} from './encode-short-connection.ts';
import {
	clampInteger,
	encodeAddress,
	encodeByte,
	encodeList,
	encodeText,
	reserveBytes,
	unknownU32,
} from './encode-values.ts';
import type {Address, FieldType} from './field-types.ts';
import {frame, type Sender} from './frame.ts';
import {records, type WireRecord, wireVersion} from './records.ts';

type Layout = {code: number; names: readonly string[]; types: readonly FieldType[]};

/** The record table in the order of encoding: built once, since this code runs in the watched process. */
const layouts = new Map<string, Layout>(
	Object.entries(records).map(([name, {code, fields}]) => [
		name,
		{code, names: Object.keys(fields), types: Object.values(fields)},
	]),
);

export type FrameWriter = {
	/** Encodes one record. A full frame goes to `onFrame` first. */
	write(record: WireRecord): void;
	/** Passes the records written since the last frame to `onFrame`, if there are any. */
	flush(): void;
	/** Records in the frame that is being filled. */
	readonly pending: number;
};

/**
 * Encodes records into frames that each fit one atomic write to a FIFO.
 *
 * @param onFrame receives each frame and the number of its records (`count`); its buffer is reused after the
 * call returns
 */
export function createFrameWriter(
	sender: Sender,
	onFrame: (frame: Buffer, length: number, count: number) => void,
): FrameWriter {
	// Twice the frame size: a record may cross the end before it is moved to the next frame.
	const buffer = Buffer.allocUnsafeSlow(frame.limit * 2);
	const view = new DataView(buffer.buffer);
	const start = frame.headerBytes;
	let position = start;
	let count = 0;
	let sequence = 0;

	buffer.writeUInt16LE(frame.magic, 0);
	buffer[4] = wireVersion;
	buffer[5] = 0;
	buffer.writeUInt32LE(sender.pid >>> 0, 6);
	buffer.writeUInt32LE(sender.thread >>> 0, 10);
	buffer.writeUInt32LE(sender.nonce >>> 0, 14);

	function emitFrame(end: number): void {
		buffer.writeUInt16LE(end, 2);
		buffer.writeUInt32LE(sequence, 18);
		sequence = (sequence + 1) >>> 0;
		const records = count;
		count = 0;
		onFrame(buffer, end, records);
	}

	return {
		get pending() {
			return count;
		},
		write(record) {
			const begin = position;
			position = encodeRecord(buffer, view, position, record);
			if (position > frame.limit) {
				if (begin > start) emitFrame(begin);
				buffer.copyWithin(start, begin, position);
				position = start + (position - begin);
			}

			count++;
		},
		flush() {
			if (position === start) return;
			emitFrame(position);
			position = start;
		},
	};
}

/** @returns the position after the record; a record never exceeds a frame's body */
function encodeRecord(buffer: Buffer, view: DataView, begin: number, record: WireRecord): number {
	const layout = layouts.get(record.type);
	if (layout === undefined) return begin;
	const limit = begin + frame.limit - frame.headerBytes - reserveBytes;
	const end =
		record.type === 'shortConnection'
			? encodeShortConnection(buffer, view, begin + 3, limit, record)
			: encodeFields(buffer, view, begin + 3, limit, layout, record);
	buffer[begin] = layout.code;
	view.setUint16(begin + 1, end - begin - 3, true);
	return end;
}

function encodeFields(
	buffer: Buffer,
	view: DataView,
	begin: number,
	limit: number,
	{names, types}: Layout,
	values: Record<string, unknown>,
): number {
	let position = begin;
	for (let index = 0; index < names.length; index++) {
		const value = values[names[index] ?? ''];
		const type = types[index];
		// The record type has checked each value against its field; here the values are one union again.
		switch (type) {
			case 'f64':
			case 'f64?':
				view.setFloat64(position, typeof value === 'number' ? value : Number.NaN, true);
				position += 8;
				break;
			case 'u32':
				view.setUint32(position, clampInteger(value, unknownU32), true);
				position += 4;
				break;
			case 'u32?':
				view.setUint32(position, value === null ? unknownU32 : clampInteger(value, unknownU32 - 1), true);
				position += 4;
				break;
			case 'u16':
				view.setUint16(position, clampInteger(value, 0xff_ff), true);
				position += 2;
				break;
			case 'list':
				position = encodeList(buffer, position, limit, Array.isArray(value) ? value : []);
				break;
			case 'address?':
				position = encodeAddress(buffer, position, limit, value as Address | null);
				break;
			case 'text':
			case 'text?':
				position = encodeText(buffer, position, limit, typeof value === 'string' ? value : null);
				break;
			default:
				buffer[position++] = encodeByte(type, value);
		}
	}

	return position;
}
