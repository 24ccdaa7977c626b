/** Writes a value of each field type; `decode.ts` reads them. */
import {type Address, enumerations, type FieldType} from './field-types.ts';
import {listLimit, textLimit} from './frame.ts';

/** "Not observed" for the optional u32 types: a value that never occurs. */
export const unknownU32 = 0xff_ff_ff_ff;

/** Bytes kept free for the later fields of a record when its texts are long. */
export const reserveBytes = 256;

export function encodeByte(type: FieldType | undefined, value: unknown): number {
	switch (type) {
		case 'flag':
		case 'flag?':
			return value === null ? 2 : Number(value === true);
		case 'kind':
		case 'role':
		case 'reason':
			return enumerations[type].indexOf(value); // the record's type says that it is one of them
		default:
			return clampInteger(value, 0xff);
	}
}

export function clampInteger(value: unknown, largest: number): number {
	if (typeof value !== 'number' || !(value > 0)) return 0;
	return value > largest ? largest : Math.trunc(value);
}

/**
 * Texts up to this length are mostly ASCII, and a byte-by-byte copy is faster than a call of Buffer.write().
 */
const maxAsciiFastPath = 48;

/** u16 length, then UTF-8; the length 0xffff stands for null. */
export function encodeText(buffer: Buffer, position: number, limit: number, text: string | null): number {
	if (text === null) return encodeLength(buffer, position, 0xff_ff);
	const maxBytes = Math.max(0, Math.min(textLimit, limit - position - 2));
	let length = 0;
	if (text.length <= maxAsciiFastPath && text.length <= maxBytes) {
		while (length < text.length) {
			const code = text.charCodeAt(length);
			if (code > 0x7f) break;
			buffer[position + 2 + length++] = code;
		}
	}

	if (length < text.length) length = buffer.write(text, position + 2, maxBytes, 'utf8');
	encodeLength(buffer, position, length);
	return position + 2 + length;
}

export function encodeLength(buffer: Buffer, position: number, length: number): number {
	buffer[position] = length & 0xff;
	buffer[position + 1] = length >>> 8;
	return position + 2;
}

export function encodeList(buffer: Buffer, begin: number, limit: number, list: readonly unknown[]): number {
	let position = begin + 1;
	let count = 0;
	while (count < list.length && count < listLimit && position + 4 <= limit) {
		position = encodeText(buffer, position, limit, String(list[count]));
		count++;
	}

	buffer[begin] = count;
	return position;
}

/** u8 family (0 none, 1 path, 4, 6), then text and, for 4 and 6, the port. */
export function encodeAddress(buffer: Buffer, begin: number, limit: number, address: Address | null): number {
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
	return encodeLength(buffer, position, clampInteger(address.port, 0xff_ff));
}
