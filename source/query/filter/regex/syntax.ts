/**
 * The part of JavaScript's regular expressions that can be matched in time linear to the text: no backreferences
 * and no lookaround. What it accepts means the same as in `new RegExp(source)`, without the `u` flag.
 */
import {accept, type Parsed, quoted, type Refusal, refuse} from '../parse-error.ts';
import {type CharacterSet, classSets, parseClass, parseEscape, single} from './characters.ts';

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

export type Node =
	| {type: 'set'; set: CharacterSet}
	| {type: 'assertion'; assertion: Assertion}
	| {type: 'sequence'; nodes: readonly Node[]}
	| {type: 'choice'; nodes: readonly Node[]}
	| {type: 'repeat'; node: Node; min: number; max: number};

/** Groups within groups. */
const depthLimit = 32;
const repeatLimit = 1000;

/** @param source what stands between the slashes; positions in a refusal are indexes into it */
export const parseRegex = (source: string): Parsed<Node> => {
	let at = 0;

	const choice = (depth: number): Parsed<Node> => {
		const nodes: Node[] = [];
		do {
			const one = sequence(depth);
			if (!one.ok) {
				return one;
			}
			nodes.push(one.value);
		} while (source[at] === '|' && ++at > 0);
		const [first] = nodes;
		return accept(nodes.length === 1 && first ? first : {type: 'choice', nodes});
	};

	const sequence = (depth: number): Parsed<Node> => {
		const nodes: Node[] = [];
		while (at < source.length && source[at] !== '|' && source[at] !== ')') {
			const one = atom(depth);
			if (!one.ok) {
				return one;
			}
			const many = quantified(one.value);
			if (!many.ok) {
				return many;
			}
			nodes.push(many.value);
		}
		return accept({type: 'sequence', nodes});
	};

	const atom = (depth: number): Parsed<Node> => {
		const start = at;
		const character = source[at++] ?? '';
		switch (character) {
			case '(':
				return group(start, depth);
			case '[': {
				const parsed = parseClass(source, start);
				if (!parsed.ok) {
					return parsed;
				}
				at = parsed.value.end;
				return accept({type: 'set', set: parsed.value.set});
			}
			case '\\': {
				if (source[at] === 'b' || source[at] === 'B') {
					return accept({type: 'assertion', assertion: source[at++] === 'b' ? 'boundary' : 'no-boundary'});
				}
				const parsed = parseEscape(source, start);
				if (!parsed.ok) {
					return parsed;
				}
				at = parsed.value.end;
				return accept({type: 'set', set: parsed.value.set});
			}
			case '^':
				return accept({type: 'assertion', assertion: 'start'});
			case '$':
				return accept({type: 'assertion', assertion: 'end'});
			case '.':
				return accept({type: 'set', set: classSets.dot});
			case '*':
			case '+':
			case '?':
				return nothingToRepeat(start);
			default:
				return character === '{' && repetition(source, start)
					? nothingToRepeat(start)
					: accept({type: 'set', set: single(character)});
		}
	};

	const group = (start: number, depth: number): Parsed<Node> => {
		if (depth >= depthLimit) {
			return refuse(`the regular expression has more than ${depthLimit} groups within each other`, start);
		}
		if (source[at] === '?') {
			const kind = /^\?(?::|<[A-Za-z_$][\w$]*>)/.exec(source.slice(at));
			if (!kind) {
				return refuse(notLinear(source.slice(start, start + 4)), start);
			}
			at += kind[0].length;
		}
		const inner = choice(depth + 1);
		if (!inner.ok) {
			return inner;
		}
		if (source[at] !== ')') {
			return refuse('the regular expression has a «(» without «)»', start);
		}
		at++;
		return inner;
	};

	const quantified = (node: Node): Parsed<Node> => {
		const count = repetition(source, at);
		if (!count) {
			return accept(node);
		}
		if (node.type === 'assertion') {
			return nothingToRepeat(at);
		}
		if (count.min > count.max) {
			return refuse('in the regular expression a repetition has its numbers in the wrong order', at);
		}
		if (count.min > repeatLimit || (count.max > repeatLimit && count.max !== Number.POSITIVE_INFINITY)) {
			return refuse(`the regular expression repeats something more than ${repeatLimit} times`, at);
		}
		at = count.end;
		// A lazy quantifier finds another match, but whether there is one is the same.
		if (source[at] === '?') {
			at++;
		}
		return repetition(source, at)
			? nothingToRepeat(at)
			: accept({type: 'repeat', node, min: count.min, max: count.max});
	};

	const whole = choice(0);
	if (whole.ok && at < source.length) {
		return refuse('the regular expression has a «)» without «(»', at);
	}
	return whole;
};

type Count = {min: number; max: number; end: number};

const repetition = (source: string, at: number): Count | null => {
	switch (source[at]) {
		case '*':
			return {min: 0, max: Number.POSITIVE_INFINITY, end: at + 1};
		case '+':
			return {min: 1, max: Number.POSITIVE_INFINITY, end: at + 1};
		case '?':
			return {min: 0, max: 1, end: at + 1};
		case '{': {
			const braces = /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at));
			if (!braces) {
				return null;
			}
			const min = Number(braces[1]);
			const max = braces[3] ? Number(braces[3]) : braces[2] ? Number.POSITIVE_INFINITY : min;
			return {min, max, end: at + braces[0].length};
		}
		default:
			return null;
	}
};

const nothingToRepeat = (position: number): Refusal =>
	refuse('the regular expression has a repetition with nothing to repeat', position);

const notLinear = (start: string): string =>
	`the regular expression has a group that begins with ${quoted(start)}: lookaround and flags are not supported`;
