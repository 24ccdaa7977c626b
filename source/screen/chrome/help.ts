/** The help page, made from the key table, the filter words and the columns. Pure. */

import {formatDuration} from '../../domain/format.ts';
import type {Notice} from '../../domain/row.ts';
import {filterWords} from '../../query/filter/index.ts';
import {fitWidth, widthOf, wrapText, wrapWords} from '../../text/width.ts';
import {columnDocs} from '../columns/column-docs.ts';
import {type KeyEntry, keyLabels, keySections, keyTable} from '../keys/keys.ts';
import {type Line, truncateLine, untrustedSegment} from '../lines/segments.ts';
import type {Mode} from '../state/state.ts';
import {noticeTone} from '../theme/severity.ts';

const keyWidth = 16;

/** Cells of the name column, and of the page. The meaning of a name that is too long starts below it. */
type Widths = {name: number; width: number};

/**
 * The keys of the current mode come first, then the notices, then the rest.
 *
 * @param place the mode that the screen returns to when help is closed
 * @param now ms since the epoch
 * @param width cells of the terminal
 */
export const helpLines = (
	notices: readonly Notice[],
	{place: mode, now, width}: {place: Mode; now: number; width: number},
): Line[] => {
	const isNarrow = width < 60;
	const keys: Widths = {name: isNarrow ? 9 : keyWidth, width};
	const examples: Widths = {name: isNarrow ? 9 : 26, width};
	const [own, shared] = splitKeys(mode);
	return [
		...keySection(`Here: ${modeNames[mode]}`, own, keys),
		...noticeSection(notices, now, width),
		...keySection('Here and elsewhere', shared, keys),
		...otherSections(mode, keys),
		...filterSection(examples),
		...columnSections(mode, keys),
		...markSection(keys),
	];
};

const keyLines = (entries: readonly KeyEntry[], widths: Widths): Line[] =>
	entries.flatMap(({keys, title}) => definitionLines(keyLabels(keys), title, widths));

const keySection = (title: string, entries: readonly KeyEntry[], widths: Widths): Line[] =>
	entries.length === 0 ? [] : [heading(title), ...keyLines(entries, widths), []];

/**
 * The keys of a mode: those of at most three modes, then the others; all are `own` where no key is that rare.
 */
const splitKeys = (mode: Mode): [own: KeyEntry[], shared: KeyEntry[]] => {
	const all = keyTable.filter(({modes}) => modes.includes(mode));
	const isOwn = ({modes}: KeyEntry): boolean => modes.length <= 3;
	return all.some(isOwn) ? [all.filter(isOwn), all.filter(entry => !isOwn(entry))] : [all, []];
};

const otherSections = (mode: Mode, widths: Widths): Line[] =>
	keySections().flatMap(({title, entries}): Line[] => {
		const others = entries.filter(({modes}) => !modes.includes(mode));
		return keySection(title, others, widths);
	});

const modeNames: Record<Mode, string> = {
	connections: 'connections',
	listeners: 'listeners',
	diagnoses: 'diagnoses',
	finding: 'a finding',
	routes: 'routes',
	detail: 'the detail of a row',
	processes: 'processes',
	output: "the program's output",
	filter: 'the filter',
	search: 'the search',
	sort: 'the order',
	columns: 'the columns',
	forget: 'closed rows',
	help: 'help',
	quit: 'leaving',
};

const filterSection = (widths: Widths): Line[] => [
	heading('Filters'),
	...definitionLines('word', 'anywhere in the row; "two words" in quotes; /regex/', widths),
	...filterWords.flatMap(({example, matches}) => definitionLines(example, matches, widths)),
	...definitionLines('! and or ( )', 'not, both (also by standing side by side), either, groups', widths),
	[],
];

/** The columns of the visible table, then those of the other. */
const columnSections = (mode: Mode, widths: Widths): Line[] =>
	columnDocs
		.toSorted((one, other) => Number(other.table === mode) - Number(one.table === mode))
		.flatMap(({table, columns}): Line[] => [
			heading(`Columns of ${table}`),
			...columns.flatMap(({title, description}) => definitionLines(title, description, widths)),
			[],
		]);

const markSection = (widths: Widths): Line[] => [
	heading('Marks'),
	...marks.flatMap(([mark, means]) => definitionLines(mark, means, widths)),
];

const marks: readonly (readonly [string, string])[] = [
	['→ ← •', 'outbound, inbound, listening'],
	['✗ ! ·', 'before a stage: the worst that is found of the row: an error, a warning, a hint'],
	['!', "write() returned false: 'drain' is waited for"],
	['!', 'of a listener: its accept queue is full, or it has all the connections it may have'],
	['‖', 'the readable side is paused'],
	['–', 'not observed'],
	['· ▁ █', 'a second: no bytes, up to 1k, then each step four times as much; blank: not observed'],
	['✓ ≠', 'two views say the same, or not'],
	['≠', 'of a destination: its sockets have another source than the route would choose'],
];

const heading = (title: string): Line => [{text: ` ${title}`, tone: 'strong'}];

const indent = 3;

/** A name and its meaning, wrapped to the width. */
const definitionLines = (name: string, meaning: string, {name: nameWidth, width}: Widths): Line[] => {
	const left = indent + nameWidth + 1;
	const [first = '', ...rest] = wrapText(meaning, width - left);
	const blank: Line = [{text: ' '.repeat(left)}];
	const named = `${' '.repeat(indent)}${name}`;
	const below = (text: string): Line => [...blank, {text}];
	if (widthOf(name) > nameWidth) {
		const lines = wrapText(name, width - indent).map(
			(text): Line => [{text: `${' '.repeat(indent)}${text}`, tone: 'progress'}],
		);
		return [...lines, ...[first, ...rest].map(below)];
	}
	return [[{text: fitWidth(named, left), tone: 'progress'}, {text: first}], ...rest.map(below)];
};

const noticeSection = (notices: readonly Notice[], now: number, width: number): Line[] =>
	notices.length === 0 ? [] : [heading('What netwatch noticed'), ...noticeLines(notices, now, width), []];

/** Newest first, wrapped and never shortened: the remedy stands at the end of a notice. */
export const noticeLines = (notices: readonly Notice[], now: number, width: number): Line[] =>
	notices.toReversed().flatMap(({at, level, source, message}): Line[] => {
		const when = `   ${`${formatDuration(now - at)} ago`.padEnd(keyWidth)} `;
		const {text, ...rest} = untrustedSegment(`${source}: ${message}`, noticeTone(level));
		return wrapWords(text, width - when.length).map((part, index) =>
			truncateLine(
				[
					{text: index === 0 ? when : ' '.repeat(when.length), tone: 'faint'},
					{...rest, text: part},
				],
				width,
			),
		);
	});
