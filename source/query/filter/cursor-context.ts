/** The syntax at the cursor of a filter: a word's name, a word's value, or neither. */
import {operators, readToken} from './tokens.ts';

export type CompletionTarget =
	/** A completed name replaces `from` to `to`; `begun` is the part before the cursor. */
	| {type: 'name'; from: number; to: number; begun: string}
	| {
			type: 'value';
			word: string;
			/** The operator after the word; '' for none. */
			operator: string;
			from: number;
			to: number;
			/** The value up to the cursor, without its quote. */
			begun: string;
			isQuoted: boolean;
	  };

/**
 * @param cursor a UTF-16 index into the text
 * @param isWord the words of the language
 * @returns null in a quoted text, in a regular expression and in any other place without completion
 */
export const completionTargetAt = (
	text: string,
	cursor: number,
	isWord: (name: string) => boolean,
): CompletionTarget | null => {
	const before = text.slice(0, cursor);
	const after = text.slice(cursor);
	const from = startOfToken(before, isWord);
	const begun = before.slice(from);
	if (begun === '') {
		return /^(?:[\s)]|$)/.test(after) ? {type: 'name', from: cursor, to: cursor, begun} : null;
	}
	if (/^[a-z]+$/i.test(begun)) {
		return {type: 'name', from, to: cursor + matchLength(/^[a-z]*:?/i, after), begun};
	}
	const named = /^([a-z]+)(?::|(?=[<>=]))/i.exec(begun);
	const word = named?.[1]?.toLowerCase();
	if (!named || word === undefined || !isWord(word)) {
		return null;
	}
	const afterName = begun.slice(named[0].length);
	const operator = operators.find(sign => afterName.startsWith(sign)) ?? '';
	const value = afterName.slice(operator.length);
	const target = {type: 'value', word, operator, from: cursor - value.length} as const;
	if (!value.startsWith('"')) {
		return {...target, to: cursor + matchLength(/^[^\s()]*/, after), begun: value, isQuoted: false};
	}
	return isQuoteClosed(value)
		? null
		: {
				...target,
				to: cursor + (after.startsWith('"') ? 1 : 0),
				begun: value.slice(1).replace(/\\(["\\])/g, '$1'),
				isQuoted: true,
			};
};

/** Start of the token at the end of the text; the text's length after a blank or a parenthesis. */
const startOfToken = (text: string, isWord: (name: string) => boolean): number => {
	let at = 0;
	while (at < text.length) {
		if (/[\s(!)]/.test(text[at] ?? '')) {
			at++;
			continue;
		}
		const token = readToken(text, at, isWord);
		// An unterminated token is a quoted text or a regular expression.
		if (!token.ok || token.value.end >= text.length) {
			return at;
		}
		at = token.value.end;
	}
	return at;
};

const isQuoteClosed = (quoted: string): boolean => /^"(?:[^"\\]|\\.)*"/s.test(quoted);

const matchLength = (pattern: RegExp, text: string): number => pattern.exec(text)?.[0].length ?? 0;
