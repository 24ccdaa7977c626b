import type {Diagnosis, Rule} from './diagnosis.ts';
import type {Severity} from './severity.ts';

/** A finding that was told and holds. */
export type Told = {
	readonly rule: string;
	readonly raisedAt: number;
	severity: Severity;
	/** When it was last found to be as bad as that. */
	asBadAt: number;
	/** Its number in the list; null where that had no room. */
	key: number | null;
};

export type Subject = Pick<Diagnosis, 'id' | 'pid' | 'program' | 'netns'>;

export type Held = {
	/** Since when it holds without a break; null where it does not. */
	since: number | null;
	/** When it held last. */
	lastAt: number;
	/** What is told of it. */
	told: Told | null;
	/** What the rule has noted. */
	notes: Map<string, {value: number; at: number}> | null;
};

/** All that is held of one row, thread or namespace. */
export type Holder = Map<Rule, Held>;

/** Where that is kept; null where nothing is. */
export type Place = {ruleStates: Holder | null};
