/** Written data leaves slowly or not at all, since the other side does not read. */

import type {RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatRate} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	bufferEvidence,
	isProcessWatched,
	peerEvidence,
	queueEvidence,
	roundedBytes,
	roundedDuration,
	sendingEvidence,
	unchangedSince,
} from '../../evidence/data-flow.ts';
import {endpointFields, endpointsText, nextCommand} from '../../evidence/wording.ts';
import {unansweredRetransmits} from '../read/half-open.ts';
import {openStages} from '../read/not-reading.ts';

/** Longer than a reader is busy for a moment, and than two snapshots. */
const stalledMs = 2000;
/** Without a zero window in the kernel's view, a slow network gets more time. */
const stalledWithoutReasonMs = 5000;

/** No bytes leave: the peer's window is shut, or write() returns false and no open window is known. */
export const peerNotReading: RowRule = {
	name: 'peer-not-reading',
	scope: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'the other side does not read: what is written stays here',
	stages: openStages,
	roles: null,
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(context) {
		const {row, memory, now} = context;
		const waiting = bytesToSend(row);
		const isWindowShut = hasZeroWindow(row);
		const isFull = row.process?.needDrain === true;
		// Unanswered probes and retransmits are half-open's finding: the other side may be gone.
		if (
			waiting === 0 ||
			(!isWindowShut && !isFull) ||
			unansweredRetransmits(row) >= 2 ||
			!isProcessWatched(context)
		) {
			memory.forget('left');
			return null;
		}

		const since = unchangedSince(context, 'left', sendProgressOf(row));
		const requiredMs = isWindowShut ? stalledMs : stalledWithoutReasonMs;
		const seenAt = isWindowShut ? (row.kernel?.seenAt ?? 0) : now;
		if (seenAt - since < requiredMs || (!isWindowShut && hasOpenWindow(row))) return null;
		const how = isWindowShut ? 'its window is shut' : 'it takes nothing, as far as can be seen from here';
		const waits = isFull ? ', and write() says false' : '';
		return {
			operation: 'write',
			...endpointFields(row),
			message: `write on the connection ${endpointsText(row)} stands still for over ${roundedDuration(now - since)} with over ${roundedBytes(waiting)} to send: the other side does not read, ${how}${waits}`,
			evidence: [
				...queueEvidence(row),
				...sendingEvidence(row),
				...bufferEvidence(row),
				...peerEvidence(context),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** A figure over less is a matter of chance. */
const minObservedMs = 4000;
/** Minimum share of the time in which the peer's window limited the sender. */
const minLimitedShare = 0.5;
/** A slower transfer is no ordinary one that the reader's own work slows down. */
const slowBytesPerSecond = 64 * 1024;

/** Bytes leave, but wait for the peer's window. */
export const slowReader: RowRule = {
	name: 'slow-reader',
	scope: 'row',
	phase: 'write',
	severity: 'info',
	title: 'the other side reads more slowly than the program writes',
	stages: openStages,
	roles: null,
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 3000,
	find(context) {
		const {row, memory, now} = context;
		const {kernel, process} = row;
		const info = kernel?.info;
		if (!info || info.bytesAcked === null || bytesToSend(row) === 0) {
			for (const name of ['limited', 'acked', 'seen']) memory.forget(name);
			return null;
		}

		if (info.rwndLimitedMs === 0 || !isProcessWatched(context)) return null;
		const seenAt = kernel.infoSeenAt ?? kernel.seenAt;
		const limited = memory.getOrSet('limited', info.rwndLimitedMs).value;
		const acked = memory.getOrSet('acked', info.bytesAcked).value;
		const since = memory.getOrSet('seen', seenAt).value;
		const ms = seenAt - since;
		if (ms < minObservedMs) return null;
		const bytes = info.bytesAcked - acked;
		const share = (info.rwndLimitedMs - limited) / ms;
		// A new baseline keeps the figures recent.
		if (ms > 3 * minObservedMs) for (const name of ['limited', 'acked', 'seen']) memory.forget(name);
		if (bytes <= 0 || share < minLimitedShare) return null;
		const rate = bytes / (ms / 1000);
		const isVerySlow = rate < slowBytesPerSecond && process?.needDrain === true;
		return {
			...(isVerySlow ? {severity: 'warn'} : {}),
			operation: 'write',
			...endpointFields(row),
			message: `write on the connection ${endpointsText(row)} waits for the other side, which reads ${isVerySlow ? `less than ${formatRate(slowBytesPerSecond)}` : 'more slowly than the program writes'}`,
			evidence: [
				...sendingEvidence(row),
				...queueEvidence(row),
				...bufferEvidence(row),
				...rateEvidence(context, rate, share),
				...peerEvidence({...context, now}),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

const rateEvidence = ({row}: RowContext, rate: number, share: number) => [
	{
		source: 'kernel' as const,
		fact: `${formatRate(rate)} acknowledged, held up by the peer's window for ${Math.min(100, Math.round(share * 100))} % of the time`,
		at: row.kernel?.infoSeenAt ?? row.openedAt,
	},
];

/** Unsent bytes in JavaScript and in the kernel; those in the kernel may be counted in both. */
const bytesToSend = ({process, kernel}: Row): number =>
	Math.max(process?.writableLength ?? 0, process?.writeQueueSize ?? 0) + (kernel?.sendQ ?? 0);

/** The kernel probes the peer's zero window (RFC 9293 §3.8.6.1). */
const hasZeroWindow = ({kernel}: Row): boolean =>
	kernel !== null && !kernel.final && (kernel.sendQ ?? 0) > 0 && kernel.timer?.name === 'persist';

/** The kernel reports an open window of the peer: the path is slow. */
const hasOpenWindow = ({kernel}: Row): boolean => (kernel?.info?.peerWindow ?? 0) > 0;

/** A value that changes whenever bytes leave. */
const sendProgressOf = ({process, kernel}: Row): number =>
	kernel?.info?.bytesAcked ??
	(process === null ? -(kernel?.sendQ ?? 0) : (process.bytesWritten ?? 0) - (process.writeQueueSize ?? 0));
