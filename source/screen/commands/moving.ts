/** Movement keys: selection and scrolling in every view. */
import type {Scroll} from '../lines/scroll.ts';
import {isVisible, selectionAt, type VisibleRows} from '../rows/visible-rows.ts';
import type {Selection} from '../state/basics.ts';
import {type Action, listOf, type Mode} from '../state/state.ts';
import {moveChooserCursor} from './columns.ts';
import type {KeyCommand, KeyContext} from './context.ts';

/** Distance of a movement key: lines, pages, or to one end. */
type Movement = {by: number} | {pages: number} | {to: 'first' | 'last'};

export const move =
	(how: Movement): KeyCommand =>
	context =>
		moversByMode[context.mode](context, how);

type Mover = (context: KeyContext, how: Movement) => Action | null;

const noMove: Mover = () => null;

const moveInList: Mover = ({state, visible, scroll}, how) => {
	const {selected, top} = listOf(state);
	const from = selected?.index ?? top;
	// With no visible row selected, the first movement key selects one.
	const first = 'by' in how && visibleSelection(selected, visible) === null;
	const index = first ? from : targetIndex(from, how, scroll, scroll.count - 1);
	return {type: 'select', selection: selectionAt(visible.rows, index), top};
};

const moversByMode: Record<Mode, Mover> = {
	connections: moveInList,
	listeners: moveInList,
	diagnoses: ({state, findingItems, scroll}, how) => {
		const {selected} = state.findings;
		const index =
			selected === null && 'by' in how
				? scroll.top
				: targetIndex(selected?.index ?? 0, how, scroll, scroll.count - 1);
		return {type: 'finding-select', selection: selectionAt(findingItems, index)};
	},
	finding: ({scroll}, how) => ({type: 'finding-scroll', top: scrollTarget(scroll, how)}),
	routes: ({scroll}, how) => ({type: 'routes-scroll', top: scrollTarget(scroll, how)}),
	detail: ({scroll}, how) => ({type: 'detail-scroll', top: scrollTarget(scroll, how)}),
	help: ({scroll}, how) => ({type: 'help-scroll', top: scrollTarget(scroll, how)}),
	processes: ({scroll}, how) => ({type: 'processes-scroll', top: scrollTarget(scroll, how)}),
	output: ({scroll}, how) => {
		const top = scrollTarget(scroll, how);
		// Scrolling to the newest line follows the output again.
		return {
			type: 'output-scroll',
			top: top >= scroll.count - scroll.page ? null : top,
			end: scroll.count,
		};
	},
	filter: noMove,
	search: noMove,
	sort: noMove,
	columns: (context, how) =>
		moveChooserCursor(context, (from, last) => targetIndex(from, how, context.scroll, last)),
	forget: noMove,
	quit: noMove,
};

export const visibleSelection = (selected: Selection | null, {rows}: VisibleRows): Selection | null =>
	selected && isVisible(selected, rows) ? selected : null;

const scrollTarget = (scroll: Scroll, how: Movement): number =>
	targetIndex(scroll.top, how, scroll, scroll.count - scroll.page);

const targetIndex = (from: number, how: Movement, {page}: Scroll, last: number): number => {
	if ('to' in how) return how.to === 'first' ? 0 : Math.max(0, last);
	const unclamped = from + ('by' in how ? how.by : how.pages * Math.max(1, page - 1));
	return Math.max(0, Math.min(unclamped, last));
};
