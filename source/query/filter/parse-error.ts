/** Parse errors of filters. */
import {sanitize} from '../../text/sanitize.ts';

export type FilterError = {
	ok: false;
	/** The message; quoted filter text in it is cut and free of control characters. */
	message: string;
	/** Position, as a UTF-16 index into the text of the filter. */
	position: number;
	/** The nearest valid name; null when none is near. */
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

/** A piece of the filter that is parsed on its own, and its position. */
export type TextSpan = {text: string; position: number};

const quotedLimit = 40;

/** Filter text quoted for a message: «…», cut, without control characters. */
export const quoted = (text: string): string => {
	const characters = [...text];
	const cut = characters.length > quotedLimit;
	return `«${sanitize(characters.slice(0, quotedLimit).join(''))}${cut ? '…' : ''}»`;
};

/** The error and its suggestion, in one sentence. */
export const filterErrorText = ({message, suggestion}: FilterError): string =>
	suggestion === null ? message : `${message} — did you mean ${suggestion}?`;
