import {addressKey} from './address.ts';
import {type FilterResult, failure, quoted, success, type TextSpan} from './parse-error.ts';

export const operators = ['>=', '<=', '>', '<', '='] as const;
export type Operator = (typeof operators)[number];

/** The value after `word:`. */
export type Value = TextSpan & {operator: Operator | null; quoted: boolean};

export type Token =
	| {type: 'open' | 'close' | 'not' | 'and' | 'or'; position: number}
	| {type: 'text'; position: number; text: string}
	| {type: 'regex'; position: number; source: string; ignoreCase: boolean}
	| {type: 'word'; position: number; word: string; value: Value};

/**
 * Splits the text of a filter into tokens.
 *
 * @param isWord the words of the language: `buf>64k` is one without its colon, `a=b` is text
 */
export const tokenize = (text: string, isWord: (name: string) => boolean): FilterResult<Token[]> => {
	const tokens: Token[] = [];
	let at = 0;
	while (at < text.length) {
		if (/\s/.test(text[at] ?? '')) {
			at++;
			continue;
		}
		const one = readToken(text, at, isWord);
		if (!one.ok) {
			return one;
		}
		tokens.push(one.value.token);
		at = one.value.end;
	}
	return success(tokens);
};

type ReadToken = {token: Token; end: number};

/** Reads the token that begins at a non-blank position. */
export const readToken = (
	text: string,
	at: number,
	isWord: (name: string) => boolean,
): FilterResult<ReadToken> => {
	switch (text[at]) {
		case '(':
			return success({token: {type: 'open', position: at}, end: at + 1});
		case ')':
			return success({token: {type: 'close', position: at}, end: at + 1});
		case '!':
			return success({token: {type: 'not', position: at}, end: at + 1});
		case '/':
			return readRegex(text, at);
		case '"': {
			const inside = readQuoted(text, at);
			return inside.ok
				? success({token: {type: 'text', position: at, text: inside.value.text}, end: inside.value.end})
				: inside;
		}
		default:
			return readBareWord(text, at, isWord);
	}
};

const keywords: ReadonlyMap<string, 'not' | 'and' | 'or'> = new Map([
	['not', 'not'],
	['and', 'and'],
	['&&', 'and'],
	['or', 'or'],
	['||', 'or'],
]);

const readBareWord = (
	text: string,
	at: number,
	isWord: (name: string) => boolean,
): FilterResult<ReadToken> => {
	const bare = bareTextAt(text, at);
	const end = at + bare.length;
	const keyword = keywords.get(bare.toLowerCase());
	if (keyword) {
		return success({token: {type: keyword, position: at}, end});
	}
	const named = /^([a-z]+)(:|(?=[<>=]))/i.exec(bare);
	const word = named?.[1]?.toLowerCase();
	// An IPv6 address may begin like a word: "dead::1".
	if (!named || word === undefined || addressKey(bare) !== null || (named[2] === '' && !isWord(word))) {
		return success({token: {type: 'text', position: at, text: bare}, end});
	}
	const value = readValue(text, at + named[0].length);
	return value.ok
		? success({token: {type: 'word', position: at, word, value: value.value.value}, end: value.value.end})
		: value;
};

const readValue = (text: string, at: number): FilterResult<{value: Value; end: number}> => {
	const operator = operators.find(sign => text.startsWith(sign, at)) ?? null;
	const position = at + (operator?.length ?? 0);
	if (text[position] === '"') {
		const inside = readQuoted(text, position);
		return inside.ok
			? success({
					value: {text: inside.value.text, position: position + 1, operator, quoted: true},
					end: inside.value.end,
				})
			: inside;
	}
	const bare = bareTextAt(text, position);
	return success({value: {text: bare, position, operator, quoted: false}, end: position + bare.length});
};

const bareTextAt = (text: string, at: number): string => {
	let end = at;
	while (end < text.length && !/[\s()]/.test(text[end] ?? '')) {
		end++;
	}
	return text.slice(at, end);
};

// In quotes, \" is a quote and \\ a backslash.
const readQuoted = (text: string, at: number): FilterResult<{text: string; end: number}> => {
	const match = /^"((?:[^"\\]|\\.)*)"/s.exec(text.slice(at));
	if (!match) {
		return failure('a quoted text has no closing «"»', at);
	}
	const inside = (match[1] ?? '').replace(/\\(["\\])/g, '$1');
	return inside === ''
		? failure('there is nothing between the quotes', at)
		: success({text: inside, end: at + match[0].length});
};

const readRegex = (text: string, at: number): FilterResult<ReadToken> => {
	if (text[at + 1] === '/') {
		return failure('a regular expression is empty', at);
	}
	// A slash ends it unless escaped or in a class, as in JavaScript.
	const match = /^\/((?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+)\/([^\s()]*)/s.exec(text.slice(at));
	if (!match) {
		const path = bareTextAt(text, at);
		return failure(
			`a regular expression has no closing «/»; a path is written in quotes: "${visiblePath(path)}"`,
			at,
		);
	}
	const [whole, source = '', flags = ''] = match;
	return flags === '' || flags === 'i'
		? success({
				token: {type: 'regex', position: at, source, ignoreCase: flags === 'i'},
				end: at + whole.length,
			})
		: failure(
				`behind a regular expression stands ${quoted(flags)}: there is only the flag i; a path is written in quotes`,
				at + whole.length - flags.length,
			);
};

const visiblePath = (path: string): string => (/^[!-~]{1,40}$/.test(path) ? path : '/…');
