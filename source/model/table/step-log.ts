/** The steps of all rows on their way to the recorder, and counts of error codes. */

import type {StepEvent} from '../../domain/output.ts';
import type {Step} from '../../domain/row.ts';
import {addStep, type Entry} from './entry.ts';

export type StepLog = {
	/**
	 * Adds a step to its row.
	 *
	 * @param step null where a record is not a step
	 */
	add(entry: Entry, step: Step | null): void;
	/** @param code text from outside */
	countCode(code: string): void;
	/** Steps since the last call. */
	take(): StepEvent[];
	readonly total: number;
	/** Steps dropped before they were taken. */
	readonly dropped: number;
	readonly byCode: ReadonlyMap<string, number>;
};

/** Limit of steps that wait to be taken. */
const maxPendingSteps = 50_000;

/** Limit of distinct error codes, and of a code's length: they come from outside. */
const maxErrorCodes = 100;
const maxCodeLength = 64;

export function createStepLog(): StepLog {
	const byCode = new Map<string, number>();
	let steps: StepEvent[] = [];
	let total = 0;
	let dropped = 0;
	return {
		add(entry, step) {
			if (step === null) return;
			total++;
			addStep(entry, step);
			if (steps.length < maxPendingSteps) steps.push({id: entry.row.id, step});
			else dropped++;
		},
		countCode(rawCode) {
			const code = rawCode.slice(0, maxCodeLength);
			const key = byCode.has(code) || byCode.size < maxErrorCodes ? code : 'other';
			byCode.set(key, (byCode.get(key) ?? 0) + 1);
		},
		take() {
			const taken = steps;
			steps = [];
			return taken;
		},
		get total() {
			return total;
		},
		get dropped() {
			return dropped;
		},
		byCode,
	};
}
