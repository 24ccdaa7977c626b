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

type Layout = {code: number; names: readonly string[]; types: readonly FieldType[]};

/** The record table as the encoder walks it: built once, since this runs in somebody else's process. */
const layouts = new Map<string, Layout>(
	Object.entries(records).map(([name, {code, fields}]) => [
		name,
		{code, names: Object.keys(fields), types: Object.values(fields)},
	]),
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
			position = encodeRecord(buffer, view, position, record);
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
function encodeRecord(buffer: Buffer, view: DataView, begin: number, record: WireRecord): number {
	const layout = layouts.get(record.type);
	if (layout === undefined) return begin;
	const {names, types} = layout;
	const values: Record<string, unknown> = record;
	const limit = begin + frame.limit - frame.headerBytes - reserveBytes;
	let position = begin + 3;
	for (let index = 0; index < names.length; index++) {
		const value = values[names[index] ?? ''];
		const type = types[index];
		// The types above have checked each value against its field; here they are one union again.
		switch (type) {
			case 'f64':
			case 'f64?':
				view.setFloat64(position, typeof value === 'number' ? value : Number.NaN, true);
				position += 8;
				break;
			case 'u32':
				view.setUint32(position, whole(value, unknownU32), true);
				position += 4;
				break;
			case 'u32?':
				view.setUint32(position, value === null ? unknownU32 : whole(value, unknownU32 - 1), true);
				position += 4;
				break;
			case 'u16':
				view.setUint16(position, whole(value, 0xff_ff), true);
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

	buffer[begin] = layout.code;
	view.setUint16(begin + 1, position - begin - 3, true);
	return position;
}

/** The room that a record's later fields may need once its texts have taken theirs. */
const reserveBytes = 256;

function encodeByte(type: FieldType | undefined, value: unknown): number {
	switch (type) {
		case 'flag':
		case 'flag?':
			return value === null ? 2 : Number(value === true);
		case 'kind':
			return kinds.indexOf(value as never); // checked by the type of the record
		case 'role':
			return roles.indexOf(value as never);
		case 'reason':
			return closeReasons.indexOf(value as never);
		default:
			return whole(value, 0xff);
	}
}

function whole(value: unknown, largest: number): number {
	if (typeof value !== 'number' || !(value > 0)) return 0;
	return value > largest ? largest : Math.trunc(value);
}

/** Texts up to this length are mostly ASCII, and copied sooner than Buffer.write() is called. */
const shortText = 48;

/** u16 length, then UTF-8; the length 0xffff says that there is none. */
function encodeText(buffer: Buffer, position: number, limit: number, text: string | null): number {
	if (text === null) return encodeLength(buffer, position, 0xff_ff);
	const room = Math.max(0, Math.min(textLimit, limit - position - 2));
	let length = 0;
	if (text.length <= shortText && text.length <= room) {
		while (length < text.length) {
			const code = text.charCodeAt(length);
			if (code > 0x7f) break;
			buffer[position + 2 + length++] = code;
		}
	}

	if (length < text.length) length = buffer.write(text, position + 2, room, 'utf8');
	encodeLength(buffer, position, length);
	return position + 2 + length;
}

function encodeLength(buffer: Buffer, position: number, length: number): number {
	buffer[position] = length & 0xff;
	buffer[position + 1] = length >>> 8;
	return position + 2;
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
	return encodeLength(buffer, position, whole(address.port, 0xff_ff));
}
