/** Nobody answers: SYN after SYN is sent, until the kernel or the program gives up. */

import {isListeningOn, normalizeAddress} from '../../../../domain/address.ts';
import type {Evidence, Finding, RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import type {Severity} from '../../../../domain/diagnosis/severity.ts';
import {formatMs} from '../../../../domain/format.ts';
import type {Row} from '../../../../domain/row.ts';
import {hasLostRecords} from '../../evidence/data-flow.ts';
import {waitedFor} from '../../evidence/lookups.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {
	attemptedAt,
	connectError,
	errorFact,
	failedAfterMs,
	hostOf,
	internet,
	isLoopback,
	isOwnAddress,
	routeFact,
	withSource,
} from './attempt.ts';

const common = {
	of: 'row',
	phase: 'connect',
	severity: 'error',
	stages: ['connect', 'failed', 'closed'],
	roles: ['client'],
	isPast: true,
	clearAfterMs: 0,
} as const;

export const silent: RowRule = {
	...common,
	name: 'connect-silent',
	title: 'nobody answers: a drop, not a reject',
	// One lost SYN is repaired by the next: an answer to the first retransmit takes this back.
	raiseAfterMs: 500,
	find(situation) {
		const silence = silenceOf(situation);
		if (silence === null || whyNoWayBack(situation) !== null) return null;
		return findingOf(situation, silence, '', queueFacts(situation));
	},
};

export const sourceNotRouted: RowRule = {
	...common,
	name: 'source-not-routed',
	title: 'the pinned source address is not one from which the destination answers',
	raiseAfterMs: 500,
	find(situation) {
		return loopbackSource(situation) ?? pinnedAndSilent(situation);
	},
};

const timedOut: ReadonlySet<string> = new Set(['ETIMEDOUT']);

/** Without the kernel's view: three tries at least have passed (RFC 6298 §2.1, a second for the first). */
const unansweredMs = 3000;
/** What a program gives up sooner may have been answered in time. */
const givenUpMs = 1000;

type Silence = {
	row: Row;
	/** How it has ended: not yet, by the kernel, by the program. */
	end: 'lasts' | 'timed-out' | 'given-up';
	/** SYN retransmits; null where the kernel has shown none. */
	retransmits: number | null;
	/** How long it took; null while it lasts. */
	ms: number | null;
};

function silenceOf(situation: RowSituation): Silence | null {
	const {row, failures} = situation;
	if (row.kind === 'udp' || row.kind === 'unix') return null;
	if (row.stage === 'connect') return lasting(situation);
	if (connectError(row, timedOut) === null) return givenUp(situation);
	// Several candidates: that is told of the race as a whole.
	if (failures.length > 1) return null;
	return {row: withSource(row), end: 'timed-out', retransmits: noted(situation), ms: failedAfterMs(row)};
}

function lasting(situation: RowSituation): Silence | null {
	const {row, process} = situation;
	const retransmits = noted(situation);
	if (retransmits !== null) {
		return retransmits === 0 ? null : {row, end: 'lasts', retransmits, ms: null};
	}

	const begun = attemptedAt(row);
	if (hasLostRecords(process)) return null;
	// What comes while the event loop is blocked is not seen.
	if (row.kernel !== null || begun === null || waitedFor(begun, process) < unansweredMs) return null;
	return {row, end: 'lasts', retransmits, ms: null};
}

/** Closed before it was connected, and not by an error of the kernel. */
function givenUp(situation: RowSituation): Silence | null {
	const {row, failures, process} = situation;
	if ((row.stageMs?.connect ?? 0) < givenUpMs || row.closedAt === null) return null;
	if (row.error !== null && row.error.operation !== 'destroy') return null;
	if (row.steps.some(({step}) => step === 'connect')) return null;
	const begun = row.steps.find(({step}) => step === 'attempt');
	const end = row.steps.findLast(({step}) => step === 'close');
	// Without a reason, nobody has told how it ended: records were lost.
	if (begun === undefined || (end?.fields.reason ?? null) === null) return null;
	const ms = row.closedAt - begun.at;
	const retransmits = noted(situation);
	// Node waits for each candidate but the last for a time that is too short for a retransmit.
	const isSilentRace = failures.length > 1 && failures[0]?.code === 'ETIMEDOUT';
	if (isSilentRace) return {row, end: 'given-up', retransmits: retransmits || null, ms};
	if (retransmits === 0 || (retransmits === null && ms < unansweredMs)) return null;
	if (retransmits === null && hasLostRecords(process)) return null;
	return {row, end: 'given-up', retransmits, ms};
}

/** The most retransmits that any look has shown, as the timer that counts them ends with the socket; null for none seen. */
function noted({row, memory}: RowSituation): number | null {
	const {kernel, attempt, closedAt} = row;
	const shown =
		kernel === null
			? null
			: kernel.state === 'SYN-SENT'
				? kernel.timer?.name === 'on'
					? kernel.timer.count
					: 0
				: (kernel.info?.retransTotal ?? null);
	// Nothing is noted of attempts that are answered at once.
	if (closedAt === null && (shown === null || shown === 0)) return shown;
	const name = `retransmits ${attempt?.n ?? 0}`;
	const before = memory.first(name, shown ?? notShown).value;
	if (shown !== null && shown > before) {
		memory.forget(name);
		memory.first(name, shown);
	}

	const most = Math.max(before, shown ?? notShown);
	return most === notShown ? null : most;
}

const notShown = -1;

function findingOf(
	situation: RowSituation,
	{row, end, retransmits, ms}: Silence,
	reason: string,
	evidence: readonly Evidence[],
): Finding {
	const {now} = situation;
	const severity: Severity = end === 'lasts' ? 'warn' : 'error';
	const tries = retransmits === null ? null : `${retransmits} SYN retransmit${retransmits === 1 ? '' : 's'}`;
	const took = ms === null ? '' : formatMs(ms);
	const how = {
		lasts: `has no answer after ${tries ?? `more than ${formatMs(unansweredMs)}`}`,
		'timed-out':
			tries === null ? `timed out without an answer after ${took}` : `timed out after ${tries}, in ${took}`,
		'given-up': `was given up by the program after ${took} without an answer${tries === null ? '' : ` and ${tries}`}`,
	}[end];
	const {kernel, error} = row;
	const seen =
		tries === null || kernel === null
			? []
			: [fact('kernel', end === 'lasts' ? `SYN-SENT, ${tries}` : tries, kernel.seenAt)];
	const begun = attemptedAt(row);
	const told =
		error !== null
			? [errorFact(row, error)]
			: [
					fact(
						'process',
						end === 'lasts' ? 'no answer to the attempt' : 'closed before it was connected',
						begun ?? now,
					),
				];
	return {
		severity,
		operation: 'connect',
		...addressesOf(row),
		message: `connect ${endpoints(row)} ${how}${reason}`,
		evidence: [...told, ...seen, ...evidence, ...routeFact(situation)],
		next: look(situation, end === 'lasts' ? 'socket' : 'route'),
	};
}

/** The source that the program has pinned, where it is not the one that the route would choose. */
function pinnedSource({local, peer, route}: Row): {own: string; chosen: string} | null {
	const near = internet(local);
	const far = internet(peer);
	if (near === null || far === null || route === null || route.src === null || route.dev === 'lo')
		return null;
	const [own, chosen] = [normalizeAddress(near.address), normalizeAddress(route.src)];
	return own === chosen || own.includes(':') !== chosen.includes(':') ? null : {own, chosen};
}

/** @returns null where the source is the one to be expected */
function whyNoWayBack(situation: RowSituation): string | null {
	const {row} = situation;
	const pinned = pinnedSource(row);
	if (pinned !== null) {
		return `${pinned.own} is not the source that the route would choose (${pinned.chosen}), so answers may find no way back`;
	}

	const [near, far] = [internet(row.local), internet(row.peer)];
	if (near === null || far === null || !isLoopback(normalizeAddress(near.address))) return null;
	// What the kernel chooses for IPv6 where no interface has another address.
	return isOwnAddress(situation, far)
		? null
		: `its source is the loopback address ${hostOf(near)}, to which nothing comes back`;
}

function pinnedAndSilent(situation: RowSituation): Finding | null {
	const why = whyNoWayBack(situation);
	const silence = why === null ? null : silenceOf(situation);
	return silence === null ? null : findingOf(situation, silence, `: ${why}`, []);
}

/** The kernel lets nothing leave the host whose source is a loopback address (RFC 1122 §3.2.1.3). */
function loopbackSource(situation: RowSituation): Finding | null {
	const error = connectError(situation.row, invalid);
	if (error === null) return null;
	const row = withSource(situation.row);
	const [near, far] = [internet(row.local), internet(row.peer)];
	if (near === null || far === null || !isLoopback(normalizeAddress(near.address))) return null;
	if (isOwnAddress(situation, far)) return null;
	return {
		operation: 'connect',
		...addressesOf(row),
		message: `connect ${endpoints(row)} is not possible: what leaves this host cannot have the loopback address ${hostOf(near)} as its source`,
		evidence: [errorFact(row, error), ...routeFact(situation)],
		next: look(situation, 'route'),
	};
}

const invalid: ReadonlySet<string> = new Set(['EINVAL']);

/** A listener on this host whose accept queue is full: the kernel drops the SYN. */
function queueFacts({row, world}: RowSituation): Evidence[] {
	const port = internet(row.peer)?.port;
	if (port === undefined) return [];
	return world.listenersOn(row.netns, port).flatMap(({local, kernel}) => {
		if (kernel === null || kernel.recvQ === null || kernel.sendQ === null) return [];
		if (kernel.recvQ <= kernel.sendQ || !isListeningOn(local, row.peer)) return [];
		return [
			fact(
				'peer',
				`the accept queue of its listener is full: ${kernel.recvQ} of ${kernel.sendQ}`,
				kernel.seenAt,
			),
		];
	});
}
