/** The screen state between keys. Immutable, the same object when nothing changed; no I/O, no clock. */
import type {DiagnosesView} from '../../domain/diagnosis/diagnosis.ts';
import type {Notice, Row} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {Filter, FilterError} from '../../query/filter/index.ts';
import type {EditedLine} from '../../text/cursor-window.ts';
import type {FilterHistory} from '../prompt/history.ts';
import {
	isListTab,
	type ListState,
	type ListTab,
	type Selection,
	type StatusMessage,
	type TabId,
} from './basics.ts';
import {type ColumnChoices, defaultColumnChoices} from './column-choice.ts';
import type {ColumnsAction} from './columns.ts';
import {type FindingsAction, type FindingsState, initialFindingsState} from './findings.ts';
import type {FollowAction} from './follow.ts';
import {initialOutputState, type OutputAction, type OutputState} from './output.ts';
import type {FilterAssist, FilterState, Overlay} from './overlay.ts';

/** The paused snapshot; the model runs on underneath. */
export type PausedSnapshot = {
	rows: readonly Row[];
	interfaces: ModelView['interfaces'];
	kernel: ModelView['kernel'];
	history: ModelView['history'];
	/** Copies of the lists; findings themselves are immutable. */
	findings: Pick<DiagnosesView, 'list' | 'counts' | 'dropped'>;
	version: number;
	takenAt: number;
	outputEnd: number;
};

export type State = {
	tab: TabId;
	overlay: Overlay | null;
	/** The open detail; `top` is null until the first scroll, `from` is the tab that opened it. */
	detail: {id: string; top: number | null; from: TabId | null} | null;
	/** Whether a detail shows the waterfall instead of the views; null until the first choice. */
	prefersWaterfall: boolean | null;
	filter: FilterState;
	/** The history of kept filters. */
	filterHistory: FilterHistory;
	lists: Readonly<Record<ListTab, ListState>>;
	columns: ColumnChoices;
	showClosed: boolean;
	paused: PausedSnapshot | null;
	output: OutputState;
	processesTop: number;
	routesTop: number;
	findings: FindingsState;
	/** The newest notice that a key has dismissed. */
	dismissedNotice: Notice | null;
	/** The status message of the last key; the next key clears it. */
	statusMessage: StatusMessage | null;
};

export type Action =
	| {type: 'tab'; tab: TabId}
	| {type: 'tab-step'; by: 1 | -1}
	| {type: 'filter-open'}
	| ({
			type: 'filter-typed';
			line: EditedLine;
			filter: Filter | null;
			parseError: FilterError | null;
	  } & Partial<FilterAssist>)
	| {type: 'filter-keep'; filter: Filter | null}
	| {type: 'sort-open'}
	| {type: 'sort-step'; by: 1 | -1}
	| {type: 'sort-keep'}
	| {type: 'sort-reverse'}
	| {type: 'pause'; snapshot: PausedSnapshot}
	| {type: 'resume'}
	| {type: 'closed-toggle'}
	| {type: 'select'; selection: Selection | null; top: number}
	| {type: 'detail-open'; selection: Selection}
	/** Opens the detail of a row of another tab; a filter that would hide the row is removed. */
	| {type: 'row-show'; tab: ListTab; id: string; hidden: {byFilter: boolean; asClosed: boolean}}
	| {type: 'detail-scroll'; top: number}
	| {type: 'waterfall'; on: boolean}
	| {type: 'help-open'}
	| {type: 'help-scroll'; top: number}
	| {type: 'processes-scroll'; top: number}
	| {type: 'routes-scroll'; top: number}
	| OutputAction
	| FindingsAction
	| ColumnsAction
	| FollowAction
	| {type: 'forget-ask'; ids: readonly string[]}
	| {type: 'forgotten'; ids: readonly string[]; message: StatusMessage}
	| {type: 'say'; message: StatusMessage}
	| {type: 'unsay'}
	| {type: 'quit-ask'}
	| {type: 'back'}
	| {type: 'dismiss'; notice: Notice};

const emptyLine: EditedLine = {text: '', cursor: 0};
export const noFilter: FilterState = {line: emptyLine, activeFilter: null, parseError: null};

export const initialState: State = {
	tab: 'connections',
	overlay: null,
	detail: null,
	prefersWaterfall: null,
	filter: noFilter,
	filterHistory: [],
	lists: {
		connections: {sort: {key: 'opened', direction: 'desc'}, selected: null, top: 0, follow: false},
		listeners: {sort: {key: 'local', direction: 'asc'}, selected: null, top: 0, follow: false},
	},
	columns: defaultColumnChoices,
	showClosed: true,
	paused: null,
	output: initialOutputState,
	processesTop: 0,
	routesTop: 0,
	findings: initialFindingsState,
	dismissedNotice: null,
	statusMessage: null,
};

/** The target of the keys. */
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
	if (state.tab === 'output' && state.output.search?.stateBefore) return 'search';
	if (isListTab(state.tab) && state.detail) return 'detail';
	return state.tab === 'diagnoses' && state.findings.open ? 'finding' : state.tab;
};

/** The visible list, or the first one behind another tab. */
export const listTabOf = ({tab}: State): ListTab => (isListTab(tab) ? tab : 'connections');
export const listOf = (state: State): ListState => state.lists[listTabOf(state)];
