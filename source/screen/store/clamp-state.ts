/** Keeps selections and scroll positions valid after changes of rows, findings or size. Pure. */
import type {ModelView} from '../../domain/view/model-view.ts';
import {clampSelection} from '../rows/visible-rows.ts';
import {isListTab, type StatusMessage} from '../state/basics.ts';
import {geometryFor, isTooSmall, tableHeight} from '../state/geometry.ts';
import {reduce} from '../state/reduce.ts';
import {followReplacedRows} from '../state/replaced-rows.ts';
import {listOf, modeOf, type State} from '../state/state.ts';
import {findingsPage} from '../tabs/diagnoses/tab.ts';
import type {Size} from '../terminal/size.ts';
import type {ScreenData} from './screen-data.ts';

export type ClampContext = {
	model: Pick<ModelView, 'rows' | 'replacementOf'>;
	data: Pick<ScreenData, 'visible' | 'findingItems'>;
	size: Size;
	/** Wall clock, ms since the epoch. */
	now(): number;
};

/** @returns the same state when all of it is still valid */
export const clampState = (state: State, context: ClampContext): State => {
	const replaced = followReplacedRows(state, context.model);
	if (isTooSmall(context.size)) return replaced;
	if (isListTab(replaced.tab)) return clampList(replaced, context);
	return replaced.tab === 'diagnoses' ? clampFindings(replaced, context) : replaced;
};

const clampList = (state: State, {model, data, size, now}: ClampContext): State => {
	const height = tableHeight(geometryFor(size, modeOf(state)));
	const list = listOf(state);
	const exists = (id: string): boolean =>
		state.paused ? state.paused.rows.some(row => row.id === id) : model.rows.has(id);
	const clamped = clampSelection(list, data.visible.rows, height, exists);
	const selected = reduce(state, {type: 'select', ...clamped});
	// Following ends when another row is selected.
	if (!list.follow || clamped.selection?.id === list.selected?.id) return selected;
	const message: StatusMessage = {text: 'the row that was followed is gone', tone: 'waiting', at: now()};
	return reduce(selected, {type: 'follow-lost', said: message});
};

const clampFindings = (state: State, {data, size}: ClampContext): State => {
	const page = findingsPage(data.findingItems, geometryFor(size, modeOf(state)).body);
	const {selection, top} = clampSelection(state.findings, data.findingItems, page, () => false);
	return reduce(state, {type: 'finding-select', selection, top});
};
