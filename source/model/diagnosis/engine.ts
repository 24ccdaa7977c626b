/**
 * Holds the rules against rows, threads and namespaces, raises what holds for long enough and clears what no longer
 * does. It looks when the clock ticks: at rows that changed, at rows of which something is held, and in turn at some of
 * the others, since time alone makes some rules true.
 */

import type {DiagnosesView, DiagnosisEvent, Finding, Rule, World} from '../../domain/diagnosis/diagnosis.ts';
import type {Held, Place, Subject, Told} from '../../domain/diagnosis/rule-state.ts';
import {severest} from '../../domain/diagnosis/severity.ts';
import type {ProcessRow} from '../../domain/row.ts';
import type {Entry} from '../table/entry.ts';
import type {Rows} from '../table/rows.ts';
import {createBook} from './finding-store.ts';
import {rowRulesFor, situationOf} from './row-situation.ts';
import {createMemory, heldOf, isIdle} from './rule-memory.ts';
import {allRules} from './rules/index.ts';

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
/** All of a small table are looked at in a second, of a larger one in two, and of a very large one more slowly. */
const othersATick = (rows: number): number => Math.min(1000, Math.max(250, Math.ceil(rows / 8)));

/**
 * @param world is read anew with each look
 * @param onFailure A rule has thrown: it is asked no longer.
 */
export function createDiagnoses(
	rows: Rows,
	world: World,
	rules: readonly Rule[] = allRules,
	onFailure: (rule: string, error: unknown) => void = () => {},
): Diagnoses {
	const book = createBook();
	const processRules = rules.filter(rule => rule.of === 'process');
	const namespaceRules = rules.filter(rule => rule.of === 'namespace');
	const rulesOfRow = rowRulesFor(rules.filter(rule => rule.of === 'row'));
	const {memory, turnTo} = createMemory();
	const ofThreads = new Map<ProcessRow, Place>();
	const ofNamespaces = new Map<string, Place>();
	const failed = new Set<string>();
	/** Rows of which something is held. */
	const held = new Set<Entry>();
	const nextHeld = inTurn(() => held.values());
	const nextRow = inTurn(() => rows.entries.values());
	let isFinished = false;

	function clear(it: Held): void {
		if (it.told === null) return;
		book.clear(it.told, world.now);
		it.told = null;
	}

	/** Asks one rule about one subject. @param isEnd as of `settle` */
	function ask<Situation>(
		rule: Rule & {find(situation: Situation): Finding | null},
		situation: Situation,
		place: Place,
		subject: Subject,
		isEnd: boolean,
	): void {
		// Millions are asked, of which mostly none is silenced.
		if (isSilent(book.ignored, rule) || isSilent(failed, rule)) return;
		turnTo(rule, place, world.now);
		let finding: Finding | null;
		try {
			finding = rule.find(situation);
		} catch (error) {
			failed.add(rule.name);
			forget(rule.name);
			onFailure(rule.name, error);
			return;
		}

		const known = place.ruleStates?.get(rule);
		if (known !== undefined) settle(rule, known, finding, subject, isEnd);
		else if (finding !== null) settle(rule, heldOf(place, rule), finding, subject, isEnd);
	}

	/**
	 * @param isEnd nothing will be looked at any more: what has happened need not hold for long, and what holds no
	 *   longer only because all has ended is not taken back
	 */
	function settle(rule: Rule, it: Held, finding: Finding | null, subject: Subject, isEnd: boolean): void {
		const {now} = world;
		if (finding === null) {
			it.since = null;
			if (!isEnd && now - it.lastAt >= rule.clearAfterMs) clear(it);
			return;
		}

		it.since ??= now;
		it.lastAt = now;
		const isRipe = now - it.since >= rule.raiseAfterMs || (isEnd && rule.of === 'row' && rule.isPast);
		if (it.told !== null) book.update(it.told, rule, finding, named(subject), now);
		else if (isRipe) it.told = book.raise(rule, finding, named(subject), now);
	}

	function lookAtRow(entry: Entry, isEnd: boolean): void {
		const {row: subject} = entry;
		const situation = situationOf(entry, world, memory);
		const asked = rulesOfRow(subject);
		for (const rule of asked) ask(rule, situation, entry, subject, isEnd);
		if (entry.ruleStates === null) return;
		// What was held of it in another stage.
		for (const [rule, it] of entry.ruleStates) {
			if (rule.of === 'row' && !asked.includes(rule)) settle(rule, it, null, subject, isEnd);
		}

		mark(entry);
	}

	/** The row says what is told of it, the worst first. */
	function mark(entry: Entry): void {
		const {row, ruleStates: findings} = entry;
		const told: Told[] = [];
		for (const [rule, it] of findings ?? []) {
			if (it.told !== null) told.push(it.told);
			else if (isIdle(it)) findings?.delete(rule);
		}

		if (findings === null || findings.size === 0) {
			held.delete(entry);
			entry.ruleStates = null;
		} else {
			held.add(entry);
		}

		const worstFirst = told.length > 1 ? severest(told) : told;
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

	function lookAtRows(): void {
		const seen = new Set<Entry>();
		const at = (entry: Entry): void => {
			if (seen.has(entry)) return;
			seen.add(entry);
			lookAtRow(entry, false);
		};
		for (const entry of rows.takeTouchedEntries(changedATick)) at(entry);
		for (let left = Math.min(heldATick, held.size); left > 0; left--) nextHeld(at);
		const {size} = rows.entries;
		for (let left = Math.min(othersATick(size), size); left > 0; left--) nextRow(at);
	}

	/** Threads and namespaces: there are few, and all are looked at. */
	function lookAtOthers(isEnd: boolean): void {
		const {now} = world;
		for (const process of world.processes) {
			const {pid, program, netns} = process;
			const place = placeOf(ofThreads, process);
			const situation = {process, world, memory, now};
			for (const rule of processRules) ask(rule, situation, place, {id: null, pid, program, netns}, isEnd);
		}

		for (const [netns, kernel] of world.kernel) {
			const place = placeOf(ofNamespaces, netns);
			const situation = {netns, kernel, world, memory, now};
			const subject = {id: null, pid: null, program: '', netns};
			for (const rule of namespaceRules) ask(rule, situation, place, subject, isEnd);
		}

		forgetGone(ofThreads, new Set(world.processes));
		forgetGone(ofNamespaces, new Set(world.kernel.keys()));
	}

	function forgetGone<Key>(places: Map<Key, Place>, living: ReadonlySet<Key>): void {
		if (places.size === living.size) return;
		for (const [key, {ruleStates: findings}] of places) {
			if (living.has(key)) continue;
			for (const it of findings?.values() ?? []) clear(it);
			places.delete(key);
		}
	}

	/** All that is held by one rule. */
	function forget(rule: string): void {
		const forgetIn = ({ruleStates: findings}: Place): void => {
			for (const [known, it] of findings ?? []) {
				if (known.name !== rule) continue;
				clear(it);
				findings?.delete(known);
			}
		};
		for (const entry of [...held]) {
			forgetIn(entry);
			mark(entry);
		}

		for (const place of [...ofThreads.values(), ...ofNamespaces.values()]) forgetIn(place);
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
			lookAtOthers(false);
			return book.version !== before;
		},
		finish() {
			for (const entry of [...rows.entries.values()]) lookAtRow(entry, true);
			lookAtOthers(true);
			isFinished = true;
		},
		leaves(entry) {
			// It may never have been looked at: a short life, and no place for closed rows.
			if (!isFinished) lookAtRow(entry, true);
			for (const it of entry.ruleStates?.values() ?? []) clear(it);
			entry.ruleStates = null;
			held.delete(entry);
		},
		setIgnored(rule, on) {
			if (book.setIgnored(rule, on) && on) forget(rule);
		},
	};
}

/** What a finding keeps of its subject, which may be a whole row. */
const named = ({id, pid, program, netns}: Subject): Subject => ({id, pid, program, netns});

const isSilent = (names: ReadonlySet<string>, {name}: Rule): boolean => names.size > 0 && names.has(name);

function placeOf<Key>(places: Map<Key, Place>, key: Key): Place {
	const known = places.get(key);
	if (known !== undefined) return known;
	const place: Place = {ruleStates: null};
	places.set(key, place);
	return place;
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
