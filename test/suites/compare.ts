/** What differs between the modes, and whether the hook did it. */
import {endOfProcess, type Outcomes} from './outcomes.ts';

/** The names whose outcomes differ; a test that did not run at all differs from one that did. */
export const differing = (one: Outcomes, other: Outcomes): string[] =>
	[...new Set([...one.keys(), ...other.keys()])].filter(name => one.get(name) !== other.get(name)).sort();

export type Counts = {tests: number; passed: number; failed: number; skipped: number};

export const count = (outcomes: Outcomes): Counts => {
	const counts = {tests: 0, passed: 0, failed: 0, skipped: 0};
	for (const [name, outcome] of outcomes) {
		if (name.endsWith(endOfProcess)) continue;
		counts.tests++;
		counts[outcome]++;
	}

	return counts;
};

export const addCounts = (one: Counts, other: Counts): Counts => ({
	tests: one.tests + other.tests,
	passed: one.passed + other.passed,
	failed: one.failed + other.failed,
	skipped: one.skipped + other.skipped,
});

/** The outcomes of one test in all runs of a mode; undefined where it did not run. */
export type Tally = Record<'plain' | 'blank' | 'hooked', (string | undefined)[]>;

/**
 * - `unsteady`: without the hook, too, it ends now so, now so
 * - `preload`: an empty preload in NODE_OPTIONS does the same
 * - `once`: in no repeat did it differ again
 * - `hook`: it differs under the hook alone
 */
export type Verdict = 'unsteady' | 'preload' | 'once' | 'hook';

/** @param tally the first run of each mode first; `blank` has repeats only */
export function judge({plain, blank, hooked}: Tally): Verdict {
	const [usual] = plain;
	const isOther = (outcome: string | undefined) => outcome !== usual;
	if (plain.some(isOther)) return 'unsteady';
	if (blank.length > 0 && blank.every(isOther)) return 'preload';
	if (blank.some(isOther)) return 'unsteady';
	return hooked.slice(1).some(isOther) || hooked.length === 1 ? 'hook' : 'once';
}

/** "plain 5/5, empty preload 4/4, hooked 0/5" */
export function describeTally({plain, blank, hooked}: Tally): string {
	const passed = (outcomes: readonly unknown[]) =>
		`${outcomes.filter(outcome => outcome === 'passed').length}/${outcomes.length}`;
	return `passed plain ${passed(plain)}, empty preload ${passed(blank)}, hooked ${passed(hooked)}`;
}
