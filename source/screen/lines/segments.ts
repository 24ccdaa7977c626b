/** A line of the screen as data: pieces of text with a tone, of which the less important give way. */
import {sanitize} from '../../text/sanitize.ts';
import type {TextStyle} from '../../text/sgr.ts';
import {steady} from '../../text/stable-width.ts';
import {shorten, widthOf} from '../../text/width.ts';
import type {Tone} from '../theme/theme.ts';

export type Segment = {
	text: string;
	tone?: Tone;
	/** In place of a tone: as the watched program wants it. */
	style?: TextStyle;
	/** 0 (the default) stays; of the others the greatest is left out first where the line is narrow. */
	rank?: number;
};

export type Line = readonly Segment[];

export type PackOptions = {
	/** Cells of the whole line. */
	width: number;
	/** Between two pieces of one side. */
	separator?: string;
};

/**
 * Puts pieces at the left and at the right end of a line.
 *
 * @returns a line of at most `width` cells: first pieces with a rank are left out, then the first piece on the left is
 *   shortened, then whatever does not fit is cut
 */
export const pack = (
	left: readonly Segment[],
	right: readonly Segment[],
	{width, separator = '  '}: PackOptions,
): Line => {
	const kept = dropUntil([...left, ...right], pieces => total(pieces, separator) <= width);
	const lefts = joined(
		kept.filter(piece => left.includes(piece)),
		separator,
	);
	const rights = joined(
		kept.filter(piece => right.includes(piece)),
		separator,
	);
	const over =
		lineWidth(lefts) +
		lineWidth(rights) +
		(lefts.length > 0 && rights.length > 0 ? widthOf(separator) : 0) -
		width;
	const [first, ...others] = lefts;
	const fitting =
		first && over > 0
			? [{...first, text: shorten(first.text, Math.max(1, widthOf(first.text) - over))}, ...others]
			: lefts;
	const gap = width - lineWidth(fitting) - lineWidth(rights);
	const filling: Segment[] = rights.length > 0 && gap > 0 ? [{text: ' '.repeat(gap)}] : [];
	return cutLine([...fitting, ...filling, ...rights], width);
};

/** @returns the cells that a line takes */
export const lineWidth = (line: Line): number => line.reduce((sum, {text}) => sum + widthOf(text), 0);

/** @returns the line, cut at `width` cells with `…` */
export const cutLine = (line: Line, width: number): Line => {
	if (lineWidth(line) <= width) return line;
	const result: Segment[] = [];
	let left = width;
	for (const segment of line) {
		if (left <= 0) break;
		const text = shorten(segment.text, left);
		result.push({...segment, text});
		left -= widthOf(text);
		if (text !== segment.text) break;
	}
	return result;
};

/** A piece made of text from outside. */
export const outside = (text: string, tone?: Tone, rank?: number): Segment => ({
	text: steady(sanitize(text)),
	...(tone === undefined ? {} : {tone}),
	...(rank === undefined ? {} : {rank}),
});

const dropUntil = (pieces: Segment[], fits: (pieces: Segment[]) => boolean): Segment[] => {
	let kept = pieces.filter(({text}) => text !== '');
	while (!fits(kept)) {
		const greatest = Math.max(0, ...kept.map(({rank}) => rank ?? 0));
		if (greatest === 0) break;
		const index = kept.findLastIndex(({rank}) => rank === greatest);
		kept = kept.toSpliced(index, 1);
	}
	return kept;
};

const total = (pieces: Segment[], separator: string): number =>
	lineWidth(pieces) + widthOf(separator) * Math.max(0, pieces.length - 1);

const joined = (pieces: Segment[], separator: string): Segment[] =>
	pieces.flatMap((piece, index) => (index === 0 ? [piece] : [{text: separator, tone: 'faint'}, piece]));
