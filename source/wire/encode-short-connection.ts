import {encodeAddress, encodeByte, encodeText, unknownU32, whole} from './encode-values.ts';
import type {WireRecord} from './records.ts';

type Brief = Extract<WireRecord, {type: 'brief'}>;

/**
 * The same as walking the table, field by field in its order, but without a look-up by name for each: thousands of these
 * are written a second, in somebody else's process. A test holds it against the decoder, which does walk the table.
 * @returns the position after the fields
 */
export function encodeBrief(
	buffer: Buffer,
	view: DataView,
	begin: number,
	limit: number,
	brief: Brief,
): number {
	let position = u32(view, begin, brief.id);
	position = f64(view, position, brief.at);
	buffer[position++] = encodeByte('kind', brief.kind);
	position = maybeU32(view, position, brief.listener);
	position = encodeAddress(buffer, position, limit, brief.local);
	position = encodeAddress(buffer, position, limit, brief.peer);
	position = maybeU32(view, position, brief.firstIn);
	position = u32(view, position, brief.firstInBytes);
	position = maybeU32(view, position, brief.firstOut);
	position = u32(view, position, brief.firstOutBytes);
	position = maybeU32(view, position, brief.peerEnd);
	position = maybeU32(view, position, brief.localEnd);
	position = encodeText(buffer, position, limit, brief.method);
	position = encodeText(buffer, position, limit, brief.path);
	view.setUint16(position, whole(brief.status, 0xff_ff), true);
	position = u32(view, position + 2, brief.count);
	position = u32(view, position, brief.closed);
	position = f64(view, position, brief.bytesRead);
	position = f64(view, position, brief.bytesWritten);
	buffer[position++] = encodeByte('reason', brief.reason);
	return position;
}

function u32(view: DataView, position: number, value: number): number {
	view.setUint32(position, whole(value, unknownU32), true);
	return position + 4;
}

function maybeU32(view: DataView, position: number, value: number | null): number {
	view.setUint32(position, value === null ? unknownU32 : whole(value, unknownU32 - 1), true);
	return position + 4;
}

function f64(view: DataView, position: number, value: number | null): number {
	view.setFloat64(position, value ?? Number.NaN, true);
	return position + 8;
}
