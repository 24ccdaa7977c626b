/** How the state changes: pure, and the same object where nothing changed. */
import type {Filter} from '../../query/filter/index.ts';
import {type SortKey, sortKeys} from '../../query/sort.ts';
import {remembered} from '../prompt/history.ts';
import {isListTab, type ListState, type ListTab, type Selection, tabs} from './basics.ts';
import {reduceColumns} from './columns.ts';
import {type FindingsState, reduceFindings} from './findings.ts';
import {reduceFollow} from './follow.ts';
import {outputBack, reduceOutput} from './output.ts';
import type {FilterState} from './overlay.ts';
import {type Action, type Frozen, listOf, listTabOf, noFilter, type State} from './state.ts';

/** @returns the state after the action, the same object where it changes nothing */
export const reduce = (state: State, action: Action): State => {
	switch (action.type) {
		case 'tab':
			return to(state, {tab: action.tab, detail: null, overlay: null, findings: closed(state.findings)});
		case 'tab-step': {
			const index = tabs.findIndex(({id}) => id === state.tab);
			const next = tabs[(index + action.by + tabs.length) % tabs.length];
			return next ? to(state, {tab: next.id, detail: null, findings: closed(state.findings)}) : state;
		}
		case 'filter-open':
			return to(state, {overlay: {type: 'filter', before: state.filter, menu: null, walk: null}});
		case 'filter-typed': {
			const {line, filter, problem, menu = null, walk = null} = action;
			const {overlay} = state;
			const aided = overlay?.type === 'filter' ? {overlay: changed(overlay, {menu, walk})} : {};
			if (line === state.filter.line) return to(state, aided);
			// A wrong filter keeps the last good one at work; an empty one is none.
			const good = line.text.trim() === '' ? null : (filter ?? state.filter.good);
			return to(state, {filter: {line, good, problem}, ...aided});
		}
		case 'filter-keep':
			return to(state, {
				overlay: null,
				filter: asGood(state.filter, action.filter),
				// What was not understood can be had back, too.
				history: remembered(state.history, state.filter.line.text),
			});
		case 'sort-open':
			return to(state, {overlay: {type: 'sort', before: listOf(state).sort}});
		case 'sort-step': {
			const keys = sortKeysOf(listTabOf(state));
			const index = keys.findIndex(({id}) => id === listOf(state).sort.key);
			const next = keys[(index + action.by + keys.length) % keys.length];
			return next ? inList(state, {sort: {key: next.id, direction: next.direction}}) : state;
		}
		case 'sort-keep':
			return to(state, {overlay: null});
		case 'sort-reverse': {
			const {key, direction} = listOf(state).sort;
			return inList(state, {sort: {key, direction: direction === 'asc' ? 'desc' : 'asc'}});
		}
		case 'pause':
			return state.paused ? state : to(state, {paused: action.frozen});
		case 'resume':
			return to(state, {paused: null});
		case 'closed-toggle':
			return to(state, {showClosed: !state.showClosed});
		case 'select': {
			const before = listOf(state).selected;
			const selected = sameSelection(before, action.selection) ? before : action.selection;
			return inList(state, {selected, top: action.top});
		}
		case 'detail-open':
			if (state.detail?.id === action.selection.id) return state;
			return inList(
				to(state, {
					detail: {id: action.selection.id, top: null, from: state.detail?.from ?? null},
				}),
				{selected: action.selection},
			);
		case 'row-show': {
			const {tab, id, hidden} = action;
			const shown = to(state, {
				...{tab, detail: {id, top: null, from: state.tab}},
				filter: hidden.byFilter ? noFilter : state.filter,
				showClosed: state.showClosed || hidden.asClosed,
			});
			return inList(shown, {selected: {id, index: 0}});
		}
		case 'detail-scroll':
			if (state.detail === null || state.detail.top === action.top) return state;
			return to(state, {detail: {...state.detail, top: action.top}});
		case 'times':
			return to(state, {
				times: action.on,
				...(state.detail && {detail: {...state.detail, top: null}}),
			});
		case 'help-open':
			return to(state, {overlay: {type: 'help', top: 0}});
		case 'help-scroll':
			if (state.overlay?.type !== 'help' || state.overlay.top === action.top) return state;
			return to(state, {overlay: {type: 'help', top: action.top}});
		case 'processes-scroll':
			return to(state, {processesTop: action.top});
		case 'routes-scroll':
			return to(state, {routesTop: action.top});
		case 'output-scroll':
		case 'output-shift':
		case 'output-set':
		case 'search-open':
		case 'search-typed':
		case 'search-keep':
		case 'search-step':
			return to(state, {output: reduceOutput(state.output, action)});
		case 'finding-select':
		case 'finding-fold':
		case 'finding-open':
		case 'finding-scroll':
			return to(state, {findings: reduceFindings(state.findings, action)});
		case 'columns-open':
		case 'columns-at':
		case 'columns-choose':
		case 'columns-keep':
			return to(state, reduceColumns(state, action));
		case 'follow':
		case 'follow-not':
			return inList(state, reduceFollow(action));
		case 'follow-lost':
			return inList(to(state, {said: action.said}), reduceFollow(action));
		case 'forget-ask':
			return to(state, {overlay: {type: 'forget', ids: action.ids}});
		case 'forgotten':
			return to(state, {overlay: null, said: action.said, paused: without(state.paused, action.ids)});
		case 'say':
			return to(state, {said: action.said});
		case 'unsay':
			return to(state, {said: null});
		case 'quit-ask':
			return to(state, {overlay: {type: 'quit'}});
		case 'back':
			return back(state);
		case 'dismiss':
			return to(state, {dismissed: action.notice});
	}
};

/** Esc takes one layer off, the topmost first. */
const back = (state: State): State => {
	const {overlay} = state;
	if (overlay?.type === 'filter') return to(state, {overlay: null, filter: overlay.before});
	if (overlay?.type === 'sort') return inList(to(state, {overlay: null}), {sort: overlay.before});
	if (overlay?.type === 'columns') {
		return to(state, {overlay: null, columns: {...state.columns, [overlay.list]: overlay.before}});
	}
	if (overlay) return to(state, {overlay: null});
	if (state.detail) return to(state, {detail: null, tab: state.detail.from ?? state.tab});
	if (state.tab === 'diagnoses' && state.findings.open) return to(state, {findings: closed(state.findings)});
	if (state.tab === 'output') {
		const output = outputBack(state.output);
		if (output !== state.output) return to(state, {output});
	}
	if (isListTab(state.tab) && state.filter.line.text !== '') return to(state, {filter: noFilter});
	if (state.tab !== 'connections') return to(state, {tab: 'connections'});
	return inList(state, listOf(state).selected ? {selected: null, top: 0, follow: false} : {});
};

/** What stays after Enter: a text that was not understood gives way to the filter that is at work. */
const asGood = ({line, good}: FilterState, kept: Filter | null): FilterState => {
	if (line.text.trim() === '') return noFilter;
	if (kept) return {line, good: kept, problem: null};
	const text = good?.text ?? '';
	if (text.trim() === '') return noFilter;
	return {line: {text, cursor: text.length}, good, problem: null};
};

/** The columns that the rows of a list can be sorted by. */
export const sortKeysOf = (list: ListTab): typeof sortKeys =>
	sortKeys.filter(({id}) => (list === 'listeners' ? ofListeners.has(id) : !ofListenersAlone.has(id)));

const ofListenersAlone: ReadonlySet<SortKey> = new Set(['queuemax', 'halfopen', 'accepted']);
const ofListeners: ReadonlySet<SortKey> = new Set([
	...ofListenersAlone,
	...(['process', 'kind', 'stage', 'found', 'local', 'recvq', 'sendq', 'drops', 'age', 'opened'] as const),
]);

/** The paused picture forgets them, too. */
const without = (paused: Frozen | null, ids: readonly string[]): Frozen | null => {
	if (paused === null) return null;
	const forgotten = new Set(ids);
	return {...paused, rows: paused.rows.filter(({id}) => !forgotten.has(id))};
};

const closed = (findings: FindingsState): FindingsState =>
	findings.open === null ? findings : {...findings, open: null};

const sameSelection = (one: Selection | null, other: Selection | null): boolean =>
	one?.id === other?.id && one?.index === other?.index;

const to = (state: State, change: Partial<State>): State => changed(state, change);

/** Changes the list in sight. */
const inList = (state: State, change: Partial<ListState>): State => {
	const tab = listTabOf(state);
	const list = changed(state.lists[tab], change);
	return list === state.lists[tab] ? state : {...state, lists: {...state.lists, [tab]: list}};
};

const changed = <Whole extends object>(whole: Whole, change: Partial<Whole>): Whole => {
	// Object.keys forgets which keys an object has.
	const keys = Object.keys(change) as (keyof Whole)[];
	return keys.every(key => whole[key] === change[key]) ? whole : {...whole, ...change};
};
