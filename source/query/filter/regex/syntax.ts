/**
 * The part of JavaScript's regular expressions that can be matched in time linear to the text: no backreferences
 * and no lookaround. What it accepts means the same as in `new RegExp(source)`, without the `u` flag.
 */
import {type FilterError, type FilterResult, failure, quoted, success} from '../parse-error.ts';
import {type CharacterSet, classSets, parseClass, parseEscape, singletonSet} from './characters.ts';

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

export type Node =
	| {type: 'set'; set: CharacterSet}
	| {type: 'assertion'; assertion: Assertion}
	| {type: 'sequence'; nodes: readonly Node[]}
	| {type: 'choice'; nodes: readonly Node[]}
	| {type: 'repeat'; node: Node; min: number; max: number};

/** Nesting depth of groups, at most. */
const depthLimit = 32;
const repeatLimit = 1000;

/** @param source the text between the slashes; error positions are indexes into it */
export const parseRegex = (source: string): FilterResult<Node> => {
	let index = 0;

	const parseAlternatives = (depth: number): FilterResult<Node> => {
		const nodes: Node[] = [];
		while (true) {
			const one = parseSequence(depth);
			if (!one.ok) {
				return one;
			}
			nodes.push(one.value);
			if (source[index] !== '|') {
				break;
			}
			index++;
		}
		const [first] = nodes;
		return success(nodes.length === 1 && first ? first : {type: 'choice', nodes});
	};

	const parseSequence = (depth: number): FilterResult<Node> => {
		const nodes: Node[] = [];
		while (index < source.length && source[index] !== '|' && source[index] !== ')') {
			const one = parseAtom(depth);
			if (!one.ok) {
				return one;
			}
			const many = parseQuantified(one.value);
			if (!many.ok) {
				return many;
			}
			nodes.push(many.value);
		}
		return success({type: 'sequence', nodes});
	};

	const parseAtom = (depth: number): FilterResult<Node> => {
		const start = index;
		const character = source[index] ?? '';
		index++;
		switch (character) {
			case '(':
				return parseGroup(start, depth);
			case '[': {
				const parsed = parseClass(source, start);
				if (!parsed.ok) {
					return parsed;
				}
				index = parsed.value.end;
				return success({type: 'set', set: parsed.value.set});
			}
			case '\\': {
				const escaped = source[index];
				if (escaped === 'b' || escaped === 'B') {
					index++;
					return success({type: 'assertion', assertion: escaped === 'b' ? 'boundary' : 'no-boundary'});
				}
				const parsed = parseEscape(source, start);
				if (!parsed.ok) {
					return parsed;
				}
				index = parsed.value.end;
				return success({type: 'set', set: parsed.value.set});
			}
			case '^':
				return success({type: 'assertion', assertion: 'start'});
			case '$':
				return success({type: 'assertion', assertion: 'end'});
			case '.':
				return success({type: 'set', set: classSets.dot});
			case '*':
			case '+':
			case '?':
				return nothingToRepeatError(start);
			default:
				return character === '{' && readQuantifier(source, start)
					? nothingToRepeatError(start)
					: success({type: 'set', set: singletonSet(character)});
		}
	};

	const parseGroup = (start: number, depth: number): FilterResult<Node> => {
		if (depth >= depthLimit) {
			return failure(`the regular expression has more than ${depthLimit} groups within each other`, start);
		}
		if (source[index] === '?') {
			const kind = /^\?(?::|<[A-Za-z_$][\w$]*>)/.exec(source.slice(index));
			if (!kind) {
				return failure(unsupportedGroupText(source.slice(start, start + 4)), start);
			}
			index += kind[0].length;
		}
		const inner = parseAlternatives(depth + 1);
		if (!inner.ok) {
			return inner;
		}
		if (source[index] !== ')') {
			return failure('the regular expression has a «(» without «)»', start);
		}
		index++;
		return inner;
	};

	const parseQuantified = (node: Node): FilterResult<Node> => {
		const count = readQuantifier(source, index);
		if (!count) {
			return success(node);
		}
		if (node.type === 'assertion') {
			return nothingToRepeatError(index);
		}
		if (count.min > count.max) {
			return failure('in the regular expression a repetition has its numbers in the wrong order', index);
		}
		if (count.min > repeatLimit || (count.max > repeatLimit && count.max !== Number.POSITIVE_INFINITY)) {
			return failure(`the regular expression repeats something more than ${repeatLimit} times`, index);
		}
		index = count.end;
		// Laziness changes which match is found, not whether there is one.
		if (source[index] === '?') {
			index++;
		}
		return readQuantifier(source, index)
			? nothingToRepeatError(index)
			: success({type: 'repeat', node, min: count.min, max: count.max});
	};

	const whole = parseAlternatives(0);
	if (whole.ok && index < source.length) {
		return failure('the regular expression has a «)» without «(»', index);
	}
	return whole;
};

type Quantifier = {min: number; max: number; end: number};

const readQuantifier = (source: string, at: number): Quantifier | null => {
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

const nothingToRepeatError = (position: number): FilterError =>
	failure('the regular expression has a repetition with nothing to repeat', position);

const unsupportedGroupText = (start: string): string =>
	`the regular expression has a group that begins with ${quoted(start)}: lookaround and flags are not supported`;
