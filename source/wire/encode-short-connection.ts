import {clampInteger, encodeAddress, encodeByte, encodeText, unknownU32} from './encode-values.ts';
import type {WireRecord} from './records.ts';

type ShortConnection = Extract<WireRecord, {type: 'shortConnection'}>;

/**
 * Does the same as walking the table field by field in its order, but without a look-up by name for each:
 * thousands of these records are written a second, in the watched process. A test compares the result with
 * the decoder, which walks the table.
 *
 * @returns the position after the fields
 */
export function encodeShortConnection(
	buffer: Buffer,
	view: DataView,
	begin: number,
	limit: number,
	connection: ShortConnection,
): number {
	let position = u32(view, begin, connection.id);
	position = f64(view, position, connection.at);
	buffer[position++] = encodeByte('kind', connection.kind);
	position = nullableU32(view, position, connection.listener);
	position = encodeAddress(buffer, position, limit, connection.local);
	position = encodeAddress(buffer, position, limit, connection.peer);
	position = nullableU32(view, position, connection.firstIn);
	position = u32(view, position, connection.firstInBytes);
	position = nullableU32(view, position, connection.firstOut);
	position = u32(view, position, connection.firstOutBytes);
	position = nullableU32(view, position, connection.peerEnd);
	position = nullableU32(view, position, connection.localEnd);
	position = encodeText(buffer, position, limit, connection.method);
	position = encodeText(buffer, position, limit, connection.path);
	view.setUint16(position, clampInteger(connection.status, 0xff_ff), true);
	position = u32(view, position + 2, connection.count);
	position = u32(view, position, connection.closed);
	position = f64(view, position, connection.bytesRead);
	position = f64(view, position, connection.bytesWritten);
	buffer[position++] = encodeByte('reason', connection.reason);
	return position;
}

function u32(view: DataView, position: number, value: number): number {
	view.setUint32(position, clampInteger(value, unknownU32), true);
	return position + 4;
}

function nullableU32(view: DataView, position: number, value: number | null): number {
	view.setUint32(position, value === null ? unknownU32 : clampInteger(value, unknownU32 - 1), true);
	return position + 4;
}

function f64(view: DataView, position: number, value: number | null): number {
	view.setFloat64(position, value ?? Number.NaN, true);
	return position + 8;
}
