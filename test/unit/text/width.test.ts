import stringWidth from 'string-width';
import {expect, it} from 'vitest';
import {isSingleWidth, widthOf} from '../../../source/text/width.ts';

it('what is counted at a glance has the width that Ink gives it, alone and beside any other', () => {
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

it('what combines, takes two cells or none is not counted at a glance', () => {
	for (const text of ['e\u0301', '日', '🚀', '\xad', '1\ufe0f\u20e3', '\u200d', '\u2194\ufe0f', '\x1b[1m'])
		expect(isSingleWidth(text)).toBe(false);
});
