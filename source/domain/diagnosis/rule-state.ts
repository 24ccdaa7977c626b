import type {Diagnosis, Rule} from './diagnosis.ts';
import type {Severity} from './severity.ts';

/** A finding that was raised and still holds. */
export type RaisedFinding = {
	readonly rule: string;
	readonly raisedAt: number;
	severity: Severity;
	/** When the condition last reached this severity. */
	severityHeldAt: number;
	/** The finding's key in the list; null where the list was full. */
	listKey: number | null;
};

export type Subject = Pick<Diagnosis, 'id' | 'pid' | 'program' | 'netns'>;

export type RuleState = {
	/** Start of the unbroken period in which the condition holds; null where it does not hold. */
	holdsSince: number | null;
	/** When the condition last held. */
	lastHeldAt: number;
	/** The raised finding; null where none is. */
	raised: RaisedFinding | null;
	/** The rule's notes (see `RuleMemory`). */
	notes: Map<string, {value: number; at: number}> | null;
};

/** The states of all rules for one row, thread or namespace. */
export type RuleStates = Map<Rule, RuleState>;

/** The owner of rule states; null until a rule has one. */
export type RuleSubject = {ruleStates: RuleStates | null};
