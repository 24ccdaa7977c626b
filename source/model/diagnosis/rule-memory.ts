/** The engine's state of one rule for one subject between two passes. */

import type {Rule, RuleMemory} from '../../domain/diagnosis/diagnosis.ts';
import type {RuleState, RuleSubject} from '../../domain/diagnosis/rule-state.ts';

/** Limit of a rule's notes on one subject. */
const noteLimit = 8;

/** @returns the state, created where there was none */
export function ruleStateOf(subject: RuleSubject, rule: Rule): RuleState {
	subject.ruleStates ??= new Map();
	const existing = subject.ruleStates.get(rule);
	if (existing !== undefined) return existing;
	const state: RuleState = {holdsSince: null, lastHeldAt: 0, raised: null, notes: null};
	subject.ruleStates.set(rule, state);
	return state;
}

/** Detects a state with nothing to keep. */
export const isEmptyState = ({holdsSince, raised, notes}: RuleState): boolean =>
	holdsSince === null && raised === null && (notes === null || notes.size === 0);

export type ScopedMemory = {
	readonly memory: RuleMemory;
	/** Switches to this rule and subject. */
	enterScope(rule: Rule, place: RuleSubject, now: number): void;
};

/** One memory for all rules: evaluation is sequential, and most rules note nothing. */
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
				const existing = state.notes.get(name);
				if (existing !== undefined) return existing;
				if (state.notes.size < noteLimit) state.notes.set(name, note);
				return note;
			},
			forget(name) {
				const {rule, place} = scope;
				if (rule !== null) place.ruleStates?.get(rule)?.notes?.delete(name);
			},
		},
		enterScope(rule, place, now) {
			// A hot path: allocates no object.
			scope.rule = rule;
			scope.place = place;
			scope.now = now;
		},
	};
}
