/** One side has ended the connection, and the other has not. */

import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatDuration} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	bufferEvidence,
	isProcessWatched,
	lastStepAt,
	peerEvidence,
	queueEvidence,
	roundedDuration,
	unreadBytes,
} from '../../evidence/data-flow.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';

/** Longer than an answer after the peer's end usually takes. */
const halfClosedMs = 5000;

export const closeWaitLeak: RowRule = {
	name: 'close-wait-leak',
	scope: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'the other side has ended and the program does not close',
	stages: ['open', 'accepted', 'paused', 'draining', 'peer-ended'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(context) {
		const {row, memory, now} = context;
		const {kernel} = row;
		const peerEndAt = lastStepAt(row, 'peer-end');
		const isInCloseWait = kernel?.state === 'CLOSE-WAIT' && !kernel.final && kernel.inode !== null;
		// Without a kernel view, and for a unix socket, the program's report is the only source.
		const isPeerEndReported = peerEndAt !== null && (kernel === null || row.kind === 'unix');
		if (!isInCloseWait && !isPeerEndReported) {
			memory.forget('since');
			return null;
		}

		const since = Math.max(peerEndAt ?? memory.getOrSet('since', 0).at, row.lastActivityAt ?? 0);
		// An answer is in progress: HTTP counts them.
		if (now - since < halfClosedMs || (row.http?.open ?? 0) > 0 || !isProcessWatched(context)) return null;
		const unread = unreadBytes(row);
		const bytes = unread.process + unread.kernel;
		const why =
			bytes > 0
				? `${bytes} bytes wait unread, so that it has not come to the end`
				: peerEndAt === null
					? 'it has not heard of the end'
					: 'it has heard the end and has not called end() or destroy()';
		return {
			operation: 'shutdown',
			...endpointFields(row),
			message: `shutdown of the connection ${endpointsText(row)} is left to the program for over ${roundedDuration(now - since)} since the other side has ended it: ${why}`,
			evidence: [
				...(peerEndAt === null ? [] : [evidenceItem('process', "the other side's end was heard", peerEndAt)]),
				...queueEvidence(row),
				...bufferEvidence(row),
				...siteEvidence(context),
				...peerEvidence(context),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

export const finWaitStuck: RowRule = {
	name: 'fin-wait-stuck',
	scope: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'the program has ended and the other side does not',
	stages: ['ended'],
	roles: ['client', 'server'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(context) {
		const {row, now} = context;
		const endedAt = lastStepAt(row, 'local-end');
		if (endedAt === null || row.closedAt !== null) return null;
		const since = Math.max(endedAt, row.lastActivityAt ?? 0);
		if (now - since < halfClosedMs || !isFinAcknowledged(row)) return null;
		return {
			operation: 'shutdown',
			...endpointFields(row),
			message: `shutdown of the connection ${endpointsText(row)} has waited for over ${roundedDuration(now - since)} for the other side, which has not ended it`,
			evidence: [
				evidenceItem('process', `end() was called ${formatDuration(now - endedAt)} ago`, endedAt),
				...queueEvidence(row),
				...bufferEvidence(row),
				...siteEvidence(context),
				...peerEvidence(context),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** The FIN was sent and acknowledged; without a kernel view, nothing waits before it. */
const isFinAcknowledged = ({kernel, kind, process}: Row): boolean =>
	kernel === null || kind === 'unix'
		? process?.writableLength === 0
		: kernel.state === 'FIN-WAIT-2' && !kernel.final;

/** The socket's creation site, or the server that accepted it. */
function siteEvidence({row, listener}: RowContext): Evidence[] {
	if (row.site !== null) return [evidenceItem('process', `made at ${row.site}`, row.openedAt)];
	if (listener === null || listener.site === null) return [];
	return [
		evidenceItem('process', `accepted by the server that listens since ${listener.site}`, row.openedAt),
	];
}
