/** The steps of all rows, as they are to be recorded, and the counts of what went wrong in them. */

import type {Step} from '../../domain/row.ts';
import {addStep, type Entry} from './entry.ts';

export type StepEvent = {id: string; step: Step};

export type StepLog = {
	/** Adds a step to its row. @param step null where a record is none */
	note(entry: Entry, step: Step | null): void;
	/** @param code text from outside */
	countCode(code: string): void;
	/** Steps since the last call. */
	take(): StepEvent[];
	readonly seen: number;
	/** Steps that nobody took. */
	readonly lost: number;
	readonly byCode: ReadonlyMap<string, number>;
};

/** Steps that wait to be taken, at most. */
const stepsWaiting = 50_000;

/** Error codes that are counted each for itself, and how much of one is looked at: they come from outside. */
const codesKept = 100;
const codeLength = 64;

export function createStepLog(): StepLog {
	const byCode = new Map<string, number>();
	let steps: StepEvent[] = [];
	let seen = 0;
	let lost = 0;
	return {
		note(entry, step) {
			if (step === null) return;
			seen++;
			addStep(entry, step);
			if (steps.length < stepsWaiting) steps.push({id: entry.row.id, step});
			else lost++;
		},
		countCode(whole) {
			const code = whole.slice(0, codeLength);
			const key = byCode.has(code) || byCode.size < codesKept ? code : 'other';
			byCode.set(key, (byCode.get(key) ?? 0) + 1);
		},
		take() {
			const taken = steps;
			steps = [];
			return taken;
		},
		get seen() {
			return seen;
		},
		get lost() {
			return lost;
		},
		byCode,
	};
}
