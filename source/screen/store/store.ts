/**
 * Holds what is on screen: the state, the picture of the rows and the frame made of them. It knows no terminal and no
 * React; keys, sizes and changes of the model come in, frames go out.
 */

import type {Row} from '../../domain/row.ts';
import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import type {Ink} from '../charts/sparkline.ts';
import {noAlarms, remember} from '../chrome/alarms.ts';
import type {Lacks, Stats} from '../chrome/gauges.ts';
import {currentNotice} from '../chrome/notices.ts';
import {type CommandContext, commands, typedAction, withFilter} from '../commands/index.ts';
import {findDetail} from '../detail/detail-row.ts';
import {makeFrame} from '../frame/make-frame.ts';
import type {Frame} from '../frame/types.ts';
import type {Press} from '../keys/key-names.ts';
import {commandFor} from '../keys/keys.ts';
import type {History} from '../prompt/history.ts';
import {type Picture, settle} from '../rows/visible-rows.ts';
import {createPictures} from '../rows/visible-rows-cache.ts';
import {isListTab, type Said} from '../state/basics.ts';
import type {ColumnChoices} from '../state/column-choice.ts';
import {geometry, isTooSmall, tableHeight} from '../state/geometry.ts';
import type {DetailRow, OpenFinding} from '../state/open.ts';
import {findFinding, foundOf, frozen} from '../state/paused.ts';
import {reduce} from '../state/reduce.ts';
import {withHeirs} from '../state/replaced-rows.ts';
import {type Action, initialState, listOf, listTabOf, type Mode, modeOf, type State} from '../state/state.ts';
import {type FindingItem, findingItems, type Group, groupsOf} from '../tabs/diagnoses/items.ts';
import {findingsPage} from '../tabs/diagnoses/tab.ts';
import {createSearching} from '../tabs/output/incremental-search.ts';
import type {Size} from '../terminal/size.ts';

export type StoreOptions = {
	model: ModelView;
	output: OutputView;
	/** Wall clock, ms since the epoch. */
	now(): number;
	/** Rights that netwatch lacks; none where not given. */
	lacks?: Lacks | null;
	initialFilter: string;
	/** The columns that were kept; none where not given. */
	columns?: ColumnChoices;
	/** Filters of earlier runs, the oldest first. */
	history?: History;
	effects: CommandContext['effects'];
	size: Size;
	/** What sparklines are drawn with; blocks where not given. */
	ink?: Ink;
	/** Shortest time between two pictures of a changing model, in ms. */
	refreshMs: number;
	/** Runs something once, after so many ms; what it returns prevents that. */
	later(run: () => void, ms: number): () => void;
};

export type ScreenStore = {
	frame(): Frame;
	/** @returns a function that ends the subscription */
	subscribe(listener: () => void): () => void;
	press(key: Press): void;
	paste(text: string): void;
	resize(size: Size): void;
	/** The model changed: the picture follows soon, but not more often than `refreshMs`. */
	changed(): void;
	/** Time has passed: ages are counted anew. */
	tick(): void;
	state(): State;
	/** What the header and the table are made of. */
	stats(): Stats;
	dispose(): void;
};

/** A picture of many rows costs time: at most one part in so many is spent on pictures. */
const pictureShare = 16;

export const createStore = (options: StoreOptions): ScreenStore => {
	const {model, output, now, effects, refreshMs, later, ink = 'blocks', lacks} = options;
	const listeners = new Set<() => void>();
	let size = options.size;
	const {columns = initialState.columns, history = []} = options;
	let state = withFilter({...initialState, columns, history}, options.initialFilter);
	let detail: DetailRow | null = null;
	let refreshedAt = Number.NEGATIVE_INFINITY;
	let tookMs = 0;
	/** What the picture was made of. */
	let versions = '';
	let prevent: (() => void) | undefined;
	/** Each list keeps its order while the other one is in sight. */
	const take = {connections: createPictures(), listeners: createPictures()};
	let alarms = remember(noAlarms, model, now());
	let picture = snap();
	let groups: readonly Group[] = [];
	let findings = listFindings(true);
	let finding: OpenFinding | null = null;
	const search = createSearching(output, later);
	let drawn: Frame | null = null;
	let frame = draw();
	let look = lookOf(frame);

	function snap(): Picture {
		const begun = performance.now();
		const taken = take[listTabOf(state)](state.paused?.rows ?? model.rows, {
			filter: state.filter.good,
			list: isListTab(state.tab) ? state.tab : null,
			sort: listOf(state).sort,
			showClosed: state.showClosed,
			destinations: state.tab === 'routes',
			now: state.paused?.now ?? now(),
		});
		tookMs = performance.now() - begun;
		return taken;
	}

	/** The lines of the diagnoses tab; none where another tab is in sight. */
	function listFindings(isNew: boolean): readonly FindingItem[] {
		if (state.tab !== 'diagnoses') return [];
		const found = foundOf(state, model);
		const {ignored} = model.diagnoses;
		// Keys move through the same groups.
		if (isNew) groups = groupsOf(found, ignored);
		const {folds, selected} = state.findings;
		return findingItems({found, groups, ignored, folds, selected: selected?.id ?? null});
	}

	function draw(): Frame {
		detail = findDetail(state, model, detail);
		finding = findFinding(state, model, finding);
		const parts = {state, picture, findings, alarms, lacks, detail, finding, found: search.found()};
		drawn = makeFrame({ink, model, output, ...parts, before: drawn, size, now: now()});
		return drawn;
	}

	const rowOf = (id: string): Row | null =>
		(state.paused ? state.paused.rows.find(row => row.id === id) : model.rows.get(id)) ?? null;

	const exists = (id: string): boolean =>
		state.paused ? state.paused.rows.some(row => row.id === id) : model.rows.has(id);

	/** Keeps selection and window valid, then hands out a frame. */
	const publish = (): void => {
		state = withHeirs(state, model);
		if (!isTooSmall(size) && isListTab(state.tab)) {
			const height = tableHeight(geometry(size, modeOf(state)));
			const {selected, follow} = listOf(state);
			const settled = settle(listOf(state), picture.rows, height, exists);
			state = reduce(state, {type: 'select', ...settled});
			// Another row is not the one that was to be followed.
			if (follow && settled.selection?.id !== selected?.id) {
				const said: Said = {text: 'the row that was followed is gone', tone: 'waiting', at: now()};
				state = reduce(state, {type: 'follow-lost', said});
			}
		}
		if (!isTooSmall(size) && state.tab === 'diagnoses') {
			const page = findingsPage(findings, geometry(size, modeOf(state)).body);
			const {selection, top} = settle(state.findings, findings, page, () => false);
			state = reduce(state, {type: 'finding-select', selection, top});
		}
		if (!isTooSmall(size) && state.tab === 'output')
			state = search.settle(state, geometry(size, modeOf(state)).body, size.columns, publish);
		const next = draw();
		// What looks the same is not drawn again: an idle screen costs no time.
		const nextLook = lookOf(next);
		if (nextLook === look) return;
		frame = next;
		look = nextLook;
		for (const listener of listeners) listener();
	};

	const versionsNow = (): string => `${model.version} ${output.version} ${model.session.ended === null}`;

	const refresh = (): void => {
		prevent?.();
		prevent = undefined;
		refreshedAt = performance.now();
		versions = versionsNow();
		if (model.session.ended && state.overlay?.type === 'quit') state = reduce(state, {type: 'back'});
		alarms = remember(alarms, model, now());
		if (!state.paused) picture = snap();
		findings = listFindings(true);
		publish();
	};

	/** @param hasAsked the owner was asked for something that changes what is found */
	const dispatch = (action: Action, hasAsked = false): void => {
		const before = state;
		state = reduce(state, action);
		if (state === before) return;
		if (needsPicture(before, state)) picture = snap();
		const isNew = hasAsked || before.tab !== state.tab || before.paused !== state.paused;
		if (isNew || before.findings !== state.findings) findings = listFindings(isNew);
		publish();
	};

	const press = (key: Press): void => {
		const notice = currentNotice(model.notices, state.dismissed, now());
		if (notice) dispatch({type: 'dismiss', notice});
		dispatch({type: 'unsay'});
		const mode = modeOf(state);
		const command = commandFor(mode, key.name);
		if (command) {
			const action = commands[command]({
				state,
				mode,
				picture,
				scroll: frame.scroll,
				shows: frame.shows,
				findings,
				finding: finding?.diagnosis ?? null,
				rowOf,
				detailRow: detail?.row ?? null,
				found: foundOf(state, model),
				allRows: () => state.paused?.rows ?? model.rows.values(),
				now: picture.now,
				time: now(),
				running: model.session.ended === null,
				showsAll: model.showsAll,
				rows: () => state.paused?.rows ?? model.rows.values(),
				freeze: () => frozen(model, output, now()),
				effects,
			});
			const hasAsked = command === 'silence' || command === 'forget-yes';
			if (action) dispatch(action, hasAsked);
			// The answer is in the model.
			if (hasAsked) refresh();
			return;
		}
		// A question that is not answered is taken back.
		if (mode === 'forget') dispatch({type: 'back'});
		if (typing.has(mode) && key.text !== null) insert(key.text);
	};

	const insert = (text: string): void => {
		const action = typedAction(state, {type: 'insert', text});
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
			if (typing.has(modeOf(state))) insert(text);
		},
		resize(next) {
			if (next.columns === size.columns && next.rows === size.rows) return;
			size = next;
			publish();
		},
		changed() {
			// Ages alone can wait for the next second.
			if (versions === versionsNow()) return;
			const dueIn = refreshedAt + Math.max(refreshMs, tookMs * pictureShare) - performance.now();
			if (dueIn <= 0) refresh();
			else prevent ??= later(refresh, dueIn);
		},
		tick() {
			// A picture that has just been taken tells the time well enough.
			if (performance.now() - refreshedAt >= refreshMs) refresh();
		},
		state: () => state,
		stats: () => ({model, picture, alarms, now: now(), lacks}),
		dispose() {
			prevent?.();
			search.dispose();
			listeners.clear();
		},
	};
};

/** Where what is typed is text. */
const typing: ReadonlySet<Mode> = new Set(['filter', 'search']);

/** Frames are plain data, but for the functions of the columns, which JSON leaves out: their widths tell as much. */
const lookOf = (frame: Frame): string => JSON.stringify(frame);

const needsPicture = (before: State, after: State): boolean =>
	before.filter.good !== after.filter.good ||
	before.tab !== after.tab ||
	listOf(before).sort !== listOf(after).sort ||
	before.showClosed !== after.showClosed ||
	before.paused !== after.paused;
