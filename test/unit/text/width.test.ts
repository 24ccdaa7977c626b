import stringWidth from 'string-width';
import {expect, it} from 'vitest';
import {isSingleWidth, widthOf} from '../../../source/text/width.ts';

it('text measured by the fast path has the width that Ink gives it, alone and beside any other', () => {
	const characters = Array.from({length: 0x1_00_00}, (_, code) => String.fromCharCode(code)).filter(
		isSingleWidth,
	);
	expect(characters.length).toBeGreaterThan(800);
	for (const character of characters) {
		expect([character, stringWidth(character)]).toEqual([character, 1]);
		expect(widthOf(`a${character}`)).toBe(stringWidth(`a${character}`));
	}
	const all = characters.join('');
	expect(stringWidth(all)).toBe(characters.length);
	expect(stringWidth([...characters].reverse().join(''))).toBe(characters.length);
});

it('combining, wide and zero-width characters do not take the fast path', () => {
	for (const text of ['e\u0301', '日', '🚀', '\xad', '1\ufe0f\u20e3', '\u200d', '\u2194\ufe0f', '\x1b[1m'])
		expect(isSingleWidth(text)).toBe(false);
});
