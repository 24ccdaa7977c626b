import type {TextProps} from 'ink';
import {createContext} from 'react';
import {type ColorDepth, toColorDepth} from '../../../text/color-depth.ts';
import type {Color, TextStyle} from '../../../text/sgr.ts';

/** The terminal's own sixteen colours, by Ink's names. */
const namedColors: readonly string[] = [
	...['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'],
	...['blackBright', 'redBright', 'greenBright', 'yellowBright'],
	...['blueBright', 'magentaBright', 'cyanBright', 'whiteBright'],
];

const colorName = (color: Color): string =>
	typeof color === 'string' ? color : (namedColors[color] ?? `ansi256(${color})`);

/** The terminal's colour depth. */
export const ColorDepthContext = createContext<ColorDepth>('16');

/** Ink's properties for a style of the watched program's output. */
export const styleProps = (style: TextStyle, depth: ColorDepth): TextProps => {
	const {fg, bg, bold, dim, italic, underline, inverse, strike} = toColorDepth(style, depth);
	return {
		...(fg === null ? {} : {color: colorName(fg)}),
		...(bg === null ? {} : {backgroundColor: colorName(bg)}),
		...{bold, dimColor: dim, italic, underline, inverse, strikethrough: strike},
	};
};
