/** The filter language: what a person types behind `/` or `--filter`, as a test of a row. docs/filters.md tells it. */
import type {Row} from '../../domain/row.ts';
import {type Predicate, parseTokens, type Term} from './grammar.ts';
import {nearest} from './nearest.ts';
import {accept, type Parsed, quoted, type Refusal, refuse} from './parse-error.ts';
import {type Costs, compileRegex, freshCosts} from './regex/index.ts';
import {joinedTexts, occurs, occursInJoined, someText} from './text-match.ts';
import {tokenize} from './tokens.ts';
import {type FilterWord, words} from './words.ts';

export type Filter = {
	/** As it was typed. */
	text: string;
	/** @param now milliseconds since the epoch, for `age:` and `idle:` */
	matches: (row: Row, now: number) => boolean;
	/** A row may begin or cease to pass although nothing of it changes: it is asked for how long something lasts. */
	timed: boolean;
};

export type {FilterWord, Refusal};

/** Longest filter, in UTF-16 units. */
export const filterLimit = 1000;

/** Most words, texts and regular expressions: each may be asked of every row, whenever the table is drawn. */
const testLimit = 100;

/** The words of the language, for the help page and the documentation. */
export const filterWords: readonly FilterWord[] = words.map(({word, matches, example}) => ({
	word,
	matches,
	example,
}));

/**
 * Understands a filter. It never throws, whatever the text.
 *
 * @param text as typed; nothing but white space passes every row
 * @returns the filter; or what is wrong with it, where (a UTF-16 index), and the nearest name that would do
 */
export const parseFilter = (text: string): {ok: true; filter: Filter} | Refusal => {
	if (text.length > filterLimit) {
		return refuse(`the filter is longer than ${filterLimit} characters`, filterLimit);
	}
	const tokens = tokenize(text, name => byName.has(name));
	if (!tokens.ok) {
		return tokens;
	}
	if (tokens.value.length === 0) {
		return {ok: true, filter: {text, matches: () => true, timed: false}};
	}
	const tests = tokens.value.filter(({type}) => type === 'text' || type === 'regex' || type === 'word');
	const tooMany = tests[testLimit];
	if (tooMany) {
		return refuse(`the filter has more than ${testLimit} words`, tooMany.position);
	}
	const costs = freshCosts();
	const texts = tests.filter(({type}) => type === 'text').length >= joinedFrom ? createTexts() : null;
	const whole = parseTokens(tokens.value, text.length, term => compileTerm(term, {costs, texts}));
	const timed = tokens.value.some(token => token.type === 'word' && byName.get(token.word)?.timed === true);
	if (!whole.ok) {
		return whole;
	}
	const passes = whole.value;
	if (texts === null) {
		return {ok: true, filter: {text, matches: passes, timed}};
	}
	const matches = (row: Row, now: number): boolean => {
		texts.forget();
		return passes(row, now);
	};
	return {ok: true, filter: {text, matches, timed}};
};

/** With fewer bare words it is quicker to look at the texts of a row one by one. */
const joinedFrom = 5;

/** The texts of the row that is asked now: made once for all bare words, and only where one of them is asked. */
type Texts = {of: (row: Row) => string; forget: () => void};

const createTexts = (): Texts => {
	let joined: string | null = null;
	return {
		of(row) {
			joined ??= joinedTexts(row);
			return joined;
		},
		forget() {
			joined = null;
		},
	};
};

const byName = new Map(words.map(one => [one.word, one]));

const compileTerm = (term: Term, {costs, texts}: {costs: Costs; texts: Texts | null}): Parsed<Predicate> => {
	switch (term.type) {
		case 'text': {
			const inJoined = texts && occursInJoined(term.text);
			if (inJoined) {
				return accept(row => inJoined(texts.of(row)));
			}
			const test = occurs(term.text);
			return accept(row => someText(row, test));
		}
		case 'regex': {
			const regex = compileRegex(term.source, term.ignoreCase, costs);
			if (!regex.ok) {
				return {...regex, position: term.position + 1 + regex.position};
			}
			const test = regex.value;
			return accept(row => someText(row, test));
		}
		case 'word': {
			const known = byName.get(term.word);
			return known ? known.compile(term.value, term.word) : unknownWord(term);
		}
	}
};

const unknownWord = ({word, value, position}: Extract<Term, {type: 'word'}>): Refusal => {
	const suggestion = nearest(word, [...byName.keys()]);
	// "localhost:3000" is no mistyped word.
	const hostAndPort = suggestion === null && value.operator === null && /^\d{1,5}$/.test(value.text);
	const hint = hostAndPort ? `; a host and its port are host:${word.slice(0, 40)} port:${value.text}` : '';
	return refuse(`unknown word ${quoted(word)}${hint}`, position, suggestion);
};
