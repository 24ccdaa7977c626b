/** Raised findings: active ones, the newest cleared ones, and those to be recorded. */

import type {
	DiagnosesView,
	Diagnosis,
	DiagnosisEvent,
	Finding,
	Rule,
} from '../../domain/diagnosis/diagnosis.ts';
import type {RaisedFinding, Subject} from '../../domain/diagnosis/rule-state.ts';
import {type Severity, severities} from '../../domain/diagnosis/severity.ts';
import {getOrCreate} from '../../shared/get-or-create.ts';

/** Limit of active findings in the list; further ones are counted and marked on their rows. */
const listedTotalLimit = 2000;
/** Limit for one rule, so that it leaves room for others; lower for 'info'. */
const listedPerRuleLimit = {info: 500, warn: 1000, error: 1000};
/** Places of each rule beyond the total: a rare rule is not displaced by one with thousands of findings. */
const reservedPerRule = 10;
/** Limit of cleared findings, the newest; 'info' is removed first. */
const clearedLimit = 500;
const eventLimit = 10_000;
/** Minimum interval between records of a changed text. */
const updateIntervalMs = 10_000;

export type FindingStore = DiagnosesView & {
	raise(rule: Rule, finding: Finding, subject: Subject, now: number): RaisedFinding;
	/** Updates a finding that still holds. */
	update(raisedFinding: RaisedFinding, rule: Rule, finding: Finding, subject: Subject, now: number): void;
	clear(raised: RaisedFinding, now: number): void;
	/** @returns whether that changed */
	setIgnored(rule: string, on: boolean): boolean;
	takeEvents(): DiagnosisEvent[];
};

type RuleCount = {now: number; total: number; worst?: Diagnosis};

export function createFindingStore(): FindingStore {
	const list = new Map<number, Diagnosis>();
	const clearedKeys = {info: new Set<number>(), worse: new Set<number>()};
	const counts = new Map<string, RuleCount>();
	/** Active listed findings of each rule. */
	const listedPerRule = new Map<string, number>();
	const ignored = new Set<string>();
	/** The last record of each active finding. */
	const lastRecorded = new Map<number, {at: number; message: string; severity: Severity}>();
	let events: DiagnosisEvent[] = [];
	let dropped = 0;
	let lastKey = 0;
	let version = 0;

	function record(event: DiagnosisEvent['event'], at: number, diagnosis: Diagnosis): void {
		if (events.length < eventLimit) events.push({event, at, diagnosis});
		else dropped++;
	}

	function countFor(rule: string): RuleCount {
		return getOrCreate(counts, rule, () => ({now: 0, total: 0}));
	}

	function storeDiagnosis(diagnosis: Diagnosis): void {
		list.set(diagnosis.key, diagnosis);
		const count = countFor(diagnosis.rule);
		const {worst} = count;
		const isWorst = worst === undefined || severityRank(diagnosis) >= severityRank(worst);
		if (isWorst) count.worst = diagnosis;
	}

	function recordRaised(diagnosis: Diagnosis, now: number): void {
		const {key, message, severity} = diagnosis;
		lastRecorded.set(key, {at: now, message, severity});
		record('raised', now, diagnosis);
	}

	/** @returns whether there was room */
	function addToList(
		raisedFinding: RaisedFinding,
		{name, phase}: Rule,
		finding: Finding,
		subject: Subject,
		now: number,
	): boolean {
		const {severity, raisedAt} = raisedFinding;
		const listedOfRule = listedPerRule.get(name) ?? 0;
		const isFull = lastRecorded.size >= listedTotalLimit && listedOfRule >= reservedPerRule;
		if (isFull || listedOfRule >= listedPerRuleLimit[severity]) return false;
		listedPerRule.set(name, listedOfRule + 1);
		lastKey++;
		raisedFinding.listKey = lastKey;
		const diagnosis: Diagnosis = {
			key: lastKey,
			rule: name,
			phase,
			...finding,
			...subject,
			severity,
			raisedAt,
			clearedAt: null,
		};
		storeDiagnosis(diagnosis);
		recordRaised(diagnosis, now);
		return true;
	}

	function evictOldestCleared(): void {
		const keys = clearedKeys.info.size > 0 ? clearedKeys.info : clearedKeys.worse;
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
			const count = countFor(rule.name);
			count.total++;
			count.now++;
			const severity = finding.severity ?? rule.severity;
			const raised: RaisedFinding = {
				rule: rule.name,
				raisedAt: now,
				severity,
				severityHeldAt: now,
				listKey: null,
			};
			if (!addToList(raised, rule, finding, subject, now)) dropped++;
			return raised;
		},
		update(raised, rule, finding, subject, now) {
			const isOther = applySeverityHysteresis(
				raised,
				finding.severity ?? rule.severity,
				rule.clearAfterMs,
				now,
			);
			const {severity} = raised;
			const before = raised.listKey === null ? undefined : list.get(raised.listKey);
			if (before === undefined) {
				if (isOther || addToList(raised, rule, finding, subject, now)) version++;
				return;
			}

			const diagnosis: Diagnosis = {...before, phase: rule.phase, ...finding, ...subject, severity};
			storeDiagnosis(diagnosis);
			if (isOther || finding.message !== before.message) version++;
			const last = lastRecorded.get(before.key);
			if (last === undefined) return;
			// A changed severity is recorded at once.
			const isDue = now - last.at >= updateIntervalMs && last.message !== finding.message;
			if (isDue || last.severity !== severity) recordRaised(diagnosis, now);
		},
		clear({rule, listKey: key}, now) {
			version++;
			countFor(rule).now--;
			const diagnosis = key === null ? undefined : list.get(key);
			if (diagnosis === undefined || key === null) return;
			const cleared: Diagnosis = {...diagnosis, clearedAt: now};
			storeDiagnosis(cleared);
			lastRecorded.delete(key);
			listedPerRule.set(rule, (listedPerRule.get(rule) ?? 1) - 1);
			record('cleared', now, cleared);
			clearedKeys[cleared.severity === 'info' ? 'info' : 'worse'].add(key);
			if (clearedKeys.info.size + clearedKeys.worse.size > clearedLimit) evictOldestCleared();
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

const severityRank = ({severity}: {severity: Severity}): number => severities.indexOf(severity);

/**
 * A rise in severity applies at once; a fall, only after it has lasted as long as clearing takes.
 *
 * @returns whether the severity changed
 */
function applySeverityHysteresis(
	raisedFinding: RaisedFinding,
	severity: Severity,
	clearAfterMs: number,
	now: number,
): boolean {
	if (
		severityRank({severity}) < severityRank(raisedFinding) &&
		now - raisedFinding.severityHeldAt < clearAfterMs
	)
		return false;
	const isSeverityChanged = raisedFinding.severity !== severity;
	raisedFinding.severity = severity;
	raisedFinding.severityHeldAt = now;
	return isSeverityChanged;
}
