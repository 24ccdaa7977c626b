/**
 * The terminal as Ink sees it: it has a size even where the real one tells none, it takes a frame in one piece, and it
 * can be taken away and given back while Ink knows nothing of it.
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
// No line of a frame is longer than the terminal is wide. Where a terminal takes a character for wider than it is here,
// the rest of its line must not wrap (DECAWM, mode 7): one line too many would shift all that are below.
const homeAndErase = '\x1b[?7l\x1b[0m\x1b[H\x1b[J';

// Modes that Ink switches between frames and in them.
const modesOnly = /^(?:\x1b\[\?[\d;]+[hl])*$/;
// Ink's way back to the beginning of the frame before, which it erases: every frame is whole.
const leadingEraseSequences = /^(?:\x1b\[[\d;]*[A-HJK])+/;

/** A terminal to write to. */
type WritableTerminal = {write(text: string): unknown};

export type ScreenStream = Writable & {
	readonly isTTY: true;
	readonly columns: number;
	readonly rows: number;
	/** @param size what a frame is drawn for from now on */
	setSize(size: Size): void;
	/** The next frame is drawn on an empty screen. */
	eraseBeforeFrame(): void;
	/** Runs something that must not write: what it writes is dropped. */
	runMuted(run: () => void): void;
	/** Gives the terminal back as it was, at once. Until `retake` nothing is written. */
	release(): void;
	/** Takes the terminal once more; what is on it now is not known. */
	reclaim(): void;
};

export type StreamOptions = {
	/** Whether the terminal reads nothing else. */
	isAscii: boolean;
	/** Frames are the whole screen, of which what differs is written; otherwise Ink's lines go through as they come. */
	isDiffed: boolean;
};

/** @param terminal where it goes; a terminal takes everything at once (Node writes to it synchronously) */
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
	/** What has come of a frame that is not complete, its modes and itself; null outside of one. */
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
		// What looks the same is not written.
		if (modes + erased + painted !== '') this.#send(syncBegin + modes + erased + painted + syncEnd);
	}

	#paint(text: string | null): string {
		if (text === null || this.#painter === null) return text ?? '';
		return this.#painter.paint(text.replace(leadingEraseSequences, ''), this.#size.columns);
	}

	#send(text: string): void {
		// Ink leaves by itself where a signal ends the process, and knows only what it has switched on.
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
