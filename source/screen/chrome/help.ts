/** The help page, from the same data as the keys and the filters themselves. Pure. */

import {formatDuration} from '../../domain/format.ts';
import type {Notice} from '../../domain/row.ts';
import {filterWords} from '../../query/filter/index.ts';
import {brokenAt, fitTo, foldedAt, widthOf} from '../../text/width.ts';
import {columnDocs} from '../columns/column-docs.ts';
import {type KeyEntry, keySections, keyTable, shownKeys} from '../keys/keys.ts';
import {cutLine, type Line, outside} from '../lines/segments.ts';
import type {Mode} from '../state/state.ts';
import {noticeTone} from '../theme/severity.ts';

const keyWidth = 16;

/** The two columns of the page: on a narrow terminal the second begins under a long name. */
type Widths = {name: number; width: number};

/**
 * What works only in the place that help was asked from comes first, then what netwatch noticed, then the rest.
 *
 * @param place what the keys act upon when help is closed
 * @param now ms since the epoch
 * @param width of the terminal, in cells
 */
export const helpLines = (
	notices: readonly Notice[],
	{place, now, width}: {place: Mode; now: number; width: number},
): Line[] => {
	const isNarrow = width < 60;
	const keys: Widths = {name: isNarrow ? 9 : keyWidth, width};
	const examples: Widths = {name: isNarrow ? 9 : 26, width};
	const [own, shared] = keysOf(place);
	return [
		...keySection(`Here: ${placeNames[place]}`, own, keys),
		...noticeSection(notices, now, width),
		...keySection('Here and elsewhere', shared, keys),
		...elsewhere(place, keys),
		...filterSection(examples),
		...columnSections(place, keys),
		...markSection(keys),
	];
};

const keyLines = (entries: readonly KeyEntry[], widths: Widths): Line[] =>
	entries.flatMap(({keys, title}) => entry(shownKeys(keys), title, widths));

const keySection = (title: string, entries: readonly KeyEntry[], widths: Widths): Line[] =>
	entries.length === 0 ? [] : [heading(title), ...keyLines(entries, widths), []];

/** The keys that work in a place: those that belong to few places, then those that work nearly everywhere. */
const keysOf = (place: Mode): [own: KeyEntry[], shared: KeyEntry[]] => {
	const all = keyTable.filter(({where}) => where.includes(place));
	const isOwn = ({where}: KeyEntry): boolean => where.length <= 3;
	return all.some(isOwn) ? [all.filter(isOwn), all.filter(entry => !isOwn(entry))] : [all, []];
};

const elsewhere = (place: Mode, widths: Widths): Line[] =>
	keySections().flatMap(({title, entries}): Line[] => {
		const others = entries.filter(({where}) => !where.includes(place));
		return keySection(title, others, widths);
	});

const placeNames: Record<Mode, string> = {
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
	...entry('word', 'anywhere in the row; "two words" in quotes; /regex/', widths),
	...filterWords.flatMap(({example, matches}) => entry(example, matches, widths)),
	...entry('! and or ( )', 'not, both (also by standing side by side), either, groups', widths),
	[],
];

/** The columns of the table in sight, then those of the other. */
const columnSections = (place: Mode, widths: Widths): Line[] =>
	columnDocs
		.toSorted((one, other) => Number(other.table === place) - Number(one.table === place))
		.flatMap(({table, columns}): Line[] => [
			heading(`Columns of ${table}`),
			...columns.flatMap(({title, description}) => entry(title, description, widths)),
			[],
		]);

const markSection = (widths: Widths): Line[] => [
	heading('Marks'),
	...marks.flatMap(([mark, means]) => entry(mark, means, widths)),
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

/** A name and what it means, on as many lines as that takes. */
const entry = (name: string, does: string, {name: nameWidth, width}: Widths): Line[] => {
	const left = indent + nameWidth + 1;
	const [first = '', ...rest] = foldedAt(does, width - left);
	const blank: Line = [{text: ' '.repeat(left)}];
	const named = `${' '.repeat(indent)}${name}`;
	const below = (text: string): Line => [...blank, {text}];
	if (widthOf(name) > nameWidth) {
		const lines = foldedAt(name, width - indent).map(
			(text): Line => [{text: `${' '.repeat(indent)}${text}`, tone: 'progress'}],
		);
		return [...lines, ...[first, ...rest].map(below)];
	}
	return [[{text: fitTo(named, left), tone: 'progress'}, {text: first}], ...rest.map(below)];
};

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
