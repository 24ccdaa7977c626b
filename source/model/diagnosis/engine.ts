/**
 * Evaluates the rules for rows, threads and namespaces, raises findings that hold long enough and clears
 * those that no longer hold. It runs at each clock tick: over changed rows, rows with rule states, and a
 * slice of the others, since time alone makes some rules true.
 */

import type {
	DiagnosesView,
	DiagnosisEvent,
	Finding,
	Rule,
	RuleFacts,
} from '../../domain/diagnosis/diagnosis.ts';
import type {RaisedFinding, RuleState, RuleSubject, Subject} from '../../domain/diagnosis/rule-state.ts';
import {sortBySeverity} from '../../domain/diagnosis/severity.ts';
import type {ProcessRow} from '../../domain/row.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import {withRunnableNext} from './evidence/next-step.ts';
import {createFindingStore} from './finding-store.ts';
import {rowContextOf, rowRulesFor} from './row-situation.ts';
import {createRuleMemory, isEmptyState, ruleStateOf} from './rule-memory.ts';
import {allRules} from './rules/index.ts';

export type DiagnosisEngine = DiagnosesView & {
	/** @returns whether anything changed */
	evaluate(): boolean;
	/** The command has ended: raises findings of past events at once, and stops evaluation. */
	finish(): void;
	/** Called before a row is removed. */
	removeRow(entry: Entry): void;
	setIgnored(rule: string, on: boolean): void;
	takeEvents(): DiagnosisEvent[];
};

/** Changed rows evaluated in one tick; the rest waits for the next. */
const changedRowsPerTick = 4000;
/** Rows with rule states, and all others, in slices. */
const statefulRowsPerTick = 2000;
/** A small table is evaluated completely within a second, a larger one in two, a very large one more slowly. */
const otherRowsPerTick = (rows: number): number => Math.min(1000, Math.max(250, Math.ceil(rows / 8)));

/**
 * @param facts read anew in each pass
 * @param onFailure called when a rule has thrown; it is no longer evaluated
 */
export function createDiagnosisEngine(
	rows: Rows,
	facts: RuleFacts,
	rules: readonly Rule[] = allRules,
	onFailure: (rule: string, error: unknown) => void = () => {},
): DiagnosisEngine {
	const store = createFindingStore();
	const processRules = rules.filter(rule => rule.scope === 'process');
	const namespaceRules = rules.filter(rule => rule.scope === 'namespace');
	const rulesForRow = rowRulesFor(rules.filter(rule => rule.scope === 'row'));
	const {memory, enterScope: turnTo} = createRuleMemory();
	const threadSubjects = new Map<ProcessRow, RuleSubject>();
	const namespaceSubjects = new Map<string, RuleSubject>();
	const failedRules = new Set<string>();
	/** Rows with rule states. */
	const statefulRows = new Set<Entry>();
	const visitNextStateful = roundRobin(() => statefulRows.values());
	const visitNextRow = roundRobin(() => rows.entries.values());
	let isFinished = false;

	function clearFinding(state: RuleState): void {
		if (state.raised === null) return;
		store.clear(state.raised, facts.now);
		state.raised = null;
	}

	/**
	 * Evaluates one rule for one subject.
	 *
	 * @param isFinal as of `applyHysteresis`
	 */
	function evaluateRule<Situation>(
		rule: Rule & {find(context: Situation): Finding | null},
		context: Situation,
		ruleSubject: RuleSubject,
		subject: Subject,
		isFinal: boolean,
	): void {
		// A hot path: mostly no rule is ignored.
		if (includesRule(store.ignored, rule) || includesRule(failedRules, rule)) return;
		turnTo(rule, ruleSubject, facts.now);
		let finding: Finding | null;
		try {
			finding = withRunnableNext(rule.find(context), facts);
		} catch (error) {
			failedRules.add(rule.name);
			forgetRule(rule.name);
			onFailure(rule.name, error);
			return;
		}

		const state = ruleSubject.ruleStates?.get(rule);
		if (state !== undefined) applyHysteresis(rule, state, finding, subject, isFinal);
		else if (finding !== null)
			applyHysteresis(rule, ruleStateOf(ruleSubject, rule), finding, subject, isFinal);
	}

	/**
	 * @param isFinal the last evaluation: past events need not hold any longer, and findings whose condition
	 *   ends only with the session are not cleared
	 */
	function applyHysteresis(
		rule: Rule,
		state: RuleState,
		finding: Finding | null,
		subject: Subject,
		isFinal: boolean,
	): void {
		const {now} = facts;
		if (finding === null) {
			state.holdsSince = null;
			if (!isFinal && now - state.lastHeldAt >= rule.clearAfterMs) clearFinding(state);
			return;
		}

		state.holdsSince ??= now;
		state.lastHeldAt = now;
		const isDue =
			now - state.holdsSince >= rule.raiseAfterMs || (isFinal && rule.scope === 'row' && rule.isEvent);
		if (state.raised !== null) store.update(state.raised, rule, finding, subjectFields(subject), now);
		else if (isDue) state.raised = store.raise(rule, finding, subjectFields(subject), now);
	}

	function evaluateRow(entry: Entry, isFinal: boolean): void {
		const {row: subject} = entry;
		const context = rowContextOf(entry, facts, memory);
		const applicableRules = rulesForRow(subject);
		for (const rule of applicableRules) evaluateRule(rule, context, entry, subject, isFinal);
		if (entry.ruleStates === null) return;
		// States from the row's former stage.
		for (const [rule, state] of entry.ruleStates) {
			if (rule.scope === 'row' && !applicableRules.includes(rule))
				applyHysteresis(rule, state, null, subject, isFinal);
		}

		updateRowSeverity(entry);
	}

	/** Updates the row's raised findings, the most severe first. */
	function updateRowSeverity(entry: Entry): void {
		const {row, ruleStates} = entry;
		const raisedFindings: RaisedFinding[] = [];
		for (const [rule, state] of ruleStates ?? []) {
			if (state.raised !== null) raisedFindings.push(state.raised);
			else if (isEmptyState(state)) ruleStates?.delete(rule);
		}

		if (ruleStates === null || ruleStates.size === 0) {
			statefulRows.delete(entry);
			entry.ruleStates = null;
		} else {
			statefulRows.add(entry);
		}

		const worstFirst = raisedFindings.length > 1 ? sortBySeverity(raisedFindings) : raisedFindings;
		const severity = worstFirst[0]?.severity ?? null;
		const isSame =
			severity === row.severity &&
			worstFirst.length === row.diagnoses.length &&
			worstFirst.every(({rule}, index) => rule === row.diagnoses[index]);
		if (isSame) return;
		row.diagnoses = worstFirst.map(({rule}) => rule);
		row.severity = severity;
		rows.touch(entry);
	}

	function evaluateRows(): void {
		const visited = new Set<Entry>();
		const visit = (entry: Entry): void => {
			if (visited.has(entry)) return;
			visited.add(entry);
			evaluateRow(entry, false);
		};
		for (const entry of rows.takeTouchedEntries(changedRowsPerTick)) visit(entry);
		for (let remaining = Math.min(statefulRowsPerTick, statefulRows.size); remaining > 0; remaining--)
			visitNextStateful(visit);
		const {size} = rows.entries;
		for (let remaining = Math.min(otherRowsPerTick(size), size); remaining > 0; remaining--)
			visitNextRow(visit);
	}

	/** Threads and namespaces are few: each pass evaluates all. */
	function evaluateThreadsAndNamespaces(isFinal: boolean): void {
		const {now} = facts;
		for (const process of facts.processes) {
			const {pid, program, netns} = process;
			const ruleSubject = getOrCreate(threadSubjects, process, noStates);
			const context = {process, facts, memory, now};
			for (const rule of processRules)
				evaluateRule(rule, context, ruleSubject, {id: null, pid, program, netns}, isFinal);
		}

		for (const [netns, kernelSummary] of facts.kernelSummaries) {
			const ruleSubject = getOrCreate(namespaceSubjects, netns, noStates);
			const context = {netns, kernelSummary, facts, memory, now};
			const subject = {id: null, pid: null, program: '', netns};
			for (const rule of namespaceRules) evaluateRule(rule, context, ruleSubject, subject, isFinal);
		}

		removeGoneSubjects(threadSubjects, new Set(facts.processes));
		removeGoneSubjects(namespaceSubjects, new Set(facts.kernelSummaries.keys()));
	}

	function removeGoneSubjects<Key>(subjects: Map<Key, RuleSubject>, living: ReadonlySet<Key>): void {
		if (subjects.size === living.size) return;
		for (const [key, {ruleStates}] of subjects) {
			if (living.has(key)) continue;
			for (const state of ruleStates?.values() ?? []) clearFinding(state);
			subjects.delete(key);
		}
	}

	/** Removes all states of one rule. */
	function forgetRule(rule: string): void {
		const forgetRuleIn = ({ruleStates}: RuleSubject): void => {
			for (const [heldRule, state] of ruleStates ?? []) {
				if (heldRule.name !== rule) continue;
				clearFinding(state);
				ruleStates?.delete(heldRule);
			}
		};
		for (const entry of [...statefulRows]) {
			forgetRuleIn(entry);
			updateRowSeverity(entry);
		}

		for (const place of [...threadSubjects.values(), ...namespaceSubjects.values()]) forgetRuleIn(place);
	}

	return {
		get version() {
			return store.version;
		},
		list: store.list,
		counts: store.counts,
		ignored: store.ignored,
		get dropped() {
			return store.dropped;
		},
		takeEvents: store.takeEvents,
		evaluate() {
			if (isFinished) return false;
			const before = store.version;
			evaluateRows();
			evaluateThreadsAndNamespaces(false);
			return store.version !== before;
		},
		finish() {
			for (const entry of [...rows.entries.values()]) evaluateRow(entry, true);
			evaluateThreadsAndNamespaces(true);
			isFinished = true;
		},
		removeRow(entry) {
			// The row may never have been evaluated: short-lived, without room among the closed rows.
			if (!isFinished) evaluateRow(entry, true);
			for (const it of entry.ruleStates?.values() ?? []) clearFinding(it);
			entry.ruleStates = null;
			statefulRows.delete(entry);
		},
		setIgnored(rule, on) {
			if (store.setIgnored(rule, on) && on) forgetRule(rule);
		},
	};
}

/** Copies the fields that a finding keeps, since the subject may be a whole row. */
const subjectFields = ({id, pid, program, netns}: Subject): Subject => ({id, pid, program, netns});

const includesRule = (names: ReadonlySet<string>, {name}: Rule): boolean => names.size > 0 && names.has(name);

const noStates = (): RuleSubject => ({ruleStates: null});

/** @returns a function that visits the next entries of a changing set, and starts again after the last */
function roundRobin(createIterator: () => Iterator<Entry>): (visit: (entry: Entry) => void) => void {
	let iterator = createIterator();
	return visit => {
		let next = iterator.next();
		if (next.done) {
			iterator = createIterator();
			next = iterator.next();
		}

		if (!next.done) visit(next.value);
	};
}
