/** What the screen remembers between keys: immutable, and the same object where nothing changed. No I/O, no clock. */
import type {DiagnosesView} from '../model/diagnosis/types.ts';
import type {Filter, Refusal} from '../model/filter/index.ts';
import {type SortDirection, type SortKey, sortKeys} from '../model/sort.ts';
import type {Notice, Row} from '../model/types.ts';
import type {ModelView} from '../model/view.ts';
import {type FindingsAction, type FindingsState, noFindings, reduceFindings} from './findings-state.ts';
import type {EditedLine} from './line-edit.ts';

/** The numbers are those of the keys. */
export const tabs = [
	{id: 'connections', number: 1},
	{id: 'listeners', number: 2},
	{id: 'diagnoses', number: 3},
	{id: 'routes', number: 4},
	{id: 'processes', number: 5},
	{id: 'output', number: 6},
] as const;
export type TabId = (typeof tabs)[number]['id'];
/** The tabs that list rows of the model: there a row is chosen, sorted by and looked into. */
export type ListTab = 'connections' | 'listeners';

export type Sort = {key: SortKey; direction: SortDirection};

/** What is typed, the last filter that was understood, and what is wrong with the text now. */
export type FilterState = {line: EditedLine; good: Filter | null; problem: Refusal | null};

/** The picture as it was when it was paused. The model goes on underneath. */
export type Frozen = {
	rows: readonly Row[];
	interfaces: ModelView['interfaces'];
	kernel: ModelView['kernel'];
	/** A copy of the lists; findings themselves are never changed. */
	found: Pick<DiagnosesView, 'list' | 'counts' | 'dropped'>;
	version: number;
	now: number;
	outputEnd: number;
};

export type Overlay =
	| {type: 'filter'; before: FilterState}
	| {type: 'sort'; before: Sort}
	| {type: 'help'; top: number}
	| {type: 'quit'};

/** A row is chosen by its id; the index only tells which row takes over when it is gone. */
export type Selection = {id: string; index: number};

export type ListState = {
	sort: Sort;
	selected: Selection | null;
	/** Index of the first row on screen. */
	top: number;
};

export type State = {
	tab: TabId;
	overlay: Overlay | null;
	/** The row whose detail is open; `top` is null until somebody scrolls, `from` is the tab that led to it. */
	detail: {id: string; top: number | null; from: TabId | null} | null;
	/** Whether a detail has the waterfall in place of the views; null until somebody has chosen. */
	times: boolean | null;
	filter: FilterState;
	lists: Readonly<Record<ListTab, ListState>>;
	showClosed: boolean;
	paused: Frozen | null;
	/** First line shown, counted from the program's first line; null follows the newest. */
	output: {top: number | null; shift: number};
	processesTop: number;
	routesTop: number;
	findings: FindingsState;
	/** The newest notice that a key has answered. */
	dismissed: Notice | null;
};

export type Action =
	| {type: 'tab'; tab: TabId}
	| {type: 'tab-step'; by: 1 | -1}
	| {type: 'filter-open'}
	| {type: 'filter-typed'; line: EditedLine; filter: Filter | null; problem: Refusal | null}
	| {type: 'filter-keep'; filter: Filter | null}
	| {type: 'sort-open'}
	| {type: 'sort-step'; by: 1 | -1}
	| {type: 'sort-keep'}
	| {type: 'sort-reverse'}
	| {type: 'pause'; frozen: Frozen}
	| {type: 'resume'}
	| {type: 'closed-toggle'}
	| {type: 'select'; selection: Selection | null; top: number}
	| {type: 'detail-open'; selection: Selection}
	/** To the detail of a row of another tab; what would hide it there is taken off. */
	| {type: 'row-show'; tab: ListTab; id: string; hidden: {byFilter: boolean; asClosed: boolean}}
	| {type: 'detail-scroll'; top: number}
	| {type: 'times'; on: boolean}
	| {type: 'help-open'}
	| {type: 'help-scroll'; top: number}
	| {type: 'processes-scroll'; top: number}
	| {type: 'routes-scroll'; top: number}
	| {type: 'output-scroll'; top: number | null}
	| {type: 'output-shift'; by: number}
	| FindingsAction
	| {type: 'quit-ask'}
	| {type: 'back'}
	| {type: 'dismiss'; notice: Notice};

const emptyLine: EditedLine = {text: '', cursor: 0};
const noFilter: FilterState = {line: emptyLine, good: null, problem: null};

export const initialState: State = {
	tab: 'connections',
	overlay: null,
	detail: null,
	times: null,
	filter: noFilter,
	lists: {
		connections: {sort: {key: 'opened', direction: 'desc'}, selected: null, top: 0},
		listeners: {sort: {key: 'local', direction: 'asc'}, selected: null, top: 0},
	},
	showClosed: true,
	paused: null,
	output: {top: null, shift: 0},
	processesTop: 0,
	routesTop: 0,
	findings: noFindings,
	dismissed: null,
};

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
			return to(state, {overlay: {type: 'filter', before: state.filter}});
		case 'filter-typed': {
			const {line, filter, problem} = action;
			if (line === state.filter.line) return state;
			// A wrong filter keeps the last good one at work; an empty one is none.
			const good = line.text.trim() === '' ? null : (filter ?? state.filter.good);
			return to(state, {filter: {line, good, problem}});
		}
		case 'filter-keep':
			return to(state, {overlay: null, filter: asGood(state.filter, action.filter)});
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
			if (state.output.top === action.top) return state;
			return to(state, {output: {...state.output, top: action.top}});
		case 'output-shift': {
			const shift = Math.max(0, state.output.shift + action.by);
			return shift === state.output.shift ? state : to(state, {output: {...state.output, shift}});
		}
		case 'finding-select':
		case 'finding-fold':
		case 'finding-open':
		case 'finding-scroll':
			return to(state, {findings: reduceFindings(state.findings, action)});
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
	if (overlay) return to(state, {overlay: null});
	if (state.detail) return to(state, {detail: null, tab: state.detail.from ?? state.tab});
	if (state.tab === 'diagnoses' && state.findings.open) return to(state, {findings: closed(state.findings)});
	if (state.tab === 'output' && state.output.top !== null) return to(state, {output: {top: null, shift: 0}});
	if (isListTab(state.tab) && state.filter.line.text !== '') return to(state, {filter: noFilter});
	if (state.tab !== 'connections') return to(state, {tab: 'connections'});
	return inList(state, listOf(state).selected ? {selected: null, top: 0} : {});
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

/** What the keys act upon now. */
export type Mode = TabId | 'detail' | 'finding' | 'filter' | 'sort' | 'help' | 'quit';

export const modeOf = (state: State): Mode => {
	if (state.overlay) return state.overlay.type;
	if (isListTab(state.tab) && state.detail) return 'detail';
	return state.tab === 'diagnoses' && state.findings.open ? 'finding' : state.tab;
};

export const isListTab = (tab: TabId): tab is ListTab => tab === 'connections' || tab === 'listeners';

/** The list that is in sight, or the first one behind another tab. */
export const listTabOf = ({tab}: State): ListTab => (isListTab(tab) ? tab : 'connections');
export const listOf = (state: State): ListState => state.lists[listTabOf(state)];
