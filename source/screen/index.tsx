import type {ModelView} from '../domain/view/model-view.ts';
import type {OutputView} from '../text/output-line.ts';
import {App} from './app.tsx';
import type {GlyphSet} from './charts/sparkline.ts';
import type {MissingRights} from './chrome/gauge.ts';
import {type ClipboardTransport, clipboardSequence, copiedMessage} from './clipboard/clipboard.ts';
import type {Effects, QuitChoice} from './commands/index.ts';
import {ScreenReaderApp, screenReaderWidth} from './screen-reader/app.tsx';
import {type ColumnChoice, type ColumnChoices, defaultColumnChoices} from './state/column-choice.ts';
import {createStore} from './store/store.ts';
import {sizeOf, startDrawing} from './terminal/drawing.tsx';
import type {Size} from './terminal/size.ts';
import type {Colors} from './theme/palettes.ts';

export type {ClipboardTransport, Colors, ColumnChoice, ColumnChoices, GlyphSet, QuitChoice};

export type ScreenOptions = {
	/** Changed in place by the owner. */
	model: ModelView;
	output: OutputView;
	/**
	 * Called once with a listener that the owner calls after changes, at any rate: the screen paces its frames.
	 *
	 * @returns a function that ends the subscription
	 */
	subscribe(listener: () => void): () => void;
	/** Wall clock, ms since the epoch. */
	now(): number;
	/** Rights that netwatch lacks; default none. */
	missingRights?: MissingRights | null;
	/** The filter at the start; '' for none. */
	initialFilter: string;
	/** The saved columns; default all, in their own order. */
	columns?: ColumnChoices;
	/** Filters of earlier runs, oldest first. */
	filterHistory?: readonly string[];
	/** The screen itself copies and draws. */
	actions: Omit<Effects, 'copyText' | 'redraw'>;
	/** The way of a copied text to the terminal's clipboard; default direct. */
	clipboardTransport?: ClipboardTransport;
	/** Keys: a terminal, not necessarily standard input. */
	stdin: NodeJS.ReadStream;
	stdout: NodeJS.WriteStream;
	/** The terminal's colours; without them, bold and reversed text remain. */
	colors: Colors;
	/** Sentences for a screen reader in place of the frames, on the terminal's main screen. */
	isScreenReader?: boolean;
	/** Glyphs of sparklines; default blocks. */
	glyphSet?: GlyphSet;
	/** Whether the terminal shows ASCII only. */
	isAscii?: boolean;
	/** Shortest time between two frames of a changing model, in ms; a key's frame follows at once. */
	refreshMs?: number;
};

export type Screen = {
	/** Closes the screen and restores the terminal. May be called twice. */
	unmount(): Promise<void>;
	/** Restores the terminal at once, in any state: nothing is drawn until `reclaim`. Never throws. */
	release(): void;
	/** Takes the terminal again, at its current size. */
	reclaim(): void;
	/** Settles when the screen is closed and the terminal restored; rejects with the screen's error. */
	exited: Promise<void>;
};

const defaultRefreshMs = 500;
const tickMs = 1000;

/**
 * Takes over the terminal and shows the model until `unmount`.
 *
 * @throws if the terminal cannot be taken over; later errors reject `exited`
 */
export const startScreen = (options: ScreenOptions): Screen => {
	const {stdin, stdout, actions, colors, isScreenReader = false} = options;
	let failure: unknown;
	let isClosed = false;

	/** An error of the screen, or of an owner's action that it calls, ends the screen, not the process. */
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

	/** The frame behind a screen reader's sentences is narrow: no blocks side by side. */
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
			// Node's own listener reads the size first; its 'resize' is missing when the size is the same again.
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
	// An error must not end a process that does not await `exited` (an unhandled rejection).
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
