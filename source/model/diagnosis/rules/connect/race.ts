/** Several addresses for one name: candidates that failed before another won, and races without a winner. */

import type {RowContext, RowRule} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../../domain/format.ts';
import type {Row, Step} from '../../../../domain/row.ts';
import {loopRunMs} from '../../evidence/lookups.ts';
import {endpointFields, endpointsText, evidenceItem, nextCommand} from '../../evidence/wording.ts';
import {
	afterText,
	errorEvidence,
	familyOf,
	inetAddress,
	isRecentlyOpened,
	routeEvidence,
	withSourceFromError,
} from './attempt.ts';

/** Users notice this delay; Node waits hardly longer for a silent candidate (250 ms, RFC 8305 §5). */
const costlyRaceMs = 200;

export const raceLost: RowRule = {
	name: 'race-lost',
	scope: 'row',
	phase: 'connect',
	severity: 'info',
	title: 'addresses that failed were tried before the one that answered',
	stages: ['tls', 'open', 'draining', 'paused', 'peer-ended', 'ended', 'closing', 'lingering', 'closed'],
	roles: ['client'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {row, failures, now} = context;
		if (failures.length === 0 || !isRecentlyOpened(row, now)) return null;
		const race = raceOutcomeOf(context);
		if (race === null) return null;
		const {costMs, blockedMs, isFamilyBroken: isBroken} = race;
		const failedText = failuresText(row, failures);
		const blocked =
			blockedMs === 0
				? []
				: [evidenceItem('load', `the event loop did not run for ${formatMs(blockedMs)} of that time`, now)];
		return {
			severity: isBroken ? 'warn' : 'info',
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} lost ${formatMs(costMs)} to ${failures.length === 1 ? 'an address' : `${failures.length} addresses`} of that name tried before: ${failedText}`,
			evidence: [
				...failures
					.slice(0, candidateLimit)
					.map(failure =>
						evidenceItem(
							'process',
							`${formatAddress(failure.address)}: ${failureText(row, failure)}`,
							race.at,
						),
					),
				...blocked,
				...routeEvidence(context),
			],
			next: nextCommand(context, 'name'),
		};
	},
};

export const raceAllFailed: RowRule = {
	name: 'race-all-failed',
	scope: 'row',
	phase: 'connect',
	severity: 'error',
	title: 'no address of the name could be connected to',
	stages: ['failed'],
	roles: ['client'],
	isEvent: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(context) {
		const {failures} = context;
		if (failures.length < 2) return null;
		const row = withSourceFromError(context.row);
		const {error} = row;
		if (error === null || error.operation !== 'connect') return null;
		// Refused by all of them: that is connect-refused's finding.
		if (failures.every(({code}) => code === 'ECONNREFUSED')) return null;
		const begun = row.steps.find(({step}) => step === 'attempt')?.at ?? null;
		const ms = begun === null || row.closedAt === null ? null : row.closedAt - begun;
		return {
			operation: 'connect',
			...endpointFields(row),
			message: `connect ${endpointsText(row)} failed at each of the ${failures.length} addresses of that name${afterText(ms)}: ${failuresText(row, failures)}`,
			evidence: [
				errorEvidence(row, error),
				...failures
					.slice(0, candidateLimit)
					.map(failure =>
						evidenceItem(
							'process',
							`${formatAddress(failure.address)}: ${failureText(row, failure)}`,
							row.closedAt ?? row.openedAt,
						),
					),
				...routeEvidence(context),
			],
			next: failures.every(({address}) => givenUpAfterMs(row, address) !== null)
				? {advice: attemptLimitAdvice}
				: nextCommand(context, 'name'),
		};
	},
};

/** For a line on which an answer takes longer than Node waits. */
const attemptLimitAdvice =
	'where answers take this long, give each attempt more time: autoSelectFamilyAttemptTimeout, or node --network-family-autoselection-attempt-timeout=MS';

const candidateLimit = 4;

type Failure = RowContext['failures'][number];

/** How long Node itself waited for an answer before it went on to the next address; null where the kernel failed it. */
function givenUpAfterMs({steps}: Row, address: Failure['address']): number | null {
	const text = JSON.stringify(address);
	const ms = steps.find(
		({step, fields}) => step === 'attempt-timeout' && JSON.stringify(fields.address) === text,
	)?.fields.ms;
	return typeof ms === 'number' ? ms : null;
}

function failureText(row: Row, {address, code}: Failure): string {
	const ms = givenUpAfterMs(row, address);
	return ms === null ? code : `given up by Node after ${formatMs(ms)}, its limit for an attempt`;
}

const failuresText = (row: Row, failures: RowContext['failures']): string =>
	failures
		.slice(0, candidateLimit)
		.map(failure => `${formatAddress(failure.address)} ${failureText(row, failure)}`)
		.join(', ') + (failures.length > candidateLimit ? `, and ${failures.length - candidateLimit} more` : '');

type RaceOutcome = {
	/** From the first attempt to the winning one, and the blocked time of the event loop within it; in ms. */
	costMs: number;
	blockedMs: number;
	/** Start of the winning attempt. */
	at: number;
	/** One whole address family is silent, and the other one is not. */
	isFamilyBroken: boolean;
};

/** @returns null where steps of the race are missing */
function raceOutcomeOf({row, failures, process, memory}: RowContext): RaceOutcome | null {
	const first = row.steps.find(isAttempt);
	const end = row.steps.findIndex(({step}) => step === 'connect');
	const winner = end === -1 ? undefined : row.steps.slice(0, end).findLast(isAttempt);
	const connected = row.steps[end];
	if (row.stepsDropped > 0 || first === undefined || winner === undefined || connected === undefined)
		return null;
	const costMs = memory.getOrSet('cost', winner.at - first.at).value;
	const ranMs = loopRunMs(first.at, winner.at, process?.blocked ?? []);
	const blockedMs = memory.getOrSet('blocked', winner.at - first.at - ranMs).value;
	const peerAddress = inetAddress(row.peer);
	const losers = failures.flatMap(({address, code}) =>
		code === 'ETIMEDOUT' ? (inetAddress(address) ?? []) : [],
	);
	// A slow winner means a slow network; a blocked event loop takes no answers.
	const isBroken =
		costMs >= costlyRaceMs &&
		blockedMs < costMs / 2 &&
		connected.at - winner.at < costMs / 2 &&
		peerAddress !== null &&
		losers.length > 0 &&
		losers.every(loser => familyOf(loser) !== familyOf(peerAddress));
	return {costMs, blockedMs, at: winner.at, isFamilyBroken: isBroken};
}

const isAttempt = ({step}: Step): boolean => step === 'attempt';
