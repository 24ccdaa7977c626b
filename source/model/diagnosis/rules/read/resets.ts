/** The other side, or something between, has thrown the connection away: after a silence, or while data flowed. */

import type {Evidence, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {bufferFact, lastDataFact, stepAt} from '../../evidence/data-flow.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {closedAtOnceAt} from '../connect/early.ts';

/**
 * A silence, not a gap between two packets: many times the quarter of a second after which the hook samples again, and
 * less than the shortest idle timeout that servers are set to (5 s of Node's own).
 */
const idleAfterMs = 2000;

/** The hook looks four times a second at how many bytes have passed. */
const sampledMs = 300;

const base = {
	of: 'row',
	phase: 'read',
	stages: ['failed'],
	roles: ['client', 'server'],
	isPast: true,
	// The kernel's last counters, and the other end's row, may still be on their way.
	raiseAfterMs: 500,
	clearAfterMs: 0,
} as const;

export const resetAfterIdle: RowRule = {
	...base,
	name: 'reset-after-idle',
	severity: 'warn',
	title: 'the connection was reset after a silence: a timeout of the server or of a device between',
	find(situation) {
		const reset = resetOf(situation);
		if (reset === null || reset.idleMs < idleAfterMs) return null;
		const {row} = situation;
		const {operation, code} = reset;
		// What woke it up was a request, also where its head was not told any more.
		const isLost = isAsking(row) || (row.role === 'client' && row.http !== null && reset.isWoken);
		const isPooled = row.http?.open === 0 && !reset.isWoken;
		const severity: Severity = isPooled ? 'info' : isLost ? 'error' : 'warn';
		const what = isPooled
			? 'it rested in a pool and no request was under way'
			: isLost
				? 'a request was under way and is lost'
				: 'a timeout of the other side or of a device between, as far as can be seen from here';
		return {
			severity,
			operation,
			...addressesOf(row),
			message: `${operation} failed with ${code}: the connection ${endpoints(row)} was reset ${reset.isWoken ? 'as it was used again ' : ''}after ${formatMs(reset.idleMs)} without a byte; ${what}`,
			evidence: evidenceOf(situation, reset),
			next: isPooled
				? {
						advice:
							'let the pool close idle connections sooner than the other side does, and repeat what fails at once',
					}
				: look(situation, 'route'),
		};
	},
};

export const resetUnderLoad: RowRule = {
	...base,
	name: 'reset-under-load',
	severity: 'error',
	title: 'the connection was reset while data flowed',
	find(situation) {
		const reset = resetOf(situation);
		if (reset === null || reset.idleMs >= idleAfterMs) return null;
		const {row} = situation;
		// It was as soon as it was there: that is told by itself.
		if (row.role === 'client' && closedAtOnceAt(row) !== null) return null;
		const {operation, code} = reset;
		return {
			severity: severityUnderLoad(row),
			operation,
			...addressesOf(row),
			message: `${operation} failed with ${code}: the connection ${endpoints(row)} was reset ${reset.idleMs < sampledMs ? 'while bytes passed' : `${formatMs(reset.idleMs)} after the last bytes`}${isAsking(row) ? ', with a request under way' : ''}`,
			evidence: evidenceOf(situation, reset),
			next: look(situation, row.role === 'server' ? 'socket' : 'listeners'),
		};
	},
};

/** A client that goes away with answers unread is ordinary for an HTTP server. */
function severityUnderLoad(row: Row): Severity {
	if (row.http !== null) return row.role === 'server' || row.http.open === 0 ? 'info' : 'error';
	return 'warn';
}

/** A client's request. That a server's client goes away is another thing. */
const isAsking = ({role, http}: Row): boolean => role === 'client' && (http?.open ?? 0) > 0;

type Reset = {
	operation: 'read' | 'write';
	code: string;
	at: number;
	/** The silence before it, */
	idleMs: number;
	/** and whether it was used again in the end, which the reset has answered. */
	isWoken: boolean;
};

/** An answer to the first bytes after a silence comes within this time. */
const answerMs = 1000;

/** Node has made errors of this code of its own, too: those of a system call name it. */
const isOfKernel = /^(?:read|write|shutdown) ECONN(?:RESET|ABORTED)/;

function resetOf({row, rest}: RowSituation): Reset | null {
	const {error} = row;
	if (error === null || (error.code !== 'ECONNRESET' && error.code !== 'ECONNABORTED')) return null;
	if (error.phase === 'tls' || !isOfKernel.test(error.message)) return null;
	const at = stepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const lastAt = Math.max(row.lastActivityAt ?? 0, row.openedAt);
	const operation = error.operation === 'write' ? 'write' : 'read';
	const reset = {operation, code: error.code, at} as const;
	const silence = rest ? rest.to - rest.from : 0;
	if (rest && silence >= idleAfterMs && at - rest.to < answerMs)
		return {...reset, idleMs: silence, isWoken: true};
	return {...reset, idleMs: Math.max(0, at - lastAt), isWoken: false};
}

function evidenceOf(situation: RowSituation, {code, at, idleMs}: Reset): Evidence[] {
	const {row} = situation;
	return [
		fact('process', `${code}: ${row.error?.message ?? ''}`, at),
		...(idleMs < sampledMs ? [] : [fact('process', `no byte in either way for ${formatMs(idleMs)}`, at)]),
		...bufferFact(row),
		...lastDataFact(row),
		...peerEndFacts(situation),
	];
}

/** How the other end was closed, where it is watched, and whether its process has ended. */
export function peerEndFacts({pair, world}: Pick<RowSituation, 'pair' | 'world'>): Evidence[] {
	if (pair === null) return [];
	const closed = pair.steps.findLast(({step}) => step === 'close');
	const thread = world.processOf(pair);
	const who = `${pair.program || 'the other end'}${pair.pid === null ? '' : ` (pid ${pair.pid})`}`;
	return [
		...(closed === undefined
			? []
			: [fact('peer', `${who} closed it: ${closed.fields.reason ?? 'reason not told'}`, closed.at)]),
		...(thread === null || thread.endedAt === null ? [] : [fact('peer', `${who} has ended`, thread.endedAt)]),
	];
}
