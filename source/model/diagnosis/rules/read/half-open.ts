/** What is sent is not acknowledged: the other side may be gone without a word. */

import type {RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {bufferFact, hasUnacked, isWatched, queueFact, sendingFact, stepAt} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {openStages} from './not-reading.ts';

/** Each waits twice as long as the one before, from 200 ms on: at the third, nothing came back for 1.4 s at least. */
const unansweredSends = 3;

/** What the kernel gives up with; an unreachable host is told where a router or the neighbour's silence said so. */
const givenUp: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

export const halfOpen: RowRule = {
	name: 'half-open',
	of: 'row',
	phase: 'read',
	severity: 'warn',
	title: 'nothing that is sent is acknowledged: the other side may be gone',
	stages: [...openStages, 'failed'],
	roles: ['client', 'server'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 2000,
	find(situation) {
		const {row} = situation;
		if (row.error !== null) return wasGivenUp(row) && hasUnacked(row) !== false ? ended(situation) : null;
		const sends = unanswered(row);
		if (sends < unansweredSends || !isWatched(situation)) return null;
		return {
			operation: 'read',
			...addressesOf(row),
			message: `read on the connection ${endpoints(row)} can get nothing: what was sent is not acknowledged after ${sends} retransmits, the other side or the way to it may be gone`,
			evidence: [...queueFact(row), ...sendingFact(row), ...bufferFact(row)],
			next: look(situation, 'socket'),
		};
	},
};

/** Sends without an answer: of data, or of probes into a shut window. */
export function unanswered({kernel}: Row): number {
	const timer = kernel?.timer ?? null;
	return timer?.name === 'on' || timer?.name === 'persist' ? timer.count : 0;
}

/** The kernel has given an established connection up. */
export const wasGivenUp = ({error}: Row): boolean =>
	error !== null &&
	givenUp.has(error.code) &&
	(error.phase === 'read' || error.phase === 'write') &&
	/^(?:read|write) E/.test(error.message);

const ended: RowRule['find'] = situation => {
	const {row} = situation;
	const {code = '', message = ''} = row.error ?? {};
	const at = stepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const operation = row.error?.operation === 'write' ? 'write' : 'read';
	const sent = row.kernel?.info?.retransTotal ?? 0;
	const silence = row.lastActivityAt === null ? null : at - row.lastActivityAt;
	return {
		severity: 'error',
		operation,
		...addressesOf(row),
		message: `${operation} failed with ${code}: the connection ${endpoints(row)} was given up${sent > 0 ? ` after ${sent} retransmits` : ''} without an acknowledgement of what was sent`,
		evidence: [
			fact('process', `${code}: ${message}`, at),
			...(silence === null ? [] : [fact('process', `last bytes ${formatMs(silence)} before`, at - silence)]),
			...sendingFact(row),
			...bufferFact(row),
		],
		next: look(situation, 'route'),
	};
};
