import {expect, it} from 'vitest';
import {toColorDepth} from '../../../source/text/color-depth.ts';
import {type Color, plainStyle} from '../../../source/text/sgr.ts';

const cases: [colour: Color, in256: Color, in16: Color][] = [
	[3, 3, 3],
	[12, 12, 12],
	[196, 196, 9],
	[232, 232, 0],
	[244, 244, 8],
	['#ff0000', 196, 9],
	['#5fafff', 75, 12],
	['#ffffff', 231, 15],
	['#000000', 16, 0],
	['#080808', 232, 0],
	['#7f7f7f', 244, 8],
	['#cc0100', 160, 1],
];

it.each(cases)('%s becomes the nearest colour of the terminal', (colour, in256, in16) => {
	const style = {...plainStyle, bold: true, fg: colour, bg: colour};
	expect(toColorDepth(style, 'truecolor')).toBe(style);
	expect(toColorDepth(style, '256')).toEqual({...style, fg: in256, bg: in256});
	expect(toColorDepth(style, '16')).toEqual({...style, fg: in16, bg: in16});
	expect(toColorDepth(style, 'none')).toEqual({...style, fg: null, bg: null});
});
