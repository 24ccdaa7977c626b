/** What the text at the cursor of a filter can be completed to: the language's names, and what the rows have. */

import type {Row} from '../../domain/row.ts';
import {sanitize} from '../../text/sanitize.ts';
import {type Place, placeAt} from './cursor-context.ts';
import {filterLimit, parseFilter} from './index.ts';
import type {WordValues} from './word-kinds.ts';
import {words} from './words.ts';

export type Completion = {
	/** The part of the text that a candidate takes the place of, as UTF-16 indexes. */
	from: number;
	to: number;
	/** As they stand in a filter, the likeliest first; none where nothing begins so. */
	candidates: readonly string[];
	/** There are more than these. */
	more: boolean;
	/** What all candidates begin with, where that is more than what is typed; else null. */
	common: string | null;
};

/** Candidates that are handed out … */
const candidatesKept = 100;
/** … and different values of rows that they are chosen from. */
const valuesKept = 1000;
const valueLimit = 120;

const byName = new Map(words.map(one => [one.word, one]));

/**
 * Each value that is offered is understood, and a row that has it passes.
 *
 * @param cursor a UTF-16 index into the text
 * @param rows asked for the values of words whose values are not names
 * @returns null where nothing can be completed: in quotes, in a regular expression, behind a word for amounts
 */
export const completionsOf = (text: string, cursor: number, rows: Iterable<Row>): Completion | null => {
	const place = placeAt(text, cursor, name => byName.has(name));
	if (place === null) {
		return null;
	}
	if (place.type === 'name') {
		const begun = place.begun.toLowerCase();
		const names = words.map(({word}) => `${word}:`).filter(name => name.startsWith(begun));
		return completion(place, place.begun, names, false);
	}
	const values = byName.get(place.word)?.values ?? null;
	return values && ofValues(values.isList ? inList(place, text, cursor) : place, values, rows, text);
};

/** The value that is being typed at the cursor. */
export type OpenValue = {
	word: string;
	/** The names that it can become, and what is missing of each. */
	names: readonly string[];
	rests: readonly string[];
};

/** @returns null where no value of a known word is being typed */
export const openValueAt = (text: string, cursor: number): OpenValue | null => {
	const place = placeAt(text, cursor, name => byName.has(name));
	if (place?.type !== 'value') {
		return null;
	}
	const {values = null} = byName.get(place.word) ?? {};
	const begun = (values?.isList ? inList(place, text, cursor) : place).begun.toLowerCase();
	const names = values?.names.filter(name => name.startsWith(begun)) ?? [];
	return {word: place.word, names, rests: names.map(name => name.slice(begun.length))};
};

type ValuePlace = Extract<Place, {type: 'value'}>;

/** Of a list, the part at the cursor. In quotes it has only one. */
const inList = (place: ValuePlace, text: string, cursor: number): ValuePlace => {
	if (place.isQuoted) {
		return place;
	}
	const before = place.begun.lastIndexOf(',') + 1;
	const comma = text.slice(cursor, place.to).indexOf(',');
	return {
		...place,
		from: place.from + before,
		to: comma < 0 ? place.to : cursor + comma,
		begun: place.begun.slice(before),
	};
};

const ofValues = (place: ValuePlace, values: WordValues, rows: Iterable<Row>, text: string): Completion => {
	const begun = place.begun.toLowerCase();
	const seen = valuesSeen(begun, values, rows);
	for (const name of values.names) {
		if (name.startsWith(begun) && !seen.begin.has(name)) {
			seen.begin.set(name, {count: 0, row: null});
		}
	}
	// In the middle of a value only where none begins so.
	const found = seen.begin.size > 0 ? seen.begin : seen.contain;
	const order = [...found].sort(([one, {count}], [other, rival]) => {
		const known = values.names.indexOf(one) - values.names.indexOf(other);
		return rival.count - count || known || (one < other ? -1 : 1);
	});
	const room = filterLimit - (text.length - (place.to - place.from));
	const candidates: string[] = [];
	for (const [value, {row}] of order) {
		const ways = place.isQuoted ? [inQuotes(value)] : [written(value), inQuotes(value)];
		const candidate = ways.find(way => way.length <= room && isUnderstood(place, way, row));
		if (candidate !== undefined) {
			candidates.push(candidate);
		}
		if (candidates.length > candidatesKept) {
			break;
		}
	}
	const typed = `${place.isQuoted ? '"' : ''}${place.begun}`;
	return completion(place, typed, candidates.slice(0, candidatesKept), candidates.length > candidatesKept);
};

type Seen = Map<string, {count: number; row: Row | null}>;

const valuesSeen = (begun: string, {read}: WordValues, rows: Iterable<Row>): {begin: Seen; contain: Seen} => {
	const begin: Seen = new Map();
	const contain: Seen = new Map();
	for (const row of rows) {
		for (const value of read(row, begun)) {
			const typable = value === null ? '' : typablePart(value);
			const small = typable.toLowerCase();
			if (typable === '' || !small.includes(begun)) {
				continue;
			}
			const seen = small.startsWith(begun) ? begin : contain;
			const known = seen.get(typable);
			if (known) {
				known.count++;
			} else if (seen.size < valuesKept) {
				seen.set(typable, {count: 1, row});
			}
		}
	}
	return {begin, contain};
};

/** The beginning of a value, up to what cannot be typed or seen: a text is found by any part of it. */
const typablePart = (value: string): string => {
	const short = value.length > valueLimit ? [...value.slice(0, valueLimit)].slice(0, -1).join('') : value;
	const visible = sanitize(short);
	return visible === short ? short : sharedBeginning(short, visible);
};

/** Quoted where the grammar would end it or take it for something else. */
const written = (value: string): string =>
	/^[^\s()"\\<>=!][^\s()"\\]*$/u.test(value) ? value : inQuotes(value);

const inQuotes = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

const isUnderstood = ({word, operator}: ValuePlace, candidate: string, row: Row | null): boolean => {
	const parsed = parseFilter(`${word}:${operator}${candidate}`);
	return parsed.ok && (row === null || parsed.filter.matches(row, row.openedAt));
};

const completion = (
	{from, to}: Place,
	typed: string,
	candidates: readonly string[],
	more: boolean,
): Completion => {
	const shared = candidates.reduce(sharedBeginning, candidates[0] ?? '');
	// Half an escape would be the beginning of none of them.
	const common = shared.startsWith('"') && candidates.length > 1 ? shared.replace(/\\$/, '') : shared;
	const isLonger =
		common !== typed &&
		common.toLowerCase().replace(/^"/, '').startsWith(typed.toLowerCase().replace(/^"/, ''));
	return {from, to, candidates, more, common: !more && isLonger ? common : null};
};

const sharedBeginning = (one: string, other: string): string => {
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
