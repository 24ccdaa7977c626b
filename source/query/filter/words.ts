/** The words of the filter language, made from the fields of a row; a value's unit chooses its parser. */
import {type AmountUnit, type Field, fields} from '../../domain/fields/index.ts';
import {stages} from '../../domain/row.ts';
import {ruleNames} from '../../model/diagnosis/rules/index.ts';
import {byteRateUnit, countUnit, durationUnit, sizeUnit, type Unit} from './amount-word.ts';
import {stateNames} from './state-groups.ts';
import {
	amountKind,
	endpointKind,
	knownTextKind,
	nameKind,
	numberKind,
	rankKind,
	textKind,
	textsKind,
	type WordKind,
} from './word-kinds.ts';

export type FilterWord = {
	word: string;
	/** Aliases; they parse, but are not offered. */
	aliases: readonly string[];
	/** The matched field, for the help page and the documentation. */
	matches: string;
	/** An example filter. */
	example: string;
};

export type Word = FilterWord &
	WordKind & {
		/** Its result depends on the time. */
		isTimed: boolean;
	};

const identityMap = (all: readonly string[]): ReadonlyMap<string, readonly string[]> =>
	new Map(all.map(name => [name, [name]]));

const stageNames = identityMap(stages);

type NameSet = {
	noun: string;
	names: ReadonlyMap<string, readonly string[]>;
	elsewhere?: {noun: string; word: string; names: ReadonlyMap<string, unknown>};
};

/** Fields with more names than values, or whose names are mistaken for those of another field. */
const nameSets: ReadonlyMap<string, NameSet> = new Map([
	[
		'stage',
		{
			noun: 'stage',
			names: stageNames,
			elsewhere: {noun: 'kernel state', word: 'state', names: stateNames},
		},
	],
	[
		'state',
		{
			noun: 'state',
			names: stateNames,
			elsewhere: {noun: 'stage', word: 'stage', names: stageNames},
		},
	],
]);

/** Fields that match a substring of known names. */
const knownTexts: ReadonlyMap<string, readonly string[]> = new Map([['rule', ruleNames]]);

const units: Readonly<Record<AmountUnit, Unit>> = {
	bytes: sizeUnit,
	'bytes/s': byteRateUnit,
	ms: durationUnit,
	count: countUnit,
	'count/s': countUnit,
};

const wordKind = (field: Field, example: string): WordKind => {
	const {id} = field;
	switch (field.unit) {
		case 'bytes':
		case 'bytes/s':
		case 'ms':
		case 'count':
		case 'count/s':
			return amountKind(units[field.unit], example, field.read);
		case 'name': {
			if (field.filter?.compares) return rankKind(id, field.names, field.read);
			const {noun, names, elsewhere} = nameSets.get(id) ?? {noun: id, names: identityMap(field.names)};
			return nameKind(noun, names, field.read, elsewhere);
		}
		case 'text':
			return textKind(field.read);
		case 'texts': {
			const names = knownTexts.get(id);
			return names ? knownTextKind(id, names, field.read) : textsKind(field.read);
		}
		case 'number': {
			const {noun = id, max = Number.MAX_SAFE_INTEGER, shown = example} = field.filter ?? {};
			return numberKind(noun, max, shown, row => [field.read(row)]);
		}
		case 'numbers': {
			const {noun = id, max = Number.MAX_SAFE_INTEGER, shown = example} = field.filter ?? {};
			return numberKind(noun, max, shown, field.read);
		}
		case 'address':
			return endpointKind(field.read, field.readHost ?? (() => null));
	}
};

/** @returns the words of these fields, in their order */
export const wordsOf = (list: readonly Field[]): readonly Word[] =>
	list.flatMap(field => {
		const {id, aliases = [], description, filter} = field;
		if (filter === undefined) return [];
		const {matches = description, example} = filter;
		const also = aliases.map(alias => `${alias}:`).join(', ');
		return [
			{
				word: id,
				aliases,
				matches: also === '' ? matches : `${matches}; also ${also}`,
				example,
				isTimed: 'timed' in field,
				...wordKind(field, example),
			},
		];
	});

/** Every word of the language, in the order of the help page. */
export const words = wordsOf(fields);

/** @returns the words by each name that parses: the own names first, which win over an alias */
export const byName = (list: readonly Word[]): ReadonlyMap<string, Word> => {
	const byOwnName = new Map(list.map(one => [one.word, one]));
	const byAlias = list.flatMap(one => one.aliases.map(alias => [alias, one] as const));
	return new Map([...byOwnName, ...byAlias.filter(([alias]) => !byOwnName.has(alias))]);
};

export const wordsByName = byName(words);

/**
 * The words that a typed name means, the likeliest first: the word of that name or alias, then those whose
 * name begins so; else those with an alias that begins so.
 *
 * @param typed a name or the beginning of one, in lower case
 */
export const wordsBegunBy = (typed: string): readonly FilterWord[] => {
	const exact = wordsByName.get(typed);
	const begun = words.filter(one => one !== exact && one.word.startsWith(typed));
	const found = exact ? [exact, ...begun] : begun;
	return found.length > 0
		? found
		: words.filter(({aliases}) => aliases.some(alias => alias.startsWith(typed)));
};
