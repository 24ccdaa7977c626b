/** The reducer of the screen state. Pure; returns the same object when nothing changed. */
import type {Filter} from '../../query/filter/index.ts';
import {sortKeys} from '../../query/sort.ts';
import {unreachable} from '../../shared/unreachable.ts';
import {addToHistory} from '../prompt/history.ts';
import {isListTab, type ListState, type ListTab, type Selection, tabs} from './basics.ts';
import {reduceColumns} from './columns.ts';
import {type FindingsState, reduceFindings} from './findings.ts';
import {reduceFollow} from './follow.ts';
import {closeOutputLayer, reduceOutput} from './output.ts';
import type {FilterState} from './overlay.ts';
import {type Action, listOf, listTabOf, noFilter, type PausedSnapshot, type State} from './state.ts';

/** @returns the state after the action; the same object when the action changes nothing */
export const reduce = (state: State, action: Action): State => {
	switch (action.type) {
		case 'tab':
			return withChange(state, {
				tab: action.tab,
				detail: null,
				overlay: null,
				findings: withFindingClosed(state.findings),
			});
		case 'tab-step': {
			const index = tabs.findIndex(({id}) => id === state.tab);
			const next = tabs[(index + action.by + tabs.length) % tabs.length];
			return next
				? withChange(state, {tab: next.id, detail: null, findings: withFindingClosed(state.findings)})
				: state;
		}
		case 'filter-open':
			return withChange(state, {
				overlay: {type: 'filter', previous: state.filter, menu: null, historyCursor: null},
			});
		case 'filter-typed': {
			const {line, filter, parseError, menu = null, historyCursor = null} = action;
			const {overlay} = state;
			const overlayChange =
				overlay?.type === 'filter' ? {overlay: assignChanged(overlay, {menu, historyCursor})} : {};
			if (line === state.filter.line) return withChange(state, overlayChange);
			// A filter that does not parse leaves the last valid one applied; an empty one removes it.
			const activeFilter = line.text.trim() === '' ? null : (filter ?? state.filter.activeFilter);
			return withChange(state, {filter: {line, activeFilter, parseError}, ...overlayChange});
		}
		case 'filter-keep':
			return withChange(state, {
				overlay: null,
				filter: keptFilter(state.filter, action.filter),
				// The history keeps filters that do not parse, too.
				filterHistory: addToHistory(state.filterHistory, state.filter.line.text),
			});
		case 'sort-open':
			return withChange(state, {overlay: {type: 'sort', previous: listOf(state).sort}});
		case 'sort-step': {
			const keys = sortKeysFor(listTabOf(state));
			const index = keys.findIndex(({id}) => id === listOf(state).sort.key);
			const next = keys[(index + action.by + keys.length) % keys.length];
			return next ? withListChange(state, {sort: {key: next.id, direction: next.direction}}) : state;
		}
		case 'sort-keep':
			return withChange(state, {overlay: null});
		case 'sort-reverse': {
			const {key, direction} = listOf(state).sort;
			return withListChange(state, {sort: {key, direction: direction === 'asc' ? 'desc' : 'asc'}});
		}
		case 'pause':
			return state.paused ? state : withChange(state, {paused: action.snapshot});
		case 'resume':
			return withChange(state, {paused: null});
		case 'closed-toggle':
			return withChange(state, {showClosed: !state.showClosed});
		case 'select': {
			const before = listOf(state).selected;
			const selected = sameSelection(before, action.selection) ? before : action.selection;
			return withListChange(state, {selected, top: action.top});
		}
		case 'detail-open':
			if (state.detail?.id === action.selection.id) return state;
			return withListChange(
				withChange(state, {
					detail: {id: action.selection.id, top: null, from: state.detail?.from ?? null},
				}),
				{selected: action.selection},
			);
		case 'row-show': {
			const {tab, id, hidden} = action;
			const shown = withChange(state, {
				...{tab, detail: {id, top: null, from: state.tab}},
				filter: hidden.byFilter ? noFilter : state.filter,
				showClosed: state.showClosed || hidden.asClosed,
			});
			return withListChange(shown, {selected: {id, index: 0}});
		}
		case 'detail-scroll':
			if (state.detail === null || state.detail.top === action.top) return state;
			return withChange(state, {detail: {...state.detail, top: action.top}});
		case 'waterfall':
			return withChange(state, {
				prefersWaterfall: action.on,
				...(state.detail && {detail: {...state.detail, top: null}}),
			});
		case 'help-open':
			return withChange(state, {overlay: {type: 'help', top: 0}});
		case 'help-scroll':
			if (state.overlay?.type !== 'help' || state.overlay.top === action.top) return state;
			return withChange(state, {overlay: {type: 'help', top: action.top}});
		case 'processes-scroll':
			return withChange(state, {processesTop: action.top});
		case 'routes-scroll':
			return withChange(state, {routesTop: action.top});
		case 'output-scroll':
		case 'output-shift':
		case 'output-set':
		case 'search-open':
		case 'search-typed':
		case 'search-keep':
		case 'search-step':
			return withChange(state, {output: reduceOutput(state.output, action)});
		case 'finding-select':
		case 'finding-fold':
		case 'finding-open':
		case 'finding-scroll':
			return withChange(state, {findings: reduceFindings(state.findings, action)});
		case 'columns-open':
		case 'columns-at':
		case 'columns-choose':
		case 'columns-keep':
			return withChange(state, reduceColumns(state, action));
		case 'follow':
		case 'follow-not':
			return withListChange(state, reduceFollow(action));
		case 'follow-lost':
			return withListChange(withChange(state, {statusMessage: action.said}), reduceFollow(action));
		case 'forget-ask':
			return withChange(state, {overlay: {type: 'forget', ids: action.ids}});
		case 'forgotten':
			return withChange(state, {
				overlay: null,
				statusMessage: action.message,
				paused: withoutRows(state.paused, action.ids),
			});
		case 'say':
			return withChange(state, {statusMessage: action.message});
		case 'unsay':
			return withChange(state, {statusMessage: null});
		case 'quit-ask':
			return withChange(state, {overlay: {type: 'quit'}});
		case 'back':
			return closeTopLayer(state);
		case 'dismiss':
			return withChange(state, {dismissedNotice: action.notice});
		default:
			return unreachable(action, 'action');
	}
};

/** Esc closes one layer, the topmost first. */
const closeTopLayer = (state: State): State => {
	const {overlay} = state;
	if (overlay?.type === 'filter') return withChange(state, {overlay: null, filter: overlay.previous});
	if (overlay?.type === 'sort')
		return withListChange(withChange(state, {overlay: null}), {sort: overlay.previous});
	if (overlay?.type === 'columns') {
		return withChange(state, {
			overlay: null,
			columns: {...state.columns, [overlay.list]: overlay.previousChoice},
		});
	}
	if (overlay) return withChange(state, {overlay: null});
	if (state.detail) return withChange(state, {detail: null, tab: state.detail.from ?? state.tab});
	if (state.tab === 'diagnoses' && state.findings.open)
		return withChange(state, {findings: withFindingClosed(state.findings)});
	if (state.tab === 'output') {
		const output = closeOutputLayer(state.output);
		if (output !== state.output) return withChange(state, {output});
	}
	if (isListTab(state.tab) && state.filter.line.text !== '') return withChange(state, {filter: noFilter});
	if (state.tab !== 'connections') return withChange(state, {tab: 'connections'});
	return withListChange(state, listOf(state).selected ? {selected: null, top: 0, follow: false} : {});
};

/** The state after Enter: a text that does not parse is replaced by the applied filter. */
const keptFilter = ({line, activeFilter}: FilterState, parsed: Filter | null): FilterState => {
	if (line.text.trim() === '') return noFilter;
	if (parsed) return {line, activeFilter: parsed, parseError: null};
	const text = activeFilter?.text ?? '';
	if (text.trim() === '') return noFilter;
	return {line: {text, cursor: text.length}, activeFilter, parseError: null};
};

/** The sortable columns of a list. */
export const sortKeysFor = (list: ListTab): typeof sortKeys =>
	sortKeys.filter(({tables}) => tables.includes(list));

/** Removes the rows from the paused snapshot, too. */
const withoutRows = (paused: PausedSnapshot | null, ids: readonly string[]): PausedSnapshot | null => {
	if (paused === null) return null;
	const forgotten = new Set(ids);
	return {...paused, rows: paused.rows.filter(({id}) => !forgotten.has(id))};
};

const withFindingClosed = (findings: FindingsState): FindingsState =>
	findings.open === null ? findings : {...findings, open: null};

const sameSelection = (left: Selection | null, right: Selection | null): boolean =>
	left?.id === right?.id && left?.index === right?.index;

const withChange = (state: State, change: Partial<State>): State => assignChanged(state, change);

/** Changes the visible list. */
const withListChange = (state: State, change: Partial<ListState>): State => {
	const tab = listTabOf(state);
	const list = assignChanged(state.lists[tab], change);
	return list === state.lists[tab] ? state : {...state, lists: {...state.lists, [tab]: list}};
};

const assignChanged = <Whole extends object>(whole: Whole, change: Partial<Whole>): Whole => {
	// TypeScript types Object.keys() as string[].
	const keys = Object.keys(change) as (keyof Whole)[];
	return keys.every(key => whole[key] === change[key]) ? whole : {...whole, ...change};
};
