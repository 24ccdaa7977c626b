/** What the rules are shown of a row, and which rules are asked of it at all. */

import type {Memory, RowRule, RowSituation, World} from '../../domain/diagnosis/diagnosis.ts';
import type {Row, Stage} from '../../domain/row.ts';
import {confirmedDisagreement} from '../join/disagreements.ts';
import type {Entry} from '../table/entry.ts';

/** @returns the rules that a row in its stage, with its marks and its role, is asked by */
export function rowRulesFor(rules: readonly RowRule[]): (row: Row) => readonly RowRule[] {
	const byRole = new Map<Row['role'], Map<Stage, readonly RowRule[]>>();
	const asks = ({stages, roles}: RowRule, stage: Stage, role: Row['role']): boolean =>
		(stages === null || stages.includes(stage)) &&
		(roles === null || (role !== null && roles.includes(role)));
	const ofStage = (stage: Stage, role: Row['role']): readonly RowRule[] => {
		const known = byRole.get(role)?.get(stage);
		if (known !== undefined) return known;
		const asked = rules.filter(rule => asks(rule, stage, role));
		byRole.set(role, (byRole.get(role) ?? new Map()).set(stage, asked));
		return asked;
	};
	return ({stage, marks, role}) =>
		marks.length === 0
			? ofStage(stage, role)
			: [...new Set([stage, ...marks].flatMap(each => ofStage(each, role)))];
}

/** Made once for a row and shown to each of its rules. */
export function situationOf(entry: Entry, world: World, memory: Memory): RowSituation {
	const {row, failures, lastIdleGap: rest} = entry;
	const {netns, pair, listener} = row;
	return {
		row,
		failures,
		rest,
		views: confirmedDisagreement(entry),
		pair: pair === null ? null : (world.rows.get(pair) ?? null),
		process: world.processOf(row),
		listener: listener === null ? null : (world.rows.get(listener) ?? null),
		kernel: netns === null ? null : (world.kernel.get(netns) ?? null),
		world,
		memory,
		now: world.now,
	};
}
