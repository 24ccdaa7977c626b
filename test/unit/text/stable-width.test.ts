import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {sanitize} from '../../../source/text/sanitize.ts';
import {stableWidth} from '../../../source/text/stable-width.ts';
import {fitWidth, truncate} from '../../../source/text/width.ts';

const shown = (text: string): string => stableWidth(sanitize(text));

describe('text on whose width terminals disagree', () => {
	it.each([
		[
			'letters, wide letters and pictures stay',
			'é 漢字 한글 カナ Ａ 🚀 𠀀 👍 ⌚',
			'é 漢字 한글 カナ Ａ 🚀 𠀀 👍 ⌚',
		],
		['a flag stays', '🇩🇪 🇩', '🇩🇪 🇩'],
		['marks that take no cell stay', 'שָׁ مَ ก็ བྷ', 'שָׁ مَ ก็ བྷ'],
		['a letter keeps its accent', 'e\u0301', 'e\u0301'],
		['a pair of letters that is no flag is written out', '🇫🇩', '🇫\\u{1f1e9}'],
		['jamo become a syllable', '\u1112\u1161\u11ab', '한'],
		['a keycap loses its cap', '1\ufe0f\u20e3', '1'],
		['a half-width kana and its mark become one', 'ｶﾞﾊﾟ', 'ガパ'],
		['a Thai or Lao am becomes its two parts', 'กำ ກຳ', 'ก\u0e4d\u0e32 ກ\u0ecd\u0eb2'],
		['a mark with a cell of its own is written out', 'कि', 'क\\u093f'],
		['what joins the letter before is written out', 'क्षि', 'क्\\u0937\\u093f'],
		['a picture that old terminals do not know is written out', '\u{1fae8}', '\\u{1fae8}'],
		['a hexagram is written out', '☰䷀', '\\u2630\\u4dc0'],
	])('%s', (_what, text, expected) => {
		expect(shown(text)).toBe(expected);
	});

	it("has the sum of its characters' cells as its width, for terminals that join them and those that do not", () => {
		const unit = fc.oneof(
			fc.string({unit: 'binary', maxLength: 6}),
			fc.constantFrom(
				'क्षि',
				'กำ',
				'ｶﾞ',
				'1\u20e3',
				'👩\u200d💻',
				'🇩🇪🇫',
				'\u1161',
				'e\u0301\u0302',
				'မြန်',
				'നി',
				'\u0d4eക',
				'𑄃',
			),
		);
		fc.assert(
			fc.property(fc.array(unit, {maxLength: 8}), units => {
				const text = shown(units.join(''));
				const apart = Array.from(text).reduce((sum, one) => sum + stringWidth(one), 0);
				// A mark alone is drawn, one behind a letter is not counted.
				const marks = Array.from(text.matchAll(/(?<=.)\p{M}/gsu)).reduce(
					(sum, [one]) => sum + stringWidth(one),
					0,
				);
				expect(stringWidth(text)).toBe(apart - marks);
			}),
			{numRuns: 500},
		);
	});

	it('is not changed twice, even where a letter joins the next one', () => {
		const before = '\u{11a84}\0';
		expect(stableWidth(shown(before))).toBe(shown(before));
	});

	it('is not changed twice', () => {
		fc.assert(
			fc.property(fc.string({unit: 'binary', maxLength: 40}), text => {
				expect(stableWidth(shown(text))).toBe(shown(text));
			}),
			{numRuns: 300},
		);
	});

	it('is measured after it was made stable, wherever it is cut', () => {
		for (const cut of ['start', 'middle', 'end'] as const) {
			for (let width = 1; width < 40; width++) {
				expect(
					stringWidth(truncate(`हिन्दी/漢字/🇩🇪/${'ё'.repeat(40)}/कि/🚀🚀`, width, cut)),
				).toBeLessThanOrEqual(width);
				expect(stringWidth(fitWidth('कि漢字', width, 'left', cut))).toBe(width);
			}
		}
	});

	it('of any length is cut in bounded time, with both its ends', () => {
		const text = `क/${'🚀'.repeat(500_000)}/字`;
		expect(truncate(text, 11, 'middle')).toBe('क/🚀…🚀/字');
		expect(truncate(text, 5, 'start')).toBe('…/字');
	});
});
