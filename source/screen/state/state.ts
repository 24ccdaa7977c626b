/** What the screen remembers between keys: immutable, and the same object where nothing changed. No I/O, no clock. */
import type {DiagnosesView} from '../../domain/diagnosis.ts';
import type {Filter, Refusal} from '../../query/filter/index.ts';
import type {SortDirection, SortKey} from '../../query/sort.ts';
import type {Notice, Row} from '../../domain/row.ts';
import type {ModelView} from '../../domain/model-view.ts';
import type {History, Walk} from '../prompt/history.ts';
import type {EditedLine} from '../prompt/line-edit.ts';
import type {Menu} from '../prompt/menu.ts';
import type {Chooser} from '../columns/chooser.ts';
import {type ColumnChoices, noChoices} from '../columns/chosen-columns.ts';
import type {Tone} from '../theme/theme.ts';
import type {ColumnsAction} from './columns.ts';
import {type FindingsAction, type FindingsState, noFindings} from './findings.ts';
import type {FollowAction} from './follow.ts';
import {noOutput, type OutputAction, type OutputState} from './output.ts';

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
	history: ModelView['history'];
	/** A copy of the lists; findings themselves are never changed. */
	found: Pick<DiagnosesView, 'list' | 'counts' | 'dropped'>;
	version: number;
	now: number;
	outputEnd: number;
};

export type Overlay =
	/** What the text can be completed to, and the way through earlier filters, while either is under way. */
	| ({type: 'filter'; before: FilterState} & Aids)
	| {type: 'sort'; before: Sort}
	| ({type: 'columns'} & Chooser)
	| {type: 'help'; top: number}
	/** Whether these closed rows are to be forgotten. */
	| {type: 'forget'; ids: readonly string[]}
	| {type: 'quit'};

/** What stands beside a filter that is typed; any other key ends it. */
export type Aids = {menu: Menu | null; walk: Walk | null};

/** A row is chosen by its id; the index only tells which row takes over when it is gone. */
export type Selection = {id: string; index: number};

export type ListState = {
	sort: Sort;
	selected: Selection | null;
	/** Index of the first row on screen. */
	top: number;
	/** The chosen row stays on its line, and the others move around it. */
	follow: boolean;
};

/** `at` in ms since the epoch. */
export type Said = {text: string; tone: Tone; at: number};

export type State = {
	tab: TabId;
	overlay: Overlay | null;
	/** The row whose detail is open; `top` is null until somebody scrolls, `from` is the tab that led to it. */
	detail: {id: string; top: number | null; from: TabId | null} | null;
	/** Whether a detail has the waterfall in place of the views; null until somebody has chosen. */
	times: boolean | null;
	filter: FilterState;
	/** Filters that were kept before. */
	history: History;
	lists: Readonly<Record<ListTab, ListState>>;
	columns: ColumnChoices;
	showClosed: boolean;
	paused: Frozen | null;
	output: OutputState;
	processesTop: number;
	routesTop: number;
	findings: FindingsState;
	/** The newest notice that a key has answered. */
	dismissed: Notice | null;
	/** What the screen itself has to say to the last key; the next one takes it away. */
	said: Said | null;
};

export type Action =
	| {type: 'tab'; tab: TabId}
	| {type: 'tab-step'; by: 1 | -1}
	| {type: 'filter-open'}
	| ({type: 'filter-typed'; line: EditedLine; filter: Filter | null; problem: Refusal | null} & Partial<Aids>)
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
	| OutputAction
	| FindingsAction
	| ColumnsAction
	| FollowAction
	| {type: 'forget-ask'; ids: readonly string[]}
	| {type: 'forgotten'; ids: readonly string[]; said: Said}
	| {type: 'say'; said: Said}
	| {type: 'unsay'}
	| {type: 'quit-ask'}
	| {type: 'back'}
	| {type: 'dismiss'; notice: Notice};

const emptyLine: EditedLine = {text: '', cursor: 0};
export const noFilter: FilterState = {line: emptyLine, good: null, problem: null};

export const initialState: State = {
	tab: 'connections',
	overlay: null,
	detail: null,
	times: null,
	filter: noFilter,
	history: [],
	lists: {
		connections: {sort: {key: 'opened', direction: 'desc'}, selected: null, top: 0, follow: false},
		listeners: {sort: {key: 'local', direction: 'asc'}, selected: null, top: 0, follow: false},
	},
	columns: noChoices,
	showClosed: true,
	paused: null,
	output: noOutput,
	processesTop: 0,
	routesTop: 0,
	findings: noFindings,
	dismissed: null,
	said: null,
};

/** What the keys act upon now. */
export type Mode =
	| TabId
	| 'detail'
	| 'finding'
	| 'filter'
	| 'search'
	| 'sort'
	| 'columns'
	| 'forget'
	| 'help'
	| 'quit';

export const modeOf = (state: State): Mode => {
	if (state.overlay) return state.overlay.type;
	if (state.tab === 'output' && state.output.search?.before) return 'search';
	if (isListTab(state.tab) && state.detail) return 'detail';
	return state.tab === 'diagnoses' && state.findings.open ? 'finding' : state.tab;
};

export const isListTab = (tab: TabId): tab is ListTab => tab === 'connections' || tab === 'listeners';

/** The list that is in sight, or the first one behind another tab. */
export const listTabOf = ({tab}: State): ListTab => (isListTab(tab) ? tab : 'connections');
export const listOf = (state: State): ListState => state.lists[listTabOf(state)];
