/** Takes over the terminal, draws on it by way of Ink, and gives it back: when asked, and when something fails. */
import {render} from 'ink';
import type {ReactNode} from 'react';
import {createScreenStream} from './screen-stream.ts';
import type {Size} from './size.ts';

/** What is asked of the terminal that is drawn on. */
export type TerminalOutput = {
	readonly columns: number;
	readonly rows: number;
	write(text: string): unknown;
};

/** What is asked of the terminal that keys come from. */
export type TerminalInput = NodeJS.ReadableStream & {isTTY?: boolean; setRawMode?(on: boolean): unknown};

export type DrawingOptions = {
	/** What is drawn; asked again for each full drawing. */
	tree(): ReactNode;
	/** The terminal has another size: what is drawn has to fit from now on. */
	onResize(size: Size): void;
	/**
	 * Called once with a listener that the owner calls when the terminal was given a size, be it the one it had: what
	 * became smaller and large again has lost what was drawn.
	 *
	 * @returns a function that ends the subscription
	 */
	watchSize(listener: () => void): () => void;
	/** Asks for the size anew: whoever was stopped was not told of it. */
	refreshSize?(): void;
	/** Something went wrong that is not the tree's. */
	onError(error: unknown): void;
	stdin: TerminalInput;
	stdout: TerminalOutput;
	/** Whether the terminal reads ASCII alone. */
	isAscii?: boolean;
	/** Lines for a screen reader, on the terminal's usual buffer: what was read stays above them. */
	isScreenReader?: boolean;
};

export type Drawing = {
	/** Draws all of the frame on an empty screen, wherever the cursor is and whatever is there. */
	redraw(): void;
	/** Gives the terminal back at once, from whatever state. Never throws; twice does no harm. */
	release(): void;
	/** Takes the terminal once more, as large as it is now, and draws everything. */
	reclaim(): void;
	/** Leaves for good. */
	close(): void;
	/** Settles when the terminal is as it was; rejects where drawing failed. */
	readonly exited: Promise<unknown>;
};

/** What is assumed of a terminal that tells no size (0 by 0), as over some serial lines. */
const defaultSize: Size = {columns: 80, rows: 24};

/** @returns how large a terminal is */
export const sizeOf = ({columns, rows}: Pick<TerminalOutput, 'columns' | 'rows'>): Size => ({
	columns: columns || defaultSize.columns,
	rows: rows || defaultSize.rows,
});

/** @throws where the terminal cannot be taken over; what goes wrong later comes through `failed` and `exited` */
export const startDrawing = (options: DrawingOptions): Drawing => {
	const {
		tree,
		onResize,
		watchSize,
		refreshSize,
		onError,
		stdin,
		stdout,
		isAscii = false,
		isScreenReader = false,
	} = options;
	const setRaw = (on: boolean): void => {
		if (stdin.isTTY) stdin.setRawMode?.(on);
	};

	// Before the first frame: what is typed meanwhile must not be echoed into it.
	setRaw(true);
	const stream = createScreenStream(stdout, sizeOf(stdout), {isAscii, isDiffed: !isScreenReader});
	// The alternate screen keeps the cursor's place: whatever stood on the shell's line would shift the first frame.
	if (!isScreenReader) stream.eraseBeforeFrame();
	const ink = render(tree(), {
		stdin,
		// Ink is never told of a size: it would erase relative to the cursor, which a terminal that becomes narrower has
		// moved elsewhere, and draw at once what does not fit yet.
		stdout: stream,
		alternateScreen: !isScreenReader,
		isScreenReaderEnabled: isScreenReader,
		// Whole frames: the stream writes what differs, cell by cell where Ink would write the rest of the line.
		incrementalRendering: isScreenReader,
		// A key that comes right after a picture waits no longer than this.
		maxFps: 60,
		// Ink takes any terminal for a log where CI is set.
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});

	/** Ink forgets what it has drawn: what comes next is a whole frame, on an empty screen. */
	const resetFrame = (): void => {
		// Ink's mode for screen readers erases its own lines, and no others.
		if (isScreenReader) return;
		stream.runMuted(() => ink.clear());
		stream.eraseBeforeFrame();
	};
	const redraw = (): void => {
		resetFrame();
		ink.rerender(tree());
	};
	const resize = (): void => {
		try {
			const size = sizeOf(stdout);
			stream.setSize(size);
			resetFrame();
			onResize(size);
			ink.rerender(tree());
		} catch (error) {
			onError(error);
		}
	};
	// A window that is dragged has many sizes, of which only the last of those that came meanwhile is worth a drawing.
	let pendingResize: NodeJS.Immediate | undefined;
	const unwatchSize = watchSize(() => {
		pendingResize ??= setImmediate(() => {
			pendingResize = undefined;
			resize();
		});
	});
	let isReleased = false;
	const release = (): void => {
		try {
			// What comes next does not belong to the last line that was said.
			if (isScreenReader && !isReleased) stdout.write('\n');
			isReleased = true;
			stream.release();
			setRaw(false);
		} catch {
			// The terminal is gone.
		}
	};

	return {
		redraw,
		release,
		reclaim() {
			isReleased = false;
			// Node knows what it has set, not what became of it while others had the terminal. And it comes first: in the
			// background the kernel stops the process here (SIGTTOU), before it has written to another's screen.
			setRaw(false);
			setRaw(true);
			refreshSize?.();
			stream.reclaim();
			resize();
		},
		close() {
			// Ink would draw once more, on what is then the shell's screen or nobody's.
			release();
			ink.unmount();
		},
		exited: ink.waitUntilExit().finally(() => {
			unwatchSize();
			clearImmediate(pendingResize);
			release();
		}),
	};
};
