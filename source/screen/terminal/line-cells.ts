/** Parses a line of Ink's output into the cells of a terminal. */
import {isSingleWidth, splitGraphemes, widthOf} from '../../text/width.ts';
import {hasCertainWidth} from './pin-columns.ts';

export type LineCells = {
	/** The text of each cell; '' for the second cell of a wide character. */
	readonly texts: readonly string[];
	/** The style of each cell: SGR parameters in a fixed order, '' for plain. Equal styles are equal texts. */
	readonly styles: readonly string[];
	/** The first cell whose character differs in width between terminals; Infinity for none. */
	readonly ambiguousFrom: number;
};

export const emptyLineCells: LineCells = {texts: [], styles: [], ambiguousFrom: Number.POSITIVE_INFINITY};

// Styles (SGR, ECMA-48 §8.3.117), other control sequences and control characters, and texts.
const tokenPattern =
	/\x1b\[([\d;]*)m|\x1b\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g;

/**
 * @param line texts and styles; other control sequences are left out
 * @param columns cells of a line; cells beyond are left out
 */
export const parseLineCells = (line: string, columns: number): LineCells => {
	const texts: string[] = [];
	const styles: string[] = [];
	let ambiguousFrom = Number.POSITIVE_INFINITY;
	let style = '';
	const sgrState = createSgrState();
	const pushCells = (character: string, width: number): void => {
		// A combining mark takes no cell: it belongs to the character before it.
		if (width === 0 && texts.length > 0) texts[lastCharacterCell(texts)] += character;
		for (let cell = 0; cell < width; cell++) {
			texts.push(cell === 0 ? character : '');
			styles.push(style);
		}
	};
	for (const [piece, parameters] of line.matchAll(tokenPattern)) {
		if (parameters !== undefined) {
			style = sgrState.take(parameters);
			continue;
		}
		if (piece < ' ' || piece === '\x7f') continue;
		if (isSingleWidth(piece)) {
			for (const character of piece) pushCells(character, 1);
			continue;
		}
		for (const character of splitGraphemes(piece)) {
			const width = widthOf(character);
			if (!hasCertainWidth(character))
				ambiguousFrom = Math.min(ambiguousFrom, width === 0 ? lastCharacterCell(texts) : texts.length);
			pushCells(character, width);
		}
	}
	texts.length = Math.min(texts.length, columns);
	styles.length = texts.length;
	return {texts, styles, ambiguousFrom};
};

/** The first cell of the last character. */
const lastCharacterCell = (texts: readonly string[]): number =>
	Math.max(
		0,
		texts.findLastIndex(text => text !== ''),
	);

/** SGR parameters that set an attribute, in their order within a style. */
const sgrAttributes = ['1', '2', '3', '4', '7', '8', '9', '53'];
/** The attributes that each of these SGR parameters resets. */
const sgrResets: Readonly<Record<string, readonly string[]>> = {
	'22': ['1', '2'],
	'23': ['3'],
	'24': ['4'],
	'27': ['7'],
	'28': ['8'],
	'29': ['9'],
	'55': ['53'],
};

/** Tracks attributes and colours; `take` returns the style after the parameters. */
const createSgrState = (): {take(parameters: string): string} => {
	const attributes = new Set<string>();
	let foreground = '';
	let background = '';
	const colorParameters = (codes: readonly string[], at: number): string =>
		codes.slice(at, at + (codes[at + 1] === '5' ? 3 : 5)).join(';');
	return {
		take(parameters) {
			const codes = parameters.split(';');
			for (let at = 0; at < codes.length; at++) {
				const word = codes[at] ?? '';
				const value = Number(word);
				if (value === 0) {
					attributes.clear();
					foreground = '';
					background = '';
				} else if (value === 38) {
					foreground = colorParameters(codes, at);
					at += foreground.split(';').length - 1;
				} else if (value === 48) {
					background = colorParameters(codes, at);
					at += background.split(';').length - 1;
				} else if (value === 39) foreground = '';
				else if (value === 49) background = '';
				else if ((value >= 30 && value <= 37) || (value >= 90 && value <= 97)) foreground = word;
				else if ((value >= 40 && value <= 47) || (value >= 100 && value <= 107)) background = word;
				else if (sgrAttributes.includes(word)) attributes.add(word);
				else for (const ended of sgrResets[word] ?? []) attributes.delete(ended);
			}
			return [...sgrAttributes.filter(weight => attributes.has(weight)), foreground, background]
				.filter(Boolean)
				.join(';');
		},
	};
};
