/** Sent data is not acknowledged: the other side may be gone without a FIN. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	bufferEvidence,
	isProcessWatched,
	lastStepAt,
	queueEvidence,
	sendingEvidence,
} from '../../evidence/data-flow.ts';
import {
	byteCountText,
	hasUnackedData,
	lastStallKind,
	sendingStallOf,
	unacknowledgedBytes,
} from '../../evidence/unacknowledged.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {isPathMtu, lostSegmentSize} from '../write/path-mtu.ts';
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
		const stall = sendingStallOf(row);
		if (row.error === null && stall === null) return null;
		// What stays on this host is the finding output-dropped.
		const staysHere = lastStallKind(context) === 'stays-here';
		if (row.error !== null) {
			const isGivenUp = isKernelTimeout(row) && hasUnackedData(row) !== false;
			return isGivenUp && !staysHere ? kernelTimeoutFinding(context) : null;
		}

		if (stall === null || stall.count < minUnansweredRetransmits || !isProcessWatched(context)) return null;
		if (staysHere || isPathMtu(context)) return null;
		const lostSize = lostSegmentSize(row);
		return {
			operation: stall.kind === 'probes' ? 'write' : 'read',
			...endpointFields(row),
			message:
				stall.kind === 'probes'
					? `write on the connection ${endpointsText(row)} can send nothing: the other side's window is shut and ${stall.count} probes of it went unanswered, the other side or the way to it may be gone`
					: `read on the connection ${endpointsText(row)} can get nothing: what was sent is not acknowledged after ${stall.count} retransmits, the other side or the way to it may be gone${lostSize === null ? '' : `, or it takes no segments of ${lostSize} bytes`}`,
			evidence: [...queueEvidence(row), ...sendingEvidence(row), ...bufferEvidence(row)],
			next: nextCommand(context, 'socket'),
		};
	},
};

/** Attempts to send, or probes of a zero window, that were not answered. */
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
	const info = row.kernel?.info ?? null;
	const isWindowShut = lastStallKind(context) === 'probes' || info?.peerWindow === 0;
	const sent = info?.retransTotal ?? 0;
	const unacknowledged = unacknowledgedBytes(row);
	const silentMs = row.lastActivityAt === null ? null : at - row.lastActivityAt;
	const bytes = unacknowledged?.bytes ? byteCountText(unacknowledged) : null;
	const how = isWindowShut
		? `while the other side's window was shut: no probe of it was answered${bytes === null ? '' : `, and ${bytes} are not acknowledged`}`
		: `${sent > 0 ? `after ${sent} retransmits ` : ''}without an acknowledgement of ${bytes ?? 'what was sent'}`;
	return {
		severity: 'error',
		operation,
		...endpointFields(row),
		message: `${operation} failed with ${code}: the connection ${endpointsText(row)} was given up ${how}`,
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
