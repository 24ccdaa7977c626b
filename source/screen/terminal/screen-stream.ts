/**
 * The terminal as Ink sees it: it has a size even where the real one tells none, it takes a frame in one piece, and it
 * can be taken away and given back while Ink knows nothing of it.
 */
import {Writable} from 'node:stream';
import type {Size} from '../geometry.ts';
import {createModes} from './modes.ts';
import {pinColumns} from './pin-columns.ts';
import {toAscii} from './to-ascii.ts';

// Synchronized output (DEC private mode 2026): Ink puts each frame between the two.
const frameBegins = '\x1b[?2026h';
const frameEnds = '\x1b[?2026l';
const leavesAlternate = '\x1b[?1049l';
// No line of a frame is longer than the terminal is wide. Where a terminal takes a character for wider than it is here,
// the rest of its line must not wrap (DECAWM, mode 7): one line too many would shift all that are below.
const homeAndErase = '\x1b[?7l\x1b[0m\x1b[H\x1b[J';

/** A terminal to write to. */
type Written = {write(text: string): unknown};

export type ScreenStream = Writable & {
	readonly isTTY: true;
	readonly columns: number;
	readonly rows: number;
	/** @param size what a frame is drawn for from now on */
	setSize(size: Size): void;
	/** The next frame is drawn on an empty screen. */
	eraseBeforeFrame(): void;
	/** Runs something that must not write: what it writes is dropped. */
	muted(run: () => void): void;
	/** Gives the terminal back as it was, at once. Until `retake` nothing is written. */
	release(): void;
	/** Takes the terminal once more; what is on it now is not known. */
	retake(): void;
};

/**
 * @param terminal where it goes; a terminal takes everything at once (Node writes to it synchronously)
 * @param isAscii whether it reads nothing else
 */
export const createScreenStream = (terminal: Written, size: Size, isAscii: boolean): ScreenStream =>
	new Stream(terminal, size, isAscii);

class Stream extends Writable implements ScreenStream {
	readonly isTTY = true;
	readonly #terminal: Written;
	readonly #modes = createModes();
	readonly #isAscii: boolean;
	#size: Size;
	/** What has come of a frame that is not complete; null outside of one. */
	#frame: string | null = null;
	#mustErase = false;
	#isMuted = false;
	#isReleased = false;

	constructor(terminal: Written, size: Size, isAscii: boolean) {
		super({decodeStrings: false, defaultEncoding: 'utf8'});
		this.#terminal = terminal;
		this.#size = size;
		this.#isAscii = isAscii;
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

	muted(run: () => void): void {
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
		this.#put(this.#modes.off());
	}

	retake(): void {
		this.#isReleased = false;
		this.#put(this.#modes.on());
	}

	override _write(chunk: unknown, _encoding: string, done: () => void): void {
		if (!this.#isMuted && !this.#isReleased) this.#take(String(chunk));
		done();
	}

	#take(text: string): void {
		if (text === frameBegins) {
			this.#frame = this.#mustErase ? text + homeAndErase : text;
			return;
		}

		if (this.#frame !== null) {
			this.#frame += text;
			if (text !== frameEnds) return;
			this.#mustErase = false;
		}

		const complete = this.#frame ?? text;
		this.#frame = null;
		// Ink leaves by itself where a signal ends the process, and knows only what it has switched on.
		if (complete.includes(leavesAlternate)) {
			this.release();
			return;
		}

		this.#modes.read(complete);
		this.#put(this.#isAscii ? toAscii(complete) : pinColumns(complete, this.#size.columns));
	}

	#put(text: string): void {
		if (text !== '') this.#terminal.write(text);
	}
}
