/** Completion at the cursor of a filter: the language's names, and values of the rows. */

import type {Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {type CompletionTarget, completionTargetAt} from './cursor-context.ts';
import {filterLimit, parseFilter} from './index.ts';
import type {WordValues} from './word-kinds.ts';
import {type FilterWord, wordsBegunBy, wordsByName} from './words.ts';

export type Completion = {
	/** The range of the text that a candidate replaces, as UTF-16 indexes. */
	from: number;
	to: number;
	/** In filter syntax, most likely first; empty when nothing matches. */
	candidates: readonly string[];
	/** The list is cut. */
	hasMore: boolean;
	/** The common prefix of all candidates, when longer than the typed text; else null. */
	common: string | null;
};

/** Candidates returned, at most … */
const candidateLimit = 100;
/** … and distinct row values considered, at most. */
const distinctValueLimit = 1000;
const valueLimit = 120;

/**
 * Each offered value parses, and its row passes the filter.
 *
 * @param cursor a UTF-16 index into the text
 * @param rows read for the values of words without fixed names
 * @returns null when nothing can be completed: in quotes, in a regular expression, after a word for amounts
 */
export const completionsOf = (text: string, cursor: number, rows: Iterable<Row>): Completion | null => {
	const target = completionTargetAt(text, cursor, name => wordsByName.has(name));
	if (target === null) {
		return null;
	}
	if (target.type === 'name') {
		const names = wordsBegunBy(target.begun.toLowerCase()).map(({word}) => `${word}:`);
		return toCompletion(target, target.begun, names, false);
	}
	const values = wordsByName.get(target.word)?.values ?? null;
	return (
		values && completeValue(values.isList ? listItemAt(target, text, cursor) : target, values, rows, text)
	);
};

/** The value at the cursor. */
export type OpenValue = {
	word: FilterWord;
	/** The matching names, and the missing rest of each. */
	names: readonly string[];
	suffixes: readonly string[];
};

/** @returns null when the cursor is in no value of a known word */
export const openValueAt = (text: string, cursor: number): OpenValue | null => {
	const target = completionTargetAt(text, cursor, name => wordsByName.has(name));
	const word = target?.type === 'value' ? wordsByName.get(target.word) : undefined;
	if (target?.type !== 'value' || word === undefined) {
		return null;
	}
	const {values} = word;
	const begun = (values?.isList ? listItemAt(target, text, cursor) : target).begun.toLowerCase();
	const names = values?.names.filter(name => name.startsWith(begun)) ?? [];
	return {word, names, suffixes: names.map(name => name.slice(begun.length))};
};

type ValueTarget = Extract<CompletionTarget, {type: 'value'}>;

/** The list item at the cursor. A quoted list has only one. */
const listItemAt = (target: ValueTarget, text: string, cursor: number): ValueTarget => {
	if (target.isQuoted) {
		return target;
	}
	const before = target.begun.lastIndexOf(',') + 1;
	const comma = text.slice(cursor, target.to).indexOf(',');
	return {
		...target,
		from: target.from + before,
		to: comma < 0 ? target.to : cursor + comma,
		begun: target.begun.slice(before),
	};
};

const completeValue = (
	target: ValueTarget,
	values: WordValues,
	rows: Iterable<Row>,
	text: string,
): Completion => {
	const begun = target.begun.toLowerCase();
	const rowValues = collectValues(begun, values, rows);
	for (const name of values.names) {
		if (name.startsWith(begun) && !rowValues.begin.has(name)) {
			rowValues.begin.set(name, {count: 0, row: null});
		}
	}
	// Matches inside a value count only when no value has the prefix.
	const matching = rowValues.begin.size > 0 ? rowValues.begin : rowValues.contain;
	const order = [...matching].sort(([one, {count}], [other, rival]) => {
		const byNameOrder = values.names.indexOf(one) - values.names.indexOf(other);
		return rival.count - count || byNameOrder || (one < other ? -1 : 1);
	});
	const room = filterLimit - (text.length - (target.to - target.from));
	const candidates: string[] = [];
	for (const [value, {row}] of order) {
		const spellings = target.isQuoted ? [quote(value)] : [quoteIfNeeded(value), quote(value)];
		const candidate = spellings.find(way => way.length <= room && isValidCandidate(target, way, row));
		if (candidate !== undefined) {
			candidates.push(candidate);
		}
		if (candidates.length > candidateLimit) {
			break;
		}
	}
	const typed = `${target.isQuoted ? '"' : ''}${target.begun}`;
	return toCompletion(target, typed, candidates.slice(0, candidateLimit), candidates.length > candidateLimit);
};

type ValueCounts = Map<string, {count: number; row: Row | null}>;

const collectValues = (
	begun: string,
	{read}: WordValues,
	rows: Iterable<Row>,
): {begin: ValueCounts; contain: ValueCounts} => {
	const begin: ValueCounts = new Map();
	const contain: ValueCounts = new Map();
	for (const row of rows) {
		for (const value of read(row, begun)) {
			const typable = value === null ? '' : typeablePrefix(value);
			const small = typable.toLowerCase();
			if (typable === '' || !small.includes(begun)) {
				continue;
			}
			const counts = small.startsWith(begun) ? begin : contain;
			const existing = counts.get(typable);
			if (existing) {
				existing.count++;
			} else if (counts.size < distinctValueLimit) {
				counts.set(typable, {count: 1, row});
			}
		}
	}
	return {begin, contain};
};

/** The value up to the first unprintable character: text words match substrings. */
const typeablePrefix = (value: string): string => {
	const short = value.length > valueLimit ? [...value.slice(0, valueLimit)].slice(0, -1).join('') : value;
	const visible = sanitize(short);
	return visible === short ? short : commonPrefix(short, visible);
};

/** Quoted when the grammar would end it or read it differently. */
const quoteIfNeeded = (value: string): string =>
	/^[^\s()"\\<>=!][^\s()"\\]*$/u.test(value) ? value : quote(value);

const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

const isValidCandidate = ({word, operator}: ValueTarget, candidate: string, row: Row | null): boolean => {
	const parsed = parseFilter(`${word}:${operator}${candidate}`);
	return parsed.ok && (row === null || parsed.filter.matches(row, row.openedAt));
};

const toCompletion = (
	{from, to}: CompletionTarget,
	typed: string,
	candidates: readonly string[],
	more: boolean,
): Completion => {
	const shared = candidates.reduce(commonPrefix, candidates[0] ?? '');
	// Half an escape is a prefix of no value.
	const common = shared.startsWith('"') && candidates.length > 1 ? shared.replace(/\\$/, '') : shared;
	const isLonger =
		common !== typed &&
		common.toLowerCase().replace(/^"/, '').startsWith(typed.toLowerCase().replace(/^"/, ''));
	return {from, to, candidates, hasMore: more, common: !more && isLonger ? common : null};
};

const commonPrefix = (one: string, other: string): string => {
	const letters = [...one];
	let length = 0;
	for (const letter of letters) {
		if (!other.startsWith(letter, length)) {
			break;
		}
		length += letter.length;
	}
	return one.slice(0, length);
};
