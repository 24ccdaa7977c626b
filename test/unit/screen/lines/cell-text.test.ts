import fc from 'fast-check';
import {expect, it} from 'vitest';
import {fitCellText} from '../../../../source/screen/lines/cell-text.ts';
import {sanitize} from '../../../../source/text/sanitize.ts';
import {truncate} from '../../../../source/text/width.ts';

it('a cell shows the shortened clean text, whatever texts were cached before', () => {
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
				const [content, width, cut] = given;
				const expected = truncate(sanitize(content), width, cut);
				expect([fitCellText(...given), fitCellText(...given)]).toEqual([expected, expected]);
			},
		),
		{numRuns: 2000},
	);
});

it('texts beyond the size of the cache make no difference', () => {
	for (let number = 0; number < 10_000; number++)
		expect(fitCellText(`–${number}`, 4)).toBe(truncate(`–${number}`, 4));
});
