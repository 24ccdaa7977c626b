/** What the engine holds of one rule about one subject between two looks. */

import type {Rule, RuleMemory} from '../../domain/diagnosis/diagnosis.ts';
import type {RuleState, RuleSubject} from '../../domain/diagnosis/rule-state.ts';

/** Names that a rule may note of one subject. */
const noteLimit = 8;

/** @returns what is held, which begins with this call where nothing was */
export function ruleStateOf(subject: RuleSubject, rule: Rule): RuleState {
	subject.ruleStates ??= new Map();
	const existing = subject.ruleStates.get(rule);
	if (existing !== undefined) return existing;
	const state: RuleState = {holdsSince: null, lastHeldAt: 0, raised: null, notes: null};
	subject.ruleStates.set(rule, state);
	return state;
}

/** Whether there is nothing left to hold. */
export const isEmptyState = ({holdsSince: since, raised: told, notes}: RuleState): boolean =>
	since === null && told === null && (notes === null || notes.size === 0);

export type ScopedMemory = {
	readonly memory: RuleMemory;
	/** From here on it is this rule's about this subject. */
	enterScope(rule: Rule, place: RuleSubject, now: number): void;
};

/** One memory for all: a rule is asked about one subject at a time, and most of them note nothing. */
export function createRuleMemory(): ScopedMemory {
	const scope: {rule: Rule | null; place: RuleSubject; now: number} = {
		rule: null,
		place: {ruleStates: null},
		now: 0,
	};
	return {
		memory: {
			getOrSet(name, value) {
				const {rule, place, now} = scope;
				const note = {value, at: now};
				if (rule === null) return note;
				const state = ruleStateOf(place, rule);
				state.notes ??= new Map();
				const known = state.notes.get(name);
				if (known !== undefined) return known;
				if (state.notes.size < noteLimit) state.notes.set(name, note);
				return note;
			},
			forget(name) {
				const {rule, place} = scope;
				if (rule !== null) place.ruleStates?.get(rule)?.notes?.delete(name);
			},
		},
		enterScope(rule, place, now) {
			// So often that it may make no object.
			scope.rule = rule;
			scope.place = place;
			scope.now = now;
		},
	};
}
