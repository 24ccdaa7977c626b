/** The findings that were told: those that hold, the newest of those that no longer do, and what is to be recorded. */

import type {
	DiagnosesView,
	Diagnosis,
	DiagnosisEvent,
	Finding,
	Rule,
} from '../../domain/diagnosis/diagnosis.ts';
import type {Subject, Told} from '../../domain/diagnosis/rule-state.ts';
import {type Severity, severities} from '../../domain/diagnosis/severity.ts';

/** Findings that are listed while they hold, at most; more are counted, and their rows say so. */
const listedLimit = 2000;
/** Of them by one rule, so that it leaves room for the others; of what is only worth knowing fewer. */
const ofRuleLimit = {info: 500, warn: 1000, error: 1000};
/** So many of each rule are listed beyond that: a rule that seldom tells is not kept out by those that tell of thousands. */
const firstOfRule = 10;
/** Those that no longer hold, the newest; what is only worth knowing goes first. */
const pastKept = 500;
const eventsKept = 10_000;
/** What is told again because its text has changed, at most once in this time. */
const againMs = 10_000;

export type Book = DiagnosesView & {
	raise(rule: Rule, finding: Finding, subject: Subject, now: number): Told;
	/** It holds still, and this is what it says now. */
	update(told: Told, rule: Rule, finding: Finding, subject: Subject, now: number): void;
	clear(told: Told, now: number): void;
	/** @returns whether that is new */
	setIgnored(rule: string, on: boolean): boolean;
	takeEvents(): DiagnosisEvent[];
};

type Count = {now: number; total: number; worst?: Diagnosis};

export function createBook(): Book {
	const list = new Map<number, Diagnosis>();
	const past = {info: new Set<number>(), worse: new Set<number>()};
	const counts = new Map<string, Count>();
	/** How many of each rule are listed and hold. */
	const listed = new Map<string, number>();
	const ignored = new Set<string>();
	/** What was recorded last of each that holds. */
	const recorded = new Map<number, {at: number; message: string; severity: Severity}>();
	let events: DiagnosisEvent[] = [];
	let dropped = 0;
	let lastKey = 0;
	let version = 0;

	function record(event: DiagnosisEvent['event'], at: number, diagnosis: Diagnosis): void {
		if (events.length < eventsKept) events.push({event, at, diagnosis});
		else dropped++;
	}

	function countOf(rule: string): Count {
		const known = counts.get(rule) ?? {now: 0, total: 0};
		counts.set(rule, known);
		return known;
	}

	function put(diagnosis: Diagnosis): void {
		list.set(diagnosis.key, diagnosis);
		const count = countOf(diagnosis.rule);
		const {worst} = count;
		const isWorst = worst === undefined || rankOf(diagnosis) >= rankOf(worst);
		if (isWorst) count.worst = diagnosis;
	}

	function raised(diagnosis: Diagnosis, now: number): void {
		const {key, message, severity} = diagnosis;
		recorded.set(key, {at: now, message, severity});
		record('raised', now, diagnosis);
	}

	/** @returns whether there was room */
	function enter(told: Told, {name, phase}: Rule, finding: Finding, subject: Subject, now: number): boolean {
		const {severity, raisedAt} = told;
		const ofRule = listed.get(name) ?? 0;
		const isFull = recorded.size >= listedLimit && ofRule >= firstOfRule;
		if (isFull || ofRule >= ofRuleLimit[severity]) return false;
		listed.set(name, ofRule + 1);
		told.key = ++lastKey;
		const diagnosis: Diagnosis = {
			...{key: lastKey, rule: name, phase},
			...finding,
			...subject,
			...{severity, raisedAt, clearedAt: null},
		};
		put(diagnosis);
		raised(diagnosis, now);
		return true;
	}

	function forgetOldest(): void {
		const keys = past.info.size > 0 ? past.info : past.worse;
		const [oldest] = keys;
		if (oldest === undefined) return;
		keys.delete(oldest);
		list.delete(oldest);
	}

	return {
		list,
		counts,
		ignored,
		get version() {
			return version;
		},
		get dropped() {
			return dropped;
		},
		raise(rule, finding, subject, now) {
			version++;
			const count = countOf(rule.name);
			count.total++;
			count.now++;
			const severity = finding.severity ?? rule.severity;
			const told: Told = {rule: rule.name, raisedAt: now, severity, asBadAt: now, key: null};
			if (!enter(told, rule, finding, subject, now)) dropped++;
			return told;
		},
		update(told, rule, finding, subject, now) {
			const isOther = grade(told, finding.severity ?? rule.severity, rule.clearAfterMs, now);
			const {severity} = told;
			const before = told.key === null ? undefined : list.get(told.key);
			if (before === undefined) {
				if (isOther || enter(told, rule, finding, subject, now)) version++;
				return;
			}

			const diagnosis: Diagnosis = {...before, phase: rule.phase, ...finding, ...subject, severity};
			put(diagnosis);
			if (isOther || finding.message !== before.message) version++;
			const last = recorded.get(before.key);
			if (last === undefined) return;
			// How bad it is now is told at once.
			const isDue = now - last.at >= againMs && last.message !== finding.message;
			if (isDue || last.severity !== severity) raised(diagnosis, now);
		},
		clear({rule, key}, now) {
			version++;
			countOf(rule).now--;
			const diagnosis = key === null ? undefined : list.get(key);
			if (diagnosis === undefined || key === null) return;
			const cleared: Diagnosis = {...diagnosis, clearedAt: now};
			put(cleared);
			recorded.delete(key);
			listed.set(rule, (listed.get(rule) ?? 1) - 1);
			record('cleared', now, cleared);
			past[cleared.severity === 'info' ? 'info' : 'worse'].add(key);
			if (past.info.size + past.worse.size > pastKept) forgetOldest();
		},
		setIgnored(rule, on) {
			if (ignored.has(rule) === on) return false;
			version++;
			if (on) ignored.add(rule);
			else ignored.delete(rule);
			return true;
		},
		takeEvents() {
			const taken = events;
			events = [];
			return taken;
		},
	};
}

const rankOf = ({severity}: {severity: Severity}): number => severities.indexOf(severity);

/**
 * What gets worse is so at once; what gets better, only when it has stayed so for as long as its end would take.
 *
 * @returns whether it is told as another severity now
 */
function grade(told: Told, severity: Severity, afterMs: number, now: number): boolean {
	if (rankOf({severity}) < rankOf(told) && now - told.asBadAt < afterMs) return false;
	const isOther = told.severity !== severity;
	told.severity = severity;
	told.asBadAt = now;
	return isOther;
}
