import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	applySgr,
	type Color,
	plainStyle,
	sgrOf,
	styleAfter,
	type TextStyle,
} from '../../../source/text/sgr.ts';

const styled = (style: Partial<TextStyle>): TextStyle => ({...plainStyle, ...style});

describe("a program's style is parsed as terminals do", () => {
	const cases: [parameters: string, style: Partial<TextStyle>][] = [
		['', {}],
		['0', {}],
		['1;2;3;4;7;9', {bold: true, dim: true, italic: true, underline: true, inverse: true, strike: true}],
		['1;22', {}],
		['3;4;7;9;23;24;27;29', {}],
		['31;42', {fg: 1, bg: 2}],
		['97;100', {fg: 15, bg: 8}],
		['31;39', {}],
		['38;5;208', {fg: 208}],
		['48;2;1;20;255', {bg: '#0114ff'}],
		['38:5:208', {fg: 208}],
		['38:2::1:2:3', {fg: '#010203'}],
		['48:2:1:2:3', {bg: '#010203'}],
		['38;5;208;1', {fg: 208, bold: true}],
		['38;2;1;2;3;4', {fg: '#010203', underline: true}],
		['4:3', {underline: true}],
		['4;4:0', {}],
		['21', {underline: true}],
		['58;5;9;1', {bold: true}],
		['58:2::1:2:3;1', {bold: true}],
		['1;;31', {fg: 1}],
	];
	it.each(cases)('%s', (parameters, style) => {
		expect(applySgr(plainStyle, parameters)).toEqual(styled(style));
	});

	it('an empty list resets the style', () => {
		expect(applySgr(styled({fg: 1, bold: true}), '')).toBe(plainStyle);
	});

	const without = [
		'5',
		'6',
		'8',
		'10',
		'53',
		'38',
		'38;5',
		'38;5;256',
		'38;2;1;2;300',
		'38:7:1',
		'999',
		'>4;1',
		'?1',
		'1x',
	];
	it.each(without)('%s changes nothing', parameters => {
		const style = styled({fg: 3});
		expect(applySgr(style, parameters)).toBe(style);
	});

	it('the first parameters of a giant list are used', () => {
		expect(applySgr(plainStyle, `1;${'31;'.repeat(100_000)}4`)).toEqual(styled({bold: true, fg: 1}));
		expect(applySgr(plainStyle, '9'.repeat(100_000))).toBe(plainStyle);
	});

	it('any parameters give a style', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[0-9:;<?]{0,40}$/), parameters => {
				const {fg, bg} = applySgr(plainStyle, parameters);
				for (const colour of [fg, bg]) {
					if (typeof colour === 'string') expect(colour).toMatch(/^#[0-9a-f]{6}$/);
					else if (colour !== null) expect(colour >= 0 && colour <= 255).toBe(true);
				}
			}),
		);
	});
});

const colour: fc.Arbitrary<Color | null> = fc.oneof(
	fc.constant(null),
	fc.integer({min: 0, max: 255}),
	fc.stringMatching(/^[0-9a-f]{6}$/).map((hex): Color => `#${hex}`),
);
const flag = fc.boolean();
const style = fc.record({
	...{
		fg: colour,
		bg: colour,
		bold: flag,
		dim: flag,
		italic: flag,
		underline: flag,
		inverse: flag,
		strike: flag,
	},
});

it('a written style is parsed to the same style', () => {
	fc.assert(
		fc.property(style, one => {
			expect(styleAfter(`text ${sgrOf(one)}more`, plainStyle)).toEqual(one);
		}),
	);
});

it('a style left on by a text continues in the next one', () => {
	expect(styleAfter('\x1b[31mred \x1b[1mbold\x1b[22m', plainStyle)).toEqual(styled({fg: 1}));
	expect(styleAfter('no sequence', styled({fg: 1}))).toEqual(styled({fg: 1}));
	expect(styleAfter('\x9b32mgreen \x1b[2J\x1b]0;31m\x07', plainStyle)).toEqual(styled({fg: 2}));
});
