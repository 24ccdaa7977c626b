import type {TextProps} from 'ink';
import {createContext} from 'react';
import {type Depth, inDepth} from '../../../text/color-depth.ts';
import type {Colour, TextStyle} from '../../../text/sgr.ts';

/** The terminal's own sixteen, by the names that Ink has for them. */
const names: readonly string[] = [
	...['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'],
	...['blackBright', 'redBright', 'greenBright', 'yellowBright'],
	...['blueBright', 'magentaBright', 'cyanBright', 'whiteBright'],
];

const nameOf = (colour: Colour): string =>
	typeof colour === 'string' ? colour : (names[colour] ?? `ansi256(${colour})`);

/** The colours that the terminal has. */
export const DepthContext = createContext<Depth>('16');

/** A style of the watched program's, as Ink draws it. */
export const styleProps = (style: TextStyle, depth: Depth): TextProps => {
	const {fg, bg, bold, dim, italic, underline, inverse, strike} = inDepth(style, depth);
	return {
		...(fg === null ? {} : {color: nameOf(fg)}),
		...(bg === null ? {} : {backgroundColor: nameOf(bg)}),
		...{bold, dimColor: dim, italic, underline, inverse, strikethrough: strike},
	};
};
