/** A frame as lines to listen to: no boxes, bars or columns. Pure. */
import {formatExit} from '../../domain/format.ts';
import {amissOf, type Stats} from '../chrome/gauges.ts';
import {watched} from '../chrome/program-title.ts';
import type {Body, Frame} from '../frame/types.ts';
import type {Line} from '../lines/segments.ts';
import {listOf, listTabOf, type State} from '../state/state.ts';
import type {Table} from '../table/table.ts';
import {rowSentence} from './row-sentence.ts';

export type Heard = {frame: Frame; state: State; stats: Stats};

/** A line, and what of it is new when it changes. */
export type Said = {text: string; gist: string};

/** What is open now: how it stands, the chosen row or what the tab tells, and the keys or the prompt. */
export const spokenView = ({frame, state, stats}: Heard): Said[] => [
	status(stats, state),
	...(frame.body.type === 'table'
		? [chosen(stats, state)]
		: // Somebody is in the middle of it: it stands until a key asks for it again.
			bodyLines(frame.body).map(text => ({text, gist: ''}))),
	...frame.footer.map(spokenLine).filter(isSomething).map(plain),
];

const plain = (text: string): Said => ({text, gist: text});
const isSomething = (text: string): boolean => text !== '';

/** "server.js 4712, connections, 3 of 11 rows, 2 hooked, 1 unhooked" */
const status = (stats: Stats, state: State): Said => {
	const {model, picture} = stats;
	const {shown, total} = picture.counts[listTabOf(state)];
	const {program, others} = watched(model);
	const counts = shown === total ? `${total} rows` : `${shown} of ${total} rows`;
	const stands = [
		state.paused === null ? '' : 'paused',
		model.session.ended === null ? '' : `ended with ${formatExit(model.session.ended)}`,
	];
	const watches = `${program}${others}`;
	return {
		text: [watches, state.tab, counts, ...spokenAmiss(stats), ...stands].filter(isSomething).join(', '),
		gist: [watches, state.tab, ...stands].join(),
	};
};

/** Whether a hook answers, and what is amiss. Their marks are for the eye. */
export const spokenAmiss = (stats: Stats): string[] =>
	amissOf(stats).map(text => text.replace(/^[^\w]+ /, ''));

const chosen = ({picture}: Stats, state: State): Said => {
	const {selected} = listOf(state);
	const index = selected === null ? -1 : picture.rows.findIndex(({id}) => id === selected.id);
	const row = picture.rows[index];
	if (row === undefined) return plain('No row is chosen: the down arrow chooses one.');
	const {text, gist} = rowSentence(row, picture.now);
	return {text: `Row ${index + 1} of ${picture.rows.length}: ${text}`, gist};
};

const bodyLines = (body: Body): string[] => {
	switch (body.type) {
		case 'table':
			return tableLines(body.table);
		case 'lines':
			return body.lines.map(spokenLine).filter(isSomething);
		case 'sections':
			return body.sections.flatMap(section =>
				section.type === 'table'
					? tableLines(section.table)
					: section.lines.map(spokenLine).filter(isSomething),
			);
		case 'processes':
			return [
				...body.table.data.map(row =>
					body.table.columns.map(({key}) => `${key} ${row[key]?.trim() ?? ''}`).join(', '),
				),
				...body.below.map(spokenLine).filter(isSomething),
			];
	}
};

/** "to 10.0.0.9, open 3, sent 12k": each cell with its title; what was not observed is left out. */
const tableLines = ({layout, rows}: Table): string[] =>
	rows.map(({cells}) =>
		cells
			.flatMap(({text}, index) => {
				const word = text.trim();
				const title = layout[index]?.title.trim() ?? '';
				return word === '' || word === '–' ? [] : [title === '' ? word : `${title} ${word}`];
			})
			.join(', '),
	);

const words: Readonly<Record<string, string>> = {
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
	Object.keys(words)
		.toSorted((one, other) => other.length - one.length)
		.join('|'),
	'g',
);
/** Box drawing, blocks, and the marks of the time axis. */
const drawing = /[\u2500-\u259f\u25a0-\u25ff]/g;

/** Words instead of signs, commas instead of columns. */
export const spokenLine = (line: Line): string =>
	line
		.map(({text}) => text)
		.join('')
		.replace(signs, sign => words[sign] ?? sign)
		.replace(drawing, ' ')
		.trim()
		.replaceAll(/ {3,}/g, ', ')
		.replaceAll(/\s+/g, ' ')
		.replaceAll(/(?: ?, ?)+/g, ', ')
		.replace(/^, |, $/g, '');
