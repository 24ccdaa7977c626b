/**
 * The colours of the tones, for each number of colours that a terminal has and each background that it may
 * have. Pure.
 *
 * Measured by test/unit/screen/theme/palettes.test.ts: with 256 colours and more each tone has a contrast of
 * 4.5 or more (WCAG 2.2, 1.4.3) on the common backgrounds of its kind. No colour has that on both kinds: for
 * an unknown background the colours are of a middle lightness, with a contrast of 3 or more on all of them.
 */

/** Colour depths of terminals. */
export const colorDepths = ['none', '16', '256', 'truecolor'] as const;
export type ColorDepth = (typeof colorDepths)[number];

export const backgrounds = ['dark', 'light', 'unknown'] as const;
export type Background = (typeof backgrounds)[number];

export type Colors = {depth: ColorDepth; background: Background};

/** The tones that have a colour of their own. */
export const coloredTones = ['faint', 'progress', 'waiting', 'failed', 'listening', 'good'] as const;
export type ColoredTone = (typeof coloredTones)[number];

/** Ink's names of the terminal's own sixteen colours. */
export type NamedColor = 'red' | 'redBright' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan';

/** null: the terminal's own colour for text. */
export type PaletteColor = {
	/** "#rrggbb"; null for greys, which are frequent: the index names the same colour in half the bytes. */
	rgb: string | null;
	/** Index into the 6×6×6 cube and the greys, which no theme changes: 16 to 255. */
	index: number;
	named: NamedColor | null;
};

export type Palette = Readonly<Record<ColoredTone, PaletteColor>>;

/**
 * The named colours are those that the palettes of common terminals keep apart from the background. Bright
 * black is never one of them: in Solarized it is the background itself.
 */
export const palettes: Readonly<Record<Background, Palette>> = {
	dark: {
		faint: {rgb: null, index: 246, named: null},
		progress: {rgb: '#56cfd6', index: 80, named: 'cyan'},
		waiting: {rgb: '#f2c94c', index: 221, named: 'yellow'},
		failed: {rgb: '#ff6b68', index: 203, named: 'redBright'},
		listening: {rgb: '#7fb2ff', index: 111, named: 'cyan'},
		good: {rgb: '#7fd67f', index: 114, named: 'green'},
	},
	light: {
		faint: {rgb: null, index: 242, named: null},
		progress: {rgb: '#00696e', index: 23, named: 'blue'},
		waiting: {rgb: '#8a5a00', index: 94, named: 'magenta'},
		failed: {rgb: '#c62020', index: 160, named: 'red'},
		listening: {rgb: '#0b5cd1', index: 26, named: 'blue'},
		good: {rgb: '#1c6b1c', index: 22, named: null},
	},
	unknown: {
		faint: {rgb: null, index: 244, named: null},
		progress: {rgb: '#008a94', index: 30, named: null},
		waiting: {rgb: '#b27400', index: 130, named: 'magenta'},
		failed: {rgb: '#f0303a', index: 196, named: 'red'},
		listening: {rgb: '#1a84e0', index: 32, named: null},
		good: {rgb: '#259125', index: 28, named: null},
	},
};
