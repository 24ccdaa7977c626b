import type {Notice} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import {widthOf} from '../../text/width.ts';
import {chooserHint} from '../columns/chooser.ts';
import {closedRowsText} from '../commands/say.ts';
import {type KeyEntry, keyTable} from '../keys/keys.ts';
import {choiceLine} from '../lines/choices.ts';
import {type Line, layoutLine, type Segment, truncateLine, untrustedSegment} from '../lines/segments.ts';
import type {VisibleRows} from '../rows/visible-rows.ts';
import {sortKeysFor} from '../state/reduce.ts';
import {listOf, listTabOf, modeOf, type State} from '../state/state.ts';
import type {SearchResult} from '../tabs/output/search.ts';
import {noticeTone} from '../theme/severity.ts';
import {filterLines} from './filter-lines.ts';
import {searchLine} from './search-line.ts';
import {statusMessageLine} from './status-message.ts';

export type FooterOptions = {
	state: State;
	visible: VisibleRows;
	model: ModelView;
	notice: Notice | null;
	/** ms since the epoch. */
	now: number;
	width: number;
	output: OutputView;
	searchResult: SearchResult;
	/** Lines of the diagnoses tab. */
	findingCount: number;
};

/** @returns as many lines as `Geometry.footer`: two for a prompt, a picker or the quit dialog, else one */
export const footerLines = (options: FooterOptions): Line[] => {
	const {state, visible, model, notice, now, width} = options;
	const room = width - 2;
	const {overlay} = state;
	const keys = keysLine(options, room);
	if (overlay?.type === 'filter')
		return filterLines(state.filter, {
			assist: overlay,
			count: visible.counts[listTabOf(state)],
			filterHistory: state.filterHistory,
			keys,
			width: room,
		}).map(withMargin);
	const {search} = state.output;
	if (search !== null && modeOf(state) === 'search')
		return [searchLine(search, options, room), keys].map(withMargin);
	if (overlay?.type === 'sort') return [sortLine(state, room), keys].map(withMargin);
	if (overlay?.type === 'columns') {
		const hint = truncateLine([{text: chooserHint(overlay), tone: 'faint'}], room);
		return [statusMessageLine(state, now, room) ?? hint, keys].map(withMargin);
	}
	if (overlay?.type === 'forget') return [withMargin(forgetLine(overlay.ids.length, room))];
	if (overlay?.type === 'quit') return [quitLine(model, room), keys].map(withMargin);
	const message = statusMessageLine(state, now, room);
	if (message) return [withMargin(message)];
	if (notice)
		return [
			withMargin(
				truncateLine(
					[untrustedSegment(`${notice.source}: ${notice.message}`, noticeTone(notice.level))],
					room,
				),
			),
		];
	return [withMargin(keys)];
};

const withMargin = (line: Line): Line => [{text: ' '}, ...line];

const keysLine = ({state, visible: {rows}, findingCount}: FooterOptions, width: number): Line => {
	const mode = modeOf(state);
	const context = {rows: rows.length, findings: findingCount};
	const isAvailable = (hint: NonNullable<KeyEntry['footer']>): boolean =>
		hint.isAvailable?.(state, context) ?? true;
	const hints = keyTable.flatMap(({modes, footer}) =>
		footer && modes.includes(mode) && isAvailable(footer) ? [footer] : [],
	);
	const fitting = dropUntilFits(hints, width);
	// A hint that is cut cannot be read: the hints of rank 0 get a narrower gap instead.
	const gap = widthOfHints(fitting, 3) <= width ? '   ' : '  ';
	return fitting.flatMap(({keys, label}, index): Segment[] => [
		{text: index === 0 ? keys : gap + keys, tone: 'strong'},
		{text: ` ${label}`, tone: 'faint'},
	]);
};

type Hint = {keys: string; label: string; rank: number};

const widthOfHints = (hints: readonly Hint[], gap: number): number =>
	hints.reduce((sum, {keys, label}) => sum + widthOf(keys) + 1 + widthOf(label) + gap, -gap);

/** From this width on the gap between hints may shrink to two cells, so that more hints fit. */
const compactFromWidth = 100;

const dropUntilFits = (hints: Hint[], width: number): Hint[] => {
	const greatest = Math.max(0, ...hints.map(({rank}) => rank));
	if (widthOfHints(hints, width < compactFromWidth ? 3 : 2) <= width || greatest === 0) return hints;
	return dropUntilFits(
		hints.toSpliced(
			hints.findLastIndex(({rank}) => rank === greatest),
			1,
		),
		width,
	);
};

/** The sort columns around the chosen one. */
const sortLine = (state: State, width: number): Line => {
	const {key, direction} = listOf(state).sort;
	const sortKeys = sortKeysFor(listTabOf(state));
	const label = 'sort by ';
	const index = sortKeys.findIndex(({id}) => id === key);
	const names = sortKeys.map(({title}, at) =>
		at === index ? ` ${title} ${direction === 'asc' ? '▴' : '▾'} ` : ` ${title} `,
	);
	return [{text: label, tone: 'faint'}, ...choiceLine(names, index, width - widthOf(label))];
};

const forgetLine = (count: number, width: number): Line =>
	layoutLine(
		[{text: `x again forgets ${closedRowsText(count)}`, tone: 'waiting'}],
		[{text: 'any other key keeps them', tone: 'faint', rank: 1}],
		{width},
	);

const quitLine = ({session}: ModelView, width: number): Line =>
	truncateLine(
		[untrustedSegment(`the command is still running: ${session.command.join(' ')}`, 'waiting')],
		width,
	);
