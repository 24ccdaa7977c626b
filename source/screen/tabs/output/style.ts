import type {TextProps} from 'ink';
import {createContext} from 'react';
import {type ColorDepth, toColorDepth} from '../../../text/color-depth.ts';
import type {Color, TextStyle} from '../../../text/sgr.ts';

/** The terminal's own sixteen, by the names that Ink has for them. */
const names: readonly string[] = [
	...['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'],
	...['blackBright', 'redBright', 'greenBright', 'yellowBright'],
	...['blueBright', 'magentaBright', 'cyanBright', 'whiteBright'],
];

const nameOf = (colour: Color): string =>
	typeof colour === 'string' ? colour : (names[colour] ?? `ansi256(${colour})`);

/** The colours that the terminal has. */
export const DepthContext = createContext<ColorDepth>('16');

/** A style of the watched program's, as Ink draws it. */
export const styleProps = (style: TextStyle, depth: ColorDepth): TextProps => {
	const {fg, bg, bold, dim, italic, underline, inverse, strike} = toColorDepth(style, depth);
	return {
		...(fg === null ? {} : {color: nameOf(fg)}),
		...(bg === null ? {} : {backgroundColor: nameOf(bg)}),
		...{bold, dimColor: dim, italic, underline, inverse, strikethrough: strike},
	};
};
