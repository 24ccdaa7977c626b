/** Takes over the terminal, draws on it with Ink, and restores it: on request, and after a failure. */
import {render} from 'ink';
import type {ReactNode} from 'react';
import {createScreenStream} from './screen-stream.ts';
import type {Size} from './size.ts';

/** The part of a terminal that drawing needs. */
export type TerminalOutput = {
	readonly columns: number;
	readonly rows: number;
	write(text: string): unknown;
};

/** The part of a terminal that reading keys needs. */
export type TerminalInput = NodeJS.ReadableStream & {isTTY?: boolean; setRawMode?(on: boolean): unknown};

export type DrawingOptions = {
	/** Returns the tree to draw; called again for each full drawing. */
	tree(): ReactNode;
	/** Called with the terminal's size after a resize, before the next drawing. */
	onResize(size: Size): void;
	/**
	 * Called once with a listener that the owner calls after each resize, even back to the same size: the
	 * terminal may have lost a part of the frame in between.
	 *
	 * @returns a function that ends the subscription
	 */
	watchSize(listener: () => void): () => void;
	/** Reads the terminal's size again: a stopped netwatch receives no SIGWINCH. */
	refreshSize?(): void;
	/** Called with an error of a resize; errors of the tree reject `exited`. */
	onError(error: unknown): void;
	stdin: TerminalInput;
	stdout: TerminalOutput;
	/** Whether the terminal shows ASCII only. */
	isAscii?: boolean;
	/** Lines for a screen reader, on the terminal's main screen: earlier lines stay above them. */
	isScreenReader?: boolean;
};

export type Drawing = {
	/** Erases the screen, and draws the whole frame. */
	redraw(): void;
	/** Restores the terminal at once, in any state. Never throws; may be called twice. */
	release(): void;
	/** Takes the terminal again at its current size, and draws the whole frame. */
	reclaim(): void;
	/** Restores the terminal, and ends the drawing. */
	close(): void;
	/** Settles when the terminal is restored; rejects if drawing failed. */
	readonly exited: Promise<unknown>;
};

/** Size of a terminal that reports none (0 by 0), as over some serial lines. */
const defaultSize: Size = {columns: 80, rows: 24};

/** @returns the terminal's size, or the default size */
export const sizeOf = ({columns, rows}: Pick<TerminalOutput, 'columns' | 'rows'>): Size => ({
	columns: columns || defaultSize.columns,
	rows: rows || defaultSize.rows,
});

/** @throws if the terminal cannot be taken over; later errors go to `onError` and `exited` */
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

	// Before the first frame: keys typed meanwhile must not be echoed into it.
	setRaw(true);
	const stream = createScreenStream(stdout, sizeOf(stdout), {isAscii, isDiffed: !isScreenReader});
	// The alternate screen keeps the cursor's position: the first frame would begin in mid-screen.
	if (!isScreenReader) stream.eraseBeforeFrame();
	const ink = render(tree(), {
		stdin,
		// The stream emits no 'resize': Ink would erase relative to the cursor, which a narrower terminal has
		// moved, and draw at once a frame that does not fit yet.
		stdout: stream,
		alternateScreen: !isScreenReader,
		isScreenReaderEnabled: isScreenReader,
		// Whole frames: the stream writes only changed cells, where Ink would write the rest of the line.
		incrementalRendering: isScreenReader,
		// The frame after a key waits 1/60 s at most.
		maxFps: 60,
		// Otherwise Ink is not interactive in a CI environment, whatever the terminal.
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});

	/** Makes Ink forget the last frame: the next one is complete, on an empty screen. */
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
	// A dragged window changes its size many times: one drawing per turn of the event loop.
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
			// Later output begins on a line of its own.
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
			// Node sets raw mode only if it is off by its own record, which other programs may have made wrong:
			// off, then on. Before any output: in the background the kernel stops the process here (SIGTTOU),
			// before it writes to another program's screen.
			setRaw(false);
			setRaw(true);
			refreshSize?.();
			stream.reclaim();
			resize();
		},
		close() {
			// First, since Ink's unmount draws once more: after the release nothing reaches the shell's screen.
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
