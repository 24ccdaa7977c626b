/** What the engine holds of one rule about one subject between two looks. */

import type {Memory, Rule} from '../../domain/diagnosis/diagnosis.ts';
import type {Held, Place} from '../../domain/diagnosis/rule-state.ts';

/** Names that a rule may note of one subject. */
const namesKept = 8;

/** @returns what is held, which begins with this call where nothing was */
export function heldOf(place: Place, rule: Rule): Held {
	place.ruleStates ??= new Map();
	const known = place.ruleStates.get(rule);
	if (known !== undefined) return known;
	const held: Held = {since: null, lastAt: 0, told: null, notes: null};
	place.ruleStates.set(rule, held);
	return held;
}

/** Whether there is nothing left to hold. */
export const isIdle = ({since, told, notes}: Held): boolean =>
	since === null && told === null && (notes === null || notes.size === 0);

export type MemoryTurn = {
	readonly memory: Memory;
	/** From here on it is this rule's about this subject. */
	turnTo(rule: Rule, place: Place, now: number): void;
};

/** One memory for all: a rule is asked about one subject at a time, and most of them note nothing. */
export function createMemory(): MemoryTurn {
	const turn: {rule: Rule | null; place: Place; now: number} = {
		rule: null,
		place: {ruleStates: null},
		now: 0,
	};
	return {
		memory: {
			first(name, value) {
				const {rule, place, now} = turn;
				const noted = {value, at: now};
				if (rule === null) return noted;
				const held = heldOf(place, rule);
				held.notes ??= new Map();
				const known = held.notes.get(name);
				if (known !== undefined) return known;
				if (held.notes.size < namesKept) held.notes.set(name, noted);
				return noted;
			},
			forget(name) {
				const {rule, place} = turn;
				if (rule !== null) place.ruleStates?.get(rule)?.notes?.delete(name);
			},
		},
		turnTo(rule, place, now) {
			// So often that it may make no object.
			turn.rule = rule;
			turn.place = place;
			turn.now = now;
		},
	};
}
