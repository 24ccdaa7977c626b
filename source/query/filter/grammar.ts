import type {Row} from '../../domain/row.ts';
import {accept, type Parsed, refuse} from './parse-error.ts';
import type {Token} from './tokens.ts';

/** Does the row pass? `now` in milliseconds since the epoch, for what is counted from a time. */
export type Predicate = (row: Row, now: number) => boolean;

/** A token that tests a row by itself. */
export type Term = Extract<Token, {type: 'text' | 'regex' | 'word'}>;

const depthLimit = 64;

/**
 * or := and {"or" and};  and := not {["and"] not};  not := {"!" | "not"} (term | "(" or ")")
 *
 * @param tokens at least one
 * @param length of the filter's text, where an end that comes too early is reported
 * @param compile makes the predicate of a term
 */
export const parseTokens = (
	tokens: readonly Token[],
	length: number,
	compile: (term: Term) => Parsed<Predicate>,
): Parsed<Predicate> => {
	let at = 0;
	const position = (): number => tokens[at]?.position ?? length;

	const either = (depth: number): Parsed<Predicate> => {
		const parts: Predicate[] = [];
		do {
			const part = every(depth);
			if (!part.ok) {
				return part;
			}
			parts.push(part.value);
		} while (tokens[at]?.type === 'or' && ++at > 0);
		return accept(anyOf(parts));
	};

	const every = (depth: number): Parsed<Predicate> => {
		const parts: Predicate[] = [];
		do {
			const part = operand(depth);
			if (!part.ok) {
				return part;
			}
			parts.push(part.value);
		} while (another());
		return accept(allOf(parts));
	};

	// `and` may be left out; a closing parenthesis, `or` and the end finish the list.
	const another = (): boolean => {
		const next = tokens[at]?.type;
		if (next === 'and') {
			at++;
			return true;
		}
		return next !== undefined && next !== 'or' && next !== 'close';
	};

	const operand = (depth: number): Parsed<Predicate> => {
		let negated = false;
		while (tokens[at]?.type === 'not') {
			negated = !negated;
			at++;
		}
		const part = single(depth);
		return part.ok && negated ? accept(not(part.value)) : part;
	};

	const single = (depth: number): Parsed<Predicate> => {
		const token = tokens[at];
		switch (token?.type) {
			case 'text':
			case 'regex':
			case 'word':
				at++;
				return compile(token);
			case 'open':
				return group(token.position, depth);
			case 'close':
				return refuse(
					tokens[at - 1]?.type === 'open'
						? 'there is nothing between the parentheses'
						: 'something is missing before «)»',
					token.position,
				);
			case 'and':
			case 'or':
				return refuse(`something is missing before «${token.type}»`, token.position);
			default:
				return refuse('the filter ends where something should follow', position());
		}
	};

	const group = (open: number, depth: number): Parsed<Predicate> => {
		if (depth >= depthLimit) {
			return refuse(`there are more than ${depthLimit} parentheses within each other`, open);
		}
		at++;
		const inner = either(depth + 1);
		if (!inner.ok) {
			return inner;
		}
		if (tokens[at]?.type !== 'close') {
			return refuse('«(» has no «)»', open);
		}
		at++;
		return inner;
	};

	const whole = either(0);
	return whole.ok && at < tokens.length ? refuse('«)» has no «(»', position()) : whole;
};

const not =
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
