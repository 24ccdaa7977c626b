/** Colours by meaning, from the terminal's own sixteen. A colour never tells something that no word or mark tells. */
import type {TextProps} from 'ink';
import {createContext} from 'react';
import type {Stage} from '../model/types.ts';

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

const withColour: Record<Tone, TextProps> = {
	plain: {},
	strong: {bold: true},
	faint: {dimColor: true},
	progress: {color: 'cyan'},
	waiting: {color: 'yellow'},
	failed: {color: 'red'},
	listening: {color: 'blue'},
	good: {color: 'green'},
	chosen: {inverse: true},
	alert: {inverse: true, bold: true, color: 'yellow'},
};

// Weight and brightness are no colours: NO_COLOR keeps them.
const withoutColour: Record<Tone, TextProps> = {
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

/** Whether colours are wanted (NO_COLOR, --color). */
export const ColourContext = createContext(true);

export const toneProps = (tone: Tone, colour: boolean): TextProps =>
	colour ? withColour[tone] : withoutColour[tone];

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
