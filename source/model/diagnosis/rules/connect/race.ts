/** Several addresses for one name: candidates that failed before another one won, and races that nobody won. */

import type {RowRule, RowSituation} from '../../../../domain/diagnosis/diagnosis.ts';
import {formatAddress, formatMs} from '../../../../domain/format.ts';
import type {Step} from '../../../../domain/row.ts';
import {ranFor} from '../../evidence/lookups.ts';
import {addressesOf, endpoints, fact, look} from '../../evidence/wording.ts';
import {after, begunLately, errorFact, familyOf, internet, routeFact, withSource} from './attempt.ts';

/** A person notices that much, and Node waits no longer for a candidate that is silent (250 ms, RFC 8305 §5). */
const costlyMs = 200;

export const raceLost: RowRule = {
	name: 'race-lost',
	of: 'row',
	phase: 'connect',
	severity: 'info',
	title: 'addresses that failed were tried before the one that answered',
	stages: ['tls', 'open', 'draining', 'paused', 'peer-ended', 'ended', 'closing', 'lingering', 'closed'],
	roles: ['client'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {row, failures, now} = situation;
		if (failures.length === 0 || !begunLately(row, now)) return null;
		const race = raceOf(situation);
		if (race === null) return null;
		const {costMs, blockedMs, isBroken} = race;
		const lost = listOf(failures);
		const blocked =
			blockedMs === 0
				? []
				: [fact('load', `the event loop did not run for ${formatMs(blockedMs)} of that time`, now)];
		return {
			severity: isBroken ? 'warn' : 'info',
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} lost ${formatMs(costMs)} to ${failures.length === 1 ? 'an address' : `${failures.length} addresses`} of that name tried before: ${lost}`,
			evidence: [
				...failures
					.slice(0, namedAtMost)
					.map(({address, code}) => fact('process', `${formatAddress(address)}: ${code}`, race.at)),
				...blocked,
				...routeFact(situation),
			],
			next: look(situation, 'name'),
		};
	},
};

export const raceFailed: RowRule = {
	name: 'race-all-failed',
	of: 'row',
	phase: 'connect',
	severity: 'error',
	title: 'no address of the name could be connected to',
	stages: ['failed'],
	roles: ['client'],
	isPast: true,
	raiseAfterMs: 0,
	clearAfterMs: 0,
	find(situation) {
		const {failures} = situation;
		if (failures.length < 2) return null;
		const row = withSource(situation.row);
		const {error} = row;
		if (error === null || error.operation !== 'connect') return null;
		// Refused by all of them: that is told as such.
		if (failures.every(({code}) => code === 'ECONNREFUSED')) return null;
		const begun = row.steps.find(({step}) => step === 'attempt')?.at ?? null;
		const ms = begun === null || row.closedAt === null ? null : row.closedAt - begun;
		return {
			operation: 'connect',
			...addressesOf(row),
			message: `connect ${endpoints(row)} failed at each of the ${failures.length} addresses of that name${after(ms)}: ${listOf(failures)}`,
			evidence: [
				errorFact(row, error),
				...failures
					.slice(0, namedAtMost)
					.map(({address, code}) =>
						fact('process', `${formatAddress(address)}: ${code}`, row.closedAt ?? row.openedAt),
					),
				...routeFact(situation),
			],
			next: look(situation, 'name'),
		};
	},
};

const namedAtMost = 4;

const listOf = (failures: RowSituation['failures']): string =>
	failures
		.slice(0, namedAtMost)
		.map(({address, code}) => `${formatAddress(address)} ${code}`)
		.join(', ') + (failures.length > namedAtMost ? `, and ${failures.length - namedAtMost} more` : '');

type Race = {
	/** From the first attempt to the one that won, and of that how long the event loop did not run. */
	costMs: number;
	blockedMs: number;
	/** When the winner began. */
	at: number;
	/** A whole family is silent and the other one is not. */
	isBroken: boolean;
};

/** @returns null where the steps of the race are not all there, and nothing was noted of it */
function raceOf({row, failures, process, memory}: RowSituation): Race | null {
	const first = row.steps.find(isAttempt);
	const end = row.steps.findIndex(({step}) => step === 'connect');
	const winner = end === -1 ? undefined : row.steps.slice(0, end).findLast(isAttempt);
	const connected = row.steps[end];
	if (row.stepsDropped > 0 || first === undefined || winner === undefined || connected === undefined)
		return null;
	const costMs = memory.first('cost', winner.at - first.at).value;
	const ranMs = ranFor(first.at, winner.at, process?.blocked ?? []);
	const blockedMs = memory.first('blocked', winner.at - first.at - ranMs).value;
	const far = internet(row.peer);
	const losers = failures.flatMap(({address, code}) =>
		code === 'ETIMEDOUT' ? (internet(address) ?? []) : [],
	);
	// Where the winner is slow as well, the network is; where the loop was blocked, nobody looked for the answer.
	const isBroken =
		costMs >= costlyMs &&
		blockedMs < costMs / 2 &&
		connected.at - winner.at < costMs / 2 &&
		far !== null &&
		losers.length > 0 &&
		losers.every(loser => familyOf(loser) !== familyOf(far));
	return {costMs, blockedMs, at: winner.at, isBroken};
}

const isAttempt = ({step}: Step): boolean => step === 'attempt';
