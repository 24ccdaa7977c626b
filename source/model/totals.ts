import type {Totals} from './model.ts';
import type {Parts} from './parts.ts';
import {countsInTotals} from './table/entry.ts';

/** Counts removed rows and those in the table. */
export function totalsOf({rows, stepLog, aggregates}: Parts): Totals {
	const byStage = new Map(rows.removedByStage);
	for (const entry of rows.entries.values()) {
		const {stage} = entry.row;
		if (countsInTotals(entry)) byStage.set(stage, (byStage.get(stage) ?? 0) + 1);
	}

	let count = 0;
	for (const ofStage of byStage.values()) count += ofStage;
	return {
		rows: count,
		steps: stepLog.total,
		byStage,
		byCode: stepLog.byCode,
		kernel: aggregates.totals,
	};
}
