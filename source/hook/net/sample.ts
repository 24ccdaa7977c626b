/** Samples of the JavaScript side of a socket. Only plain getters and the handle's counters are read. */
import {EventEmitter} from 'node:events';
import {sampleFlags} from '../../wire/field-types.ts';
import {reportActivity} from '../http/activity.ts';
import {detectClientRequest, reportLabel} from '../http/http1.ts';
import type {WatchedSocket} from '../runtime/node-internals.ts';
import {now} from '../runtime/primordials.ts';
import type {Context} from '../state/context.ts';
import type {Tracked} from '../state/tracked.ts';
import {noteCountedBytes} from './first-bytes.ts';
import {observe} from './observe.ts';
import {reportClose} from './report-close.ts';
import {reportTlsOffer} from './tls-offer.ts';

const longHandshakeMs = 1000;

const {listenerCount} = EventEmitter.prototype;

/**
 * Writes a sample, but only when it differs from the last one.
 *
 * @param ignoreCongestion writes the sample although the channel is congested
 */
export function sample(context: Context, tracked: Tracked, ignoreCongestion = false): void {
	const {socket} = tracked;
	if (socket === null) return;
	observe(context, socket, tracked);
	const handle = socket._handle;
	if (!handle) {
		// The class of the socket destroys it in its own way, or the socket was passed on to another process.
		if (!socket.connecting) reportClose(context, tracked, socket, null);
		return;
	}

	noteCountedBytes(context, socket, tracked);
	if (tracked.role === 'client') detectClientRequest(socket);
	// A handshake takes two round trips.
	if (tracked.connectedAt > 0 && now() - tracked.connectedAt > longHandshakeMs)
		reportTlsOffer(context, tracked, socket);
	reportActivity(context, tracked, socket);
	reportLabel(context, tracked);
	if (context.channel.congested && !ignoreCongestion) return;

	const writable = socket._writableState;
	const readable = socket._readableState;
	const bytesRead = handle.bytesRead ?? 0;
	const bytesWritten = handle.bytesWritten ?? 0;
	const writableLength = writable.length;
	const readableLength = readable.length;
	const writeQueueSize = handle.writeQueueSize ?? 0;
	const timeoutMs = socket.timeout ?? 0;
	const errorListeners = listenerCount.call(socket, 'error');
	// A TLS handle has no hasRef(): ref() and unref() reach the handle below it.
	const flags = flagsOf(socket, (handle.hasRef ? handle : handle._parent)?.hasRef?.() ?? true);
	if (
		tracked.sampled &&
		bytesRead === tracked.bytesRead &&
		bytesWritten === tracked.bytesWritten &&
		writableLength === tracked.writableLength &&
		readableLength === tracked.readableLength &&
		writeQueueSize === tracked.writeQueueSize &&
		timeoutMs === tracked.timeoutMs &&
		errorListeners === tracked.errorListeners &&
		flags === tracked.sampledFlags
	) {
		return;
	}

	tracked.sampled = true;
	tracked.bytesRead = bytesRead;
	tracked.bytesWritten = bytesWritten;
	tracked.writableLength = writableLength;
	tracked.readableLength = readableLength;
	tracked.writeQueueSize = writeQueueSize;
	tracked.timeoutMs = timeoutMs;
	tracked.errorListeners = errorListeners;
	tracked.sampledFlags = flags;
	context.channel.write({
		type: 'sample',
		id: tracked.id,
		at: now(),
		bytesRead,
		bytesWritten,
		writableLength,
		writableHighWaterMark: writable.highWaterMark,
		readableLength,
		writeQueueSize,
		timeoutMs,
		errorListeners,
		flags,
	});
}

function flagsOf(socket: WatchedSocket, referenced: boolean): number {
	const {flowing, readableListening} = socket._readableState;
	return (
		(socket.connecting ? sampleFlags.connecting : 0) |
		(socket._writableState.needDrain ? sampleFlags.needDrain : 0) |
		(flowing === true ? sampleFlags.flowing : 0) |
		(readableListening === true ? sampleFlags.readableListener : 0) |
		(flowing === null ? sampleFlags.notStarted : 0) |
		(socket.readable ? sampleFlags.readable : 0) |
		(socket.writable ? sampleFlags.writable : 0) |
		(referenced ? sampleFlags.referenced : 0) |
		(socket._readableState.ended ? sampleFlags.readableEnded : 0) |
		(socket._writableState.ending ? sampleFlags.writableEnding : 0) |
		(socket._httpMessage ? sampleFlags.httpMessage : 0)
	);
}
