/** Parsers of the values after `word:`: names of a list, substrings, numbers and ranges. */
import type {Row} from '../../domain/row.ts';
import {comparator} from './compare.ts';
import type {Predicate} from './grammar.ts';
import {nearestName} from './nearest.ts';
import {type FilterError, type FilterResult, failure, quoted, success, type TextSpan} from './parse-error.ts';
import {containsText} from './text-match.ts';
import type {Value} from './tokens.ts';

export type ValueCompiler = (value: Value, word: string) => FilterResult<Predicate>;

/**
 * A word with a fixed list of values: full names, in any case, separated by commas.
 *
 * @param noun names a value in parse errors
 * @param names each name (lower case) with its meaning
 * @param elsewhere names of another word, suggested in the parse error
 */
export const nameWord =
	<Name extends string>(
		noun: string,
		names: ReadonlyMap<string, readonly Name[]>,
		read: (row: Row) => Name | null,
		elsewhere?: {noun: string; word: string; names: ReadonlyMap<string, unknown>},
	): ValueCompiler =>
	(value, word) => {
		if (value.operator !== null && value.operator !== '=') {
			return operatorNotAllowed(value, word);
		}
		const wanted = new Set<Name>();
		for (const {text, position} of commaParts(value)) {
			const name = text.toLowerCase();
			const meant = names.get(name);
			if (meant) {
				for (const one of meant) {
					wanted.add(one);
				}
			} else if (text === '') {
				return failure(`a ${noun} is missing`, position);
			} else {
				const hint = elsewhere?.names.has(name)
					? `; that is a ${elsewhere.noun}: ${elsewhere.word}:${name}`
					: '';
				return failure(
					`unknown ${noun} ${quoted(text)}${hint}`,
					position,
					nearestName(text, [...names.keys()]),
				);
			}
		}
		return success(row => {
			const name = read(row);
			return name !== null && wanted.has(name);
		});
	};

/**
 * A word with ordered values: names as in `nameWord`, or a comparison with one of them.
 *
 * @param names in ascending order, lower case
 */
export const rankWord =
	<Name extends string>(
		noun: string,
		names: readonly Name[],
		read: (row: Row) => Name | null,
	): ValueCompiler =>
	(value, word) => {
		const {operator, text, position} = value;
		if (operator === null || operator === '=') {
			return nameWord(noun, new Map(names.map(name => [name, [name]])), read)(value, word);
		}
		const ranks = new Map<string, number>(names.map((name, index) => [name, index]));
		const rank = ranks.get(text.toLowerCase());
		if (rank === undefined) {
			const problem = text === '' ? `a ${noun} is missing` : `unknown ${noun} ${quoted(text)}`;
			return failure(problem, position, nearestName(text, names));
		}
		const test = comparator(operator, rank);
		return success(row => {
			const name = read(row);
			return name !== null && test(names.indexOf(name));
		});
	};

/**
 * A word that matches a substring of known names, as in `textWord`. A value that occurs in no name is a
 * mistake.
 */
export const knownTextWord =
	(noun: string, names: readonly string[], read: (row: Row) => readonly string[]): ValueCompiler =>
	(value, word) => {
		const test = textTest(value, word);
		if (!test.ok) {
			return test;
		}
		return names.some(name => test.value(name))
			? success(row => read(row).some(one => test.value(one)))
			: failure(`no ${noun} is named ${quoted(value.text)}`, value.position, nearestName(value.text, names));
	};

/** A word that matches a substring, in any case; a leading `=` matches the whole text. */
export const textWord =
	(read: (row: Row) => readonly (string | null)[]): ValueCompiler =>
	(value, word) => {
		const test = textTest(value, word);
		return test.ok ? success(row => read(row).some(one => one !== null && test.value(one))) : test;
	};

/** Parses a value of `textWord`, for words that extend it. */
export const textTest = (value: Value, word: string): FilterResult<(text: string) => boolean> => {
	if (value.text === '') {
		return failure(`${quoted(`${word}:`)} needs a value`, value.position);
	}
	if (value.operator === null) {
		return success(containsText(value.text));
	}
	const whole = value.text.toLowerCase();
	return value.operator === '='
		? success(one => one.toLowerCase() === whole)
		: operatorNotAllowed(value, word);
};

/**
 * A word whose value is a whole number: `80`, `80,443`, `8000-8100`, `>1023`.
 *
 * @param noun names a value in parse errors
 * @param example shown in the parse error
 */
export const numberWord =
	(
		noun: string,
		limit: number,
		example: string,
		read: (row: Row) => readonly (number | null)[],
	): ValueCompiler =>
	value => {
		const ranges: NumberRange[] = [];
		for (const piece of commaParts(value)) {
			const range = readRange(piece, value, limit);
			if (range === null) {
				const problem = piece.text === '' ? `a ${noun} is missing` : `${quoted(piece.text)} is no ${noun}`;
				return failure(`${problem} (0 to ${limit}), as in ${example}`, piece.position);
			}
			ranges.push(range);
		}
		return success(row =>
			read(row).some(one => one !== null && ranges.some(({low, high}) => one >= low && one <= high)),
		);
	};

type NumberRange = {low: number; high: number};

const readRange = ({text}: TextSpan, {operator}: Value, limit: number): NumberRange | null => {
	const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text);
	if (!match) {
		return null;
	}
	const low = Number(match[1]);
	const high = match[2] === undefined ? low : Number(match[2]);
	if (low > high || high > limit || (operator !== null && match[2] !== undefined)) {
		return null;
	}
	switch (operator) {
		case null:
		case '=':
			return {low, high};
		case '>':
			return {low: low + 1, high: limit};
		case '>=':
			return {low, high: limit};
		case '<':
			return {low: 0, high: high - 1};
		case '<=':
			return {low: 0, high};
	}
};

export const commaParts = (value: Value): TextSpan[] => {
	let position = value.position;
	return value.text.split(',').map(text => {
		const piece = {text, position};
		position += text.length + 1;
		return piece;
	});
};

const operatorNotAllowed = (value: Value, word: string): FilterError =>
	failure(
		`${quoted(`${word}:`)} takes no «${value.operator ?? ''}»`,
		value.position - (value.operator?.length ?? 0),
	);
