import {
	type Address,
	closeReasons,
	type FieldType,
	frame,
	kinds,
	listLimit,
	records,
	roles,
	type Sender,
	textLimit,
	type WireRecord,
	wireVersion,
} from './records.ts';

/** What "not observed" is for the numeric optional types: never a value that occurs. */
export const unknownU32 = 0xff_ff_ff_ff;

type Layout = {code: number; fields: ReadonlyArray<readonly [name: string, type: FieldType]>};

/** The record table as the encoder walks it: built once, since this runs in somebody else's process. */
const layouts: Record<string, Layout> = Object.fromEntries(
	Object.entries(records).map(([name, {code, fields}]) => [name, {code, fields: Object.entries(fields)}]),
);

export type FrameWriter = {
	/** Encodes one record. A full frame is handed to `onFrame` first. */
	write(record: WireRecord): void;
	/** Hands over what has been written since the last frame, if anything. */
	seal(): void;
	/** Records in the frame that is being filled. */
	readonly pending: number;
};

/**
 * Encodes records into frames that each fit one atomic write to a FIFO.
 * @param onFrame gets each frame; the buffer is used again as soon as it returns. `count` is its records.
 */
export function createFrameWriter(
	sender: Sender,
	onFrame: (frame: Buffer, length: number, count: number) => void,
): FrameWriter {
	// Twice the frame, so that a record may run over the edge before it is moved to the next frame.
	const buffer = Buffer.allocUnsafeSlow(frame.limit * 2);
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

	function handOver(end: number): void {
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
			position = encodeRecord(buffer, position, record);
			if (position > frame.limit) {
				if (begin > start) handOver(begin);
				buffer.copyWithin(start, begin, position);
				position = start + (position - begin);
			}

			count++;
		},
		seal() {
			if (position === start) return;
			handOver(position);
			position = start;
		},
	};
}

/** @returns the position after the record. A record never takes more than a frame's body. */
function encodeRecord(buffer: Buffer, begin: number, record: WireRecord): number {
	const layout = layouts[record.type];
	if (layout === undefined) return begin;
	const values: Record<string, unknown> = record;
	const limit = begin + frame.limit - frame.headerBytes;
	let position = begin + 3;
	for (let index = 0; index < layout.fields.length; index++) {
		const field = layout.fields[index];
		if (field !== undefined) position = encodeField(buffer, position, limit, field[1], values[field[0]]);
	}

	buffer[begin] = layout.code;
	buffer.writeUInt16LE(position - begin - 3, begin + 1);
	return position;
}

/** The room that a record's later fields may need once its texts have taken theirs. */
const reserveBytes = 256;

// The types above have checked each value against its field; here they are one union again.
function encodeField(
	buffer: Buffer,
	position: number,
	limit: number,
	type: FieldType,
	value: unknown,
): number {
	switch (type) {
		case 'u8':
			buffer[position] = whole(value, 0xff);
			return position + 1;
		case 'u16':
			return buffer.writeUInt16LE(whole(value, 0xff_ff), position);
		case 'u32':
			return buffer.writeUInt32LE(whole(value, unknownU32), position);
		case 'u32?':
			return buffer.writeUInt32LE(value === null ? unknownU32 : whole(value, unknownU32 - 1), position);
		case 'f64':
		case 'f64?':
			return buffer.writeDoubleLE(typeof value === 'number' ? value : Number.NaN, position);
		case 'flag':
		case 'flag?':
			buffer[position] = value === null ? 2 : Number(value === true);
			return position + 1;
		case 'kind':
			buffer[position] = kinds.indexOf(value as never); // checked by the type of the record
			return position + 1;
		case 'role':
			buffer[position] = roles.indexOf(value as never);
			return position + 1;
		case 'reason':
			buffer[position] = closeReasons.indexOf(value as never);
			return position + 1;
		case 'text':
		case 'text?':
			return encodeText(buffer, position, limit - reserveBytes, typeof value === 'string' ? value : null);
		case 'list':
			return encodeList(buffer, position, limit - reserveBytes, Array.isArray(value) ? value : []);
		case 'address?':
			return encodeAddress(buffer, position, limit - reserveBytes, value as Address | null);
		default:
			return position;
	}
}

function whole(value: unknown, largest: number): number {
	if (typeof value !== 'number' || !(value > 0)) return 0;
	return value > largest ? largest : Math.trunc(value);
}

/** u16 length, then UTF-8; the length 0xffff says that there is none. */
function encodeText(buffer: Buffer, position: number, limit: number, text: string | null): number {
	if (text === null) return buffer.writeUInt16LE(0xff_ff, position);
	const room = Math.max(0, Math.min(textLimit, limit - position - 2));
	const length = buffer.write(text, position + 2, room, 'utf8');
	buffer.writeUInt16LE(length, position);
	return position + 2 + length;
}

function encodeList(buffer: Buffer, begin: number, limit: number, list: readonly unknown[]): number {
	let position = begin + 1;
	let count = 0;
	for (const entry of list) {
		if (count === listLimit || position + 4 > limit) break;
		position = encodeText(buffer, position, limit, String(entry));
		count++;
	}

	buffer[begin] = count;
	return position;
}

/** u8 family (0 none, 1 path, 4, 6), then text and, for 4 and 6, the port. */
function encodeAddress(buffer: Buffer, begin: number, limit: number, address: Address | null): number {
	if (address === null) {
		buffer[begin] = 0;
		return begin + 1;
	}

	if ('path' in address) {
		buffer[begin] = 1;
		return encodeText(buffer, begin + 1, limit, address.path);
	}

	buffer[begin] = address.family;
	const position = encodeText(buffer, begin + 1, limit, address.address);
	return buffer.writeUInt16LE(whole(address.port, 0xff_ff), position);
}
