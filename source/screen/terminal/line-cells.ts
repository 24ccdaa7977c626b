/** A line as Ink writes it, taken apart into the cells of a terminal. */
import {areSingles, graphemes, widthOf} from '../../text/width.ts';
import {isUndisputed} from './pin-columns.ts';

export type LineCells = {
	/** What stands in each cell; '' in those that a wide character to the left goes on into. */
	readonly texts: readonly string[];
	/** How it is drawn: parameters of SGR in one order, '' for plain. Equal styles are equal texts. */
	readonly styles: readonly string[];
	/** The first cell whose character terminals may take for wider or narrower; the line's end where there is none. */
	readonly disputedAt: number;
};

export const noCells: LineCells = {texts: [], styles: [], disputedAt: Number.POSITIVE_INFINITY};

// Styles (SGR, ECMA-48 §8.3.117), other control sequences and control characters, and texts.
const pieces = /\x1b\[([\d;]*)m|\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

/**
 * @param line texts and styles; other control sequences are left out
 * @param columns cells of a line; what is beyond them is left out
 */
export const lineCells = (line: string, columns: number): LineCells => {
	const texts: string[] = [];
	const styles: string[] = [];
	let disputedAt = Number.POSITIVE_INFINITY;
	let style = '';
	const pen = createPen();
	const put = (character: string, width: number): void => {
		// A mark without a cell of its own belongs to what it stands on.
		if (width === 0 && texts.length > 0) texts[lastOf(texts)] += character;
		for (let cell = 0; cell < width; cell++) {
			texts.push(cell === 0 ? character : '');
			styles.push(style);
		}
	};
	for (const [piece, parameters] of line.matchAll(pieces)) {
		if (parameters !== undefined) {
			style = pen.take(parameters);
			continue;
		}
		if (piece < ' ' || piece === '\x7f') continue;
		if (areSingles(piece)) {
			for (const character of piece) put(character, 1);
			continue;
		}
		for (const character of graphemes(piece)) {
			const width = widthOf(character);
			if (!isUndisputed(character))
				disputedAt = Math.min(disputedAt, width === 0 ? lastOf(texts) : texts.length);
			put(character, width);
		}
	}
	texts.length = Math.min(texts.length, columns);
	styles.length = texts.length;
	return {texts, styles, disputedAt};
};

/** Where the last character begins. */
const lastOf = (texts: readonly string[]): number =>
	Math.max(
		0,
		texts.findLastIndex(text => text !== ''),
	);

/** What a parameter switches on, and in which place of a style it is told. */
const weights = ['1', '2', '3', '4', '7', '8', '9', '53'];
/** What each of these takes away. */
const endsOf: Readonly<Record<string, readonly string[]>> = {
	'22': ['1', '2'],
	'23': ['3'],
	'24': ['4'],
	'27': ['7'],
	'28': ['8'],
	'29': ['9'],
	'55': ['53'],
};

/** Follows what is switched on and off. */
const createPen = (): {take(parameters: string): string} => {
	const on = new Set<string>();
	let foreground = '';
	let background = '';
	const colourFrom = (words: readonly string[], at: number): string =>
		words.slice(at, at + (words[at + 1] === '5' ? 3 : 5)).join(';');
	return {
		take(parameters) {
			const words = parameters.split(';');
			for (let at = 0; at < words.length; at++) {
				const word = words[at] ?? '';
				const value = Number(word);
				if (value === 0) {
					on.clear();
					foreground = '';
					background = '';
				} else if (value === 38) {
					foreground = colourFrom(words, at);
					at += foreground.split(';').length - 1;
				} else if (value === 48) {
					background = colourFrom(words, at);
					at += background.split(';').length - 1;
				} else if (value === 39) foreground = '';
				else if (value === 49) background = '';
				else if ((value >= 30 && value <= 37) || (value >= 90 && value <= 97)) foreground = word;
				else if ((value >= 40 && value <= 47) || (value >= 100 && value <= 107)) background = word;
				else if (weights.includes(word)) on.add(word);
				else for (const ended of endsOf[word] ?? []) on.delete(ended);
			}
			return [...weights.filter(weight => on.has(weight)), foreground, background].filter(Boolean).join(';');
		},
	};
};
