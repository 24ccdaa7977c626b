/** The first moments of a connection: slow to come, written to before it is there, closed as soon as it is. */

import {isListeningOn} from '../../../../domain/address.ts';
import type {Evidence, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatBytes, formatMs} from '../../../../domain/format.ts';
import type {Row, Step} from '../../../../domain/row.ts';
import {ranFor} from '../../evidence/lookups.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {begunLately, routeFact} from './attempt.ts';

/** The kernel sends the second SYN after a second (RFC 6298 §2.1): who takes longer has lost one, or is very far. */
const slowMs = 1000;

export const connectSlow: RowRule = {
	name: 'connect-slow',
	of: 'row',
	phase: 'connect',
	severity: 'warn',
	title: 'the connection was long in coming',
	stages: null,
	roles: ['client'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, failures, process, memory, now} = situation;
		if ((row.stageMs?.connect ?? 0) < slowMs || failures.length > 0 || !begunLately(row, now)) return null;
		const end = row.steps.findIndex(({step}) => step === 'connect');
		const connected = row.steps[end];
		if (connected === undefined) return null;
		const begun = row.steps.slice(0, end).findLast(({step}) => step === 'attempt');
		if (begun === undefined) return null;
		const ms = connected.at - begun.at;
		const ranMs = ranFor(begun.at, connected.at, process?.blocked ?? []);
		const blockedMs = memory.first('blocked', ms - ranMs).value;
		// Where the loop was blocked, the connection may have waited for the program.
		if (ms - blockedMs < slowMs) return null;
		const {kernel} = row;
		const info = kernel?.info ?? null;
		const lost = info === null ? 0 : memory.first('retransmits', info.retransTotal).value;
		const tries = lost === 0 ? '' : ` and ${lost} retransmit${lost === 1 ? '' : 's'}`;
		return {
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} took ${formatMs(ms)}${tries}`,
			evidence: [
				fact('process', `connected after ${formatMs(ms)}`, connected.at),
				...(lost === 0 || kernel === null
					? []
					: [fact('kernel', `retrans ${lost}`, kernel.infoSeenAt ?? kernel.seenAt)]),
				...(blockedMs === 0
					? []
					: [fact('load', `the event loop did not run for ${formatMs(blockedMs)} of that time`, now)]),
				...routeFact(situation),
			],
			next: look(situation, 'socket'),
		};
	},
};

export const writesBeforeConnect: RowRule = {
	name: 'writes-before-connect',
	of: 'row',
	phase: 'connect',
	severity: 'info',
	title: 'the program writes to a connection that is not there yet',
	stages: ['lookup', 'connect'],
	roles: ['client'],
	isPast: false,
	// Most connections are there at once, and what was written leaves with them.
	raiseAfterMs: 1000,
	clearAfterMs: 0,
	find(situation) {
		const {row} = situation;
		const waiting = row.process?.writableLength ?? 0;
		if (waiting === 0 || row.process === null) return null;
		return {
			operation: row.stage === 'lookup' ? 'lookup' : 'connect',
			...addressesOf(row),
			message: `${row.stage === 'lookup' ? 'lookup for the connection' : 'connect'} ${endpoints(row)} is not done, and ${formatBytes(waiting)} bytes that were written wait for it`,
			evidence: [
				fact('process', `${waiting} bytes wait in the socket (${row.stage})`, row.process.seenAt),
				...routeFact(situation),
			],
			next: look(situation, row.stage === 'lookup' ? 'name' : 'socket'),
		};
	},
};

/** Nobody who has something to say closes sooner; an idle connection is kept for longer by every server. */
const atOnceMs = 1000;

export const closedAtOnce: RowRule = {
	name: 'closed-at-once',
	of: 'row',
	phase: 'connect',
	severity: 'warn',
	title: 'the other side closed as soon as the connection was there',
	stages: ['peer-ended', 'closing', 'lingering', 'closed', 'failed'],
	roles: ['client'],
	isPast: true,
	// The accepting side, where it is watched, has told by then why; of its descriptors it is known each second.
	raiseAfterMs: 1200,
	clearAfterMs: 0,
	find(situation) {
		const {row, pair} = situation;
		const end = closedAtOnceAt(row);
		if (end === null) return null;
		const written = row.process?.bytesWritten ?? 0;
		const sent = written === 0 ? '' : ` although ${formatBytes(written)} bytes were written to it`;
		const how =
			row.error?.operation === 'connect'
				? `was made, and reset by the other side within ${formatMs(end.ms)}, before the program was told`
				: `succeeded, and ${formatMs(end.ms)} later the other side had ${end.step === 'error' ? 'reset' : 'closed'} the connection without a byte`;
		return {
			severity: severityAtOnce(situation, end.step === 'error'),
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} ${how}${sent}`,
			evidence: [
				fact(
					'process',
					`${end.step === 'error' ? (row.error?.code ?? 'reset') : 'end of the other side'} ${formatMs(end.ms)} after connect, 0 bytes read`,
					end.at,
				),
				...kernelFact(row),
				...(pair === null || pair.closedAt === null
					? []
					: [fact('peer', 'the accepting side has closed it', pair.closedAt)]),
				...routeFact(situation),
			],
			next: look(situation, 'listeners'),
		};
	},
};

/** Where the accepting side is watched, it says why; a reset, and a lost request, are errors to the program all the same. */
function severityAtOnce(situation: RowSituation, isReset: boolean): Severity {
	const {row, pair} = situation;
	if (isToldAtListener(situation)) return 'info';
	if ((row.http?.open ?? 0) > 0) return 'error';
	return pair === null || isReset ? 'warn' : 'info';
}

/**
 * A watched listener has no place for it, by its own limit or for want of descriptors, and has a finding of its own.
 * What was so once stays so, also when the listener is gone.
 */
function isToldAtListener({row, world, memory}: RowSituation): boolean {
	const {netns, peer} = row;
	if (peer === null || 'path' in peer) return false;
	const hasNoPlace = world.listenersOn(netns, peer.port).some(listener => {
		if (!isListeningOn(listener.local, peer)) return false;
		const load = world.processOf(listener)?.load;
		const isOutOfDescriptors = load?.fds != null && load.fdLimit !== null && load.fds >= load.fdLimit;
		return (listener.connections?.drops ?? 0) > 0 || isOutOfDescriptors;
	});
	if (hasNoPlace) return memory.first('no place', 1).value === 1;
	const isNoted = memory.first('no place', 0).value === 1;
	if (!isNoted) memory.forget('no place');
	return isNoted;
}

const kernelFact = ({kernel}: Row): Evidence[] =>
	kernel === null || kernel.state !== 'CLOSE-WAIT' ? [] : [fact('kernel', 'CLOSE-WAIT', kernel.seenAt)];

/**
 * Whether the other side closed or reset a connection within a second, without a byte.
 *
 * @returns the step that tells it, and how long after the connection was there, in ms; null where it was otherwise
 */
export function closedAtOnceAt(row: Row): {step: Step['step']; at: number; ms: number} | null {
	const {process, kernel, kind, steps, error} = row;
	if (kind !== 'tcp' && kind !== 'tls') return null;
	// A reset that comes before the process has heard of the connection: an answer to SYN would be a refusal.
	const attempted = steps.findLast(({step}) => step === 'attempt');
	if (error?.operation === 'connect' && error.code === 'ECONNRESET' && attempted !== undefined) {
		const at = row.closedAt ?? attempted.at;
		return {step: 'error', at, ms: at - attempted.at};
	}

	if (process === null || process.bytesRead !== 0) return null;
	// What came and was not read; FIN counts as one.
	if ((process.readableLength ?? 0) > 0 || (kernel?.info?.bytesReceived ?? 0) > 1) return null;
	const begun = steps.findIndex(({step}) => step === 'connect');
	const connected = steps[begun];
	if (connected === undefined) return null;
	const end = steps.slice(begun).find(({step}) => ends.has(step));
	if (end === undefined || end.at - connected.at > atOnceMs) return null;
	const isTheirs =
		end.step === 'peer-end' || (end.step === 'error' && error !== null && resets.has(error.code));
	// Of TLS the handshake is told by itself.
	if (!isTheirs || error?.phase === 'tls') return null;
	return {step: end.step, at: end.at, ms: end.at - connected.at};
}

const ends: ReadonlySet<string> = new Set(['first-in', 'local-end', 'peer-end', 'error', 'close']);
const resets: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);
