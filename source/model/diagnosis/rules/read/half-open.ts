/** Sent data is not acknowledged: the other side may be gone without a FIN. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	bufferEvidence,
	hasUnackedData,
	isProcessWatched,
	lastStepAt,
	queueEvidence,
	sendingEvidence,
} from '../../evidence/data-flow.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {openStages} from './not-reading.ts';

/** Each retransmit waits twice as long as the last, from 200 ms on: the third follows 1.4 s of silence. */
const minUnansweredRetransmits = 3;

/** Errors with which the kernel gives up; the unreachable ones follow a router's or a neighbour's failure. */
const timeoutCodes: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

export const halfOpen: RowRule = {
	name: 'half-open',
	scope: 'row',
	phase: 'read',
	severity: 'warn',
	title: 'nothing that is sent is acknowledged: the other side may be gone',
	stages: [...openStages, 'failed'],
	roles: ['client', 'server'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 2000,
	find(context) {
		const {row} = context;
		if (row.error !== null)
			return isKernelTimeout(row) && hasUnackedData(row) !== false ? kernelTimeoutFinding(context) : null;
		const retransmitCount = unansweredRetransmits(row);
		if (retransmitCount < minUnansweredRetransmits || !isProcessWatched(context)) return null;
		return {
			operation: 'read',
			...endpointFields(row),
			message: `read on the connection ${endpointsText(row)} can get nothing: what was sent is not acknowledged after ${retransmitCount} retransmits, the other side or the way to it may be gone`,
			evidence: [...queueEvidence(row), ...sendingEvidence(row), ...bufferEvidence(row)],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** Unanswered retransmits of data, or probes of a zero window. */
export function unansweredRetransmits({kernel}: Row): number {
	const timer = kernel?.timer ?? null;
	return timer?.name === 'on' || timer?.name === 'persist' ? timer.count : 0;
}

/** The kernel has given up an established connection. */
export const isKernelTimeout = ({error}: Row): boolean =>
	error !== null &&
	timeoutCodes.has(error.code) &&
	(error.phase === 'read' || error.phase === 'write') &&
	/^(?:read|write) E/.test(error.message);

const kernelTimeoutFinding: RowRule['find'] = context => {
	const {row} = context;
	const {code = '', message = ''} = row.error ?? {};
	const at = lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const operation = row.error?.operation === 'write' ? 'write' : 'read';
	const sent = row.kernel?.info?.retransTotal ?? 0;
	const silentMs = row.lastActivityAt === null ? null : at - row.lastActivityAt;
	return {
		severity: 'error',
		operation,
		...endpointFields(row),
		message: `${operation} failed with ${code}: the connection ${endpointsText(row)} was given up${sent > 0 ? ` after ${sent} retransmits` : ''} without an acknowledgement of what was sent`,
		evidence: [
			evidenceItem('process', `${code}: ${message}`, at),
			...(silentMs === null
				? []
				: [evidenceItem('process', `last bytes ${formatMs(silentMs)} before`, at - silentMs)]),
			...sendingEvidence(row),
			...bufferEvidence(row),
		],
		next: nextCommand(context, 'route'),
	};
};
