/** Tones: colours by meaning. A colour never tells something that no word or mark tells. */
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

// Ink draws with it, and it leaves out what it takes the terminal to lack, by the words of any command line: the
// palettes have decided that already.
chalk.level = 3;

/** What a piece of text means; views name a tone, never a colour. */
export type Tone =
	| 'plain'
	/** Titles of columns and sections, and of what is chosen. */
	| 'strong'
	/** Zeros, what was not observed, what is over. */
	| 'faint'
	/** On its way: lookup, connect, handshake. */
	| 'progress'
	/** Something waits for somebody. */
	| 'waiting'
	| 'failed'
	| 'listening'
	/** Agreement of two views. */
	| 'good'
	/** Reversed: the selection, the active tab, a badge. */
	| 'chosen'
	/** A badge that wants to be noticed. */
	| 'alert';

/** How each tone is drawn. */
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
 * How the tones look in a terminal. Reversed text has the terminal's own two colours: it is as legible as any text there.
 * Dim text is at the terminal's mercy, so that it is asked for only where there are no greys.
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
