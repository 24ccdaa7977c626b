/** A frame as lines for a screen reader: no boxes, bars or columns. Pure. */
import {formatExit} from '../../domain/format.ts';
import type {Stats} from '../chrome/gauge.ts';
import {problemTexts} from '../chrome/make-gauges.ts';
import {programTitle} from '../chrome/program-title.ts';
import type {Body, Frame} from '../frame/types.ts';
import type {Line} from '../lines/segments.ts';
import {listOf, listTabOf, type State} from '../state/state.ts';
import type {Table} from '../table/table.ts';
import {rowSentence} from './row-sentence.ts';

export type ScreenReaderInput = {frame: Frame; state: State; stats: Stats};

/** A line, and the part of it whose change is worth an announcement. */
export type ScreenReaderLine = {text: string; changeKey: string};

/** The open view: a status line, the selected row or the text of the tab, and the keys or the prompt. */
export const screenReaderLines = ({frame, state, stats}: ScreenReaderInput): ScreenReaderLine[] => [
	statusLine(stats, state),
	...(frame.body.type === 'table'
		? [chosenRowLine(stats, state)]
		: // Read aloud in full: only a key replaces it.
			bodyTexts(frame.body).map(text => ({text, changeKey: ''}))),
	...frame.footer.map(toSpeakableText).filter(isNotEmpty).map(constantLine),
];

const constantLine = (text: string): ScreenReaderLine => ({text, changeKey: text});
const isNotEmpty = (text: string): boolean => text !== '';

/** "server.js 4712, connections, 3 of 11 rows, 2 hooked, 1 unhooked" */
const statusLine = (stats: Stats, state: State): ScreenReaderLine => {
	const {model, visible} = stats;
	const {shown, total} = visible.counts[listTabOf(state)];
	const {program, others} = programTitle(model);
	const counts = shown === total ? `${total} rows` : `${shown} of ${total} rows`;
	const states = [
		state.paused === null ? '' : 'paused',
		model.session.ended === null ? '' : `ended with ${formatExit(model.session.ended)}`,
	];
	const title = `${program}${others}`;
	return {
		text: [title, state.tab, counts, ...spokenProblems(stats), ...states].filter(isNotEmpty).join(', '),
		changeKey: [title, state.tab, ...states].join(),
	};
};

/** The number of hooks and the problems, without the marks before them. */
export const spokenProblems = (stats: Stats): string[] =>
	problemTexts(stats).map(text => text.replace(/^[^\w]+ /, ''));

const chosenRowLine = ({visible}: Stats, state: State): ScreenReaderLine => {
	const {selected} = listOf(state);
	const index = selected === null ? -1 : visible.rows.findIndex(({id}) => id === selected.id);
	const row = visible.rows[index];
	if (row === undefined) return constantLine('No row is chosen: the down arrow chooses one.');
	const {text, changeKey} = rowSentence(row, visible.takenAt);
	return {text: `Row ${index + 1} of ${visible.rows.length}: ${text}`, changeKey};
};

const bodyTexts = (body: Body): string[] => {
	switch (body.type) {
		case 'table':
			return tableTexts(body.table);
		case 'lines':
			return body.lines.map(toSpeakableText).filter(isNotEmpty);
		case 'sections':
			return body.sections.flatMap(section =>
				section.type === 'table'
					? tableTexts(section.table)
					: section.lines.map(toSpeakableText).filter(isNotEmpty),
			);
		case 'processes':
			return [
				...body.table.data.map(row =>
					body.table.columns.map(({key}) => `${key} ${row[key]?.trim() ?? ''}`).join(', '),
				),
				...body.linesBelow.map(toSpeakableText).filter(isNotEmpty),
			];
	}
};

/** "to 10.0.0.9, open 3, sent 12k": each cell with its title; cells that were not observed are left out. */
const tableTexts = ({layout, rows}: Table): string[] =>
	rows.map(({cells}) =>
		cells
			.flatMap(({text}, index) => {
				const word = text.trim();
				const title = layout[index]?.title.trim() ?? '';
				return word === '' || word === '–' ? [] : [title === '' ? word : `${title} ${word}`];
			})
			.join(', '),
	);

const signWords: Readonly<Record<string, string>> = {
	'✓': ' agrees',
	'≠': ' differs',
	'✗': ' failed',
	'→': ' to ',
	'←': ' from ',
	'•': ' listens ',
	'‖': ' paused',
	'▸': 'chosen: ',
	'↑↓': 'up and down ',
	'←→': 'left and right ',
	'·': ', ',
	'▌': 'error output: ',
};
const signs = new RegExp(
	Object.keys(signWords)
		.toSorted((one, other) => other.length - one.length)
		.join('|'),
	'g',
);
/** Box drawing, blocks, and the marks of the time axis. */
const drawingCharacters = /[\u2500-\u259f\u25a0-\u25ff]/g;

/** Replaces signs by words, and the space between columns by commas. */
export const toSpeakableText = (line: Line): string =>
	line
		.map(({text}) => text)
		.join('')
		.replace(signs, sign => signWords[sign] ?? sign)
		.replace(drawingCharacters, ' ')
		.trim()
		.replaceAll(/ {3,}/g, ', ')
		.replaceAll(/\s+/g, ' ')
		.replaceAll(/(?: ?, ?)+/g, ', ')
		.replace(/^, |, $/g, '');
