/** The kinds of words: the parser of each kind's values, and its completions. */
import type {Address, Row} from '../../domain/row.ts';
import {addressCompletions} from './address.ts';
import {amountWord, type Unit} from './amount-word.ts';
import {endpointWord} from './endpoint.ts';
import {knownTextWord, nameWord, numberWord, rankWord, textWord, type ValueCompiler} from './values.ts';

/** Values after `word:`, for completion. */
export type WordValues = {
	/** Fixed names, present in rows or not. */
	names: readonly string[];
	/** A row's values, given the typed part. */
	read: (row: Row, begun: string) => readonly (string | null)[];
	/** A list of values is allowed, separated by commas. */
	isList: boolean;
};

export type WordKind = {compile: ValueCompiler; values: WordValues | null};

/** As `nameWord`, which documents the parameters. */
export const nameKind = <Name extends string>(
	noun: string,
	names: ReadonlyMap<string, readonly Name[]>,
	read: (row: Row) => Name | null,
	elsewhere?: {noun: string; word: string; names: ReadonlyMap<string, unknown>},
): WordKind => ({
	compile: nameWord(noun, names, read, elsewhere),
	values: {names: [...names.keys()], read: row => [read(row)?.toLowerCase() ?? null], isList: true},
});

/** As `rankWord`. */
export const rankKind = <Name extends string>(
	noun: string,
	names: readonly Name[],
	read: (row: Row) => Name | null,
): WordKind => ({
	compile: rankWord(noun, names, read),
	values: {names, read: row => [read(row)], isList: true},
});

/** As `knownTextWord`. */
export const knownTextKind = (
	noun: string,
	names: readonly string[],
	read: (row: Row) => readonly string[],
): WordKind => ({
	compile: knownTextWord(noun, names, read),
	values: {names, read, isList: false},
});

/** As `textWord`. */
export const textKind = (read: (row: Row) => string | null): WordKind => ({
	compile: textWord(row => [read(row)]),
	values: {names: [], read: row => [read(row)], isList: false},
});

/** As `textKind`, for several texts. */
export const textsKind = (read: (row: Row) => readonly string[]): WordKind => ({
	compile: textWord(read),
	values: {names: [], read, isList: false},
});

/** As `numberWord`. */
export const numberKind = (
	noun: string,
	limit: number,
	example: string,
	read: (row: Row) => readonly (number | null)[],
): WordKind => ({
	compile: numberWord(noun, limit, example, read),
	values: {names: [], read: row => read(row).map(one => one?.toString() ?? null), isList: true},
});

/** As `endpointWord`. */
export const endpointKind = (
	read: (row: Row) => Address | null,
	name: (row: Row) => string | null,
): WordKind => ({
	compile: endpointWord(read, name),
	values: {
		names: [],
		read: (row, begun) => [...addressCompletions(read(row), begun), name(row)],
		isList: false,
	},
});

/** As `amountWord`, without completion. */
export const amountKind = (
	unit: Unit,
	example: string,
	read: (row: Row, now: number) => number | null,
): WordKind => ({compile: amountWord(unit, example, read), values: null});
