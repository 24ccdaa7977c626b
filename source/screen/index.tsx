import type {Row} from '../domain/row.ts';
import type {ModelView} from '../domain/view/model-view.ts';
import type {OutputView} from '../text/output-line.ts';
import {App} from './app.tsx';
import type {GlyphSet} from './charts/sparkline.ts';
import type {MissingRights} from './chrome/gauge.ts';
import {type ClipboardTransport, clipboardSequence, copiedMessage} from './clipboard/clipboard.ts';
import type {QuitChoice} from './commands/index.ts';
import {ScreenReaderApp, screenReaderWidth} from './screen-reader/app.tsx';
import {type ColumnChoice, type ColumnChoices, defaultColumnChoices} from './state/column-choice.ts';
import {createStore} from './store/store.ts';
import {sizeOf, startDrawing} from './terminal/drawing.tsx';
import type {Size} from './terminal/size.ts';
import type {Colors} from './theme/palettes.ts';

export {addToHistory} from './prompt/history.ts';
export type {ClipboardTransport, Colors, ColumnChoice, ColumnChoices, GlyphSet, QuitChoice};

export type ScreenOptions = {
	/** Changed in place by the owner. */
	model: ModelView;
	output: OutputView;
	/**
	 * Called once with a listener that the owner calls after changes; how often does not matter, the screen paces
	 * itself.
	 *
	 * @returns a function that ends the subscription
	 */
	subscribe(listener: () => void): () => void;
	/** Wall clock, ms since the epoch. */
	now(): number;
	/** Rights that netwatch lacks; none where not given. */
	missingRights?: MissingRights | null;
	/** A filter to begin with; '' for none. */
	initialFilter: string;
	/** The columns that were chosen in an earlier run; their own order where not given. */
	columns?: ColumnChoices;
	/** Filters of earlier runs, the oldest first. */
	filterHistory?: readonly string[];
	actions: {
		/** Ctrl-C while the command runs: to the child; how hard is the owner's business. */
		interrupt(): void;
		/** The person wants to leave; the owner ends the child or leaves it running, and unmounts. */
		quit(choice: QuitChoice): void;
		/** Ctrl-Z: the owner stops netwatch, with `release` before it and `retake` after it, or says why not. */
		suspend(): void;
		/** Sockets of no watched process are to be rows, or not. */
		showAllSockets(on: boolean): void;
		/** These rows, which change no more, are to be written to a file; the owner tells where. */
		writeRows(rows: readonly Row[]): void;
		/** Closed rows, by id, are to leave the table. */
		forgetRows(ids: readonly string[]): void;
		/** The columns that were chosen for a table are to be there in later runs; null: its own. */
		saveColumns(list: keyof ColumnChoices, choice: ColumnChoice | null): void;
		/** Findings of a rule are not to be told, or again. */
		silenceRule(rule: string, on: boolean): void;
		/** A filter was kept: the next run may want it. */
		saveFilter?(filter: string): void;
	};
	/** How a text gets to the terminal's clipboard; it is sent as it is where not given. */
	clipboardTransport?: ClipboardTransport;
	/** Keys: a terminal, not necessarily standard input. */
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	/** What the terminal shows; without colours there is weight and reversal. */
	colors: Colors;
	/** Sentences for a screen reader instead of the picture, on the terminal's usual buffer. */
	isScreenReader?: boolean;
	/** What sparklines are drawn with; blocks where not given. */
	glyphSet?: GlyphSet;
	/** Whether the terminal reads ASCII alone. */
	isAscii?: boolean;
	/** Shortest time between two pictures of a changing model, in ms; keys are answered at once. */
	refreshMs?: number;
};

export type Screen = {
	/** Leaves the alternate screen; the terminal is as it was before. Twice does no harm. */
	unmount(): Promise<void>;
	/** Gives the terminal back at once, from whatever state: nothing is drawn until `retake`. Never throws. */
	release(): void;
	/** Takes the terminal once more, as large as it is by then. */
	reclaim(): void;
	/** Settles when the screen is gone: rejects with the error where it failed, after the terminal was restored. */
	exited: Promise<void>;
};

const defaultRefreshMs = 500;
const tickMs = 1000;

/**
 * Takes over the terminal and shows the model until `unmount`.
 *
 * @throws where the terminal cannot be taken over; what goes wrong later comes through `exited`
 */
export const startScreen = (options: ScreenOptions): Screen => {
	const {stdin, stdout, actions, colors, isScreenReader = false} = options;
	let failure: unknown;
	let isClosed = false;

	/** A fault of the screen, or of what it asks of its owner, ends the screen and not the process. */
	const guard =
		<Given extends unknown[]>(run: (...given: Given) => void) =>
		(...given: Given): void => {
			if (isClosed) return;
			try {
				run(...given);
			} catch (error) {
				fail(error);
			}
		};
	const fail = (error: unknown): void => {
		failure ??= error;
		close();
	};

	const close = (): void => {
		isClosed = true;
		drawing.close();
	};

	/** What stands side by side cannot be listened to. */
	const readableSize = ({columns, rows}: Size): Size => ({
		columns: isScreenReader ? Math.min(columns, screenReaderWidth) : columns,
		rows,
	});
	const copy = (text: string): string => {
		const transport = options.clipboardTransport ?? 'direct';
		const sequence = clipboardSequence(text, transport);
		if (sequence !== '') stdout.write(sequence);
		return copiedMessage(text, transport);
	};
	const store = createStore({
		model: options.model,
		output: options.output,
		now: options.now,
		missingRights: options.missingRights ?? null,
		initialFilter: options.initialFilter,
		columns: options.columns ?? defaultColumnChoices,
		effects: {...actions, copyText: copy, redraw: () => drawing.redraw()},
		size: readableSize(sizeOf(stdout)),
		filterHistory: options.filterHistory ?? [],
		...(options.glyphSet && {glyphSet: options.glyphSet}),
		refreshMs: options.refreshMs ?? defaultRefreshMs,
		setTimer(run, ms) {
			const timer = setTimeout(guard(run), ms);
			return () => clearTimeout(timer);
		},
	});
	const guardedStore = {...store, press: guard(store.press), paste: guard(store.paste)};
	const drawing = startDrawing({
		tree: () =>
			isScreenReader ? (
				<ScreenReaderApp store={guardedStore} />
			) : (
				<App store={guardedStore} colours={colors} />
			),
		onResize: next => store.resize(readableSize(next)),
		isScreenReader,
		watchSize(listener) {
			// Node reads the size first, and tells of it only where it is another one.
			process.on('SIGWINCH', listener);
			return () => process.off('SIGWINCH', listener);
		},
		refreshSize: () => process.emit('SIGWINCH', 'SIGWINCH'),
		onError: fail,
		stdin,
		stdout,
		isAscii: options.isAscii ?? false,
	});
	stdout.on('error', fail);
	const unsubscribe = options.subscribe(guard(store.modelChanged));
	const ticker = setInterval(guard(store.tick), tickMs);

	const cleanUp = (): void => {
		isClosed = true;
		clearInterval(ticker);
		unsubscribe();
		store.dispose();
		stdout.off('error', fail);
		if (failure !== undefined) throw failure;
	};
	const exited = drawing.exited.then(cleanUp, (error: unknown) => {
		failure ??= error;
		cleanUp();
	});
	// Who does not wait for it must not be ended by it.
	exited.catch(() => undefined);

	return {
		async unmount() {
			close();
			await exited;
		},
		release: drawing.release,
		reclaim: guard(drawing.reclaim),
		exited,
	};
};
