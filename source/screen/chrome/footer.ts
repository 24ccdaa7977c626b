import type {Notice} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import {widthOf} from '../../text/width.ts';
import {chooserHint} from '../columns/chooser.ts';
import {closedRows} from '../commands/say.ts';
import {type KeyEntry, keyTable} from '../keys/keys.ts';
import {choices} from '../lines/choices.ts';
import {cutLine, type Line, outside, pack, type Segment} from '../lines/segments.ts';
import type {Picture} from '../rows/visible-rows.ts';
import {sortKeysOf} from '../state/reduce.ts';
import {listOf, listTabOf, modeOf, type State} from '../state/state.ts';
import type {Found} from '../tabs/output/search.ts';
import {noticeTone} from '../theme/severity.ts';
import {filterLines} from './filter-lines.ts';
import {searchLine} from './search-line.ts';
import {saidLine} from './status-message.ts';

export type FooterOptions = {
	state: State;
	picture: Picture;
	model: ModelView;
	notice: Notice | null;
	/** ms since the epoch. */
	now: number;
	width: number;
	output: OutputView;
	found: Found;
	/** Lines of the diagnoses tab. */
	findings: number;
};

/** @returns as many lines as geometry says: two for a prompt, a picker or a question, else one */
export const footerLines = (options: FooterOptions): Line[] => {
	const {state, picture, model, notice, now, width} = options;
	const room = width - 2;
	const {overlay} = state;
	const keys = keysLine(options, room);
	if (overlay?.type === 'filter')
		return filterLines(state.filter, {
			aids: overlay,
			count: picture.counts[listTabOf(state)],
			history: state.history,
			keys,
			width: room,
		}).map(inset);
	const {search} = state.output;
	if (search !== null && modeOf(state) === 'search')
		return [searchLine(search, options, room), keys].map(inset);
	if (overlay?.type === 'sort') return [sortLine(state, room), keys].map(inset);
	if (overlay?.type === 'columns') {
		const hint = cutLine([{text: chooserHint(overlay), tone: 'faint'}], room);
		return [saidLine(state, now, room) ?? hint, keys].map(inset);
	}
	if (overlay?.type === 'forget') return [inset(forgetLine(overlay.ids.length, room))];
	if (overlay?.type === 'quit') return [quitLine(model, room), keys].map(inset);
	const said = saidLine(state, now, room);
	if (said) return [inset(said)];
	if (notice)
		return [inset(cutLine([outside(`${notice.source}: ${notice.message}`, noticeTone(notice.level))], room))];
	return [inset(keys)];
};

const inset = (line: Line): Line => [{text: ' '}, ...line];

const keysLine = ({state, picture: {rows}, findings}: FooterOptions, width: number): Line => {
	const mode = modeOf(state);
	const facts = {rows: rows.length, findings};
	const works = (hint: NonNullable<KeyEntry['footer']>): boolean => hint.when?.(state, facts) ?? true;
	const hints = keyTable.flatMap(({where, footer}) =>
		footer && where.includes(mode) && works(footer) ? [footer] : [],
	);
	const fitting = dropLastRanks(hints, width);
	// An answer that is cut could not be given.
	const gap = widthOfHints(fitting, 3) <= width ? '   ' : '  ';
	return fitting.flatMap(({keys, word}, index): Segment[] => [
		{text: index === 0 ? keys : gap + keys, tone: 'strong'},
		{text: ` ${word}`, tone: 'faint'},
	]);
};

type Hint = {keys: string; word: string; rank: number};

const widthOfHints = (hints: readonly Hint[], gap: number): number =>
	hints.reduce((sum, {keys, word}) => sum + widthOf(keys) + 1 + widthOf(word) + gap, -gap);

/** On a wide line more keys are worth more than air between them. */
const closeFrom = 100;

const dropLastRanks = (hints: Hint[], width: number): Hint[] => {
	const greatest = Math.max(0, ...hints.map(({rank}) => rank));
	if (widthOfHints(hints, width < closeFrom ? 3 : 2) <= width || greatest === 0) return hints;
	return dropLastRanks(
		hints.toSpliced(
			hints.findLastIndex(({rank}) => rank === greatest),
			1,
		),
		width,
	);
};

/** The columns around the chosen one. */
const sortLine = (state: State, width: number): Line => {
	const {key, direction} = listOf(state).sort;
	const sortKeys = sortKeysOf(listTabOf(state));
	const label = 'sort by ';
	const index = sortKeys.findIndex(({id}) => id === key);
	const names = sortKeys.map(({title}, at) =>
		at === index ? ` ${title} ${direction === 'asc' ? '▴' : '▾'} ` : ` ${title} `,
	);
	return [{text: label, tone: 'faint'}, ...choices(names, index, width - widthOf(label))];
};

const forgetLine = (count: number, width: number): Line =>
	pack(
		[{text: `x again forgets ${closedRows(count)}`, tone: 'waiting'}],
		[{text: 'any other key keeps them', tone: 'faint', rank: 1}],
		{width},
	);

const quitLine = ({session}: ModelView, width: number): Line =>
	cutLine([outside(`the command is still running: ${session.command.join(' ')}`, 'waiting')], width);
