/** Tones: colours by meaning. A word or a mark always has the same meaning as the colour. */
import chalk from 'chalk';
import type {TextProps} from 'ink';
import {createContext} from 'react';
import type {Stage} from '../../domain/row.ts';
import {
	type ColorDepth,
	type ColoredTone,
	type Colors,
	coloredTones,
	type PaletteColor,
	palettes,
} from './palettes.ts';

// Ink draws with chalk, which drops colours by its own detection, even by flags such as --no-color of the
// command line. The palettes have decided on the colours already.
chalk.level = 3;

/** The meaning of a piece of text; views name a tone, never a colour. */
export type Tone =
	| 'plain'
	/** Titles of columns, sections and findings; keys; the sort column. */
	| 'strong'
	/** Zeros, missing observations, items that are over. */
	| 'faint'
	/** On its way: lookup, connect, handshake. */
	| 'progress'
	/** One side waits for the other; also warnings. */
	| 'waiting'
	| 'failed'
	| 'listening'
	/** Agreement of two views. */
	| 'good'
	/** Reversed: the selection, the active tab, a badge. */
	| 'chosen'
	/** An urgent badge. */
	| 'alert';

/** Ink's properties for each tone. */
export type ToneStyles = Readonly<Record<Tone, TextProps>>;

// Weight and reversal are no colours: NO_COLOR keeps them.
const monochromeStyles: ToneStyles = {
	plain: {},
	strong: {bold: true},
	faint: {dimColor: true},
	progress: {},
	waiting: {bold: true},
	failed: {bold: true},
	listening: {},
	good: {},
	chosen: {inverse: true},
	alert: {inverse: true, bold: true},
};

/**
 * The styles of the tones for a terminal. Reversed text has the terminal's own two colours: it is as legible
 * as plain text. The contrast of dim text is up to the terminal: it is used only where there are no greys.
 */
export const toneStylesFor = ({depth, background}: Colors): ToneStyles => {
	if (depth === 'none') return monochromeStyles;
	const palette = palettes[background];
	const colorEntries = coloredTones.map((tone): [ColoredTone, TextProps] => [
		tone,
		colorProps(palette[tone], depth, tone),
	]);
	return {
		...monochromeStyles,
		...Object.fromEntries(colorEntries),
		alert: {...monochromeStyles.alert, ...colorProps(palette.waiting, depth, 'alert')},
	};
};

const colorProps = ({rgb, index, named}: PaletteColor, depth: ColorDepth, tone: Tone): TextProps => {
	if (depth === 'truecolor' && rgb !== null) return {color: rgb};
	if (depth !== '16') return {color: `ansi256(${index})`};
	return named === null ? monochromeStyles[tone] : {color: named};
};

export const ToneStylesContext = createContext<ToneStyles>(
	toneStylesFor({depth: '16', background: 'unknown'}),
);

const stageTones: Record<Stage, Tone> = {
	created: 'progress',
	lookup: 'progress',
	connect: 'progress',
	tls: 'progress',
	queued: 'waiting',
	accepted: 'plain',
	open: 'plain',
	draining: 'waiting',
	paused: 'waiting',
	'peer-ended': 'waiting',
	ended: 'waiting',
	closing: 'faint',
	lingering: 'faint',
	listening: 'listening',
	closed: 'faint',
	failed: 'failed',
};

export const stageTone = (stage: Stage): Tone => stageTones[stage];
