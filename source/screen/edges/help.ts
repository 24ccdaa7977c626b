/** The help page, from the same data as the keys and the filters themselves. Pure. */

import {filterWords} from '../../model/filter/index.ts';
import {formatDuration} from '../../model/format.ts';
import type {Notice} from '../../model/types.ts';
import {keySections, shownKeys} from '../keys/keys.ts';
import {cutLine, type Line, outside} from '../text/segments.ts';
import {brokenAt} from '../text/width.ts';
import {noticeTone} from './notices.ts';

const keyWidth = 16;
const exampleWidth = 26;

/**
 * @param now ms since the epoch
 * @param width of the terminal, in cells
 */
export const helpLines = (notices: readonly Notice[], now: number, width: number): Line[] => [
	...noticeSection(notices, now, width),
	...keySections().flatMap(({title, entries}): Line[] => [
		heading(title),
		...entries.map(({keys, title: does}): Line => entry(shownKeys(keys), keyWidth, does)),
		[],
	]),
	heading('Filters'),
	entry('word', exampleWidth, 'anywhere in the row; "two words" in quotes; /regex/'),
	...filterWords.map(({example, matches}) => entry(example, exampleWidth, matches)),
	entry('! and or ( )', exampleWidth, 'not, both (also by standing side by side), either, groups'),
	[],
	heading('Marks'),
	entry('→ ← •', keyWidth, 'outbound, inbound, listening'),
	entry('✗ ! ·', keyWidth, 'before a stage: the worst that is found of the row: an error, a warning, a hint'),
	entry('!', keyWidth, "write() returned false: 'drain' is waited for"),
	entry('!', keyWidth, 'of a listener: its accept queue is full, or it has all the connections it may have'),
	entry('‖', keyWidth, 'the readable side is paused'),
	entry('–', keyWidth, 'not observed'),
	entry('✓ ≠', keyWidth, 'two views say the same, or not'),
	entry('≠', keyWidth, 'of a destination: its sockets have another source than the route would choose'),
];

const heading = (title: string): Line => [{text: ` ${title}`, tone: 'strong'}];

const entry = (name: string, width: number, does: string): Line => [
	{text: `   ${name.padEnd(width)}`, tone: 'progress'},
	{text: ` ${does}`},
];

const noticeSection = (notices: readonly Notice[], now: number, width: number): Line[] =>
	notices.length === 0 ? [] : [heading('What netwatch noticed'), ...noticeLines(notices, now, width), []];

/** Newest first, each whole: how to mend what is missing stands at its end. */
export const noticeLines = (notices: readonly Notice[], now: number, width: number): Line[] =>
	notices.toReversed().flatMap(({at, level, source, message}): Line[] => {
		const when = `   ${`${formatDuration(now - at)} ago`.padEnd(keyWidth)} `;
		const {text, ...rest} = outside(`${source}: ${message}`, noticeTone(level));
		return brokenAt(text, width - when.length).map((part, index) =>
			cutLine(
				[
					{text: index === 0 ? when : ' '.repeat(when.length), tone: 'faint'},
					{...rest, text: part},
				],
				width,
			),
		);
	});
