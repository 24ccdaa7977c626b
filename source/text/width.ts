/** Text made to fit terminal cells. Widths are cells, as string-width counts them: never `.length`. */
import stringWidth from 'string-width';
import {steady} from './stable-width.ts';

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'});
const ascii = /^[\x20-\x7e]*$/;
/** Letters, dashes, arrows, mathematics, boxes and blocks, most of what is not ASCII: one cell each, whatever stands beside. */
const singles =
	/^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2193\u2200-\u22ff\u2500-\u25a9]*$/;
const ellipsis = '…';

export type Align = 'left' | 'right';
/** Which part of a text that is too long gives way. */
export type Cut = 'end' | 'middle' | 'start';

/** @returns the cells that `text` takes */
export const widthOf = (text: string): number => (areSingles(text) ? text.length : stringWidth(text));

/** @returns whether each code unit is a character of one cell, as far as can be told at a glance */
export const areSingles = (text: string): boolean => singles.test(text);

/**
 * @param text clean text; it is made steady
 * @param width cells to fit into
 * @returns the text where it fits, else what fits of it with `…` where something is missing
 */
export const shorten = (text: string, width: number, cut: Cut = 'end'): string =>
	shortened(steady(endsOf(text, Math.max(0, width), cut)), width, cut);

/** Far longer text need not be looked at whole: what will be left of it is at its ends. */
const endsOf = (text: string, width: number, cut: Cut): string => {
	// A character takes at most two cells in a handful of code units.
	const enough = 32 * width + 64;
	if (text.length <= 2 * enough) return text;
	if (cut === 'end') return text.slice(0, enough);
	return cut === 'start' ? text.slice(-enough) : text.slice(0, enough) + text.slice(-enough);
};

const shortened = (text: string, width: number, cut: Cut): string => {
	if (width <= 0) return '';
	if (widthOf(text) <= width) return text;
	if (width === 1) return ellipsis;
	const room = width - 1;
	if (cut === 'end') return head(text, room) + ellipsis;
	if (cut === 'start') return ellipsis + tail(text, room);
	// Both ends tell something (a host and its port), the beginning a little more.
	const back = Math.floor(room / 2);
	return head(text, room - back) + ellipsis + tail(text, back);
};

/** As `shorten`, and filled with spaces to exactly `width` cells. */
export const fitTo = (text: string, width: number, align: Align = 'left', cut: Cut = 'end'): string => {
	const short = shorten(text, width, cut);
	const filling = ' '.repeat(Math.max(0, width - widthOf(short)));
	return align === 'right' ? filling + short : short + filling;
};

/** Most code units of one grapheme: a longer one is not a character but an attack on the layout. */
const graphemeLimit = 32;

const head = (text: string, room: number): string => {
	if (ascii.test(text)) return text.slice(0, room);
	let used = 0;
	let end = 0;
	for (const {segment, index} of segmenter.segment(text)) {
		used += widthOf(segment);
		if (used > room || segment.length > graphemeLimit) break;
		end = index + segment.length;
	}
	return text.slice(0, end);
};

const tail = (text: string, room: number): string => {
	if (room === 0) return '';
	if (ascii.test(text)) return text.slice(-room);
	const segments = [...segmenter.segment(text.slice(-room * graphemeLimit))];
	let used = 0;
	let kept = '';
	for (const {segment} of segments.reverse()) {
		used += widthOf(segment);
		if (used > room || segment.length > graphemeLimit) break;
		kept = segment + kept;
	}
	return kept;
};

/** A sentence broken at its blanks into lines of at most `width` cells; a longer word stands in a line of its own. */
export const brokenAt = (text: string, width: number): string[] => {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width)
			lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
};

/** As `brokenAt`, and a word that is longer than a line goes on in the next: nothing is lost of it. */
export const foldedAt = (text: string, width: number): string[] => {
	const room = Math.max(2, width);
	return brokenAt(text, room).flatMap(line => {
		const lines: string[] = [];
		let rest = line;
		while (widthOf(rest) > room) {
			const part = head(rest, room) || rest.slice(0, 1);
			lines.push(part);
			rest = rest.slice(part.length);
		}
		return [...lines, rest];
	});
};

/** The graphemes of a text, one by one: what a cursor moves over. */
export const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({segment}) => segment);
