/** The body of a row's detail: fixed blocks, and the steps that scroll below them. Pure. */

import type {ProcessRow, Row} from '../../domain/row.ts';
import type {ObservedEnd} from '../../query/timeline/types.ts';
import {historyLines} from '../charts/flow-lines.ts';
import {detailLines} from '../detail/detail.ts';
import type {Line} from '../lines/segments.ts';
import type {BodyWithScroll, FrameInput} from './types.ts';

/** Fewest lines of a window for the steps. */
const minStepLines = 3;

/**
 * The steps scroll below the fixed blocks, the newest visible: the waterfall and the views where there is
 * room for both, else one of the two. Where there is no room for the steps either, all blocks scroll.
 *
 * @param page lines between header and footer
 */
export const detailBody = (
	{model, state, detail, glyphSet, size, now}: FrameInput,
	page: number,
): BodyWithScroll => {
	if (detail === null) return {body: {type: 'lines', lines: []}, scroll: {top: 0, page, count: 0}};
	const {row, pair, isGone} = detail;
	const withThread = (of: Row): ObservedEnd => ({
		row: of,
		thread: threadOf(threadOwnerOf(of, model.rows), model.processes),
	});
	const {head, views, waterfall, steps} = detailLines(
		{...withThread(row), pair: pair && withThread(pair)},
		{
			now,
			width: size.columns,
			isGone,
			pausedAt: state.paused?.takenAt ?? null,
			diagnoses: [...model.diagnoses.list.values()].filter(({id}) => id === row.id),
		},
	);
	const history = (state.paused?.history ?? model.history).of(row.id);
	const flows = historyLines(row, history, {ink: glyphSet, width: size.columns});
	const headerLines = {
		both: joinSections(head, waterfall, views),
		views: joinSections(head, views),
		waterfall: joinSections(head, waterfall),
	};
	const stepRoom = (layout: keyof typeof headerLines): number =>
		page - headerLines[layout].length - minStepLines;
	const fits = (layout: keyof typeof headerLines): boolean => stepRoom(layout) >= 0;
	const layout = waterfall.length === 0 ? 'views' : chooseLayout(state.prefersWaterfall, row, fits);
	// The flows are worth more than old steps, and less than all other blocks.
	const hasFlows = stepRoom(layout) >= flows.length + 1;
	const fixedLines = fits(layout) ? [...headerLines[layout], ...joinSections(hasFlows ? flows : [])] : [];
	const allSections =
		layout === 'views'
			? joinSections(head, views, flows, waterfall)
			: joinSections(head, waterfall, flows, views);
	const scrolledLines = fits(layout)
		? [...joinSections(hasFlows ? [] : flows), ...steps]
		: [...allSections, ...steps];
	const window = page - fixedLines.length;
	const last = Math.max(0, scrolledLines.length - window);
	const top = Math.min(state.detail?.top ?? (fits(layout) ? last : 0), last);
	const lines = [...fixedLines, ...scrolledLines.slice(top, top + window)];
	return {
		body: {type: 'lines', lines},
		scroll: {top, page: window, count: scrolledLines.length},
		detailLayout: layout,
	};
};

/**
 * The waterfall where the user chose it; else both blocks where they fit; else the views where the user chose
 * them; else the one that fits: the waterfall first for a row with an error or a warning.
 */
const chooseLayout = (
	prefersWaterfall: boolean | null,
	{error, severity}: Row,
	fits: (shows: 'views' | 'waterfall' | 'both') => boolean,
): 'views' | 'waterfall' | 'both' => {
	if (prefersWaterfall === true) return 'waterfall';
	if (fits('both')) return 'both';
	if (prefersWaterfall === false) return 'views';
	const isWrong = error !== null || severity === 'warn' || severity === 'error';
	const [first, second] = isWrong ? (['waterfall', 'views'] as const) : (['views', 'waterfall'] as const);
	return !fits(first) && fits(second) ? second : first;
};

/** Joins sections, with an empty line after each that is not empty. */
const joinSections = (...all: readonly (readonly Line[])[]): Line[] =>
	all.flatMap(lines => (lines.length === 0 ? [] : [...lines, []]));

/** A connection in the accept queue belongs to the thread of its listener. */
const threadOwnerOf = (row: Row, rows: ReadonlyMap<string, Row>): Row =>
	row.thread === null && row.listener !== null ? (rows.get(row.listener) ?? row) : row;

const threadOf = ({proc, thread}: Row, processes: readonly ProcessRow[]): ProcessRow | null =>
	proc === null ? null : (processes.find(of => of.proc === proc && of.thread === thread) ?? null);
