/** Why a filter, or a part of it, was not understood. */
import {sanitize} from '../../text/sanitize.ts';

export type FilterError = {
	ok: false;
	/** For a person; text of the filter in it is cut and free of control characters. */
	message: string;
	/** Where, as a UTF-16 index into the text of the filter. */
	position: number;
	/** The nearest name that would have been understood; null where nothing is near. */
	suggestion: string | null;
};

export type FilterResult<Value> = {ok: true; value: Value} | FilterError;

export const failure = (
	message: string,
	position: number,
	suggestion: string | null = null,
): FilterError => ({
	ok: false,
	message,
	position,
	suggestion,
});

export const success = <Value>(value: Value): {ok: true; value: Value} => ({ok: true, value});

/** A piece of text that is looked at on its own, and where it stands in the filter. */
export type TextSpan = {text: string; position: number};

const quotedLimit = 40;

/** Text of the filter, fit to stand in a message: «…», cut, without what a terminal would obey. */
export const quoted = (text: string): string => {
	const characters = [...text];
	const cut = characters.length > quotedLimit;
	return `«${sanitize(characters.slice(0, quotedLimit).join(''))}${cut ? '…' : ''}»`;
};

/** What is wrong and what may be meant, in one sentence. */
export const filterErrorText = ({message, suggestion}: FilterError): string =>
	suggestion === null ? message : `${message} — did you mean ${suggestion}?`;
