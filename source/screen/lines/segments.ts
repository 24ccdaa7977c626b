/** A line of the screen as data: pieces of text with a tone, and a rank by which a narrow line drops them. */
import {sanitize} from '../../text/sanitize.ts';
import type {TextStyle} from '../../text/sgr.ts';
import {stableWidth} from '../../text/stable-width.ts';
import {truncate, widthOf} from '../../text/width.ts';
import type {Tone} from '../theme/theme.ts';

export type Segment = {
	text: string;
	tone?: Tone;
	/** In place of a tone: the style that the watched program set. */
	style?: TextStyle;
	/** 0 (the default) is never dropped; a narrow line drops the greatest rank first. */
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
 * @returns a line of at most `width` cells: first pieces with a rank are left out, then the first piece on
 *   the left is shortened, then the line is cut
 */
export const layoutLine = (
	left: readonly Segment[],
	right: readonly Segment[],
	{width, separator = '  '}: PackOptions,
): Line => {
	const kept = dropRanksUntil([...left, ...right], pieces => totalWidth(pieces, separator) <= width);
	const leftSegments = joinSegments(
		kept.filter(piece => left.includes(piece)),
		separator,
	);
	const rightSegments = joinSegments(
		kept.filter(piece => right.includes(piece)),
		separator,
	);
	const excess =
		lineWidth(leftSegments) +
		lineWidth(rightSegments) +
		(leftSegments.length > 0 && rightSegments.length > 0 ? widthOf(separator) : 0) -
		width;
	const [first, ...others] = leftSegments;
	const fitting =
		first && excess > 0
			? [{...first, text: truncate(first.text, Math.max(1, widthOf(first.text) - excess))}, ...others]
			: leftSegments;
	const gap = width - lineWidth(fitting) - lineWidth(rightSegments);
	const filling: Segment[] = rightSegments.length > 0 && gap > 0 ? [{text: ' '.repeat(gap)}] : [];
	return truncateLine([...fitting, ...filling, ...rightSegments], width);
};

/** @returns the cells that a line takes */
export const lineWidth = (line: Line): number => line.reduce((sum, {text}) => sum + widthOf(text), 0);

/** @returns the line, cut at `width` cells with `…` */
export const truncateLine = (line: Line, width: number): Line => {
	if (lineWidth(line) <= width) return line;
	const result: Segment[] = [];
	let remaining = width;
	for (const segment of line) {
		if (remaining <= 0) break;
		const text = truncate(segment.text, remaining);
		result.push({...segment, text});
		remaining -= widthOf(text);
		if (text !== segment.text) break;
	}
	return result;
};

/** A piece of untrusted text: control characters are removed here. */
export const untrustedSegment = (text: string, tone?: Tone, rank?: number): Segment => ({
	text: stableWidth(sanitize(text)),
	...(tone === undefined ? {} : {tone}),
	...(rank === undefined ? {} : {rank}),
});

const dropRanksUntil = (pieces: Segment[], fits: (pieces: Segment[]) => boolean): Segment[] => {
	let kept = pieces.filter(({text}) => text !== '');
	while (!fits(kept)) {
		const greatest = Math.max(0, ...kept.map(({rank}) => rank ?? 0));
		if (greatest === 0) break;
		const index = kept.findLastIndex(({rank}) => rank === greatest);
		kept = kept.toSpliced(index, 1);
	}
	return kept;
};

const totalWidth = (pieces: Segment[], separator: string): number =>
	lineWidth(pieces) + widthOf(separator) * Math.max(0, pieces.length - 1);

const joinSegments = (pieces: Segment[], separator: string): Segment[] =>
	pieces.flatMap((piece, index) => (index === 0 ? [piece] : [{text: separator, tone: 'faint'}, piece]));
