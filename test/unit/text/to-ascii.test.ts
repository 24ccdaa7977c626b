import {expect, it} from 'vitest';
import {toAscii} from '../../../source/text/to-ascii.ts';
import {widthOf} from '../../../source/text/width.ts';

it.each([
	['→ 127.0.0.1:80 – … ✗', '> 127.0.0.1:80 - ~ x'],
	['\x1b[7m▸日本\x1b[27m é│', '\x1b[7m>????\x1b[27m ?|'],
	['🚀 e\u0301', '?? e'],
	['plain', 'plain'],
])('%j is written as %j in ASCII, and takes as many cells', (text, ascii) => {
	expect(toAscii(text)).toBe(ascii);
	expect(widthOf(toAscii(text))).toBe(widthOf(text));
});
