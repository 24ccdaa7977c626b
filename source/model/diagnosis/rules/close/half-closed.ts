/** One side has ended the connection, and the other side does not. */

import type {Evidence, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatDuration} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {
	bufferFact,
	isWatched,
	peerFacts,
	queueFact,
	roughly,
	stepAt,
	unreadOf,
} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';

/** Longer than an answer that is still made after the other side's end usually takes. */
const halfClosedMs = 5000;

export const closeWaitLeak: RowRule = {
	name: 'close-wait-leak',
	of: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'the other side has ended and the program does not close',
	stages: ['open', 'accepted', 'paused', 'draining', 'peer-ended'],
	roles: ['client', 'server'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(situation) {
		const {row, memory, now} = situation;
		const {kernel} = row;
		const heardAt = stepAt(row, 'peer-end');
		const isWaiting = kernel?.state === 'CLOSE-WAIT' && !kernel.final && kernel.inode !== null;
		// Where the kernel is not seen, and of a unix socket, the program's own word is all there is.
		const isHeard = heardAt !== null && (kernel === null || row.kind === 'unix');
		if (!isWaiting && !isHeard) {
			memory.forget('since');
			return null;
		}

		const since = Math.max(heardAt ?? memory.first('since', 0).at, row.lastActivityAt ?? 0);
		// An answer is under way: HTTP counts them.
		if (now - since < halfClosedMs || (row.http?.open ?? 0) > 0 || !isWatched(situation)) return null;
		const unread = unreadOf(row);
		const bytes = unread.process + unread.kernel;
		const why =
			bytes > 0
				? `${bytes} bytes wait unread, so that it has not come to the end`
				: heardAt === null
					? 'it has not heard of the end'
					: 'it has heard the end and has not called end() or destroy()';
		return {
			operation: 'shutdown',
			...addressesOf(row),
			message: `shutdown of the connection ${endpoints(row)} is left to the program for over ${roughly(now - since)} since the other side has ended it: ${why}`,
			evidence: [
				...(heardAt === null ? [] : [fact('process', "the other side's end was heard", heardAt)]),
				...queueFact(row),
				...bufferFact(row),
				...siteFacts(situation),
				...peerFacts(situation),
			],
			next: look(situation, 'socket'),
		};
	},
};

export const finWaitStuck: RowRule = {
	name: 'fin-wait-stuck',
	of: 'row',
	phase: 'close',
	severity: 'warn',
	title: 'the program has ended and the other side does not',
	stages: ['ended'],
	roles: ['client', 'server'],
	isPast: false,
	raiseAfterMs: 0,
	clearAfterMs: 1000,
	find(situation) {
		const {row, now} = situation;
		const endedAt = stepAt(row, 'local-end');
		if (endedAt === null || row.closedAt !== null) return null;
		const since = Math.max(endedAt, row.lastActivityAt ?? 0);
		if (now - since < halfClosedMs || !isSent(row)) return null;
		return {
			operation: 'shutdown',
			...addressesOf(row),
			message: `shutdown of the connection ${endpoints(row)} has waited for over ${roughly(now - since)} for the other side, which has not ended it`,
			evidence: [
				fact('process', `end() was called ${formatDuration(now - endedAt)} ago`, endedAt),
				...queueFact(row),
				...bufferFact(row),
				...siteFacts(situation),
				...peerFacts(situation),
			],
			next: look(situation, 'socket'),
		};
	},
};

/** Our FIN has gone out and was acknowledged; where no kernel tells, nothing waits to be sent before it. */
const isSent = ({kernel, kind, process}: Row): boolean =>
	kernel === null || kind === 'unix'
		? process?.writableLength === 0
		: kernel.state === 'FIN-WAIT-2' && !kernel.final;

/** Who made the socket, or the server that accepted it. */
function siteFacts({row, listener}: RowSituation): Evidence[] {
	if (row.site !== null) return [fact('process', `made at ${row.site}`, row.openedAt)];
	if (listener === null || listener.site === null) return [];
	return [fact('process', `accepted by the server that listens since ${listener.site}`, row.openedAt)];
}
