/** What the engine holds of one rule about one subject between two looks. */
import type {Diagnosis, Memory, Rule} from './types.ts';

export type Subject = Pick<Diagnosis, 'id' | 'pid' | 'program' | 'netns'>;

export type Held = {
	readonly subject: Subject;
	/** Since when it holds without a break; null where it does not. */
	since: number | null;
	/** When it held last. */
	lastAt: number;
	/** What is told of it. */
	diagnosis: Diagnosis | null;
	/** What the rule has noted. */
	notes: Map<string, {value: number; at: number}> | null;
};

/** All that is held of one row, thread or namespace. */
export type Holder = Map<Rule, Held>;

/** Names that a rule may note of one subject. */
const namesKept = 8;

/** @returns what is held, which begins with this call where nothing was */
export function heldOf(holder: Holder, rule: Rule, subject: Subject): Held {
	const known = holder.get(rule);
	if (known !== undefined) return known;
	const held: Held = {subject, since: null, lastAt: 0, diagnosis: null, notes: null};
	holder.set(rule, held);
	return held;
}

/** Whether there is nothing left to hold. */
export const isIdle = ({since, diagnosis, notes}: Held): boolean =>
	since === null && diagnosis === null && (notes === null || notes.size === 0);

export type MemoryTurn = {
	readonly memory: Memory;
	/** From here on it is this rule's about this subject; a holder is made when something is noted. */
	turnTo(rule: Rule, open: () => Holder, subject: Subject, known: Holder | null, now: number): void;
};

/** One memory for all: a rule is asked about one subject at a time, and most of them note nothing. */
export function createMemory(): MemoryTurn {
	let turn: {rule: Rule; open: () => Holder; subject: Subject; known: Holder | null; now: number} | null =
		null;
	return {
		memory: {
			first(name, value) {
				if (turn === null) return {value, at: 0};
				const {rule, open, subject, now} = turn;
				const held = heldOf(open(), rule, subject);
				held.notes ??= new Map();
				const known = held.notes.get(name);
				if (known !== undefined) return known;
				const noted = {value, at: now};
				if (held.notes.size < namesKept) held.notes.set(name, noted);
				return noted;
			},
			forget(name) {
				if (turn !== null) turn.known?.get(turn.rule)?.notes?.delete(name);
			},
		},
		turnTo(rule, open, subject, known, now) {
			turn = {rule, open, subject, known, now};
		},
	};
}
