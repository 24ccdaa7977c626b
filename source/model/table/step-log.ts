/** The steps of all rows, as they are to be recorded, and the counts of what went wrong in them. */

import type {Step} from '../../domain/row.ts';
import {addStep, type Entry} from './entry.ts';

export type StepEvent = {id: string; step: Step};

export type StepLog = {
	/** Adds a step to its row. @param step null where a record is none */
	add(entry: Entry, step: Step | null): void;
	/** @param code text from outside */
	countCode(code: string): void;
	/** Steps since the last call. */
	take(): StepEvent[];
	readonly total: number;
	/** Steps that nobody took. */
	readonly dropped: number;
	readonly byCode: ReadonlyMap<string, number>;
};

/** Steps that wait to be taken, at most. */
const maxPendingSteps = 50_000;

/** Error codes that are counted each for itself, and how much of one is looked at: they come from outside. */
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
