import fc from 'fast-check';
import {expect, it} from 'vitest';
import {cellText} from '../../../../source/screen/lines/cell-text.ts';
import {sanitize} from '../../../../source/text/sanitize.ts';
import {shorten} from '../../../../source/text/width.ts';

it('a cell shows what the clean text is shortened to, whatever was asked before', () => {
	const text = fc.oneof(
		fc.constantFrom('–', '127.0.0.1:80', '日本', 'é\u0301', '\x1b[2J', '\u202ea', 'a'.repeat(80)),
		fc.string({unit: 'binary', maxLength: 70}),
	);
	fc.assert(
		fc.property(
			text,
			fc.nat(30),
			fc.constantFrom('end' as const, 'middle' as const, 'start' as const),
			(...given) => {
				const [told, width, cut] = given;
				const expected = shorten(sanitize(told), width, cut);
				expect([cellText(...given), cellText(...given)]).toEqual([expected, expected]);
			},
		),
		{numRuns: 2000},
	);
});

it('more texts than are remembered make no difference', () => {
	for (let number = 0; number < 10_000; number++)
		expect(cellText(`–${number}`, 4)).toBe(shorten(`–${number}`, 4));
});
