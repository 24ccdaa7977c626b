/** Sets of UTF-16 units: the units that one position of a regular expression matches. */
import {type FilterResult, failure, quoted, success} from '../parse-error.ts';

/** Ranges of units, inclusive, sorted and disjoint: searched by bisection. */
export type CharacterSet = {ranges: readonly (readonly [number, number])[]; negated: boolean};

/** A set, and the index after its source text. */
type ParsedSet = {set: CharacterSet; end: number};

export const singletonSet = (character: string): CharacterSet => {
	const code = character.charCodeAt(0);
	return {ranges: [[code, code]], negated: false};
};

/** @param codes a unit of the text, in all its equivalent cases */
export const setContains = (set: CharacterSet, codes: readonly number[]): boolean =>
	codes.some(code => rangesContain(set, code)) !== set.negated;

const rangesContain = ({ranges}: CharacterSet, code: number): boolean => {
	let from = 0;
	let to = ranges.length;
	while (from < to) {
		const middle = (from + to) >> 1;
		const [low, high] = ranges[middle] ?? [0, maxCodeUnit];
		if (code > high) {
			from = middle + 1;
		} else if (code < low) {
			to = middle;
		} else {
			return true;
		}
	}
	return false;
};

const mergeRanges = (ranges: CharacterSet['ranges']): CharacterSet['ranges'] => {
	const merged: [number, number][] = [];
	for (const [low, high] of ranges.toSorted(([one], [other]) => one - other)) {
		const last = merged.at(-1);
		if (last && low <= last[1] + 1) {
			last[1] = Math.max(last[1], high);
		} else {
			merged.push([low, high]);
		}
	}
	return merged;
};

/** The unit itself and its other case, for an expression that ignores case. */
export const caseVariants = (code: number): readonly number[] =>
	asciiCases[code] ?? computeCaseVariants(code);

const computeCaseVariants = (code: number): number[] => {
	const character = String.fromCharCode(code);
	const others = [character.toLowerCase(), character.toUpperCase()]
		.filter(other => other.length === 1 && other !== character)
		.map(other => other.charCodeAt(0))
		// As in RegExp: the Kelvin sign is not a "k".
		.filter(other => other < 128 === code < 128);
	return [code, ...others];
};

const asciiCases: readonly (readonly number[])[] = Array.from({length: 128}, (_, code) =>
	computeCaseVariants(code),
);

const maxCodeUnit = 0xffff;

const complement = (ranges: CharacterSet['ranges']): CharacterSet['ranges'] => {
	const gaps: [number, number][] = [];
	let next = 0;
	for (const [low, high] of ranges) {
		if (low > next) {
			gaps.push([next, low - 1]);
		}
		next = high + 1;
	}
	return next > maxCodeUnit ? gaps : [...gaps, [next, maxCodeUnit]];
};

const digits: CharacterSet['ranges'] = [[48, 57]];
const wordRanges: CharacterSet['ranges'] = [
	[48, 57],
	[65, 90],
	[95, 95],
	[97, 122],
];
// ECMA-262, WhiteSpace and LineTerminator.
const spaces: CharacterSet['ranges'] = [
	[9, 13],
	[32, 32],
	[0xa0, 0xa0],
	[0x1680, 0x1680],
	[0x2000, 0x200a],
	[0x2028, 0x2029],
	[0x202f, 0x202f],
	[0x205f, 0x205f],
	[0x3000, 0x3000],
	[0xfeff, 0xfeff],
];
const lineEnds: CharacterSet['ranges'] = [
	[10, 10],
	[13, 13],
	[0x2028, 0x2029],
];

const positiveSet = (ranges: CharacterSet['ranges']): CharacterSet => ({ranges, negated: false});

/** `dot`, and the sets that `\d \D \w \W \s \S` name. */
export const classSets = {
	dot: positiveSet(complement(lineEnds)),
	d: positiveSet(digits),
	D: positiveSet(complement(digits)),
	w: positiveSet(wordRanges),
	W: positiveSet(complement(wordRanges)),
	s: positiveSet(spaces),
	S: positiveSet(complement(spaces)),
} as const;

/** Is it a letter, a digit or `_`, as for `\b`? */
export const isWordUnit = (code: number): boolean => rangesContain(classSets.w, code);

const controls: Readonly<Record<string, string>> = {t: '\t', n: '\n', r: '\r', f: '\f', v: '\v'};

/** Reads an escape. @param at the index of the backslash */
export const parseEscape = (source: string, at: number): FilterResult<ParsedSet> => {
	const letter = source[at + 1];
	if (letter === undefined) {
		return failure('the regular expression ends with a backslash', at);
	}
	const parsed = (set: CharacterSet, length = 2): FilterResult<ParsedSet> => success({set, end: at + length});
	switch (letter) {
		case 'd':
		case 'D':
		case 'w':
		case 'W':
		case 's':
		case 'S':
			return parsed(classSets[letter]);
		case 'x':
		case 'u': {
			const code = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(source.slice(at + 1, at + 6));
			if (code) {
				return parsed(
					singletonSet(String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? '', 16))),
					1 + code[0].length,
				);
			}
			break;
		}
		case '0':
			if (!/\d/.test(source[at + 2] ?? '')) {
				return parsed(singletonSet('\0'));
			}
			break;
		default: {
			const control = controls[letter];
			if (control !== undefined) {
				return parsed(singletonSet(control));
			}
			// RegExp may give letters and digits an unsupported meaning here; any other character is literal.
			if (!/[a-z\d]/i.test(letter)) {
				return parsed(singletonSet(letter));
			}
		}
	}
	const problem = `the regular expression has the escape ${quoted(`\\${letter}`)}`;
	return /[1-9k]/.test(letter)
		? failure(`${problem}: backreferences are not supported`, at)
		: failure(`${problem}, which is not supported`, at);
};

/** Reads a class, `[a-z]` or `[^a-z]`. @param at the index of the bracket */
export const parseClass = (source: string, at: number): FilterResult<ParsedSet> => {
	const negated = source[at + 1] === '^';
	const ranges: (readonly [number, number])[] = [];
	let next = at + (negated ? 2 : 1);
	while (next < source.length && source[next] !== ']') {
		const first = parseClassAtom(source, next);
		if (!first.ok) {
			return first;
		}
		const from = singleUnitOf(first.value.set);
		const hyphen = first.value.end;
		const open = source[hyphen] === '-' && source[hyphen + 1] !== ']' && hyphen + 1 < source.length;
		const last = open ? parseClassAtom(source, hyphen + 1) : null;
		if (last && !last.ok) {
			return last;
		}
		const to = last && singleUnitOf(last.value.set);
		if (last && from !== null && to !== null) {
			if (to < from) {
				return failure('the regular expression has a range of characters in the wrong order', next);
			}
			ranges.push([from, to]);
		} else {
			// `[\d-x]`: next to a set the hyphen is literal.
			ranges.push(...first.value.set.ranges, ...(last ? [hyphenRange, ...last.value.set.ranges] : []));
		}
		next = last ? last.value.end : hyphen;
	}
	if (next >= source.length) {
		return failure('the regular expression has a «[» without «]»', at);
	}
	return success({set: {ranges: mergeRanges(ranges), negated}, end: next + 1});
};

const hyphenRange = [45, 45] as const;

const parseClassAtom = (source: string, at: number): FilterResult<ParsedSet> => {
	if (source[at] !== '\\') {
		return success({set: singletonSet(source[at] ?? ''), end: at + 1});
	}
	return source[at + 1] === 'b' ? success({set: singletonSet('\b'), end: at + 2}) : parseEscape(source, at);
};

const singleUnitOf = (set: CharacterSet): number | null => {
	const [range] = set.ranges;
	return set.ranges.length === 1 && range && range[0] === range[1] ? range[0] : null;
};
