/**
 * The filter language: parses the text of `/` or `--filter` into a predicate on rows. See docs/filters.md.
 */
import type {Row} from '../../domain/row.ts';
import {type Predicate, parseTokens, type Term} from './grammar.ts';
import {nearestName} from './nearest.ts';
import {type FilterError, type FilterResult, failure, quoted, success} from './parse-error.ts';
import {compileRegex, createRegexBudget, type RegexBudget} from './regex/index.ts';
import {containsInJoined, containsText, joinTexts, matchesAnyText} from './text-match.ts';
import {tokenize} from './tokens.ts';
import {type FilterWord, words, wordsBegunBy, wordsByName} from './words.ts';

export type Filter = {
	/** The typed text. */
	text: string;
	/** @param now milliseconds since the epoch, for `age:` and `idle:` */
	matches: (row: Row, now: number) => boolean;
	/** The result for an unchanged row depends on the time, through a duration. */
	isTimeDependent: boolean;
};

export type {FilterError, FilterWord};
export {wordsBegunBy};

/** Longest filter, in UTF-16 units. */
export const filterLimit = 1000;

/** Terms per filter, at most: each may be tested on every row at every refresh. */
const termLimit = 100;

/** The words of the language, for the help page and the documentation. */
export const filterWords: readonly FilterWord[] = words.map(({word, aliases, matches, example}) => ({
	word,
	aliases,
	matches,
	example,
}));

/**
 * Parses a filter. Never throws, for any text.
 *
 * @param text as typed; white space alone passes every row
 * @returns the filter; or the parse error, with its position (a UTF-16 index) and the nearest valid name
 */
export const parseFilter = (text: string): {ok: true; filter: Filter} | FilterError => {
	if (text.length > filterLimit) {
		return failure(`the filter is longer than ${filterLimit} characters`, filterLimit);
	}
	const tokens = tokenize(text, name => wordsByName.has(name));
	if (!tokens.ok) {
		return tokens;
	}
	if (tokens.value.length === 0) {
		return {ok: true, filter: {text, matches: () => true, isTimeDependent: false}};
	}
	const tests = tokens.value.filter(({type}) => type === 'text' || type === 'regex' || type === 'word');
	const firstOverLimit = tests[termLimit];
	if (firstOverLimit) {
		return failure(`the filter has more than ${termLimit} words`, firstOverLimit.position);
	}
	const costs = createRegexBudget();
	const texts =
		tests.filter(({type}) => type === 'text').length >= joinThreshold ? createJoinedTextCache() : null;
	const whole = parseTokens(tokens.value, text.length, term => compileTerm(term, {costs, texts}));
	const timed = tokens.value.some(
		token => token.type === 'word' && wordsByName.get(token.word)?.isTimed === true,
	);
	if (!whole.ok) {
		return whole;
	}
	const passes = whole.value;
	if (texts === null) {
		return {ok: true, filter: {text, matches: passes, isTimeDependent: timed}};
	}
	const matches = (row: Row, now: number): boolean => {
		texts.reset();
		return passes(row, now);
	};
	return {ok: true, filter: {text, matches, isTimeDependent: timed}};
};

/** With fewer bare words, matching a row's texts one by one is faster. */
const joinThreshold = 5;

/** The current row's texts: joined lazily, once for all bare words. */
type JoinedTextCache = {textOf: (row: Row) => string; reset: () => void};

const createJoinedTextCache = (): JoinedTextCache => {
	let joined: string | null = null;
	return {
		textOf(row) {
			joined ??= joinTexts(row);
			return joined;
		},
		reset() {
			joined = null;
		},
	};
};

const compileTerm = (
	term: Term,
	{costs, texts}: {costs: RegexBudget; texts: JoinedTextCache | null},
): FilterResult<Predicate> => {
	switch (term.type) {
		case 'text': {
			const inJoined = texts && containsInJoined(term.text);
			if (inJoined) {
				return success(row => inJoined(texts.textOf(row)));
			}
			const test = containsText(term.text);
			return success(row => matchesAnyText(row, test));
		}
		case 'regex': {
			const regex = compileRegex(term.source, term.ignoreCase, costs);
			if (!regex.ok) {
				return {...regex, position: term.position + 1 + regex.position};
			}
			const test = regex.value;
			return success(row => matchesAnyText(row, test));
		}
		case 'word': {
			const word = wordsByName.get(term.word);
			return word ? word.compile(term.value, term.word) : unknownWord(term);
		}
	}
};

const unknownWord = ({word, value, position}: Extract<Term, {type: 'word'}>): FilterError => {
	const nearest = nearestName(word, [...wordsByName.keys()]);
	const suggestion = nearest === null ? null : (wordsByName.get(nearest)?.word ?? null);
	// "localhost:3000" is no mistyped word.
	const hostAndPort = suggestion === null && value.operator === null && /^\d{1,5}$/.test(value.text);
	const hint = hostAndPort ? `; a host and its port are host:${word.slice(0, 40)} port:${value.text}` : '';
	return failure(`unknown word ${quoted(word)}${hint}`, position, suggestion);
};
