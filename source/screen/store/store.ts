/**
 * Holds the screen's state, the model's data on screen, and the frame made of both. No terminal, no React:
 * keys, sizes and changes of the model go in, frames come out.
 */

import type {ModelView} from '../../domain/view/model-view.ts';
import type {OutputView} from '../../text/output-line.ts';
import type {GlyphSet} from '../charts/sparkline.ts';
import type {MissingRights, Stats} from '../chrome/gauge.ts';
import {currentNotice} from '../chrome/notices.ts';
import {type Effects, withInitialFilter} from '../commands/index.ts';
import {makeFrame} from '../frame/make-frame.ts';
import {isSameFrame} from '../frame/same-frame.ts';
import type {Frame} from '../frame/types.ts';
import type {KeyPress} from '../keys/key-names.ts';
import type {FilterHistory} from '../prompt/history.ts';
import type {ColumnChoices} from '../state/column-choice.ts';
import {geometryFor, isTooSmall} from '../state/geometry.ts';
import {reduce} from '../state/reduce.ts';
import {type Action, initialState, modeOf, type State} from '../state/state.ts';
import {createIncrementalSearch} from '../tabs/output/incremental-search.ts';
import type {Size} from '../terminal/size.ts';
import {clampState} from './clamp-state.ts';
import {insertText, pressKey} from './dispatch-key.ts';
import {createRefreshTimer} from './refresh-timer.ts';
import {ScreenDataStore} from './screen-data.ts';

export type StoreOptions = {
	model: ModelView;
	output: OutputView;
	/** Wall clock, ms since the epoch. */
	now(): number;
	/** Rights that netwatch lacks; default none. */
	missingRights?: MissingRights | null;
	initialFilter: string;
	/** The saved columns; default none. */
	columns?: ColumnChoices;
	/** Filters of earlier runs, oldest first. */
	filterHistory?: FilterHistory;
	effects: Effects;
	size: Size;
	/** Glyphs of sparklines; default blocks. */
	glyphSet?: GlyphSet;
	/** Shortest time between two frames of a changing model, in ms. */
	refreshMs: number;
	/** Runs a function once after a delay in ms; returns a function that cancels it. */
	setTimer(run: () => void, ms: number): () => void;
};

export type ScreenStore = {
	frame(): Frame;
	/** @returns a function that ends the subscription */
	subscribe(listener: () => void): () => void;
	press(key: KeyPress): void;
	paste(text: string): void;
	resize(size: Size): void;
	/** The model changed: a frame follows, at most one per `refreshMs`. */
	modelChanged(): void;
	/** The clock advanced: ages are computed again. */
	tick(): void;
	state(): State;
	/** The inputs of header and table. */
	stats(): Stats;
	dispose(): void;
};

export const createStore = (options: StoreOptions): ScreenStore => {
	const {model, output, now, effects, refreshMs, setTimer, glyphSet = 'blocks', missingRights} = options;
	const {columns = initialState.columns, filterHistory = []} = options;
	const listeners = new Set<() => void>();
	let size = options.size;
	let state = withInitialFilter({...initialState, columns, filterHistory}, options.initialFilter);
	const data = new ScreenDataStore(model, state, now);
	const outputSearch = createIncrementalSearch(output, setTimer);
	/** The frame against which changes flash, drawn or not. */
	let previousFrame: Frame | null = null;
	let frame = buildFrame();
	let shownVersions: ShownVersions | null = null;
	const timer = createRefreshTimer({refreshMs, setTimer, refresh});

	function buildFrame(): Frame {
		data.resolveOpen(state);
		const {visible, findingItems, alarms, detail, openFinding} = data;
		previousFrame = makeFrame({
			model,
			output,
			searchResult: outputSearch.result(),
			state,
			visible,
			glyphSet,
			alarms,
			missingRights,
			detail,
			findingItems,
			openFinding,
			previousFrame,
			size,
			now: now(),
		});
		return previousFrame;
	}

	/** Clamps selection and scroll position, then emits a frame. */
	function publish(): void {
		state = clampState(state, {model, data, size, now});
		if (!isTooSmall(size) && state.tab === 'output')
			state = outputSearch.update(state, geometryFor(size, modeOf(state)).body, size.columns, publish);
		const next = buildFrame();
		// Equal frames are not drawn again, so an idle screen costs no CPU time.
		if (isSameFrame(next, frame)) return;
		frame = next;
		for (const listener of listeners) listener();
	}

	function refresh(): void {
		shownVersions = versionsOf(model, output);
		if (model.session.ended && state.overlay?.type === 'quit') state = reduce(state, {type: 'back'});
		data.refresh(state);
		publish();
	}

	/** @param hasModelChanged the command requested a change of the model from the owner */
	const dispatch = (action: Action | null, hasModelChanged = false): void => {
		if (action === null) return;
		const before = state;
		state = reduce(state, action);
		if (state === before) return;
		data.update(before, state, hasModelChanged);
		publish();
	};

	return {
		frame: () => frame,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		press(key) {
			const notice = currentNotice(model.notices, state.dismissedNotice, now());
			if (notice) dispatch({type: 'dismiss', notice});
			dispatch({type: 'unsay'});
			const {action, hasModelChanged} = pressKey(key, {state, data, frame, model, output, effects, now});
			dispatch(action, hasModelChanged);
			// The model already holds the result.
			if (hasModelChanged) timer.refreshNow();
		},
		paste: text => dispatch(insertText(state, text)),
		resize(next) {
			if (next.columns === size.columns && next.rows === size.rows) return;
			size = next;
			publish();
		},
		modelChanged() {
			// Ages alone wait for the next second.
			if (shownVersions && isSameVersions(shownVersions, versionsOf(model, output))) return;
			timer.request(data.queryMs);
		},
		tick() {
			// Ages in a recent frame are exact enough.
			if (timer.isDue()) timer.refreshNow();
		},
		state: () => state,
		stats: () => ({model, visible: data.visible, alarms: data.alarms, now: now(), missingRights}),
		dispose() {
			timer.cancel();
			outputSearch.dispose();
			listeners.clear();
		},
	};
};

/** The inputs of the last refresh. */
type ShownVersions = {model: number; output: number; hasEnded: boolean};

const versionsOf = (model: ModelView, output: OutputView): ShownVersions => ({
	model: model.version,
	output: output.version,
	hasEnded: model.session.ended !== null,
});

const isSameVersions = (one: ShownVersions, other: ShownVersions): boolean =>
	one.model === other.model && one.output === other.output && one.hasEnded === other.hasEnded;
