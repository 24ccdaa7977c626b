import type {Diagnosis, Rule} from './diagnosis.ts';
import type {Severity} from './severity.ts';

/** A finding that was told and holds. */
export type RaisedFinding = {
	readonly rule: string;
	readonly raisedAt: number;
	severity: Severity;
	/** When it was last found to be as bad as that. */
	severityHeldAt: number;
	/** Its number in the list; null where that had no room. */
	listKey: number | null;
};

export type Subject = Pick<Diagnosis, 'id' | 'pid' | 'program' | 'netns'>;

export type RuleState = {
	/** Since when it holds without a break; null where it does not. */
	holdsSince: number | null;
	/** When it held last. */
	lastHeldAt: number;
	/** What is told of it. */
	raised: RaisedFinding | null;
	/** What the rule has noted. */
	notes: Map<string, {value: number; at: number}> | null;
};

/** All that is held of one row, thread or namespace. */
export type RuleStates = Map<Rule, RuleState>;

/** Where that is kept; null where nothing is. */
export type RuleSubject = {ruleStates: RuleStates | null};
