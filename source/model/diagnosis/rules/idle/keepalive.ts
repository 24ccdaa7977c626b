/** Probes of TCP keepalive: unanswered ones, and those that are not sent where they would matter. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatDuration, formatHost, formatMs} from '../../../../domain/format.ts';
import {
	bufferFact,
	hasUnacked,
	isWatched,
	lastDataFact,
	queueFact,
	roughly,
	stepAt,
} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {wasGivenUp} from '../read/half-open.ts';

/** One may be on its way while the kernel is looked at. */
const unansweredProbes = 2;

export const keepaliveUnanswered: RowRule = {
	name: 'keepalive-unanswered',
	of: 'row',
	phase: 'idle',
	severity: 'warn',
	title: 'the other side does not answer keepalive probes',
	stages: ['accepted', 'open', 'paused', 'peer-ended', 'ended', 'failed'],
	roles: ['client', 'server'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 2000,
	find(situation) {
		const {row} = situation;
		const {kernel, error} = row;
		if (error !== null) return wasGivenUp(row) && hasUnacked(row) === false ? givenUp(situation) : null;
		const probes = kernel?.timer?.name === 'keepalive' ? kernel.timer.count : 0;
		if (probes < unansweredProbes || !isWatched(situation)) return null;
		return {
			operation: 'read',
			...addressesOf(row),
			message: `read on the connection ${endpoints(row)} can get nothing: ${probes} keepalive probes went unanswered, the other side or the way to it may be gone`,
			evidence: [...queueFact(row), ...lastDataFact(row), ...bufferFact(row)],
			next: look(situation, 'socket'),
		};
	},
};

const givenUp: RowRule['find'] = situation => {
	const {row} = situation;
	const {code = '', message = ''} = row.error ?? {};
	const at = stepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const operation = row.error?.operation === 'write' ? 'write' : 'read';
	const silence = Math.max(0, at - (row.lastActivityAt ?? row.openedAt));
	return {
		severity: 'error',
		operation,
		...addressesOf(row),
		message: `${operation} failed with ${code}: the idle connection ${endpoints(row)} was given up ${formatMs(silence)} after the last bytes, since no keepalive probe was answered`,
		evidence: [
			fact('process', `${code}: ${message}`, at),
			fact('kernel', 'all that was sent had been acknowledged: only probes were unanswered', at),
			...lastDataFact(row),
			...bufferFact(row),
		],
		next: look(situation, 'route'),
	};
};

/** A sixth of the shortest idle timeout that is common between two hosts (60 s): there is time to hear of it before. */
const longIdleMs = 10_000;

export const keepaliveOff: RowRule = {
	name: 'keepalive-off',
	of: 'row',
	phase: 'idle',
	severity: 'info',
	title: 'an idle connection through a gateway, without keepalive',
	stages: ['open'],
	roles: ['client'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, now} = situation;
		const {route, kernel} = row;
		if (route === null || route.gateway === null || kernel === null || kernel.final) return null;
		if (kernel.state !== 'ESTAB' || kernel.timer !== null || row.process === null) return null;
		const idleMs = now - Math.max(row.lastActivityAt ?? 0, row.openedAt);
		if (idleMs < longIdleMs) return null;
		const gateway = route.gateway;
		return {
			operation: 'read',
			...addressesOf(row),
			message: `read on the connection ${endpoints(row)} has got nothing for over ${roughly(idleMs)}, and no keepalive probe tells the gateway ${gateway} and what is behind it that it is still in use`,
			evidence: [
				fact('kernel', 'ESTAB, no timer runs: SO_KEEPALIVE is off', kernel.seenAt),
				fact('process', `no byte for ${formatDuration(idleMs)}`, now - idleMs),
				fact('route', `through ${gateway}${route.dev === null ? '' : ` by ${route.dev}`}`, now),
				...lastDataFact(row),
			],
			next: {
				advice: `call setKeepAlive(true, 30_000) on the socket${row.site === null ? '' : ` made at ${row.site}`}, or close connections to ${row.peer !== null && 'address' in row.peer ? formatHost(row.peer) : 'there'} that rest for so long`,
			},
		};
	},
};
