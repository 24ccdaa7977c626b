/**
 * Holds what is on screen: the state, the picture of the rows and the frame made of them. It knows no terminal and no
 * React; keys, sizes and changes of the model come in, frames go out.
 */

import type {Row} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import type {GlyphSet} from '../charts/sparkline.ts';
import {noAlarms, updateAlarmTimes} from '../chrome/alarms.ts';
import type {MissingRights, Stats} from '../chrome/gauges.ts';
import {currentNotice} from '../chrome/notices.ts';
import {type CommandContext, commands, editAction, withInitialFilter} from '../commands/index.ts';
import {resolveDetailRow} from '../detail/detail-row.ts';
import {makeFrame} from '../frame/make-frame.ts';
import {isSameFrame} from '../frame/same-frame.ts';
import type {Frame} from '../frame/types.ts';
import type {KeyPress} from '../keys/key-names.ts';
import {commandFor} from '../keys/keys.ts';
import type {FilterHistory} from '../prompt/history.ts';
import {clampSelection, type VisibleRows} from '../rows/visible-rows.ts';
import {createVisibleRowsCache} from '../rows/visible-rows-cache.ts';
import {isListTab, type StatusMessage} from '../state/basics.ts';
import type {ColumnChoices} from '../state/column-choice.ts';
import {geometryFor, isTooSmall, tableHeight} from '../state/geometry.ts';
import type {DetailRow, OpenFinding} from '../state/open.ts';
import {resolveOpenFinding, shownFindings, takePausedSnapshot} from '../state/paused.ts';
import {reduce} from '../state/reduce.ts';
import {followReplacedRows} from '../state/replaced-rows.ts';
import {type Action, initialState, listOf, listTabOf, type Mode, modeOf, type State} from '../state/state.ts';
import {
	buildFindingItems,
	type FindingGroup,
	type FindingItem,
	groupByRule,
} from '../tabs/diagnoses/items.ts';
import {findingsPage} from '../tabs/diagnoses/tab.ts';
import {createIncrementalSearch} from '../tabs/output/incremental-search.ts';
import type {Size} from '../terminal/size.ts';

export type StoreOptions = {
	model: ModelView;
	output: OutputView;
	/** Wall clock, ms since the epoch. */
	now(): number;
	/** Rights that netwatch lacks; none where not given. */
	missingRights?: MissingRights | null;
	initialFilter: string;
	/** The columns that were kept; none where not given. */
	columns?: ColumnChoices;
	/** Filters of earlier runs, the oldest first. */
	filterHistory?: FilterHistory;
	effects: CommandContext['effects'];
	size: Size;
	/** What sparklines are drawn with; blocks where not given. */
	glyphSet?: GlyphSet;
	/** Shortest time between two pictures of a changing model, in ms. */
	refreshMs: number;
	/** Runs something once, after so many ms; what it returns prevents that. */
	setTimer(run: () => void, ms: number): () => void;
};

export type ScreenStore = {
	frame(): Frame;
	/** @returns a function that ends the subscription */
	subscribe(listener: () => void): () => void;
	press(key: KeyPress): void;
	paste(text: string): void;
	resize(size: Size): void;
	/** The model changed: the picture follows soon, but not more often than `refreshMs`. */
	modelChanged(): void;
	/** Time has passed: ages are counted anew. */
	tick(): void;
	state(): State;
	/** What the header and the table are made of. */
	stats(): Stats;
	dispose(): void;
};

/** A picture of many rows costs time: at most one part in so many is spent on pictures. */
const refreshCostFactor = 16;

export const createStore = (options: StoreOptions): ScreenStore => {
	const {model, output, now, effects, refreshMs, setTimer, glyphSet = 'blocks', missingRights} = options;
	const listeners = new Set<() => void>();
	let size = options.size;
	const {columns = initialState.columns, filterHistory: history = []} = options;
	let state = withInitialFilter({...initialState, columns, filterHistory: history}, options.initialFilter);
	let detail: DetailRow | null = null;
	let refreshedAt = Number.NEGATIVE_INFINITY;
	let computeMs = 0;
	/** What the picture was made of. */
	let shownVersions = '';
	let cancelRefresh: (() => void) | undefined;
	/** Each list keeps its order while the other one is in sight. */
	const visibleRowsCaches = {connections: createVisibleRowsCache(), listeners: createVisibleRowsCache()};
	let alarms = updateAlarmTimes(noAlarms, model, now());
	let visible = computeVisibleRows();
	let groups: readonly FindingGroup[] = [];
	let findingItems = listFindingItems(true);
	let openFinding: OpenFinding | null = null;
	const outputSearch = createIncrementalSearch(output, setTimer);
	let previousFrame: Frame | null = null;
	let frame = buildFrame();

	function computeVisibleRows(): VisibleRows {
		const startedAt = performance.now();
		const visibleRows = visibleRowsCaches[listTabOf(state)](state.paused?.rows ?? model.rows, {
			filter: state.filter.activeFilter,
			list: isListTab(state.tab) ? state.tab : null,
			sort: listOf(state).sort,
			showClosed: state.showClosed,
			withDestinations: state.tab === 'routes',
			now: state.paused?.takenAt ?? now(),
		});
		computeMs = performance.now() - startedAt;
		return visibleRows;
	}

	/** The lines of the diagnoses tab; none where another tab is in sight. */
	function listFindingItems(mustRegroup: boolean): readonly FindingItem[] {
		if (state.tab !== 'diagnoses') return [];
		const findings = shownFindings(state, model);
		const {ignored} = model.diagnoses;
		// Keys move through the same groups.
		if (mustRegroup) groups = groupByRule(findings, ignored);
		const {folds, selected} = state.findings;
		return buildFindingItems({
			findings,
			groups,
			silencedRules: ignored,
			folds,
			selected: selected?.id ?? null,
		});
	}

	function buildFrame(): Frame {
		detail = resolveDetailRow(state, model, detail);
		openFinding = resolveOpenFinding(state, model, openFinding);
		const frameParts = {
			state,
			visible,
			findingItems,
			alarms,
			missingRights,
			detail,
			openFinding,
			searchResult: outputSearch.result(),
		};
		previousFrame = makeFrame({glyphSet, model, output, ...frameParts, previousFrame, size, now: now()});
		return previousFrame;
	}

	const rowOf = (id: string): Row | null =>
		(state.paused ? state.paused.rows.find(row => row.id === id) : model.rows.get(id)) ?? null;

	const exists = (id: string): boolean =>
		state.paused ? state.paused.rows.some(row => row.id === id) : model.rows.has(id);

	/** Keeps selection and window valid, then hands out a frame. */
	const publish = (): void => {
		state = followReplacedRows(state, model);
		if (!isTooSmall(size) && isListTab(state.tab)) {
			const height = tableHeight(geometryFor(size, modeOf(state)));
			const {selected, follow} = listOf(state);
			const clamped = clampSelection(listOf(state), visible.rows, height, exists);
			state = reduce(state, {type: 'select', ...clamped});
			// Another row is not the one that was to be followed.
			if (follow && clamped.selection?.id !== selected?.id) {
				const message: StatusMessage = {
					text: 'the row that was followed is gone',
					tone: 'waiting',
					at: now(),
				};
				state = reduce(state, {type: 'follow-lost', said: message});
			}
		}
		if (!isTooSmall(size) && state.tab === 'diagnoses') {
			const page = findingsPage(findingItems, geometryFor(size, modeOf(state)).body);
			const {selection, top} = clampSelection(state.findings, findingItems, page, () => false);
			state = reduce(state, {type: 'finding-select', selection, top});
		}
		if (!isTooSmall(size) && state.tab === 'output')
			state = outputSearch.update(state, geometryFor(size, modeOf(state)).body, size.columns, publish);
		const next = buildFrame();
		// A frame that looks the same is not drawn again: an idle screen costs no time.
		if (isSameFrame(next, frame)) return;
		frame = next;
		for (const listener of listeners) listener();
	};

	const currentVersions = (): string => `${model.version} ${output.version} ${model.session.ended === null}`;

	const refresh = (): void => {
		cancelRefresh?.();
		cancelRefresh = undefined;
		refreshedAt = performance.now();
		shownVersions = currentVersions();
		if (model.session.ended && state.overlay?.type === 'quit') state = reduce(state, {type: 'back'});
		alarms = updateAlarmTimes(alarms, model, now());
		if (!state.paused) visible = computeVisibleRows();
		findingItems = listFindingItems(true);
		publish();
	};

	/** @param hasModelChanged the owner was asked for something that changes what is found */
	const dispatch = (action: Action, hasModelChanged = false): void => {
		const before = state;
		state = reduce(state, action);
		if (state === before) return;
		if (needsVisibleRows(before, state)) visible = computeVisibleRows();
		const mustRegroup = hasModelChanged || before.tab !== state.tab || before.paused !== state.paused;
		if (mustRegroup || before.findings !== state.findings) findingItems = listFindingItems(mustRegroup);
		publish();
	};

	const press = (key: KeyPress): void => {
		const notice = currentNotice(model.notices, state.dismissedNotice, now());
		if (notice) dispatch({type: 'dismiss', notice});
		dispatch({type: 'unsay'});
		const mode = modeOf(state);
		const command = commandFor(mode, key.name);
		if (command) {
			const action = commands[command]({
				state,
				mode,
				visible,
				scroll: frame.scroll,
				detailLayout: frame.detailLayout,
				findingItems,
				openFinding: openFinding?.diagnosis ?? null,
				rowOf,
				detailRow: detail?.row ?? null,
				findings: shownFindings(state, model),
				allRows: () => state.paused?.rows ?? model.rows.values(),
				now: visible.takenAt,
				wallClock: now(),
				isRunning: model.session.ended === null,
				showsAll: model.showsAll,
				rows: () => state.paused?.rows ?? model.rows.values(),
				takeSnapshot: () => takePausedSnapshot(model, output, now()),
				effects,
			});
			const hasModelChanged = command === 'silence' || command === 'forget-yes';
			if (action) dispatch(action, hasModelChanged);
			// The answer is in the model.
			if (hasModelChanged) refresh();
			return;
		}
		// A question that is not answered is taken back.
		if (mode === 'forget') dispatch({type: 'back'});
		if (textInputModes.has(mode) && key.text !== null) insertText(key.text);
	};

	const insertText = (text: string): void => {
		const action = editAction(state, {type: 'insert', text});
		if (action) dispatch(action);
	};

	return {
		frame: () => frame,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		press,
		// Pasted text is text: outside the prompt it would be taken for commands.
		paste(text) {
			if (textInputModes.has(modeOf(state))) insertText(text);
		},
		resize(next) {
			if (next.columns === size.columns && next.rows === size.rows) return;
			size = next;
			publish();
		},
		modelChanged() {
			// Ages alone can wait for the next second.
			if (shownVersions === currentVersions()) return;
			const dueIn = refreshedAt + Math.max(refreshMs, computeMs * refreshCostFactor) - performance.now();
			if (dueIn <= 0) refresh();
			else cancelRefresh ??= setTimer(refresh, dueIn);
		},
		tick() {
			// A picture that has just been taken tells the time well enough.
			if (performance.now() - refreshedAt >= refreshMs) refresh();
		},
		state: () => state,
		stats: () => ({model, visible, alarms, now: now(), missingRights}),
		dispose() {
			cancelRefresh?.();
			outputSearch.dispose();
			listeners.clear();
		},
	};
};

/** Where what is typed is text. */
const textInputModes: ReadonlySet<Mode> = new Set(['filter', 'search']);

const needsVisibleRows = (before: State, after: State): boolean =>
	before.filter.activeFilter !== after.filter.activeFilter ||
	before.tab !== after.tab ||
	listOf(before).sort !== listOf(after).sort ||
	before.showClosed !== after.showClosed ||
	before.paused !== after.paused;
