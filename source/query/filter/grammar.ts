import type {Row} from '../../domain/row.ts';
import {type FilterResult, failure, success} from './parse-error.ts';
import type {Token} from './tokens.ts';

/** Decides whether a row passes. `now` in ms since the epoch, for durations. */
export type Predicate = (row: Row, now: number) => boolean;

/** A token that tests a row by itself. */
export type Term = Extract<Token, {type: 'text' | 'regex' | 'word'}>;

const depthLimit = 64;

/**
 * or := and {"or" and};  and := not {["and"] not};  not := {"!" | "not"} (term | "(" or ")")
 *
 * @param tokens at least one
 * @param length of the filter's text: the position of an unexpected end
 * @param compile makes the predicate of a term
 */
export const parseTokens = (
	tokens: readonly Token[],
	length: number,
	compile: (term: Term) => FilterResult<Predicate>,
): FilterResult<Predicate> => {
	let index = 0;
	const position = (): number => tokens[index]?.position ?? length;

	const parseOr = (depth: number): FilterResult<Predicate> => {
		const parts: Predicate[] = [];
		while (true) {
			const part = parseAnd(depth);
			if (!part.ok) {
				return part;
			}
			parts.push(part.value);
			if (tokens[index]?.type !== 'or') {
				return success(anyOf(parts));
			}
			index++;
		}
	};

	const parseAnd = (depth: number): FilterResult<Predicate> => {
		const parts: Predicate[] = [];
		while (true) {
			const part = parseNot(depth);
			if (!part.ok) {
				return part;
			}
			parts.push(part.value);
			// `and` is optional; a closing parenthesis, `or` and the end close the list.
			const next = tokens[index]?.type;
			if (next === undefined || next === 'or' || next === 'close') {
				return success(allOf(parts));
			}
			if (next === 'and') {
				index++;
			}
		}
	};

	const parseNot = (depth: number): FilterResult<Predicate> => {
		let negated = false;
		while (tokens[index]?.type === 'not') {
			negated = !negated;
			index++;
		}
		const part = parseTerm(depth);
		return part.ok && negated ? success(negate(part.value)) : part;
	};

	const parseTerm = (depth: number): FilterResult<Predicate> => {
		const token = tokens[index];
		switch (token?.type) {
			case 'text':
			case 'regex':
			case 'word':
				index++;
				return compile(token);
			case 'open':
				return parseGroup(token.position, depth);
			case 'close':
				return failure(
					tokens[index - 1]?.type === 'open'
						? 'there is nothing between the parentheses'
						: 'something is missing before «)»',
					token.position,
				);
			case 'and':
			case 'or':
				return failure(`something is missing before «${token.type}»`, token.position);
			default:
				return failure('the filter ends where something should follow', position());
		}
	};

	const parseGroup = (open: number, depth: number): FilterResult<Predicate> => {
		if (depth >= depthLimit) {
			return failure(`there are more than ${depthLimit} parentheses within each other`, open);
		}
		index++;
		const inner = parseOr(depth + 1);
		if (!inner.ok) {
			return inner;
		}
		if (tokens[index]?.type !== 'close') {
			return failure('«(» has no «)»', open);
		}
		index++;
		return inner;
	};

	const whole = parseOr(0);
	return whole.ok && index < tokens.length ? failure('«)» has no «(»', position()) : whole;
};

const negate =
	(part: Predicate): Predicate =>
	(row, now) =>
		!part(row, now);

const anyOf = (parts: readonly Predicate[]): Predicate => {
	const [first, ...others] = parts;
	return first && others.length === 0 ? first : (row, now) => parts.some(part => part(row, now));
};

const allOf = (parts: readonly Predicate[]): Predicate => {
	const [first, ...others] = parts;
	return first && others.length === 0 ? first : (row, now) => parts.every(part => part(row, now));
};
