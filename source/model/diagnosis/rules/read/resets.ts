/** The other side, or something between, has thrown the connection away: after a silence, or while data flowed. */

import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {bufferEvidence, lastDataEvidence, lastStepAt} from '../../evidence/data-flow.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {immediateCloseOf} from '../connect/early.ts';

/**
 * A silence, not a gap between two packets: many times the quarter of a second after which the hook samples again, and
 * less than the shortest idle timeout that servers are set to (5 s of Node's own).
 */
const idleFromMs = 2000;

/** The hook looks four times a second at how many bytes have passed. */
const sampleIntervalMs = 300;

const common = {
	scope: 'row',
	phase: 'read',
	stages: ['failed'],
	roles: ['client', 'server'],
	isEvent: true,
	// The kernel's last counters, and the other end's row, may still be on their way.
	raiseAfterMs: 500,
	clearAfterMs: 0,
} as const;

export const resetAfterIdle: RowRule = {
	...common,
	name: 'reset-after-idle',
	severity: 'warn',
	title: 'the connection was reset after a silence: a timeout of the server or of a device between',
	find(context) {
		const reset = resetOf(context);
		if (reset === null || reset.idleMs < idleFromMs) return null;
		const {row} = context;
		const {operation, code} = reset;
		// What woke it up was a request, also where its head was not told any more.
		const isRequestLost =
			hasOpenRequest(row) || (row.role === 'client' && row.http !== null && reset.isReused);
		const isPooled = row.http?.open === 0 && !reset.isReused;
		const severity: Severity = isPooled ? 'info' : isRequestLost ? 'error' : 'warn';
		const what = isPooled
			? 'it rested in a pool and no request was under way'
			: isRequestLost
				? 'a request was under way and is lost'
				: 'a timeout of the other side or of a device between, as far as can be seen from here';
		return {
			severity,
			operation,
			...endpointFields(row),
			message: `${operation} failed with ${code}: the connection ${endpointsText(row)} was reset ${reset.isReused ? 'as it was used again ' : ''}after ${formatMs(reset.idleMs)} without a byte; ${what}`,
			evidence: resetEvidence(context, reset),
			next: isPooled
				? {
						advice:
							'let the pool close idle connections sooner than the other side does, and repeat what fails at once',
					}
				: nextCommand(context, 'route'),
		};
	},
};

export const resetUnderLoad: RowRule = {
	...common,
	name: 'reset-under-load',
	severity: 'error',
	title: 'the connection was reset while data flowed',
	find(context) {
		const reset = resetOf(context);
		if (reset === null || reset.idleMs >= idleFromMs) return null;
		const {row} = context;
		// It was as soon as it was there: that is told by itself.
		if (row.role === 'client' && immediateCloseOf(row) !== null) return null;
		const {operation, code} = reset;
		return {
			severity: severityUnderLoad(row),
			operation,
			...endpointFields(row),
			message: `${operation} failed with ${code}: the connection ${endpointsText(row)} was reset ${reset.idleMs < sampleIntervalMs ? 'while bytes passed' : `${formatMs(reset.idleMs)} after the last bytes`}${hasOpenRequest(row) ? ', with a request under way' : ''}`,
			evidence: resetEvidence(context, reset),
			next: nextCommand(context, row.role === 'server' ? 'socket' : 'listeners'),
		};
	},
};

/** A client that goes away with answers unread is ordinary for an HTTP server. */
function severityUnderLoad(row: Row): Severity {
	if (row.http !== null) return row.role === 'server' || row.http.open === 0 ? 'info' : 'error';
	return 'warn';
}

/** A client's request. That a server's client goes away is another thing. */
const hasOpenRequest = ({role, http}: Row): boolean => role === 'client' && (http?.open ?? 0) > 0;

type Reset = {
	operation: 'read' | 'write';
	code: string;
	at: number;
	/** The silence before it, */
	idleMs: number;
	/** and whether it was used again in the end, which the reset has answered. */
	isReused: boolean;
};

/** An answer to the first bytes after a silence comes within this time. */
const resetReplyMs = 1000;

/** Node has made errors of this code of its own, too: those of a system call name it. */
const systemCallErrorPattern = /^(?:read|write|shutdown) ECONN(?:RESET|ABORTED)/;

function resetOf({row, quietPeriod: rest}: RowContext): Reset | null {
	const {error} = row;
	if (error === null || (error.code !== 'ECONNRESET' && error.code !== 'ECONNABORTED')) return null;
	if (error.phase === 'tls' || !systemCallErrorPattern.test(error.message)) return null;
	const at = lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const lastAt = Math.max(row.lastActivityAt ?? 0, row.openedAt);
	const operation = error.operation === 'write' ? 'write' : 'read';
	const reset = {operation, code: error.code, at} as const;
	const silence = rest ? rest.to - rest.from : 0;
	if (rest && silence >= idleFromMs && at - rest.to < resetReplyMs)
		return {...reset, idleMs: silence, isReused: true};
	return {...reset, idleMs: Math.max(0, at - lastAt), isReused: false};
}

function resetEvidence(context: RowContext, {code, at, idleMs}: Reset): Evidence[] {
	const {row} = context;
	return [
		evidenceItem('process', `${code}: ${row.error?.message ?? ''}`, at),
		...(idleMs < sampleIntervalMs
			? []
			: [evidenceItem('process', `no byte in either way for ${formatMs(idleMs)}`, at)]),
		...bufferEvidence(row),
		...lastDataEvidence(row),
		...peerEndEvidence(context),
	];
}

/** How the other end was closed, where it is watched, and whether its process has ended. */
export function peerEndEvidence({pair, facts}: Pick<RowContext, 'pair' | 'facts'>): Evidence[] {
	if (pair === null) return [];
	const closed = pair.steps.findLast(({step}) => step === 'close');
	const thread = facts.threadOf(pair);
	const peerLabel = `${pair.program || 'the other end'}${pair.pid === null ? '' : ` (pid ${pair.pid})`}`;
	return [
		...(closed === undefined
			? []
			: [
					evidenceItem(
						'peer',
						`${peerLabel} closed it: ${closed.fields.reason ?? 'reason not told'}`,
						closed.at,
					),
				]),
		...(thread === null || thread.endedAt === null
			? []
			: [evidenceItem('peer', `${peerLabel} has ended`, thread.endedAt)]),
	];
}
