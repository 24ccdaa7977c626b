/** The context of a row for its rules, and the rules that apply to it. */

import type {RowContext, RowRule, RuleFacts, RuleMemory} from '../../domain/diagnosis/diagnosis.ts';
import type {Row, Stage} from '../../domain/row.ts';
import {confirmedDisagreement} from '../join/disagreements.ts';
import type {Entry} from '../table/entry.ts';

/** @returns the rules that apply to a row by its stage, marks and role */
export function rowRulesFor(rules: readonly RowRule[]): (row: Row) => readonly RowRule[] {
	const byRole = new Map<Row['role'], Map<Stage, readonly RowRule[]>>();
	const appliesTo = ({stages, roles}: RowRule, stage: Stage, role: Row['role']): boolean =>
		(stages === null || stages.includes(stage)) &&
		(roles === null || (role !== null && roles.includes(role)));
	const rulesForStage = (stage: Stage, role: Row['role']): readonly RowRule[] => {
		const cached = byRole.get(role)?.get(stage);
		if (cached !== undefined) return cached;
		const applicable = rules.filter(rule => appliesTo(rule, stage, role));
		byRole.set(role, (byRole.get(role) ?? new Map()).set(stage, applicable));
		return applicable;
	};
	return ({stage, marks, role}) =>
		marks.length === 0
			? rulesForStage(stage, role)
			: [...new Set([stage, ...marks].flatMap(each => rulesForStage(each, role)))];
}

/** Made once for a row and passed to each of its rules. */
export function rowContextOf(entry: Entry, facts: RuleFacts, memory: RuleMemory): RowContext {
	const {row, failures, lastIdleGap, drainedAtBytes, tlsStartedAt, tls} = entry;
	const handed = (row.process?.bytesWritten ?? 0) - drainedAtBytes;
	const {netns, pair, listener} = row;
	return {
		row,
		failures,
		quietPeriod: lastIdleGap,
		// The count starts anew with a new handle, as for TLS over a socket that was plain before.
		handedBytes: handed < 0 ? null : handed,
		upgradedAt: tls.isUpgraded ? tlsStartedAt : null,
		tlsOffer: tls.offer,
		disagreement: confirmedDisagreement(entry),
		pair: pair === null ? null : (facts.rows.get(pair) ?? null),
		process: facts.threadOf(row),
		listener: listener === null ? null : (facts.rows.get(listener) ?? null),
		kernelSummary: netns === null ? null : (facts.kernelSummaries.get(netns) ?? null),
		facts,
		memory,
		now: facts.now,
	};
}
