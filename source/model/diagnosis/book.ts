/** The findings that were told: those that hold, the newest of those that no longer do, and what is to be recorded. */
import type {Subject} from './held.ts';
import type {DiagnosesView, Diagnosis, DiagnosisEvent, Finding, Rule} from './types.ts';

/** Findings that hold, at most; more are counted only. */
const heldLimit = 2000;
/** Those that no longer hold, the newest. */
const pastKept = 500;
const eventsKept = 10_000;
/** What is told again because its text has changed, at most once in this time. */
const againMs = 10_000;

export type Book = DiagnosesView & {
	/** @returns null where there is no place */
	raise(rule: Rule, finding: Finding, subject: Subject, now: number): Diagnosis | null;
	/** What it says now. */
	update(diagnosis: Diagnosis, rule: Rule, finding: Finding, now: number): Diagnosis;
	clear(diagnosis: Diagnosis, now: number): void;
	/** @returns whether that is new */
	setIgnored(rule: string, on: boolean): boolean;
	takeEvents(): DiagnosisEvent[];
};

export function createBook(): Book {
	const list = new Map<number, Diagnosis>();
	const past = new Set<number>();
	const counts = new Map<string, {now: number; total: number}>();
	const ignored = new Set<string>();
	/** When each was told last. */
	const toldAt = new Map<number, number>();
	let events: DiagnosisEvent[] = [];
	let dropped = 0;
	let lastKey = 0;
	let version = 0;

	function tell(event: DiagnosisEvent['event'], at: number, diagnosis: Diagnosis): void {
		if (events.length < eventsKept) events.push({event, at, diagnosis});
		else dropped++;
	}

	function countOf(rule: string): {now: number; total: number} {
		const known = counts.get(rule) ?? {now: 0, total: 0};
		counts.set(rule, known);
		return known;
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
			if (list.size - past.size >= heldLimit) {
				dropped++;
				return null;
			}

			count.now++;
			const {severity, phase, name} = rule;
			const diagnosis: Diagnosis = {
				...{key: ++lastKey, rule: name, severity, phase},
				...finding,
				...subject,
				...{raisedAt: now, clearedAt: null},
			};
			list.set(diagnosis.key, diagnosis);
			toldAt.set(diagnosis.key, now);
			tell('raised', now, diagnosis);
			return diagnosis;
		},
		update(diagnosis, {severity, phase}, finding, now) {
			const isSame =
				finding.message === diagnosis.message && (finding.severity ?? severity) === diagnosis.severity;
			const next: Diagnosis = {...diagnosis, severity, phase, ...finding};
			list.set(diagnosis.key, next);
			if (isSame) return next;
			version++;
			if (now - (toldAt.get(diagnosis.key) ?? 0) >= againMs) {
				toldAt.set(diagnosis.key, now);
				tell('raised', now, next);
			}

			return next;
		},
		clear(diagnosis, now) {
			version++;
			countOf(diagnosis.rule).now--;
			const cleared: Diagnosis = {...diagnosis, clearedAt: now};
			list.set(diagnosis.key, cleared);
			toldAt.delete(diagnosis.key);
			past.add(diagnosis.key);
			tell('cleared', now, cleared);
			if (past.size <= pastKept) return;
			const [oldest] = past;
			if (oldest === undefined) return;
			past.delete(oldest);
			list.delete(oldest);
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
