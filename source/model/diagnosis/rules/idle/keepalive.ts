/** TCP keepalive: unanswered probes, and an idle connection through a gateway without probes. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatDuration, formatHost, formatMs} from '../../../../domain/format.ts';
import {
	bufferEvidence,
	isProcessWatched,
	lastDataEvidence,
	lastStepAt,
	queueEvidence,
	roundedDuration,
} from '../../evidence/data-flow.ts';
import {hasUnackedData} from '../../evidence/unacknowledged.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {isKernelTimeout} from '../read/half-open.ts';

/** The answer to one probe may be in transit during a snapshot. */
const minUnansweredProbes = 2;

export const keepaliveUnanswered: RowRule = {
	name: 'keepalive-unanswered',
	scope: 'row',
	phase: 'idle',
	severity: 'warn',
	title: 'the other side does not answer keepalive probes',
	stages: ['accepted', 'open', 'paused', 'peer-ended', 'ended', 'failed'],
	roles: ['client', 'server'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 2000,
	find(context) {
		const {row} = context;
		const {kernel, error} = row;
		if (error !== null)
			return isKernelTimeout(row) && hasUnackedData(row) === false ? keepaliveTimeoutFinding(context) : null;
		const probes = kernel?.timer?.name === 'keepalive' ? kernel.timer.count : 0;
		if (probes < minUnansweredProbes || !isProcessWatched(context)) return null;
		return {
			operation: 'read',
			...endpointFields(row),
			message: `read on the connection ${endpointsText(row)} can get nothing: ${probes} keepalive probes went unanswered, the other side or the way to it may be gone`,
			evidence: [...queueEvidence(row), ...lastDataEvidence(row), ...bufferEvidence(row)],
			next: nextCommand(context, 'socket'),
		};
	},
};

const keepaliveTimeoutFinding: RowRule['find'] = context => {
	const {row} = context;
	const {code = '', message = ''} = row.error ?? {};
	const at = lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const operation = row.error?.operation === 'write' ? 'write' : 'read';
	const silentMs = Math.max(0, at - (row.lastActivityAt ?? row.openedAt));
	return {
		severity: 'error',
		operation,
		...endpointFields(row),
		message: `${operation} failed with ${code}: the idle connection ${endpointsText(row)} was given up ${formatMs(silentMs)} after the last bytes, since no keepalive probe was answered`,
		evidence: [
			evidenceItem('process', `${code}: ${message}`, at),
			evidenceItem('kernel', 'all that was sent had been acknowledged: only probes were unanswered', at),
			...lastDataEvidence(row),
			...bufferEvidence(row),
		],
		next: nextCommand(context, 'route'),
	};
};

/** A sixth of the shortest common idle timeout between two hosts (60 s), so that the finding precedes it. */
const idleFromMs = 10_000;

export const keepaliveOff: RowRule = {
	name: 'keepalive-off',
	scope: 'row',
	phase: 'idle',
	severity: 'info',
	title: 'an idle connection through a gateway, without keepalive',
	stages: ['open'],
	roles: ['client'],
	isEvent: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, now} = context;
		const {route, kernel} = row;
		if (route === null || route.gateway === null || kernel === null || kernel.final) return null;
		if (kernel.state !== 'ESTAB' || kernel.timer !== null || row.process === null) return null;
		const idleMs = now - Math.max(row.lastActivityAt ?? 0, row.openedAt);
		if (idleMs < idleFromMs) return null;
		const gateway = route.gateway;
		return {
			operation: 'read',
			...endpointFields(row),
			message: `read on the connection ${endpointsText(row)} has got nothing for over ${roundedDuration(idleMs)}, and no keepalive probe shows the gateway ${gateway} and what is behind it that it is still in use`,
			evidence: [
				evidenceItem('kernel', 'ESTAB, no timer runs: SO_KEEPALIVE is off', kernel.seenAt),
				evidenceItem('process', `no byte for ${formatDuration(idleMs)}`, now - idleMs),
				evidenceItem('route', `through ${gateway}${route.dev === null ? '' : ` by ${route.dev}`}`, now),
				...lastDataEvidence(row),
			],
			next: {
				advice: `call setKeepAlive(true, 30_000) on the socket${row.site === null ? '' : ` made at ${row.site}`}, or close connections to ${row.peer !== null && 'address' in row.peer ? formatHost(row.peer) : 'there'} that rest for so long`,
			},
		};
	},
};
