/**
 * Holds what is on screen: the state, the picture of the rows and the frame made of them. It knows no terminal and no
 * React; keys, sizes and changes of the model come in, frames go out.
 */
import type {Row} from '../model/types.ts';
import type {ModelView, OutputView} from '../model/view.ts';
import {noAlarms, remember} from './alarms.ts';
import {type CommandContext, commands, keepAction, typedAction} from './commands.ts';
import {type DetailRow, type Frame, makeFrame, tableHeight} from './frame.ts';
import {geometry, isTooSmall, type Size} from './geometry.ts';
import type {Press} from './key-names.ts';
import {commandFor} from './keys.ts';
import {currentNotice} from './notices.ts';
import {freeze, type Picture, settle, takePicture} from './picture.ts';
import {type Action, initialState, isListTab, listOf, modeOf, reduce, type State} from './state.ts';

export type StoreOptions = {
	model: ModelView;
	output: OutputView;
	/** Wall clock, ms since the epoch. */
	now(): number;
	initialFilter: string;
	effects: CommandContext['effects'];
	size: Size;
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
	dispose(): void;
};

/** A picture of many rows costs time: at most one part in so many is spent on pictures. */
const pictureShare = 16;

export const createStore = (options: StoreOptions): ScreenStore => {
	const {model, output, now, effects, refreshMs, later} = options;
	const listeners = new Set<() => void>();
	let size = options.size;
	let state = withFilter(initialState, options.initialFilter);
	let detail: DetailRow | null = null;
	let refreshedAt = Number.NEGATIVE_INFINITY;
	let tookMs = 0;
	let prevent: (() => void) | undefined;
	let alarms = remember(noAlarms, model, now());
	let picture = snap();
	let frame = draw();

	function snap(): Picture {
		const begun = performance.now();
		const source = state.paused?.rows ?? model.rows.values();
		const taken = takePicture(source, {
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

	function draw(): Frame {
		detail = findDetail(state, model, detail);
		return makeFrame({model, output, state, picture, alarms, detail, size, now: now()});
	}

	const exists = (id: string): boolean =>
		state.paused ? state.paused.rows.some(row => row.id === id) : model.rows.has(id);

	/** Keeps selection and window valid, then hands out a frame. */
	const publish = (): void => {
		if (!isTooSmall(size) && isListTab(state.tab)) {
			const height = tableHeight(geometry(size, modeOf(state)));
			state = reduce(state, {type: 'select', ...settle(listOf(state), picture.rows, height, exists)});
		}
		const next = draw();
		// What looks the same is not drawn again: an idle screen costs no time.
		if (sameLook(frame, next)) return;
		frame = next;
		for (const listener of listeners) listener();
	};

	const refresh = (): void => {
		prevent?.();
		prevent = undefined;
		refreshedAt = performance.now();
		if (model.session.ended && state.overlay?.type === 'quit') state = reduce(state, {type: 'back'});
		alarms = remember(alarms, model, now());
		if (!state.paused) picture = snap();
		publish();
	};

	const dispatch = (action: Action): void => {
		const before = state;
		state = reduce(state, action);
		if (state === before) return;
		if (needsPicture(before, state)) picture = snap();
		publish();
	};

	const press = (key: Press): void => {
		const notice = currentNotice(model.notices, state.dismissed, now());
		if (notice) dispatch({type: 'dismiss', notice});
		const mode = modeOf(state);
		const command = commandFor(mode, key.name);
		if (command) {
			const action = commands[command]({
				state,
				mode,
				picture,
				scroll: frame.scroll,
				running: model.session.ended === null,
				showsAll: model.showsAll,
				freeze: () => ({
					rows: freeze(model.rows.values()),
					interfaces: new Map(model.interfaces),
					kernel: new Map(model.kernel),
					version: model.version,
					now: now(),
					outputEnd: output.dropped + output.lines.length,
				}),
				effects,
			});
			if (action) dispatch(action);
			return;
		}
		if (mode === 'filter' && key.text !== null) insert(key.text);
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
			if (modeOf(state) === 'filter') insert(text);
		},
		resize(next) {
			if (next.columns === size.columns && next.rows === size.rows) return;
			size = next;
			publish();
		},
		changed() {
			const dueIn = refreshedAt + Math.max(refreshMs, tookMs * pictureShare) - performance.now();
			if (dueIn <= 0) refresh();
			else prevent ??= later(refresh, dueIn);
		},
		tick: refresh,
		state: () => state,
		dispose() {
			prevent?.();
			listeners.clear();
		},
	};
};

/** Frames are plain data, but for the functions of the columns, which JSON leaves out: their widths tell as much. */
const sameLook = (one: Frame, other: Frame): boolean => JSON.stringify(one) === JSON.stringify(other);

const needsPicture = (before: State, after: State): boolean =>
	before.filter.good !== after.filter.good ||
	before.tab !== after.tab ||
	listOf(before).sort !== listOf(after).sort ||
	before.showClosed !== after.showClosed ||
	before.paused !== after.paused;

/** The row that is looked at, and the other end of its connection, stay in sight after they have left the model. */
const findDetail = (
	{detail, paused}: State,
	{rows}: ModelView,
	known: DetailRow | null,
): DetailRow | null => {
	if (detail === null) return null;
	const find = (id: string): Row | undefined =>
		paused ? paused.rows.find(row => row.id === id) : rows.get(id);
	const before = known?.row.id === detail.id ? known : null;
	const found = find(detail.id);
	const row = found ?? before?.row;
	if (row === undefined) return null;
	return {row, pair: findPair(row.pair, before?.pair ?? null, find), gone: found === undefined};
};

const findPair = (
	id: string | null,
	known: Row | null,
	find: (id: string) => Row | undefined,
): Row | null => {
	if (id !== null) return find(id) ?? (known?.id === id ? known : null);
	// One that has left is no longer named, and still explains; one that is there and not named is another's.
	return known !== null && find(known.id) === undefined ? known : null;
};

/** A filter given at the start stands as if it had been typed and kept; a wrong one stays open with what is wrong. */
const withFilter = (state: State, text: string): State => {
	if (text === '') return state;
	const opened = reduce(state, {type: 'filter-open'});
	const action = typedAction(opened, {type: 'insert', text});
	const typed = action ? reduce(opened, action) : opened;
	return typed.filter.problem ? typed : reduce(typed, keepAction(typed));
};
