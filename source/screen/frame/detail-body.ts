/** How the detail of a row shares the lines of the screen: what stands still, and what scrolls below it. Pure. */

import type {ProcessRow, Row} from '../../domain/row.ts';
import type {ObservedEnd} from '../../query/timeline/types.ts';
import {flowLines} from '../charts/flow-lines.ts';
import {detailLines} from '../detail/detail.ts';
import type {Line} from '../lines/segments.ts';
import type {FrameInput, Made} from './types.ts';

/** Fewest lines in which the steps are worth a window of their own. */
const stepsWorth = 3;

/**
 * The steps scroll under what stands still, the newest in sight: the waterfall and the views where there is room for both,
 * else one of the two. Where there is no room for the steps either, all of it scrolls.
 *
 * @param page lines between header and footer
 */
export const detailBody = ({model, state, detail, ink, size, now}: FrameInput, page: number): Made => {
	if (detail === null) return {body: {type: 'lines', lines: []}, scroll: {top: 0, page, count: 0}};
	const {row, pair, gone} = detail;
	const seen = (of: Row): ObservedEnd => ({
		row: of,
		thread: threadOf(holderOf(of, model.rows), model.processes),
	});
	const {head, views, waterfall, steps} = detailLines(
		{...seen(row), pair: pair && seen(pair)},
		{
			now,
			width: size.columns,
			gone,
			pausedAt: state.paused?.now ?? null,
			diagnoses: [...model.diagnoses.list.values()].filter(({id}) => id === row.id),
		},
	);
	const history = (state.paused?.history ?? model.history).of(row.id);
	const flows = flowLines(row, history, {ink, width: size.columns});
	const above = {
		both: sections(head, waterfall, views),
		views: sections(head, views),
		times: sections(head, waterfall),
	};
	const room = (shows: keyof typeof above): number => page - above[shows].length - stepsWorth;
	const fits = (shows: keyof typeof above): boolean => room(shows) >= 0;
	const shows = waterfall.length === 0 ? 'views' : chosen(state.times, row, fits);
	// What it does now is worth more than its steps of long ago, and less than all else.
	const hasFlows = room(shows) >= flows.length + 1;
	const still = fits(shows) ? [...above[shows], ...sections(hasFlows ? flows : [])] : [];
	const all =
		shows === 'views' ? sections(head, views, flows, waterfall) : sections(head, waterfall, flows, views);
	const scrolled = fits(shows) ? [...sections(hasFlows ? [] : flows), ...steps] : [...all, ...steps];
	const window = page - still.length;
	const last = Math.max(0, scrolled.length - window);
	const top = Math.min(state.detail?.top ?? (fits(shows) ? last : 0), last);
	const lines = [...still, ...scrolled.slice(top, top + window)];
	return {body: {type: 'lines', lines}, scroll: {top, page: window, count: scrolled.length}, shows};
};

/** What somebody has chosen; else both, or what there is room for: of what went wrong the times tell more. */
const chosen = (
	times: boolean | null,
	{error, severity}: Row,
	fits: (shows: 'views' | 'times' | 'both') => boolean,
): 'views' | 'times' | 'both' => {
	if (times === true) return 'times';
	if (fits('both')) return 'both';
	if (times === false) return 'views';
	const isWrong = error !== null || severity === 'warn' || severity === 'error';
	const [first, second] = isWrong ? (['times', 'views'] as const) : (['views', 'times'] as const);
	return !fits(first) && fits(second) ? second : first;
};

/** An empty line after each that is there. */
const sections = (...all: readonly (readonly Line[])[]): Line[] =>
	all.flatMap(lines => (lines.length === 0 ? [] : [...lines, []]));

/** A connection that nobody has accepted yet waits for the thread of its listener. */
const holderOf = (row: Row, rows: ReadonlyMap<string, Row>): Row =>
	row.thread === null && row.listener !== null ? (rows.get(row.listener) ?? row) : row;

const threadOf = ({proc, thread}: Row, processes: readonly ProcessRow[]): ProcessRow | null =>
	proc === null ? null : (processes.find(of => of.proc === proc && of.thread === thread) ?? null);
