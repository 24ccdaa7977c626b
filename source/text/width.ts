/** Fits text into terminal cells. Widths are cells as string-width counts them, never `.length`. */
import stringWidth from 'string-width';
import {stableWidth} from './stable-width.ts';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const ascii = /^[\x20-\x7e]*$/;
/**
 * Letters, dashes, arrows, mathematics, boxes and blocks, which cover most non-ASCII text: one cell each,
 * whatever the neighbors.
 */
const singleWidthPattern =
	/^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2200-\u22ff\u2500-\u25a9]*$/;
const ellipsis = '…';

export type Align = 'left' | 'right';
/** The part of a too long text that is cut. */
export type TruncatePosition = 'end' | 'middle' | 'start';

/** @returns the cells of `text` */
export const widthOf = (text: string): number => (isSingleWidth(text) ? text.length : stringWidth(text));

/** @returns true if each code unit is certainly a character of one cell */
export const isSingleWidth = (text: string): boolean => singleWidthPattern.test(text);

/**
 * @param text sanitized text; its width is made stable
 * @param width cells to fit into
 * @returns the text where it fits, else the fitting part with `…` in place of the rest
 */
export const truncate = (text: string, width: number, position: TruncatePosition = 'end'): string =>
	truncateMeasured(stableWidth(keepEnds(text, Math.max(0, width), position)), width, position);

/** Shortens far longer text before it is measured: only its ends can remain. */
const keepEnds = (text: string, width: number, position: TruncatePosition): string => {
	// A character takes at most two cells in a handful of code units.
	const maxUnits = 32 * width + 64;
	if (text.length <= 2 * maxUnits) return text;
	if (position === 'end') return text.slice(0, maxUnits);
	return position === 'start' ? text.slice(-maxUnits) : text.slice(0, maxUnits) + text.slice(-maxUnits);
};

const truncateMeasured = (text: string, width: number, position: TruncatePosition): string => {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	if (width === 1) return ellipsis;
	const room = width - 1;
	if (position === 'end') return takeStart(text, room) + ellipsis;
	if (position === 'start') return ellipsis + takeEnd(text, room);
	// Both ends matter (a host and its port), the beginning a little more.
	const back = Math.floor(room / 2);
	return takeStart(text, room - back) + ellipsis + takeEnd(text, back);
};

/** As `truncate`, and filled with spaces to exactly `width` cells. */
export const fitWidth = (
	text: string,
	width: number,
	align: Align = 'left',
	position: TruncatePosition = 'end',
): string => {
	const short = truncate(text, width, position);
	const filling = ' '.repeat(Math.max(0, width - widthOf(short)));
	return align === 'right' ? filling + short : short + filling;
};

/** Most code units of one grapheme: a longer one is an attack on the layout. */
const maxGraphemeUnits = 32;

const takeStart = (text: string, room: number): string => {
	if (ascii.test(text)) return text.slice(0, room);
	let used = 0;
	let end = 0;
	for (const {segment, index} of segmenter.segment(text)) {
		used += widthOf(segment);
		if (used > room || segment.length > maxGraphemeUnits) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
};

const takeEnd = (text: string, room: number): string => {
	if (room === 0) return '';
	if (ascii.test(text)) return text.slice(-room);
	const segments = [...segmenter.segment(text.slice(-room * maxGraphemeUnits))];
	let used = 0;
	let kept = '';
	for (const {segment} of segments.reverse()) {
		used += widthOf(segment);
		if (used > room || segment.length > maxGraphemeUnits) break;
		kept = segment + kept;
	}
	return kept;
};

/**
 * Breaks a sentence at its blanks into lines of at most `width` cells; a longer word has a line of its own.
 */
export const wrapWords = (text: string, width: number): string[] => {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width)
			lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
};

/** As `wrapWords`, but a word longer than a line continues in the next: no text is lost. */
export const wrapText = (text: string, width: number): string[] => {
	const room = Math.max(2, width);
	return wrapWords(text, room).flatMap(line => {
		const lines: string[] = [];
		let rest = line;
		while (widthOf(rest) > room) {
			const part = takeStart(rest, room) || rest.slice(0, 1);
			lines.push(part);
			rest = rest.slice(part.length);
		}
		return [...lines, rest];
	});
};

/** Splits a text into its graphemes: the steps of a cursor. */
export const splitGraphemes = (text: string): string[] =>
	[...segmenter.segment(text)].map(({segment}) => segment);
