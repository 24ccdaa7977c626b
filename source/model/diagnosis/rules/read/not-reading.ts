/** Received bytes that the program does not read. */

import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatBytes, formatDuration} from '../../../../domain/format.ts';
import type {Row, Stage} from '../../../../domain/row.ts';
import {
	bufferEvidence,
	lastStepAt,
	loopSilentSince,
	peerEvidence,
	queueEvidence,
	roundedDuration,
	unchangedSince,
	unreadBytes,
} from '../../evidence/data-flow.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';

/** Longer than a turn of a busy event loop, and than two snapshots. */
const notReadingMs = 2000;

/** Stages in which at least one direction is open. */
export const openStages: readonly Stage[] = [
	'accepted',
	'open',
	'draining',
	'paused',
	'peer-ended',
	'ended',
	'closing',
];

export const notReading: RowRule = {
	name: 'not-reading',
	scope: 'row',
	phase: 'read',
	severity: 'warn',
	title: 'bytes wait and the program does not read them',
	stages: openStages,
	roles: null,
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(context) {
		const {row, memory, now} = context;
		const {kernel} = row;
		const unread = unreadBytes(row);
		if (unread.process + unread.kernel === 0 || row.proc === null) {
			memory.forget('taken');
			return null;
		}

		const since = unchangedSince(context, 'taken', consumedBytes(row));
		// Bytes in the kernel alone may have arrived just before the snapshot: a later one must show them, too.
		const seenAt = unread.process > 0 ? now : (kernel?.seenAt ?? 0);
		if (seenAt - since < notReadingMs) return null;
		const reason = notReadingReason(context, since);
		const size = formatBytes(unread.process + unread.kernel);
		return {
			...(reason.isBackpressure ? {severity: 'info'} : {}),
			operation: 'read',
			...endpointFields(row),
			message: `read on the connection ${endpointsText(row)} stands still for over ${roundedDuration(now - since)} with ${size} unread: ${reason.text}`,
			evidence: [...reason.evidence, ...bufferEvidence(row), ...queueEvidence(row), ...peerEvidence(context)],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** Bytes that the program has read: by its own count, or without a hook by the kernel's. */
function consumedBytes({process, kernel}: Row): number {
	// An event loop that was blocked from the start has reported no bytes yet.
	if (process !== null) return (process.bytesRead ?? 0) - (process.readableLength ?? 0);
	return (kernel?.info?.bytesReceived ?? 0) - (kernel?.recvQ ?? 0);
}

type NotReadingReason = {text: string; evidence: Evidence[]; isBackpressure?: boolean};

/** The reason: a blocked event loop, no hook's view, pause(), no reader yet, or an idle reader. */
function notReadingReason(context: RowContext, since: number): NotReadingReason {
	const {row, now} = context;
	const silent = loopSilentSince(context);
	if (silent !== null) {
		const silenceText = `the event loop has reported nothing for ${formatDuration(now - silent)}`;
		return {text: 'the event loop is blocked', evidence: [evidenceItem('load', silenceText, silent)]};
	}

	const {process} = row;
	if (process === null) {
		const text = 'no process takes them, as far as can be seen from here';
		return {
			text,
			evidence: [evidenceItem('kernel', `nothing was taken for ${formatDuration(now - since)}`, since)],
		};
	}

	if (process.paused) {
		const at = lastStepAt(row, 'pause') ?? since;
		const evidence = [evidenceItem('process', `paused ${formatDuration(now - at)} ago`, at)];
		if (process.needDrain) {
			return {
				text: "the program has paused it while its own writes wait for 'drain'",
				evidence,
				isBackpressure: true,
			};
		}

		return {text: 'the program has paused it', evidence};
	}

	const evidence = [evidenceItem('process', `nothing was taken for ${formatDuration(now - since)}`, since)];
	return process.reading === false
		? {text: 'the program has not begun to read', evidence}
		: {text: 'the event loop runs and the program takes nothing', evidence};
}
