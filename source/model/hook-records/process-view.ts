/** The process's view of a socket: its samples, and the last counters at its close. */

import type {SocketRecord} from '../../domain/events.ts';
import {sampleFlags} from '../../domain/events.ts';
import type {ProcessView} from '../../domain/row.ts';
import {type Entry, recordActivity} from '../table/entry.ts';

/** Minimum time between the samples of a rate. */
const minRateSpanMs = 900;

type RecordOf<Type extends SocketRecord['type']> = Extract<SocketRecord, {type: Type}>;

export function applySample(entry: Entry, sample: RecordOf<'sample'>, at: number): void {
	const {row, facts} = entry;
	const hasFlag = (flag: number): boolean => (sample.flags & flag) !== 0;
	const before = row.process;
	const byteDelta = before === null ? 0 : totalBytes(sample) - totalBytes(before);
	if (byteDelta > 0) recordActivity(entry, at);
	if (totalBytes(sample) > 0) facts.bytesPassed = true;
	if (sample.writableLength === 0) entry.drainedAtBytes = sample.bytesWritten;

	facts.needDrain = hasFlag(sampleFlags.needDrain);
	const flowing = hasFlag(sampleFlags.notStarted) ? null : hasFlag(sampleFlags.flowing);
	const onReadable = hasFlag(sampleFlags.readableListener);
	facts.readingStopped = flowing === false && !onReadable;
	// Recovers the peer's end where its record was lost.
	facts.peerEnded ||= hasFlag(sampleFlags.readableEnded);
	facts.localEnded ||= hasFlag(sampleFlags.writableEnding);
	row.process = {
		bytesRead: sample.bytesRead,
		bytesWritten: sample.bytesWritten,
		writableLength: sample.writableLength,
		writableHighWaterMark: sample.writableHighWaterMark,
		needDrain: facts.needDrain,
		readableLength: sample.readableLength,
		flowing,
		paused: facts.readingStopped,
		// Bytes consumed without a listener: by HTTP/2, into a buffer (`onread`), by read().
		reading: flowing === true || onReadable || (flowing === null && sample.bytesRead > sample.readableLength),
		timeoutMs: sample.timeoutMs,
		readyState: readyStateOf(sample.flags),
		pending: hasFlag(sampleFlags.connecting),
		writeQueueSize: sample.writeQueueSize,
		writeQueueCount: null,
		referenced: hasFlag(sampleFlags.referenced),
		errorListeners: sample.errorListeners,
		seenAt: at,
	};
	updateRates(entry, sample, at);
}

/**
 * Node counts no bytes of UDP sockets. Datagrams that send() took and the kernel has not are both buffer and
 * queue.
 */
export function applyUdpSample({row}: Entry, sample: RecordOf<'sampleUdp'>, at: number): void {
	const {writeQueueSize, writeQueueCount, errorListeners, referenced} = sample;
	const sampled = {writeQueueSize, writeQueueCount, errorListeners, referenced};
	row.process = {...emptyProcessView, ...sampled, writableLength: writeQueueSize, seenAt: at};
}

/** Bytes in both directions; an unobserved value counts as 0. */
export const totalBytes = (
	counters: {bytesRead: number | null; bytesWritten: number | null} | null,
): number => (counters?.bytesRead ?? 0) + (counters?.bytesWritten ?? 0);

function updateRates(entry: Entry, sample: {bytesRead: number; bytesWritten: number}, at: number): void {
	const {row, rateBase} = entry;
	if (rateBase === null) {
		entry.rateBase = {at, bytesRead: sample.bytesRead, bytesWritten: sample.bytesWritten};
		return;
	}

	const seconds = (at - rateBase.at) / 1000;
	if (seconds * 1000 < minRateSpanMs) return;
	row.inBps = Math.max(0, sample.bytesRead - rateBase.bytesRead) / seconds;
	row.outBps = Math.max(0, sample.bytesWritten - rateBase.bytesWritten) / seconds;
	entry.rateBase = {at, bytesRead: sample.bytesRead, bytesWritten: sample.bytesWritten};
}

/** As `socket.readyState`. */
function readyStateOf(flags: number): string {
	if (flags & sampleFlags.connecting) return 'opening';
	const readable = (flags & sampleFlags.readable) !== 0;
	const writable = (flags & sampleFlags.writable) !== 0;
	if (readable && writable) return 'open';
	if (readable) return 'readOnly';
	return writable ? 'writeOnly' : 'closed';
}

const emptyProcessView: Omit<ProcessView, 'seenAt'> = {
	bytesRead: null,
	bytesWritten: null,
	writableLength: null,
	writableHighWaterMark: null,
	needDrain: null,
	readableLength: null,
	flowing: null,
	paused: null,
	reading: null,
	timeoutMs: null,
	readyState: null,
	pending: null,
	writeQueueSize: null,
	writeQueueCount: null,
	referenced: null,
	errorListeners: null,
};

/** A socket's last counters; its other fields stay as they were. */
export function finalProcessView(
	before: ProcessView | null,
	record: RecordOf<'close'>,
	at: number,
): ProcessView {
	const view = before ?? emptyProcessView;
	return {
		...view,
		bytesRead: record.bytesRead ?? view.bytesRead,
		bytesWritten: record.bytesWritten ?? view.bytesWritten,
		seenAt: at,
	};
}
