/** How keys move through what is in sight. */
import type {Scroll} from '../lines/scroll.ts';
import {isShown, type Picture, selectAt} from '../rows/visible-rows.ts';
import type {Selection} from '../state/basics.ts';
import {type Action, listOf, type Mode} from '../state/state.ts';
import {moveInColumns} from './columns.ts';
import type {Command, CommandContext} from './context.ts';

/** How far a key moves: by so many, by pages, or to an end. */
type Move = {by: number} | {pages: number} | {to: 'first' | 'last'};

export const move =
	(how: Move): Command =>
	context =>
		movers[context.mode](context, how);

type Mover = (context: CommandContext, how: Move) => Action | null;

const nowhere: Mover = () => null;

const listMover: Mover = ({state, picture, scroll}, how) => {
	const {selected, top} = listOf(state);
	const from = selected?.index ?? top;
	// Where no row in sight is chosen, the first move chooses one.
	const first = 'by' in how && shownSelection(selected, picture) === null;
	const index = first ? from : target(from, how, scroll, scroll.count - 1);
	return {type: 'select', selection: selectAt(picture.rows, index), top};
};

const movers: Record<Mode, Mover> = {
	connections: listMover,
	listeners: listMover,
	diagnoses: ({state, findings, scroll}, how) => {
		const {selected} = state.findings;
		const index =
			selected === null && 'by' in how
				? scroll.top
				: target(selected?.index ?? 0, how, scroll, scroll.count - 1);
		return {type: 'finding-select', selection: selectAt(findings, index)};
	},
	finding: ({scroll}, how) => ({type: 'finding-scroll', top: scrolled(scroll, how)}),
	routes: ({scroll}, how) => ({type: 'routes-scroll', top: scrolled(scroll, how)}),
	detail: ({scroll}, how) => ({type: 'detail-scroll', top: scrolled(scroll, how)}),
	help: ({scroll}, how) => ({type: 'help-scroll', top: scrolled(scroll, how)}),
	processes: ({scroll}, how) => ({type: 'processes-scroll', top: scrolled(scroll, how)}),
	output: ({scroll}, how) => {
		const top = scrolled(scroll, how);
		// At the newest line the output is followed again.
		return {
			type: 'output-scroll',
			top: top >= scroll.count - scroll.page ? null : top,
			end: scroll.count,
		};
	},
	filter: nowhere,
	search: nowhere,
	sort: nowhere,
	columns: (context, how) => moveInColumns(context, (from, last) => target(from, how, context.scroll, last)),
	forget: nowhere,
	quit: nowhere,
};

export const shownSelection = (selected: Selection | null, {rows}: Picture): Selection | null =>
	selected && isShown(selected, rows) ? selected : null;

const scrolled = (scroll: Scroll, how: Move): number =>
	target(scroll.top, how, scroll, scroll.count - scroll.page);

const target = (from: number, how: Move, {page}: Scroll, last: number): number => {
	if ('to' in how) return how.to === 'first' ? 0 : Math.max(0, last);
	const wanted = from + ('by' in how ? how.by : how.pages * Math.max(1, page - 1));
	return Math.max(0, Math.min(wanted, last));
};
