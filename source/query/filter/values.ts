/** How the values behind `word:` are understood: names of a list, text that occurs, numbers and ranges. */
import type {Row} from '../../domain/row.ts';
import {comparing} from './compare.ts';
import type {Predicate} from './grammar.ts';
import {nearest} from './nearest.ts';
import {accept, type Parsed, type Piece, quoted, type Refusal, refuse} from './parse-error.ts';
import {occurs} from './text-match.ts';
import type {Value} from './tokens.ts';

export type Compile = (value: Value, word: string) => Parsed<Predicate>;

/**
 * A word whose values are known: the whole name, in any case, several parted by commas.
 *
 * @param noun what a value is called in a refusal
 * @param names each name (in small letters) with what it stands for
 * @param elsewhere another word's names, to tell somebody who took the wrong word
 */
export const nameWord =
	<Name extends string>(
		noun: string,
		names: ReadonlyMap<string, readonly Name[]>,
		read: (row: Row) => Name | null,
		elsewhere?: {noun: string; word: string; names: ReadonlyMap<string, unknown>},
	): Compile =>
	(value, word) => {
		if (value.operator !== null && value.operator !== '=') {
			return noOperator(value, word);
		}
		const wanted = new Set<Name>();
		for (const {text, position} of pieces(value)) {
			const name = text.toLowerCase();
			const meant = names.get(name);
			if (meant) {
				for (const one of meant) {
					wanted.add(one);
				}
			} else if (text === '') {
				return refuse(`a ${noun} is missing`, position);
			} else {
				const hint = elsewhere?.names.has(name)
					? `; that is a ${elsewhere.noun}: ${elsewhere.word}:${name}`
					: '';
				return refuse(`unknown ${noun} ${quoted(text)}${hint}`, position, nearest(text, [...names.keys()]));
			}
		}
		return accept(row => {
			const name = read(row);
			return name !== null && wanted.has(name);
		});
	};

/**
 * A word whose values have an order: names as of `nameWord`, or a comparison with one of them.
 *
 * @param names from the least to the greatest, in small letters
 */
export const rankWord =
	<Name extends string>(noun: string, names: readonly Name[], read: (row: Row) => Name | null): Compile =>
	(value, word) => {
		const {operator, text, position} = value;
		if (operator === null || operator === '=') {
			return nameWord(noun, new Map(names.map(name => [name, [name]])), read)(value, word);
		}
		const ranks = new Map<string, number>(names.map((name, index) => [name, index]));
		const rank = ranks.get(text.toLowerCase());
		if (rank === undefined) {
			const what = text === '' ? `a ${noun} is missing` : `unknown ${noun} ${quoted(text)}`;
			return refuse(what, position, nearest(text, names));
		}
		const test = comparing(operator, rank);
		return accept(row => {
			const name = read(row);
			return name !== null && test(names.indexOf(name));
		});
	};

/**
 * A word whose value is text that occurs in some of the known names, as of `textWord`. What is in none of them can
 * only be a mistake.
 */
export const knownTextWord =
	(noun: string, names: readonly string[], read: (row: Row) => readonly string[]): Compile =>
	(value, word) => {
		const test = textTest(value, word);
		if (!test.ok) {
			return test;
		}
		return names.some(name => test.value(name))
			? accept(row => read(row).some(one => test.value(one)))
			: refuse(`no ${noun} is named ${quoted(value.text)}`, value.position, nearest(value.text, names));
	};

/** A word whose value is text that occurs, in any case; `=` in front asks for the whole text. */
export const textWord =
	(read: (row: Row) => readonly (string | null)[]): Compile =>
	(value, word) => {
		const test = textTest(value, word);
		return test.ok ? accept(row => read(row).some(one => one !== null && test.value(one))) : test;
	};

/** What `textWord` does with a value, for words that do more. */
export const textTest = (value: Value, word: string): Parsed<(text: string) => boolean> => {
	if (value.text === '') {
		return refuse(`${quoted(`${word}:`)} needs a value`, value.position);
	}
	if (value.operator === null) {
		return accept(occurs(value.text));
	}
	const whole = value.text.toLowerCase();
	return value.operator === '=' ? accept(one => one.toLowerCase() === whole) : noOperator(value, word);
};

/**
 * A word whose value is a whole number: `80`, `80,443`, `8000-8100`, `>1023`.
 *
 * @param noun what a value is called in a refusal
 * @param example shown with a refusal
 */
export const numberWord =
	(noun: string, limit: number, example: string, read: (row: Row) => readonly (number | null)[]): Compile =>
	value => {
		const ranges: Range[] = [];
		for (const piece of pieces(value)) {
			const range = readRange(piece, value, limit);
			if (range === null) {
				const what = piece.text === '' ? `a ${noun} is missing` : `${quoted(piece.text)} is no ${noun}`;
				return refuse(`${what} (0 to ${limit}), as in ${example}`, piece.position);
			}
			ranges.push(range);
		}
		return accept(row =>
			read(row).some(one => one !== null && ranges.some(({low, high}) => one >= low && one <= high)),
		);
	};

type Range = {low: number; high: number};

const readRange = ({text}: Piece, {operator}: Value, limit: number): Range | null => {
	const found = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text);
	if (!found) {
		return null;
	}
	const low = Number(found[1]);
	const high = found[2] === undefined ? low : Number(found[2]);
	if (low > high || high > limit || (operator !== null && found[2] !== undefined)) {
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

export const pieces = (value: Value): Piece[] => {
	let position = value.position;
	return value.text.split(',').map(text => {
		const piece = {text, position};
		position += text.length + 1;
		return piece;
	});
};

const noOperator = (value: Value, word: string): Refusal =>
	refuse(
		`${quoted(`${word}:`)} takes no «${value.operator ?? ''}»`,
		value.position - (value.operator?.length ?? 0),
	);
