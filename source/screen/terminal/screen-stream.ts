/**
 * The terminal in Ink's view: a stream that has a size even where the terminal reports none, that writes each
 * frame in one piece, and that can release and reclaim the terminal without Ink.
 */
import {Writable} from 'node:stream';
import {toAscii} from '../../text/to-ascii.ts';
import {createTerminalModes} from './modes.ts';
import {createPainter, type Painter} from './painter.ts';
import {pinColumns} from './pin-columns.ts';
import type {Size} from './size.ts';

// Synchronized output (DEC private mode 2026): Ink puts each frame between the two.
const syncBegin = '\x1b[?2026h';
const syncEnd = '\x1b[?2026l';
const leaveAlternateScreen = '\x1b[?1049l';
// No line of a frame exceeds the terminal's width. Where the terminal draws a character wider than assumed
// here, the rest of the line must not wrap (DECAWM, mode 7): one more line would shift all lines below.
const homeAndErase = '\x1b[?7l\x1b[0m\x1b[H\x1b[J';

// Mode changes alone: Ink writes them between frames, and within a frame.
const modesOnly = /^(?:\x1b\[\?[\d;]+[hl])*$/;
// Ink's erasure of the previous frame. It is removed, since the painter compares complete frames.
const leadingEraseSequences = /^(?:\x1b\[[\d;]*[A-HJK])+/;

/** A terminal to write to. */
type WritableTerminal = {write(text: string): unknown};

export type ScreenStream = Writable & {
	readonly isTTY: true;
	readonly columns: number;
	readonly rows: number;
	/** @param size the terminal's size for all following frames */
	setSize(size: Size): void;
	/** The next frame is drawn on an empty screen. */
	eraseBeforeFrame(): void;
	/** Runs a function, and drops all that it writes. */
	runMuted(run: () => void): void;
	/** Restores the terminal at once. Nothing is written until `reclaim`. */
	release(): void;
	/** Sets the terminal's modes again. The content of the screen is unknown by then. */
	reclaim(): void;
};

export type StreamOptions = {
	/** Whether the terminal shows ASCII only. */
	isAscii: boolean;
	/** Frames are the whole screen, and only changed cells are written; else Ink's lines pass unchanged. */
	isDiffed: boolean;
};

/** @param terminal the target; without backpressure, as Node writes to a terminal synchronously */
export const createScreenStream = (
	terminal: WritableTerminal,
	size: Size,
	options: StreamOptions,
): ScreenStream => new Stream(terminal, size, options);

class Stream extends Writable implements ScreenStream {
	readonly isTTY = true;
	readonly #terminal: WritableTerminal;
	readonly #modes = createTerminalModes();
	readonly #isAscii: boolean;
	readonly #painter: Painter | null;
	#size: Size;
	/** Modes and text of the incomplete frame; null between frames. */
	#frame: {modes: string; text: string | null} | null = null;
	#mustErase = false;
	#isMuted = false;
	#isReleased = false;

	constructor(terminal: WritableTerminal, size: Size, {isAscii, isDiffed: isPainted}: StreamOptions) {
		super({decodeStrings: false, defaultEncoding: 'utf8'});
		this.#terminal = terminal;
		this.#size = size;
		this.#isAscii = isAscii;
		this.#painter = isPainted ? createPainter() : null;
	}

	get columns(): number {
		return this.#size.columns;
	}

	get rows(): number {
		return this.#size.rows;
	}

	setSize(size: Size): void {
		this.#size = size;
	}

	eraseBeforeFrame(): void {
		this.#mustErase = true;
	}

	runMuted(run: () => void): void {
		this.#isMuted = true;
		try {
			run();
		} finally {
			this.#isMuted = false;
		}
	}

	release(): void {
		if (this.#isReleased) return;
		this.#isReleased = true;
		this.#frame = null;
		this.#put(this.#modes.resetSequence());
	}

	reclaim(): void {
		this.#isReleased = false;
		this.#put(this.#modes.restoreSequence());
	}

	override _write(chunk: unknown, _encoding: string, done: () => void): void {
		if (!this.#isMuted && !this.#isReleased) this.#take(String(chunk));
		done();
	}

	#take(text: string): void {
		if (text === syncBegin) this.#frame = {modes: '', text: null};
		else if (this.#frame === null) this.#send(text);
		else if (text === syncEnd) this.#end(this.#frame);
		else if (modesOnly.test(text)) this.#frame.modes += text;
		else this.#frame.text = this.#painter === null ? (this.#frame.text ?? '') + text : text;
	}

	#end({modes, text}: {modes: string; text: string | null}): void {
		this.#frame = null;
		const erased = this.#mustErase ? homeAndErase : '';
		if (erased !== '') this.#painter?.reset();
		this.#mustErase = false;
		const painted = this.#paint(text);
		// An unchanged frame is not written.
		if (modes + erased + painted !== '') this.#send(syncBegin + modes + erased + painted + syncEnd);
	}

	#paint(text: string | null): string {
		if (text === null || this.#painter === null) return text ?? '';
		return this.#painter.paint(text.replace(leadingEraseSequences, ''), this.#size.columns);
	}

	#send(text: string): void {
		// Ink leaves the alternate screen when a signal ends the process, but resets only the modes that it has
		// set.
		if (text.includes(leaveAlternateScreen)) {
			this.release();
			return;
		}

		this.#modes.track(text);
		this.#put(this.#isAscii ? toAscii(text) : pinColumns(text, this.#size.columns));
	}

	#put(text: string): void {
		if (text !== '') this.#terminal.write(text);
	}
}
