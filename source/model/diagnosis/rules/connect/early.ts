/** The start of a connection: established slowly, written to before it is established, or closed at once. */

import {isListeningOn} from '../../../../domain/address.ts';
import type {Evidence, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatBytes, formatMs} from '../../../../domain/format.ts';
import type {StepName} from '../../../../domain/operation.ts';
import type {Row, Step, TcpInfo} from '../../../../domain/row.ts';
import {loopRunMs} from '../../evidence/lookups.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {isRecentlyOpened, routeEvidence} from './attempt.ts';

/** The second SYN follows after a second (RFC 6298 §2.1): later, a SYN was lost, or the peer is very far. */
const slowMs = 1000;

/** No FIN has left: like a SYN it would be retransmitted without bytes. */
const isOpenInKernel = (kernel: Row['kernel']): boolean =>
	kernel !== null && !kernel.final && (kernel.state === 'ESTAB' || kernel.state === 'CLOSE-WAIT');

/** A SYN has no bytes: retransmits without retransmitted bytes are the SYN's, where bytes are counted (Linux 4.19 and later). */
const synRetransmits = ({retransTotal, bytesRetrans, bytesSent}: TcpInfo): number =>
	bytesRetrans === 0 && bytesSent !== null ? retransTotal : 0;

export const connectSlow: RowRule = {
	name: 'connect-slow',
	scope: 'row',
	phase: 'connect',
	severity: 'warn',
	title: 'the connection was long in coming',
	stages: null,
	roles: ['client'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, failures, process, memory, now} = context;
		if ((row.stageMs?.connect ?? 0) < slowMs || failures.length > 0 || !isRecentlyOpened(row, now))
			return null;
		const end = row.steps.findIndex(({step}) => step === 'connect');
		const connected = row.steps[end];
		if (connected === undefined) return null;
		const attempt = row.steps.slice(0, end).findLast(({step}) => step === 'attempt');
		if (attempt === undefined) return null;
		const ms = connected.at - attempt.at;
		const ranMs = loopRunMs(attempt.at, connected.at, process?.blocked ?? []);
		const blockedMs = memory.getOrSet('blocked', ms - ranMs).value;
		const {kernel} = row;
		const infoSeenAt = kernel?.infoSeenAt ?? null;
		// Counters read before the end of the connect lack its retransmits.
		const info = infoSeenAt === null || infoSeenAt < connected.at ? null : (kernel?.info ?? null);
		const lost = info === null ? 0 : memory.getOrSet('retransmits', info.retransTotal).value;
		const lostSyns =
			info === null || !isOpenInKernel(kernel) ? 0 : memory.getOrSet('lostSyns', synRetransmits(info)).value;
		// Where the loop was blocked, the connection may have waited for the program: a lost SYN alone proves the opposite.
		if (ms - blockedMs < slowMs && lostSyns === 0) return null;
		const retransmitsText = lost === 0 ? '' : ` and ${lost} retransmit${lost === 1 ? '' : 's'}`;
		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} took ${formatMs(ms)}${retransmitsText}`,
			evidence: [
				evidenceItem('process', `connected after ${formatMs(ms)}`, connected.at),
				...(lost === 0 || kernel === null
					? []
					: [evidenceItem('kernel', `retrans ${lost}`, kernel.infoSeenAt ?? kernel.seenAt)]),
				...(blockedMs === 0
					? []
					: [
							evidenceItem('load', `the event loop did not run for ${formatMs(blockedMs)} of that time`, now),
						]),
				...routeEvidence(context),
			],
			next: nextCommand(context, 'socket'),
		};
	},
};

export const writesBeforeConnect: RowRule = {
	name: 'writes-before-connect',
	scope: 'row',
	phase: 'connect',
	severity: 'info',
	title: 'the program writes to a connection that is not there yet',
	stages: ['lookup', 'connect'],
	roles: ['client'],
	isEvent: false,
	// Most connections are established at once, and the written bytes leave then.
	raiseAfterMs: 1000,
	clearAfterMs: 0,
	find(context) {
		const {row} = context;
		const waiting = row.process?.writableLength ?? 0;
		if (waiting === 0 || row.process === null) return null;
		return {
			operation: row.stage === 'lookup' ? 'lookup' : 'connect',
			...endpointFields(row),
			message: `${row.stage === 'lookup' ? 'lookup for the connection' : 'connect'} ${endpointsText(row)} is not done, and ${formatBytes(waiting)} bytes that were written wait for it`,
			evidence: [
				evidenceItem('process', `${waiting} bytes wait in the socket (${row.stage})`, row.process.seenAt),
				...routeEvidence(context),
			],
			next: nextCommand(context, row.stage === 'lookup' ? 'name' : 'socket'),
		};
	},
};

/** A peer with an answer does not close this soon, and every server keeps an idle connection longer. */
const immediateCloseMs = 1000;

export const connectionClosedAtOnce: RowRule = {
	name: 'closed-at-once',
	scope: 'row',
	phase: 'connect',
	severity: 'warn',
	title: 'the other side closed as soon as the connection was there',
	stages: ['peer-ended', 'closing', 'lingering', 'closed', 'failed'],
	roles: ['client'],
	isEvent: true,
	// By then, a watched accepting side has reported its reason; its descriptors are read each second.
	raiseAfterMs: 1200,
	clearAfterMs: 0,
	find(context) {
		const {row, pair} = context;
		const immediateClose = immediateCloseOf(row);
		if (immediateClose === null) return null;
		const written = row.process?.bytesWritten ?? 0;
		const sent = written === 0 ? '' : ` although ${formatBytes(written)} bytes were written to it`;
		const closeText =
			row.error?.operation === 'connect'
				? `was made, and reset by the other side within ${formatMs(immediateClose.ms)}, before the program saw it`
				: `succeeded, and ${formatMs(immediateClose.ms)} later the other side had ${immediateClose.step === 'error' ? 'reset' : 'closed'} the connection without a byte`;
		return {
			severity: immediateCloseSeverity(context, immediateClose.step === 'error'),
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} ${closeText}${sent}`,
			evidence: [
				evidenceItem(
					'process',
					`${immediateClose.step === 'error' ? (row.error?.code ?? 'reset') : 'end of the other side'} ${formatMs(immediateClose.ms)} after connect, 0 bytes read`,
					immediateClose.at,
				),
				...closeWaitEvidence(row),
				...(pair === null || pair.closedAt === null
					? []
					: [evidenceItem('peer', 'the accepting side has closed it', pair.closedAt)]),
				...routeEvidence(context),
			],
			next: nextCommand(context, 'listeners'),
		};
	},
};

/** 'info' where the listener's finding has the reason; a lost request is an error to the program. */
function immediateCloseSeverity(context: RowContext, isReset: boolean): Severity {
	const {row, pair} = context;
	if (isReportedAtListener(context)) return 'info';
	if ((row.http?.open ?? 0) > 0) return 'error';
	return pair === null || isReset ? 'warn' : 'info';
}

/**
 * A watched listener cannot take the connection, at its own limit or out of descriptors, and has a finding of
 * its own. A positive result is kept, even after the listener is gone.
 */
function isReportedAtListener({row, facts, memory}: RowContext): boolean {
	const {netns, peer} = row;
	if (peer === null || 'path' in peer) return false;
	const isListenerExhausted = facts.listenerRowsOn(netns, peer.port).some(listener => {
		if (!isListeningOn(listener.local, peer)) return false;
		const load = facts.threadOf(listener)?.load;
		const isOutOfDescriptors = load?.fds != null && load.fdLimit !== null && load.fds >= load.fdLimit;
		return (listener.connections?.drops ?? 0) > 0 || isOutOfDescriptors;
	});
	if (isListenerExhausted) return memory.getOrSet('no place', 1).value === 1;
	const isNoted = memory.getOrSet('no place', 0).value === 1;
	if (!isNoted) memory.forget('no place');
	return isNoted;
}

const closeWaitEvidence = ({kernel}: Row): Evidence[] =>
	kernel === null || kernel.state !== 'CLOSE-WAIT'
		? []
		: [evidenceItem('kernel', 'CLOSE-WAIT', kernel.seenAt)];

/**
 * Detects that the other side closed or reset a connection within a second, without a byte.
 *
 * @returns the step that reported it, its time, and the ms since the connection was established; else null
 */
export function immediateCloseOf(row: Row): {step: Step['step']; at: number; ms: number} | null {
	const {process, kernel, kind, steps, error} = row;
	if (kind !== 'tcp' && kind !== 'tls') return null;
	// A reset before the process got the connection: one in answer to a SYN would be ECONNREFUSED.
	const attempted = steps.findLast(({step}) => step === 'attempt');
	if (error?.operation === 'connect' && error.code === 'ECONNRESET' && attempted !== undefined) {
		const at = row.closedAt ?? attempted.at;
		return {step: 'error', at, ms: at - attempted.at};
	}

	if (process === null || process.bytesRead !== 0) return null;
	// Received and unread bytes; the FIN counts as one.
	if ((process.readableLength ?? 0) > 0 || (kernel?.info?.bytesReceived ?? 0) > 1) return null;
	const connectIndex = steps.findIndex(({step}) => step === 'connect');
	const connected = steps[connectIndex];
	if (connected === undefined) return null;
	const end = steps.slice(connectIndex).find(({step}) => quietEndingSteps.has(step));
	if (end === undefined || end.at - connected.at > immediateCloseMs) return null;
	const isByPeer =
		end.step === 'peer-end' || (end.step === 'error' && error !== null && resetCodes.has(error.code));
	// A failed TLS handshake has a finding of its own.
	if (!isByPeer || error?.phase === 'tls') return null;
	return {step: end.step, at: end.at, ms: end.at - connected.at};
}

const quietEndingSteps: ReadonlySet<StepName> = new Set([
	'first-in',
	'local-end',
	'peer-end',
	'error',
	'close',
]);
const resetCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
