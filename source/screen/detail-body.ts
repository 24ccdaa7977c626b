/** How the detail of a row shares the lines of the screen: what stands still, and what scrolls below it. Pure. */
import type {Seen} from '../model/timeline.ts';
import type {ProcessRow, Row} from '../model/types.ts';
import {detailLines} from './detail.ts';
import type {FrameInput, Made} from './frame.ts';
import type {Line} from './segments.ts';

/** Fewest lines in which the steps are worth a window of their own. */
const stepsWorth = 4;

/**
 * The steps scroll under what stands still, the newest in sight: the views, and the waterfall where there is room for
 * both, else one of the two. Where there is no room for the steps either, all of it scrolls.
 *
 * @param page lines between header and footer
 */
export const detailBody = ({model, state, detail, size, now}: FrameInput, page: number): Made => {
	if (detail === null) return {body: {type: 'lines', lines: []}, scroll: {top: 0, page, count: 0}};
	const {row, pair, gone} = detail;
	const seen = (of: Row): Seen => ({row: of, thread: threadOf(of, model.processes)});
	const {head, views, waterfall, steps} = detailLines(
		{...seen(row), pair: pair && seen(pair)},
		{
			now,
			width: size.columns,
			gone,
			pausedAt: state.paused?.now ?? null,
			diagnoses: [...(state.paused?.found ?? model.diagnoses).list.values()].filter(({id}) => id === row.id),
		},
	);
	const chosen = state.times && waterfall.length > 0 ? waterfall : views;
	const all = sections(head, waterfall, views);
	const still = !state.times && page - all.length >= stepsWorth ? all : sections(head, chosen);
	const apart = page - still.length >= stepsWorth;
	const scrolled = apart
		? steps
		: [...sections(head, chosen, chosen === views ? waterfall : views), ...steps];
	const window = apart ? page - still.length : page;
	const last = Math.max(0, scrolled.length - window);
	const top = Math.min(state.detail?.top ?? (apart ? last : 0), last);
	const lines = [...(apart ? still : []), ...scrolled.slice(top, top + window)];
	return {body: {type: 'lines', lines}, scroll: {top, page: window, count: scrolled.length}};
};

/** An empty line after each that is there. */
const sections = (...all: readonly (readonly Line[])[]): Line[] =>
	all.flatMap(lines => (lines.length === 0 ? [] : [...lines, []]));

const threadOf = ({proc, thread}: Row, processes: readonly ProcessRow[]): ProcessRow | null =>
	proc === null ? null : (processes.find(of => of.proc === proc && of.thread === thread) ?? null);
