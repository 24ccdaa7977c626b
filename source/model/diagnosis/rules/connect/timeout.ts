/** No answer: SYNs are retransmitted until the kernel or the program gives up. */

import {isListeningOn, normalizeAddress} from '../../../../domain/address.ts';
import type {Evidence, Finding, RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {hasLostRecords} from '../../evidence/data-flow.ts';
import {observedWaitMs} from '../../evidence/lookups.ts';
import {lastStallKind, sendingStallOf} from '../../evidence/unacknowledged.ts';
import {
	commandInNamespace,
	endpointFields,
	endpointsText,
	evidenceItem,
	nextCommand,
} from '../../evidence/wording.ts';
import {
	connectError,
	downDeviceEvidence,
	downDeviceOf,
	errorEvidence,
	failedAfterMs,
	hostTextOf,
	inetAddress,
	isLocalAddress,
	isLoopback,
	lastAttemptAt,
	routeEvidence,
	withSourceFromError,
} from './attempt.ts';

const common = {
	scope: 'row',
	phase: 'connect',
	severity: 'error',
	stages: ['connect', 'failed', 'closed'],
	roles: ['client'],
	isEvent: true,
	clearAfterMs: 0,
} as const;

export const connectSilent: RowRule = {
	...common,
	name: 'connect-silent',
	title: 'no answer: a drop, not a reject',
	// One lost SYN is repaired by the next: an answer to the first retransmit clears the finding.
	raiseAfterMs: 500,
	find(context) {
		const timeout = connectTimeoutOf(context);
		if (timeout === null || badSourceReason(context) !== null) return null;
		const down = downDeviceOf(context);
		const staysHere =
			lastStallKind(context) === 'stays-here' || sendingStallOf(context.row)?.kind === 'stays-here';
		if (down === null && staysHere) return null;
		if (down === null) return timeoutFinding(context, timeout, '', acceptQueueEvidence(context));
		return {
			...timeoutFinding(
				context,
				staysHere ? {...timeout, retransmits: null} : timeout,
				`: ${down.name} is down`,
				[downDeviceEvidence(down)],
			),
			next: commandInNamespace(context, ['ip', 'link', 'show', 'dev', down.name]),
		};
	},
};

export const sourceNotRouted: RowRule = {
	...common,
	name: 'source-not-routed',
	title: 'the pinned source address is not one from which the destination answers',
	raiseAfterMs: 500,
	find(context) {
		return loopbackSourceFinding(context) ?? pinnedSourceTimeout(context);
	},
};

const timeoutCodes: ReadonlySet<string> = new Set(['ETIMEDOUT']);

/** Without the kernel's view: three tries at least have passed (RFC 6298 §2.1, a second for the first). */
const unansweredMs = 3000;
/** An attempt abandoned sooner might still have been answered. */
const abandonedAfterMs = 1000;

type ConnectTimeout = {
	row: Row;
	/** Still pending, ended by the kernel, or ended by the program. */
	end: 'lasts' | 'timed-out' | 'given-up';
	/** SYN retransmits; null where no snapshot has shown them. */
	retransmits: number | null;
	/** Duration; null while it lasts. */
	ms: number | null;
};

function connectTimeoutOf(context: RowContext): ConnectTimeout | null {
	const {row, failures} = context;
	if (row.kind === 'udp' || row.kind === 'unix') return null;
	if (row.stage === 'connect') return pendingTimeoutOf(context);
	if (connectError(row, timeoutCodes) === null) return abandonedTimeoutOf(context);
	// Several candidates: the finding is the race's.
	if (failures.length > 1) return null;
	return {
		row: withSourceFromError(row),
		end: 'timed-out',
		retransmits: maxRetransmitsSeen(context),
		ms: failedAfterMs(row),
	};
}

function pendingTimeoutOf(context: RowContext): ConnectTimeout | null {
	const {row, process} = context;
	const retransmits = maxRetransmitsSeen(context);
	if (retransmits !== null) {
		return retransmits === 0 ? null : {row, end: 'lasts', retransmits, ms: null};
	}

	const begun = lastAttemptAt(row);
	if (hasLostRecords(process)) return null;
	// An answer during a blocked event loop goes unseen.
	if (row.kernel !== null || begun === null || observedWaitMs(begun, process) < unansweredMs) return null;
	return {row, end: 'lasts', retransmits, ms: null};
}

/** Closed before it was connected, and not by an error of the kernel. */
function abandonedTimeoutOf(context: RowContext): ConnectTimeout | null {
	const {row, failures, process} = context;
	if ((row.stageMs?.connect ?? 0) < abandonedAfterMs || row.closedAt === null) return null;
	if (row.error !== null && row.error.operation !== 'destroy') return null;
	if (row.steps.some(({step}) => step === 'connect')) return null;
	const begun = row.steps.find(({step}) => step === 'attempt');
	const end = row.steps.findLast(({step}) => step === 'close');
	// Without a reason, the end is unknown: records were lost.
	if (begun === undefined || (end?.fields.reason ?? null) === null) return null;
	const ms = row.closedAt - begun.at;
	const retransmits = maxRetransmitsSeen(context);
	// Node waits for each candidate but the last for a time that is too short for a retransmit.
	const isSilentRace = failures.length > 1 && failures[0]?.code === 'ETIMEDOUT';
	if (isSilentRace) return {row, end: 'given-up', retransmits: retransmits || null, ms};
	if (retransmits === 0 || (retransmits === null && ms < unansweredMs)) return null;
	if (retransmits === null && hasLostRecords(process)) return null;
	return {row, end: 'given-up', retransmits, ms};
}

/** The most retransmits in any snapshot: the timer that counts them ends with the socket. Null if unknown. */
function maxRetransmitsSeen({row, memory}: RowContext): number | null {
	const {kernel, attempt, closedAt} = row;
	const retransmitsNow =
		kernel === null
			? null
			: kernel.state === 'SYN-SENT'
				? kernel.timer?.name === 'on'
					? kernel.timer.count
					: 0
				: (kernel.info?.retransTotal ?? null);
	// Nothing is noted for attempts that are answered at once.
	if (closedAt === null && (retransmitsNow === null || retransmitsNow === 0)) return retransmitsNow;
	const name = `retransmits ${attempt?.n ?? 0}`;
	const before = memory.getOrSet(name, retransmitsNow ?? noneSeen).value;
	if (retransmitsNow !== null && retransmitsNow > before) {
		memory.forget(name);
		memory.getOrSet(name, retransmitsNow);
	}

	const most = Math.max(before, retransmitsNow ?? noneSeen);
	return most === noneSeen ? null : most;
}

const noneSeen = -1;

function timeoutFinding(
	context: RowContext,
	{row, end, retransmits, ms}: ConnectTimeout,
	reason: string,
	evidence: readonly Evidence[],
): Finding {
	const {now} = context;
	const severity: Severity = end === 'lasts' ? 'warn' : 'error';
	const retransmitsText =
		retransmits === null ? null : `${retransmits} SYN retransmit${retransmits === 1 ? '' : 's'}`;
	const took = ms === null ? '' : formatMs(ms);
	const outcomeText = {
		lasts: `has no answer after ${retransmitsText ?? `more than ${formatMs(unansweredMs)}`}`,
		'timed-out':
			retransmitsText === null
				? `timed out without an answer after ${took}`
				: `timed out after ${retransmitsText}, in ${took}`,
		'given-up': `was given up by the program after ${took} without an answer${retransmitsText === null ? '' : ` and ${retransmitsText}`}`,
	}[end];
	const {kernel, error} = row;
	const kernelEvidence =
		retransmitsText === null || kernel === null
			? []
			: [
					evidenceItem(
						'kernel',
						end === 'lasts' ? `SYN-SENT, ${retransmitsText}` : retransmitsText,
						kernel.seenAt,
					),
				];
	const begun = lastAttemptAt(row);
	const processEvidence =
		error !== null
			? [errorEvidence(row, error)]
			: [
					evidenceItem(
						'process',
						end === 'lasts' ? 'no answer to the attempt' : 'closed before it was connected',
						begun ?? now,
					),
				];
	return {
		severity,
		operation: 'connect',
		...endpointFields(row),
		message: `connect ${endpointsText(row)} ${outcomeText}${reason}`,
		evidence: [...processEvidence, ...kernelEvidence, ...evidence, ...routeEvidence(context)],
		next: nextCommand(context, end === 'lasts' ? 'socket' : 'route'),
	};
}

/** The program's pinned source address, where the route would choose another. */
function pinnedSource({local, peer, route}: Row): {own: string; chosen: string} | null {
	const localAddress = inetAddress(local);
	const peerAddress = inetAddress(peer);
	if (
		localAddress === null ||
		peerAddress === null ||
		route === null ||
		route.src === null ||
		route.dev === 'lo'
	)
		return null;
	const [own, chosen] = [normalizeAddress(localAddress.address), normalizeAddress(route.src)];
	return own === chosen || own.includes(':') !== chosen.includes(':') ? null : {own, chosen};
}

/** @returns null where the source is as expected */
function badSourceReason(context: RowContext): string | null {
	const {row} = context;
	const pinned = pinnedSource(row);
	if (pinned !== null) {
		return `${pinned.own} is not the source that the route would choose (${pinned.chosen}), so answers may find no way back`;
	}

	const [localAddress, peerAddress] = [inetAddress(row.local), inetAddress(row.peer)];
	if (localAddress === null || peerAddress === null || !isLoopback(normalizeAddress(localAddress.address)))
		return null;
	// The kernel chooses a loopback source for IPv6 where no interface has another address.
	return isLocalAddress(context, peerAddress)
		? null
		: `its source is the loopback address ${hostTextOf(localAddress)}, to which nothing comes back`;
}

function pinnedSourceTimeout(context: RowContext): Finding | null {
	const why = badSourceReason(context);
	const timeout = why === null ? null : connectTimeoutOf(context);
	return timeout === null ? null : timeoutFinding(context, timeout, `: ${why}`, []);
}

/** Packets with a loopback source may not leave the host (RFC 1122 §3.2.1.3): the kernel reports EINVAL. */
function loopbackSourceFinding(context: RowContext): Finding | null {
	const error = connectError(context.row, invalidCodes);
	if (error === null) return null;
	const row = withSourceFromError(context.row);
	const [localAddress, peerAddress] = [inetAddress(row.local), inetAddress(row.peer)];
	if (localAddress === null || peerAddress === null || !isLoopback(normalizeAddress(localAddress.address)))
		return null;
	if (isLocalAddress(context, peerAddress)) return null;
	return {
		operation: 'connect',
		...endpointFields(row),
		message: `connect ${endpointsText(row)} is not possible: what leaves this host cannot have the loopback address ${hostTextOf(localAddress)} as its source`,
		evidence: [errorEvidence(row, error), ...routeEvidence(context)],
		next: nextCommand(context, 'route'),
	};
}

const invalidCodes: ReadonlySet<string> = new Set(['EINVAL']);

/** A listener on this host whose accept queue is full: the kernel drops the SYN. */
function acceptQueueEvidence({row, facts}: RowContext): Evidence[] {
	const port = inetAddress(row.peer)?.port;
	if (port === undefined) return [];
	return facts.listenerRowsOn(row.netns, port).flatMap(({local, kernel}) => {
		if (kernel === null || kernel.recvQ === null || kernel.sendQ === null) return [];
		if (kernel.recvQ <= kernel.sendQ || !isListeningOn(local, row.peer)) return [];
		return [
			evidenceItem(
				'peer',
				`the accept queue of its listener is full: ${kernel.recvQ} of ${kernel.sendQ}`,
				kernel.seenAt,
			),
		];
	});
}
