/**
 * Holds the rules against rows, threads and namespaces, raises what holds for long enough and clears what no longer
 * does. It looks when the clock ticks: at rows that changed, at rows of which something is held, and in turn at some of
 * the others, since time alone makes some rules true.
 */
import type {Entry} from '../entry.ts';
import type {Rows} from '../rows.ts';
import type {ProcessRow} from '../types.ts';
import {createBook} from './book.ts';
import {createMemory, type Held, type Holder, heldOf, isIdle, type Subject} from './held.ts';
import {allRules} from './rules/index.ts';
import {rowRulesFor, severest, situationOf} from './situation.ts';
import type {DiagnosesView, DiagnosisEvent, Finding, Rule, World} from './types.ts';

export type Diagnoses = DiagnosesView & {
	/** @returns whether anything changed */
	look(): boolean;
	/** The command has ended: what has happened is told at once, and nothing is looked at any more. */
	finish(): void;
	/** A row is about to leave the table. */
	leaves(entry: Entry): void;
	setIgnored(rule: string, on: boolean): void;
	takeEvents(): DiagnosisEvent[];
};

/** Rows that changed which are looked at in one tick; the rest waits for the next. */
const changedATick = 4000;
/** Rows of which something is held, and all others, in turn. */
const heldATick = 2000;
const othersATick = 1000;

/** @param world is read anew with each look */
export function createDiagnoses(rows: Rows, world: World, rules: readonly Rule[] = allRules): Diagnoses {
	const book = createBook();
	const processRules = rules.filter(rule => rule.of === 'process');
	const namespaceRules = rules.filter(rule => rule.of === 'namespace');
	const rulesOfRow = rowRulesFor(rules.filter(rule => rule.of === 'row'));
	const {memory, turnTo} = createMemory();
	const ofThreads = new Map<ProcessRow, Holder>();
	const ofNamespaces = new Map<string, Holder>();
	/** Rows of which something is held. */
	const held = new Set<Entry>();
	const nextHeld = inTurn(() => held.values());
	const nextRow = inTurn(() => rows.entries.values());
	let isFinished = false;

	function clear(it: Held): void {
		if (it.diagnosis === null) return;
		book.clear(it.diagnosis, world.now);
		it.diagnosis = null;
	}

	/** @param isEnd nothing will be looked at any more: what has happened need not hold for long */
	function settle(rule: Rule, it: Held, finding: Finding | null, isEnd: boolean): void {
		const {now} = world;
		if (finding === null) {
			it.since = null;
			if (now - it.lastAt >= rule.clearAfterMs) clear(it);
			return;
		}

		it.since ??= now;
		it.lastAt = now;
		const isRipe = now - it.since >= rule.raiseAfterMs || (isEnd && rule.of === 'row' && rule.isPast);
		if (it.diagnosis !== null) it.diagnosis = book.update(it.diagnosis, rule, finding, now);
		else if (isRipe) it.diagnosis = book.raise(rule, finding, it.subject, now);
	}

	function lookAtRow(entry: Entry, isEnd: boolean): void {
		const {row} = entry;
		const {id, pid, program, netns} = row;
		const subject: Subject = {id, pid, program, netns};
		const open = (): Holder => {
			entry.findings ??= new Map();
			return entry.findings;
		};
		const situation = situationOf(entry, world, memory);
		const asked = rulesOfRow(row);
		for (const rule of asked) {
			if (book.ignored.has(rule.name)) continue;
			turnTo(rule, open, subject, entry.findings, world.now);
			const finding = rule.find(situation);
			const known = entry.findings?.get(rule);
			if (known !== undefined) settle(rule, known, finding, isEnd);
			else if (finding !== null) settle(rule, heldOf(open(), rule, subject), finding, isEnd);
		}

		if (entry.findings === null) return;
		// What was held of it in another stage.
		for (const [rule, it] of entry.findings) {
			if (rule.of === 'row' && !asked.includes(rule)) settle(rule, it, null, isEnd);
		}

		mark(entry);
	}

	/** The row says what is told of it, the worst first. */
	function mark(entry: Entry): void {
		const {row, findings} = entry;
		for (const [rule, it] of findings ?? []) if (isIdle(it)) findings?.delete(rule);
		if (findings === null || findings.size === 0) {
			held.delete(entry);
			entry.findings = null;
		} else {
			held.add(entry);
		}

		const told = severest([...(findings?.values() ?? [])].flatMap(({diagnosis}) => diagnosis ?? []));
		const names = told.map(({rule}) => rule);
		const severity = told[0]?.severity ?? null;
		if (severity === row.severity && names.join() === row.diagnoses.join()) return;
		row.diagnoses = names;
		row.severity = severity;
		rows.touch(entry);
	}

	function lookAtRows(): void {
		const seen = new Set<Entry>();
		const at = (entry: Entry): void => {
			if (seen.has(entry) || !rows.entries.has(entry.row.id)) return;
			seen.add(entry);
			lookAtRow(entry, false);
		};
		for (const entry of rows.takeTouched(changedATick)) at(entry);
		for (let left = Math.min(heldATick, held.size); left > 0; left--) nextHeld(at);
		for (let left = Math.min(othersATick, rows.entries.size); left > 0; left--) nextRow(at);
	}

	/** Threads and namespaces: there are few, and all are looked at. */
	function lookAtOthers(): void {
		const {now} = world;
		for (const process of world.processes) {
			const {pid, program, netns} = process;
			const holder = holderOf(ofThreads, process);
			for (const rule of processRules) {
				ask(rule, holder, {id: null, pid, program, netns}, () => rule.find({process, world, memory, now}));
			}
		}

		for (const [netns, kernel] of world.kernel) {
			const holder = holderOf(ofNamespaces, netns);
			for (const rule of namespaceRules) {
				const subject = {id: null, pid: null, program: '', netns};
				ask(rule, holder, subject, () => rule.find({netns, kernel, world, memory, now}));
			}
		}

		forgetGone(ofThreads, new Set(world.processes));
		forgetGone(ofNamespaces, new Set(world.kernel.keys()));
	}

	function ask(rule: Rule, holder: Holder, subject: Subject, find: () => Finding | null): void {
		if (book.ignored.has(rule.name)) return;
		turnTo(rule, () => holder, subject, holder, world.now);
		const finding = find();
		const known = holder.get(rule);
		if (known !== undefined) settle(rule, known, finding, false);
		else if (finding !== null) settle(rule, heldOf(holder, rule, subject), finding, false);
	}

	function forgetGone<Key>(holders: Map<Key, Holder>, living: ReadonlySet<Key>): void {
		if (holders.size === living.size) return;
		for (const [key, holder] of holders) {
			if (living.has(key)) continue;
			for (const it of holder.values()) clear(it);
			holders.delete(key);
		}
	}

	return {
		get version() {
			return book.version;
		},
		list: book.list,
		counts: book.counts,
		ignored: book.ignored,
		get dropped() {
			return book.dropped;
		},
		takeEvents: book.takeEvents,
		look() {
			if (isFinished) return false;
			const before = book.version;
			lookAtRows();
			lookAtOthers();
			return book.version !== before;
		},
		finish() {
			for (const entry of [...rows.entries.values()]) lookAtRow(entry, true);
			lookAtOthers();
			isFinished = true;
		},
		leaves(entry) {
			// It may never have been looked at: a short life, and no place for closed rows.
			if (!isFinished) lookAtRow(entry, true);
			for (const it of entry.findings?.values() ?? []) clear(it);
			entry.findings = null;
			held.delete(entry);
		},
		setIgnored(rule, on) {
			if (!book.setIgnored(rule, on) || !on) return;
			const forget = (holder: Holder | null): void => {
				for (const [known, it] of holder ?? []) {
					if (known.name !== rule) continue;
					clear(it);
					holder?.delete(known);
				}
			};
			for (const entry of [...held]) {
				forget(entry.findings);
				mark(entry);
			}

			for (const holder of [...ofThreads.values(), ...ofNamespaces.values()]) forget(holder);
		},
	};
}

function holderOf<Key>(holders: Map<Key, Holder>, key: Key): Holder {
	const known = holders.get(key);
	if (known !== undefined) return known;
	const holder: Holder = new Map();
	holders.set(key, holder);
	return holder;
}

/** @returns what hands out the next of a changing set with each call, and begins anew after the last */
function inTurn(begin: () => Iterator<Entry>): (take: (entry: Entry) => void) => void {
	let iterator = begin();
	return take => {
		let next = iterator.next();
		if (next.done) {
			iterator = begin();
			next = iterator.next();
		}

		if (!next.done) take(next.value);
	};
}
