/** The other side, or a device between, has reset the connection: after a silence, or while data flowed. */

import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {bufferEvidence, lastDataEvidence, lastStepAt} from '../../evidence/data-flow.ts';
import {hasLeftHttp, isHttpAtRest} from '../../evidence/http-use.ts';
import {resetAfterEndOf} from '../../evidence/reset-after-end.ts';
import {unacknowledgedBytes} from '../../evidence/unacknowledged.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {immediateCloseOf} from '../connect/early.ts';

/**
 * A silence, not a gap between two packets: many times the hook's sampling interval (250 ms), and less than
 * the shortest common idle timeout of servers (5 s, Node's own).
 */
const idleFromMs = 2000;

/** The hook samples the byte counts four times a second. */
const sampleIntervalMs = 300;

const common = {
	scope: 'row',
	phase: 'read',
	stages: ['failed'],
	roles: ['client', 'server'],
	isEvent: true,
	// The kernel's last counters, and the other end's row, may not have arrived yet.
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
		// A request ended the silence, even where its head was not reported any more.
		const isRequestLost =
			hasOpenRequest(row) ||
			(row.role === 'client' && row.http !== null && !hasLeftHttp(row) && reset.isReused);
		const rest = isHttpAtRest(row) && !reset.isReused ? restOf(row) : null;
		const severity: Severity = rest ? 'info' : isRequestLost ? 'error' : 'warn';
		const explanation = rest
			? rest.text
			: isRequestLost
				? 'a request was under way and is lost'
				: 'a timeout of the other side or of a device between, as far as can be seen from here';
		return {
			severity,
			operation,
			...endpointFields(row),
			message: `${operation} failed with ${code}: the connection ${endpointsText(row)} was reset ${reset.isReused ? 'as it was used again ' : ''}after ${formatMs(reset.idleMs)} without a byte; ${explanation}`,
			evidence: resetEvidence(context, reset),
			next: rest ? {advice: rest.advice} : nextCommand(context, 'route'),
		};
	},
};

/** What the reset of a connection without a request means, and what to do. */
function restOf(row: Row): {text: string; advice: string} {
	if (row.role !== 'server') {
		return {
			text: 'it rested in a pool and no request was under way',
			advice:
				'let the pool close idle connections sooner than the other side does, and repeat what fails at once',
		};
	}

	return isServerAtRest(row)
		? {
				text: 'it rested between two requests, and none was under way',
				advice: 'no answer is lost: clients and proxies may throw away connections that rest',
			}
		: {
				text: 'no request was under way, and whether its last answer has arrived is not known',
				advice: 'look at the client: its last answer may not have arrived',
			};
}

export const resetUnderLoad: RowRule = {
	...common,
	name: 'reset-under-load',
	severity: 'error',
	title: 'the connection was reset while data flowed',
	find(context) {
		const reset = resetOf(context);
		if (reset === null || reset.idleMs >= idleFromMs) return null;
		const {row} = context;
		// A reset right after connecting is the finding closed-at-once.
		if (row.role === 'client' && immediateCloseOf(row) !== null) return null;
		const {operation, code} = reset;
		return {
			severity: severityUnderLoad(row),
			operation,
			...endpointFields(row),
			message: `${operation} failed with ${code}: the connection ${endpointsText(row)} was reset ${momentText(row, reset.idleMs)}${requestText(row)}`,
			evidence: resetEvidence(context, reset),
			next: nextCommand(context, row.role === 'server' ? 'socket' : 'listeners'),
		};
	},
};

/** The last bytes of a connection at rest have arrived: they are not those that the reset cut off. */
const momentText = (row: Row, idleMs: number): string => {
	if (idleMs >= sampleIntervalMs) return `${formatMs(idleMs)} after the last bytes`;
	return isServerAtRest(row) ? 'right after the last bytes' : 'while bytes passed';
};

const requestText = (row: Row): string => {
	if (hasOpenRequest(row)) return ', with a request under way';
	return isServerAtRest(row) ? ', with no request under way' : '';
};

/** Each request was answered, and the other side's kernel has the whole of the answers. */
const isServerAtRest = (row: Row): boolean =>
	row.role === 'server' && isHttpAtRest(row) && unacknowledgedBytes(row)?.bytes === 0;

/** A client that leaves with answers unread is ordinary for an HTTP server. */
function severityUnderLoad(row: Row): Severity {
	if (row.http !== null && !hasLeftHttp(row))
		return row.role === 'server' || row.http.open === 0 ? 'info' : 'error';
	return 'warn';
}

/** Clients only: for a server, a client that leaves during a request is ordinary. */
const hasOpenRequest = ({role, http}: Row): boolean => role === 'client' && (http?.open ?? 0) > 0;

type Reset = {
	operation: 'read' | 'write';
	code: string;
	at: number;
	/** The silence before the reset, in ms. */
	idleMs: number;
	/** Bytes were sent after the silence, and the reset answered them. */
	isReused: boolean;
};

/** An answer to the first bytes after a silence comes within this time. */
const resetReplyMs = 1000;

/** Node makes errors of this code itself, too: only those of a system call name the call. */
const systemCallErrorPattern = /^(?:read|write|shutdown) ECONN(?:RESET|ABORTED)/;

function resetOf({row, quietPeriod: lastQuietPeriod}: RowContext): Reset | null {
	const {error} = row;
	// What answers an end is the finding reset-after-end, and a unix connection has one of its own.
	if (
		error === null ||
		row.kind === 'unix' ||
		resetAfterEndOf(row) !== null ||
		(error.code !== 'ECONNRESET' && error.code !== 'ECONNABORTED')
	)
		return null;
	if (error.phase === 'tls' || !systemCallErrorPattern.test(error.message)) return null;
	const at = lastStepAt(row, 'error') ?? row.closedAt ?? row.openedAt;
	const lastAt = Math.max(row.lastActivityAt ?? 0, row.openedAt);
	const operation = error.operation === 'write' ? 'write' : 'read';
	const reset = {operation, code: error.code, at} as const;
	// The first bytes after a silence were a request that the other side sent: the reset answers the answer.
	const isHttpServer = row.role === 'server' && row.http !== null && !hasLeftHttp(row);
	const quietPeriod = isHttpServer ? null : lastQuietPeriod;
	const silence = quietPeriod ? quietPeriod.to - quietPeriod.from : 0;
	if (quietPeriod && silence >= idleFromMs && at - quietPeriod.to < resetReplyMs)
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

/** The close of the other end, where it is watched, and the end of its process. */
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
						`${peerLabel} closed it: ${closed.fields.reason ?? 'reason not reported'}`,
						closed.at,
					),
				]),
		...(thread === null || thread.endedAt === null
			? []
			: [evidenceItem('peer', `${peerLabel} has ended`, thread.endedAt)]),
	];
}
