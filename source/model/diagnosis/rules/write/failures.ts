/** Writes to a closed peer, and retransmits. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import {gatewayText} from '../../../../domain/route.ts';
import {
	bufferEvidence,
	isProcessWatched,
	lastDataEvidence,
	lastStepAt,
	queueEvidence,
	sendingEvidence,
} from '../../evidence/data-flow.ts';
import {isSameHost} from '../../evidence/unacknowledged.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {unansweredRetransmits} from '../read/half-open.ts';
import {openStages} from '../read/not-reading.ts';

export const brokenPipe: RowRule = {
	name: 'broken-pipe',
	scope: 'row',
	phase: 'write',
	severity: 'error',
	title: 'written to a connection that the other side has already left',
	stages: ['failed'],
	roles: null,
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		const {error} = row;
		if (error?.code !== 'EPIPE' || error.phase === 'tls') return null;
		const at = lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
		const endedAt = lastStepAt(row, 'peer-end');
		const how =
			endedAt === null || endedAt > at
				? 'the other side had closed it'
				: `the other side had ended it ${formatMs(at - endedAt)} before`;
		return {
			// A client that leaves before its answer is ordinary for an HTTP server.
			...(row.role === 'server' && row.http !== null ? {severity: 'info'} : {}),
			operation: 'write',
			...endpointFields(row),
			message: `write to the connection ${endpointsText(row)} failed with EPIPE: ${how}`,
			evidence: [
				evidenceItem('process', `${error.code}: ${error.message}`, at),
				...(endedAt === null || endedAt > at
					? []
					: [evidenceItem('process', "the other side's end was heard", endedAt)]),
				...bufferEvidence(row),
				...lastDataEvidence(row),
			],
			next: {
				advice:
					"stop writing when the socket says 'end' or 'close', and look into why the other side ends before it has all",
			},
		};
	},
};

/** Figures over fewer segments or bytes are a matter of chance. */
const minSegments = 3;
const minBytes = 16 * 1024;
/** Share of the sent bytes: at this loss, TCP is already many times slower (RFC 3819 §8.5). */
const highLossShare = 0.05;
const windowMs = 15_000;

export const dataRetransmits: RowRule = {
	name: 'data-retransmits',
	scope: 'row',
	phase: 'write',
	severity: 'warn',
	title: 'data has to be sent again: packets get lost on the way',
	stages: openStages,
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 10_000,
	find(context) {
		const {row, memory} = context;
		const info = row.kernel?.info ?? null;
		// Retransmitted SYNs belong to the phase `connect`, and count no bytes.
		if (info === null || info.bytesRetrans === 0 || info.bytesSent === null || isSameHost(row)) return null;
		const seenAt = row.kernel?.infoSeenAt ?? 0;
		// The first sample with retransmits counts them all: there were none before.
		let baseline = {seen: seenAt, bytes: 0, sent: 0, segments: 0, limited: 0};
		const isWindowOver = seenAt - memory.getOrSet('seen', seenAt).value > windowMs;
		if (isWindowOver) {
			for (const name of Object.keys(baseline)) memory.forget(name);
			const {bytesRetrans: bytes, bytesSent: sent, retransTotal: segments, rwndLimitedMs: limited} = info;
			baseline = {seen: seenAt, bytes, sent, segments, limited};
			memory.getOrSet('seen', seenAt);
		}

		const bytes = info.bytesRetrans - memory.getOrSet('bytes', baseline.bytes).value;
		const sent = info.bytesSent - memory.getOrSet('sent', baseline.sent).value;
		const segments = info.retransTotal - memory.getOrSet('segments', baseline.segments).value;
		const limitedMs = info.rwndLimitedMs - memory.getOrSet('limited', baseline.limited).value;
		if (segments < minSegments || bytes <= 0 || unansweredRetransmits(row) >= 2 || !isProcessWatched(context))
			return null;
		const share = sent <= 0 ? 0 : bytes / sent;
		const isHighLoss = share >= highLossShare && sent >= minBytes;
		// A peer with a full buffer discards segments, which is indistinguishable from loss here.
		const isFull = limitedMs > 0;
		const where = isFull
			? 'gets not all to the other side: lost on the way, or thrown away there since its buffer is full'
			: 'loses packets on the way';
		return {
			severity: isHighLoss && !isFull ? 'warn' : 'info',
			operation: 'write',
			...endpointFields(row),
			message: `write on the connection ${endpointsText(row)} ${where}; ${isHighLoss ? `over ${highLossShare * 100} %` : 'some'} of what is sent has to be sent again`,
			evidence: [
				evidenceItem(
					'kernel',
					`${segments} segments sent again, ${bytes} of ${sent} bytes (${(share * 100).toFixed(1)} %)`,
					seenAt,
				),
				...sendingEvidence(row),
				...queueEvidence(row),
				...(row.route?.dev
					? [
							evidenceItem(
								'route',
								`by ${row.route.dev}${gatewayText(row.route) === null ? '' : ` through ${gatewayText(row.route)}`}`,
								seenAt,
							),
						]
					: []),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};
