/** Words that compare an amount: `buf:>64k`, `age:>5s`, `rate:>=1M`. */
import type {Row} from '../../domain/row.ts';
import {comparator} from './compare.ts';
import {type FilterResult, failure, quoted, success} from './parse-error.ts';
import type {Value} from './tokens.ts';
import type {ValueCompiler} from './values.ts';

/** A unit's suffixes and their factors; '' is the default suffix. */
export type Unit = {factors: ReadonlyMap<string, number>; unitHint: string};

const kibi = 1024;

/** Bytes. */
export const sizeUnit: Unit = {
	factors: new Map([
		['', 1],
		['b', 1],
		['k', kibi],
		['kb', kibi],
		['kib', kibi],
		['m', kibi ** 2],
		['mb', kibi ** 2],
		['mib', kibi ** 2],
		['g', kibi ** 3],
		['gb', kibi ** 3],
		['gib', kibi ** 3],
	]),
	unitHint: 'k M G',
};

/** Bytes a second. */
export const byteRateUnit: Unit = {
	factors: new Map(
		[...sizeUnit.factors].flatMap(([sign, factor]) => [[sign, factor] as const, [`${sign}/s`, factor]]),
	),
	unitHint: sizeUnit.unitHint,
};

/** A count. */
export const countUnit: Unit = {
	factors: new Map([
		['', 1],
		['k', 1000],
		['m', 1_000_000],
	]),
	unitHint: 'k M',
};

/** Milliseconds. */
export const durationUnit: Unit = {
	factors: new Map([
		['us', 0.001],
		['µs', 0.001],
		['ms', 1],
		['s', 1000],
		['m', 60_000],
		['min', 60_000],
		['h', 3_600_000],
	]),
	unitHint: 'us ms s m h',
};

/**
 * @param example shown in the parse error
 * @param read the amount in the base unit; null for not observed, which passes no comparison
 */
export const amountWord =
	(unit: Unit, example: string, read: (row: Row, now: number) => number | null): ValueCompiler =>
	(value, word) => {
		const amount = readAmount(value, word, unit, example);
		if (!amount.ok) {
			return amount;
		}
		if (value.operator === null) {
			return failure(
				`${quoted(`${word}:`)} compares: put > >= < <= or = before ${quoted(value.text)}, as in ${example}`,
				value.position,
				`>${value.text}`,
			);
		}
		const test = comparator(value.operator, amount.value);
		return success((row, now) => {
			const observed = read(row, now);
			return observed !== null && test(observed);
		});
	};

const readAmount = (value: Value, word: string, unit: Unit, example: string): FilterResult<number> => {
	if (value.text === '') {
		return failure(`${quoted(`${word}:`)} needs an amount, as in ${example}`, value.position);
	}
	const match = /^(\d{1,15}(?:\.\d{1,9})?|\.\d{1,9})([a-zµ/]*)$/i.exec(value.text);
	if (!match) {
		return failure(`${quoted(value.text)} is no amount, as in ${example}`, value.position);
	}
	const number = Number(match[1]);
	const sign = match[2] ?? '';
	const factor = unit.factors.get(sign.toLowerCase()) ?? (number === 0 && sign === '' ? 1 : null);
	if (factor === null) {
		return sign === ''
			? failure(`${quoted(value.text)} needs a unit (${unit.unitHint}), as in ${example}`, value.position)
			: failure(
					`unknown unit ${quoted(sign)} (there are ${unit.unitHint}), as in ${example}`,
					value.position + (match[1]?.length ?? 0),
				);
	}
	return success(number * factor);
};
