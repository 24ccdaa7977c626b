/** A unix connection that was reset: only the other end's program, or its end, can do that. */

import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {rowsAt} from '../../evidence/address-holders.ts';
import {bufferEvidence, lastStepAt} from '../../evidence/data-flow.ts';
import {resetAfterEndOf} from '../../evidence/reset-after-end.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {peerEndEvidence} from './resets.ts';

export const unixReset: RowRule = {
	name: 'unix-reset',
	scope: 'row',
	phase: 'read',
	severity: 'warn',
	title: 'the other end of a unix connection went without reading all, or without accepting it',
	stages: ['failed'],
	roles: ['client', 'server'],
	isEvent: true,
	// The other end's row may not have arrived yet.
	raiseAfterMs: 1200,
	clearAfterMs: 0,
	find(context) {
		const {row, facts, now} = context;
		const {error} = row;
		if (row.kind !== 'unix' || error?.code !== 'ECONNRESET' || resetAfterEndOf(row) !== null) return null;
		const at = lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
		const operation = error.operation === 'write' ? 'write' : 'read';
		const isEndPending = facts.session.ended === null && now - at < endToleranceMs;
		if (isEndPending && listenerOf(context)?.closedAt === null) return null;
		const listener = unacceptingListenerOf(context, at);
		const reason =
			listener === null
				? 'its other end was closed with bytes unread, or before it was accepted'
				: `${listener.program || 'the server'} ended without accepting it`;
		return {
			...(row.role === 'server' && row.http !== null ? {severity: 'info'} : {}),
			operation,
			...endpointFields(row),
			message: `${operation} failed with ${error.code}: the connection ${endpointsText(row)} was reset after ${formatMs(at - row.openedAt)}: ${reason}`,
			evidence: [
				evidenceItem('process', `${error.code}: ${error.message}`, at),
				...(listener === null ? peerEndEvidence(context) : listenerEvidence(context, listener)),
				...bufferEvidence(row),
			],
			next: nextCommand(context, 'listeners'),
		};
	},
};

/** The listener may end up to so long before or after the reset is read, ms: its process reports it by itself. */
const endToleranceMs = 2000;

/**
 * The listener of the path, where it has gone, with connections in its queue, and had accepted none.
 *
 * @param at when the reset was read
 */
function unacceptingListenerOf(context: RowContext, at: number): Row | null {
	const listener = listenerOf(context);
	if (listener === undefined || listener.closedAt === null) return null;
	const hasGone = Math.abs(listener.closedAt - at) < endToleranceMs;
	return hasGone && hasUnacceptedOnly(listener) ? listener : null;
}

/**
 * Of a queue from which nothing was accepted, nothing has left: a unix client that closes stays in it. So its
 * largest size is its last one, and known also where the looks after the end have cleared the kernel's view.
 */
const hasUnacceptedOnly = ({acceptQueue}: Row): boolean =>
	acceptQueue?.accepted === 0 && (acceptQueue.queueMax ?? 0) > 0;

/** The listener of the path, for a client that has read nothing. */
const listenerOf = ({row: {role, peer, process}, facts}: RowContext): Row | undefined =>
	role !== 'client' || peer === null || (process?.bytesRead ?? 0) > 0
		? undefined
		: rowsAt(facts, peer).find(each => each.role === 'listener');

function listenerEvidence({facts}: RowContext, listener: Row): Evidence[] {
	const {acceptQueue, program, pid, closedAt, openedAt} = listener;
	const {queueMax = null, queueMaxAt = null, backlog = null} = acceptQueue ?? {};
	const thread = facts.threadOf(listener);
	const label = `${program || 'the server'}${pid === null ? '' : ` (pid ${pid})`}`;
	return [
		...(queueMax === null
			? []
			: [
					evidenceItem(
						'peer',
						`${queueMax} connections waited at its listener${backlog === null ? '' : ` of ${backlog}`}, and none had been accepted`,
						queueMaxAt ?? openedAt,
					),
				]),
		evidenceItem(
			'peer',
			thread === null || thread.endedAt === null ? `${label} closed the listener` : `${label} has ended`,
			thread?.endedAt ?? closedAt ?? openedAt,
		),
	];
}
